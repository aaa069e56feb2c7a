/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "pi/text.h"

/*
 * The system to set up: this one, or one in a folder (a mounted image). Names of files are as the
 * system itself would say them, "/etc/fstab".
 */
struct root {
	char path[256]; /* "": this system */
};

enum { ROOT_PATH = 512 };

/* dir NULL or "/": this system. -1 with err if the folder does not look like a system's root. */
int root_open(struct root *root, const char *dir, struct error *err);

/*
 * Where a file is from here. In a folder, a symbolic link on the way could lead out of it, into the
 * system that runs setup: an error. (The last part may be a link.)
 */
int root_path(const struct root *root, const char *name, char path[ROOT_PATH], struct error *err);

/* A whole file: 1, 0 if it is not there, -1 with err. text is initialised whatever happens. */
int root_read(const struct root *root, const char *name, struct text *text, struct error *err);

/* Is there something of this name? A link need not lead anywhere. */
bool root_has(const struct root *root, const char *name);
