/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "common/error.h"

/* A text read line by line, fast, in bounded memory, whatever its bytes. */
struct lines {
	int fd;
	off_t begin; /* where a file that is no pipe stood */
	FILE *kept;  /* a copy of what a pipe has given, until lines_rewind has read it again */
	bool keep;
	bool fifo; /* which was named, and may have no writer */
	char *buffer;
	size_t size; /* also the longest line, with its newline */
	size_t start, end;
	long line; /* given out so far */
};

/*
 * path "-" is standard input. -1 with err. Does not wait for the writer of a FIFO; the first
 * lines_next() fails if there is none.
 */
int lines_open(struct lines *lines, const char *path, size_t longest, struct error *err);

/*
 * Back to the first line, once; -1 with err. What was read of a pipe is read again from a temporary
 * file, which lines_open begins.
 */
int lines_rewind(struct lines *lines, struct error *err);

/*
 * 1: a line, without its newline, good until the next call; 0: the end; -1: err. A last line
 * without newline is an error: the file was cut short, and so may be its last number.
 */
int lines_next(struct lines *lines, const char **line, size_t *len, struct error *err);

void lines_close(struct lines *lines);
