/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Opening files in places where others may have prepared something: a FIFO that nobody writes to, a
 * device, a link to somewhere else. Nothing here ever waits. All set errno on failure;
 * safe_open_reason() puts it into words.
 */
enum safe_flags {
	SAFE_NO_FOLLOW = 1, /* a symbolic link in the file's own place is refused, too */
};

/* errno for what is there, but is no plain file. */
#define SAFE_NOT_PLAIN ENOTSUP

/* A plain file for reading: a descriptor, and what fstat(2) says of it if st is not NULL; or -1. */
int safe_open(const char *path, int flags, struct stat *st);

/*
 * All of a plain file, which is smaller than size, with a NUL behind it; st may be NULL. Returns
 * its length, or -1: EFBIG for a longer one.
 */
ssize_t safe_read(const char *path, int flags, char *text, size_t size, struct stat *st);

/*
 * A new, empty file for writing, mode 0666 but for the umask. What stands in its place, if it is no
 * folder, is removed, not followed. A descriptor, or -1.
 */
int safe_create(const char *path);

/* rename(2), but only over a plain file, a link, or nothing: a device or FIFO stays. */
int safe_rename(const char *from, const char *to);

/* errno as strerror(3) has it, or "not a plain file". */
const char *safe_open_reason(int code);
