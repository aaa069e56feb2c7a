/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Opening files in places where others may have planted something: a FIFO without a writer, a device,
 * a link to somewhere else. Nothing here ever waits. All functions set errno on failure;
 * safe_open_reason() puts it into words.
 */
enum safe_flags {
	SAFE_NO_FOLLOW = 1, /* also refuse a symbolic link in the file's own place */
};

/* errno for something that is not a plain file. */
#define SAFE_NOT_PLAIN ENOTSUP

/* A plain file for reading: a descriptor, with its fstat(2) in st unless st is NULL; or -1. */
int safe_open(const char *path, int flags, struct stat *st);

/*
 * All of a plain file that is smaller than size, with a NUL after it; st may be NULL. Returns its
 * length, or -1: EFBIG for a longer one.
 */
ssize_t safe_read(const char *path, int flags, char *text, size_t size, struct stat *st);

/*
 * A new, empty file for writing, mode 0666 minus the umask. Anything in its place that is not a
 * folder is removed, not followed. A descriptor, or -1.
 */
int safe_create(const char *path);

/* rename(2), but only over a plain file, a link, or nothing: a device or FIFO stays. */
int safe_rename(const char *from, const char *to);

/* errno as strerror(3) has it, or "not a plain file". */
const char *safe_open_reason(int code);
