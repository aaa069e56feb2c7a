/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Bytes that grow. at[len] is always a NUL, which is not counted; at is never NULL after
 * text_init(). Meant for files of a few kilobytes: where there is no memory for those, abort().
 */
struct text {
	char *at;
	size_t len;
	size_t size;
};

void text_init(struct text *text);
void text_free(struct text *text);
void text_add(struct text *text, const void *bytes, size_t len);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_copy(struct text *to, const struct text *from);
bool text_same(const struct text *a, const struct text *b);

/* One line of a text, without its line ending. */
struct text_line {
	const char *at;
	size_t len;
	size_t begin, end; /* offsets in the text, end past the line ending */
	long number;       /* from 1 */
	bool newline;      /* false: the last line, without one */
	bool carriage;     /* it ended in CR LF */
};

/* Steps to the next line; line is zeroed before the first. False: there is none. */
bool text_next_line(const struct text *text, struct text_line *line);
