/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include "common/error.h"
#include "pi/text.h"

/*
 * The system to set up: this one, or one in a folder (a mounted image). Names of files are as the
 * system itself would say them, "/etc/fstab". They are looked up as that system itself would: a
 * link to "/etc/x" leads to the root's own etc/x, and ".." does not lead out of the root. So
 * whatever an image holds, nothing of the system that runs us is read or changed.
 */
struct root {
	char path[256]; /* "": this system */
	int fd;         /* its folder */
};

enum { ROOT_PATH = 512 };

/* dir NULL or "/": this system. -1 with err if the folder does not look like a system's root. */
int root_open(struct root *root, const char *dir, struct error *err);
void root_close(struct root *root);

/* Where a file is from here, for messages only: to open that path would be to trust the image. */
void root_path(const struct root *root, const char *name, char path[ROOT_PATH]);

/* As open(2), errno and all, of what is there already: no O_CREAT. */
int root_open_file(const struct root *root, const char *name, int flags);

/*
 * A regular file, to be read; flags: O_NOFOLLOW or 0. st is what fstat(2) says of it. Whatever else
 * is there is not even opened, for merely to open a device can do something: EINVAL.
 */
int root_open_regular(const struct root *root, const char *name, int flags, struct stat *st);

/* As opendir(3). */
DIR *root_open_folder(const struct root *root, const char *name);

/* A whole file: 1, 0 if it is not there, -1 with err. text is initialised whatever happens. */
int root_read(const struct root *root, const char *name, struct text *text, struct error *err);

/*
 * The rest of an open file; path is for err. 0, or -1 with err: unreadable, or longer than 1 MiB.
 */
int root_read_all(int fd, const char *path, struct text *text, struct error *err);

/* As stat(2): false with errno set if there is none. */
bool root_stat(const struct root *root, const char *name, struct stat *st);

/* Is there something of this name? A link need not lead anywhere. */
bool root_has(const struct root *root, const char *name);

/*
 * The folder that a name lies in and its last part there, for unlinkat(2) and its like, which do
 * not follow a link in the last place. -1 with errno set. After 0, root_leave().
 */
struct root_place {
	int folder;
	const char *name;
	char path[ROOT_PATH]; /* for messages */
	char copy[ROOT_PATH];
};
int root_find_place(const struct root *root, const char *name, struct root_place *place);
void root_leave(struct root_place *place);

/*
 * Is it written plainly: from the root on, shorter than size, without ".", "..", empty parts and
 * control characters? Names that come from files are to be asked this before they are used.
 */
bool root_name_is_plain(const char *name, size_t size);
