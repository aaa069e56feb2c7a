/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/safe_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int close_with(int fd, int code)
{
	close(fd);
	errno = code;
	return -1;
}

int safe_open(const char *path, int flags, struct stat *st)
{
	struct stat own;
	int how = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, how | (flags & SAFE_NO_FOLLOW ? O_NOFOLLOW : 0));

	if (fd < 0) {
		/* A socket, or a device without a driver. */
		errno = errno == ENXIO || errno == ENODEV ? SAFE_NOT_PLAIN : errno;
		return -1;
	}
	if (fstat(fd, &own) != 0) {
		return close_with(fd, errno);
	}
	if (st) {
		*st = own;
	}
	return S_ISREG(own.st_mode) ? fd : close_with(fd, SAFE_NOT_PLAIN);
}

ssize_t safe_read(const char *path, int flags, char *text, size_t size, struct stat *st)
{
	int fd = safe_open(path, flags, st);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0) {
		return -1;
	}
	while (n > 0 && len < size) {
		n = read(fd, text + len, size - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0 || len == size) {
		return close_with(fd, n < 0 ? errno : EFBIG);
	}
	close(fd);
	text[len] = '\0';
	return (ssize_t)len;
}

int safe_create(const char *path)
{
	if (unlink(path) != 0 && errno != ENOENT && errno != EISDIR) {
		return -1;
	}
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int safe_rename(const char *from, const char *to)
{
	struct stat st;

	if (lstat(to, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
		errno = SAFE_NOT_PLAIN;
		return -1;
	}
	return rename(from, to);
}

const char *safe_open_reason(int code)
{
	return code == SAFE_NOT_PLAIN ? "not a plain file" : strerror(code);
}
