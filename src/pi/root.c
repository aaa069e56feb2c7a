/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

int root_open(struct root *root, const char *dir, struct error *err)
{
	char *real;

	root->path[0] = '\0';
	if (!dir || strcmp(dir, "/") == 0) {
		return 0;
	}
	real = realpath(dir, NULL);
	if (!real) {
		return error_set(err, "--root %.200s: %s", dir, strerror(errno));
	}
	if (strlen(real) >= sizeof(root->path)) {
		free(real);
		return error_set(err, "--root %.200s: longer than %zu characters", dir,
				 sizeof(root->path) - 1);
	}
	/* realpath of something like "/./" is "/" again. */
	snprintf(root->path, sizeof(root->path), "%s", strcmp(real, "/") == 0 ? "" : real);
	free(real);
	if (!root_has(root, "/etc/os-release") && !root_has(root, "/usr/lib/os-release")) {
		return error_set(err,
				 "--root %.200s: no etc/os-release in it: not the root of a "
				 "system; mount the image's second partition there, and its first "
				 "on boot/firmware in it",
				 dir);
	}
	return 0;
}

/* Every folder between the root and the file's last part. */
static int check_folders(const struct root *root, char *path, struct error *err)
{
	size_t from = strlen(root->path) + 1;
	struct stat st;

	for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int rc = lstat(path, &st);

		if (rc == 0 && S_ISLNK(st.st_mode)) {
			return error_set(err,
					 "%.300s is a symbolic link, which may lead out of the "
					 "image: set up the running system instead",
					 path);
		}
		*slash = '/';
		if (rc != 0) {
			return 0; /* not there: whoever uses the path will hear of it */
		}
	}
	return 0;
}

int root_path(const struct root *root, const char *name, char path[ROOT_PATH], struct error *err)
{
	if (snprintf(path, ROOT_PATH, "%s%s", root->path, name) >= ROOT_PATH) {
		return error_set(err, "%.100s...: path too long", path);
	}
	return root->path[0] ? check_folders(root, path, err) : 0;
}

static int read_all(int fd, const char *path, struct text *text, struct error *err)
{
	char part[4096];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0) {
		text_add(text, part, (size_t)n);
		if (text->len > FILE_MAX) {
			return error_set(err, "%.300s: longer than %d bytes", path, FILE_MAX);
		}
	}
	return n < 0 ? error_set(err, "%.300s: %s", path, strerror(errno)) : 1;
}

int root_read(const struct root *root, const char *name, struct text *text, struct error *err)
{
	char path[ROOT_PATH];
	struct stat st;
	int rc;

	text_init(text);
	if (root_path(root, name, path, err)) {
		return -1;
	}
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (root->path[0] ? O_NOFOLLOW : 0);
	int fd = open(path, flags);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		return 0;
	}
	if (fd < 0) {
		return error_set(err, "%.300s: %s", path,
				 errno == ELOOP ? "a symbolic link, which setup does not follow"
						: strerror(errno));
	}
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		rc = error_set(err, "%.300s: not a regular file", path);
	} else {
		rc = read_all(fd, path, text, err);
	}
	close(fd);
	return rc;
}

bool root_has(const struct root *root, const char *name)
{
	char path[ROOT_PATH];
	struct error ignored;
	struct stat st;

	return root_path(root, name, path, &ignored) == 0 && lstat(path, &st) == 0;
}
