/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* What is written to standard error between catch_log and caught_log. */
static int catch_saved, catch_file;
static char catch_text[20000];

static inline void catch_log(void)
{
	fflush(stderr);
	catch_saved = dup(STDERR_FILENO);
	catch_file = memfd_create("stderr", MFD_CLOEXEC);
	assert_true(catch_saved >= 0 && catch_file >= 0);
	assert_true(dup2(catch_file, STDERR_FILENO) >= 0);
}

static inline const char *caught_log(void)
{
	fflush(stderr);
	dup2(catch_saved, STDERR_FILENO);
	close(catch_saved);
	ssize_t len = pread(catch_file, catch_text, sizeof(catch_text) - 1, 0);

	close(catch_file);
	catch_text[len < 0 ? 0 : len] = '\0';
	return catch_text;
}

static inline int caught_lines(void)
{
	int lines = 0;

	for (const char *p = catch_text; *p; p++) {
		lines += *p == '\n';
	}
	return lines;
}
