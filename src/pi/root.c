/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pi/root_resolve.h"

enum { FILE_MAX = 1 << 20 };

/* The folder's whole path into root->path, "" for "/". */
static int take_path(struct root *root, const char *dir, struct error *err)
{
	char *real = realpath(dir, NULL);
	int rc = 0;

	if (!real) {
		return error_set(err, "--root %.200s: %s", dir, strerror(errno));
	}
	if (strlen(real) >= sizeof(root->path)) {
		rc = error_set(err, "--root %.200s: longer than %zu characters", dir,
			       sizeof(root->path) - 1);
	} else if (strcmp(real, "/") != 0) {
		snprintf(root->path, sizeof(root->path), "%s", real);
	}
	free(real);
	return rc;
}

int root_open(struct root *root, const char *dir, struct error *err)
{
	root->path[0] = '\0';
	root->fd = -1;
	if (dir && take_path(root, dir, err)) {
		return -1;
	}
	root->fd = open(root->path[0] ? root->path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		return error_set(err, "--root %.200s: %s", root->path, strerror(errno));
	}
	if (root->path[0] && !root_has(root, "/etc/os-release") &&
	    !root_has(root, "/usr/lib/os-release")) {
		root_close(root);
		return error_set(
			err,
			"--root %.200s: no etc/os-release in it: not the root of a system; mount the image's second partition there, and its first on boot/firmware in it",
			dir);
	}
	return 0;
}

void root_close(struct root *root)
{
	if (root->fd >= 0) {
		close(root->fd);
	}
	root->fd = -1;
}

void root_path(const struct root *root, const char *name, char path[ROOT_PATH])
{
	snprintf(path, ROOT_PATH, "%s%s", root->path, name);
}

int root_open_file(const struct root *root, const char *name, int flags)
{
	return root_resolve(root->fd, name, flags);
}

DIR *root_open_folder(const struct root *root, const char *name)
{
	int fd = root_open_file(root, name, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir) {
		close(fd);
	}
	return dir;
}

int root_read_all(int fd, const char *path, struct text *text, struct error *err)
{
	char part[4096];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0) {
		text_add(text, part, (size_t)n);
		if (text->len > FILE_MAX) {
			return error_set(err, "%.300s: longer than %d bytes", path, FILE_MAX);
		}
	}
	return n < 0 ? error_set(err, "%.300s: %s", path, strerror(errno)) : 0;
}

int root_open_regular(const struct root *root, const char *name, int flags, struct stat *st)
{
	int fd = root_open_file(root, name, O_PATH | flags);
	int rc = fd < 0 ? -1 : fstat(fd, st);

	if (fd >= 0) {
		close(fd);
	}
	if (rc) {
		return -1;
	}
	fd = S_ISREG(st->st_mode)
		     ? root_open_file(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | flags)
		     : -1;
	if (!S_ISREG(st->st_mode) || (fd >= 0 && (fstat(fd, st) || !S_ISREG(st->st_mode)))) {
		if (fd >= 0) {
			close(fd);
		}
		errno = EINVAL;
		return -1;
	}
	return fd;
}

int root_read(const struct root *root, const char *name, struct text *text, struct error *err)
{
	char path[ROOT_PATH];
	struct stat st;

	text_init(text);
	root_path(root, name, path);
	int fd = root_open_regular(root, name, 0, &st);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		return 0;
	}
	if (fd < 0) {
		return error_set(err, "%.300s: %s", path,
				 errno == EINVAL ? "not a regular file" : strerror(errno));
	}
	int rc = root_read_all(fd, path, text, err) ? -1 : 1;

	close(fd);
	return rc;
}

bool root_stat(const struct root *root, const char *name, struct stat *st)
{
	int fd = root_open_file(root, name, O_PATH);
	int rc = fd < 0 ? -1 : fstat(fd, st);

	if (fd >= 0) {
		close(fd);
	}
	return rc == 0;
}

bool root_has(const struct root *root, const char *name)
{
	int fd = root_open_file(root, name, O_PATH | O_NOFOLLOW);

	if (fd >= 0) {
		close(fd);
	}
	return fd >= 0;
}

int root_find_place(const struct root *root, const char *name, struct root_place *place)
{
	root_path(root, name, place->path);
	place->folder = -1;
	if (snprintf(place->copy, sizeof(place->copy), "%s", name) >= ROOT_PATH) {
		errno = ENAMETOOLONG;
		return -1;
	}
	char *slash = strrchr(place->copy, '/');

	place->name = slash ? slash + 1 : "";
	if (!place->name[0] || strcmp(place->name, ".") == 0 || strcmp(place->name, "..") == 0) {
		errno = EINVAL;
		return -1;
	}
	*slash = '\0';
	place->folder = root_open_file(root, slash == place->copy ? "/" : place->copy,
				       O_RDONLY | O_DIRECTORY);
	return place->folder < 0 ? -1 : 0;
}

void root_leave(struct root_place *place)
{
	int error = errno;

	close(place->folder);
	place->folder = -1;
	errno = error;
}

bool root_name_is_plain(const char *name, size_t size)
{
	const char *at = name;

	if (name[0] != '/' || strlen(name) >= size) {
		return false;
	}
	for (const char *c = name; *c; c++) {
		if (*c > 0 && (*c < ' ' || *c == 0x7f)) {
			return false;
		}
	}
	while (*at == '/') {
		size_t len = strcspn(at + 1, "/");

		if (len == 0 || (len == 1 && at[1] == '.') ||
		    (len == 2 && at[1] == '.' && at[2] == '.')) {
			return false;
		}
		at += 1 + len;
	}
	return true;
}
