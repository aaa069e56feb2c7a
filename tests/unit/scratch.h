/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A directory of a test's own, to play /sys, /dev or /run/lock in. */
struct scratch {
	char path[64];
};

static inline void scratch_make(struct scratch *scratch)
{
	snprintf(scratch->path, sizeof(scratch->path), "/tmp/pps2shm-test-XXXXXX");
	assert_non_null(mkdtemp(scratch->path));
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int kind,
				     struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline void scratch_remove(struct scratch *scratch)
{
	assert_int_equal(nftw(scratch->path, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* The path of a name within. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name, char *path,
				       size_t size)
{
	snprintf(path, size, "%s/%s", scratch->path, name);
	return path;
}

static inline void scratch_mkdir(const struct scratch *scratch, const char *name)
{
	char path[256];

	assert_int_equal(mkdir(scratch_path(scratch, name, path, sizeof(path)), 0755), 0);
}

static inline void scratch_write(const struct scratch *scratch, const char *name, const char *text)
{
	char path[256];
	FILE *file = fopen(scratch_path(scratch, name, path, sizeof(path)), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}
