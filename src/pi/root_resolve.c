/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/root_resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DEPTH_MAX = 40, LINKS_MAX = 40 };

struct walk {
	int root;
	int folders[DEPTH_MAX]; /* below the root, each in the one before */
	int depth;
	int links;           /* followed so far */
	char rest[PATH_MAX]; /* still to go */
};

static int fail(int error)
{
	errno = error;
	return -1;
}

static int here(const struct walk *walk)
{
	return walk->depth ? walk->folders[walk->depth - 1] : walk->root;
}

static void go_up(struct walk *walk)
{
	if (walk->depth > 0) {
		close(walk->folders[--walk->depth]);
	}
}

/* The next part of what is still to go, into part; false: there is none. */
static bool next_part(struct walk *walk, char part[NAME_MAX + 1])
{
	const char *at = walk->rest + strspn(walk->rest, "/");
	size_t len = strcspn(at, "/");

	if (len == 0 || len > NAME_MAX) {
		return false;
	}
	memcpy(part, at, len);
	part[len] = '\0';
	memmove(walk->rest, at + len, strlen(at + len) + 1);
	return true;
}

static bool is_last(const struct walk *walk)
{
	return walk->rest[strspn(walk->rest, "/")] == '\0';
}

/* Puts the link's target before what is still to go. */
static int follow(struct walk *walk, int link)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t len = readlinkat(link, "", target, sizeof(target) - 1);

	if (len < 0) {
		return -1;
	}
	target[len] = '\0';
	if (++walk->links > LINKS_MAX) {
		return fail(ELOOP);
	}
	memcpy(rest, walk->rest, sizeof(rest));
	if (snprintf(walk->rest, sizeof(walk->rest), "%s/%s", target, rest) >= PATH_MAX) {
		return fail(ENAMETOOLONG);
	}
	while (target[0] == '/' && walk->depth > 0) {
		go_up(walk);
	}
	return 0;
}

static int go_down(struct walk *walk, int folder)
{
	if (walk->depth == DEPTH_MAX) {
		return fail(ENAMETOOLONG);
	}
	walk->folders[walk->depth++] = folder;
	return 0;
}

/*
 * One part. 1: it was the end, *found is open; 0: there is more to go; -1 with errno. What a part
 * is is asked of what was opened, so that nobody can change it in between.
 */
static int step(struct walk *walk, const char *part, int flags, int *found)
{
	struct stat st;
	bool end = is_last(walk);
	int fd = openat(here(walk), part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fstat(fd, &st)) {
		rc = -1;
	} else if (S_ISLNK(st.st_mode) && !(end && (flags & O_NOFOLLOW))) {
		rc = follow(walk, fd);
	} else if (S_ISDIR(st.st_mode)) {
		rc = go_down(walk, fd);
		fd = rc == 0 ? -1 : fd; /* the walk has it now */
	} else if (!end) {
		rc = fail(ENOTDIR);
	} else {
		*found = openat(here(walk), part, flags | O_NOFOLLOW | O_CLOEXEC);
		rc = *found < 0 ? -1 : 1;
	}
	int error = errno;

	if (fd >= 0) {
		close(fd);
	}
	errno = error;
	return rc;
}

int root_resolve_walk(int root, const char *path, int flags)
{
	struct walk walk = {.root = root};
	char part[NAME_MAX + 1];
	int found = -1, rc = 0;

	if (snprintf(walk.rest, sizeof(walk.rest), "%s", path) >= PATH_MAX) {
		return fail(ENAMETOOLONG);
	}
	while (rc == 0 && next_part(&walk, part)) {
		if (strcmp(part, "..") == 0) {
			go_up(&walk);
		} else if (strcmp(part, ".") != 0) {
			rc = step(&walk, part, flags, &found);
		}
	}
	if (rc == 0 && !is_last(&walk)) {
		rc = fail(ENAMETOOLONG);
	} else if (rc == 0) { /* it ended at a folder */
		found = openat(here(&walk), ".", flags | O_CLOEXEC);
	}
	int error = errno;

	while (walk.depth > 0) {
		go_up(&walk);
	}
	errno = error;
	return found;
}

int root_resolve_kernel(int root, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned int)(flags | O_CLOEXEC),
			       .resolve = RESOLVE_IN_ROOT};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

int root_resolve(int root, const char *path, int flags)
{
	int fd = root_resolve_kernel(root, path, flags);

	/*
	 * EAGAIN: something was moved meanwhile, and the kernel could not tell whether it is safe.
	 */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN)) {
		fd = root_resolve_walk(root, path, flags);
	}
	return fd;
}
