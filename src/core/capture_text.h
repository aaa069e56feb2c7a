/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/* The fields of a capture's lines, both ways. For the files of the capture alone. */

/* Each writes at out and returns the place behind. */
char *capture_put_text(char *out, const char *text);
/* A space and the number. */
char *capture_put_field(char *out, int64_t value);

/* What is left of the line in hand. */
struct capture_cursor {
	const char *at;
	const char *end;
	long line;
	struct error *err;
};

/* All of these return 0, or -1 with "line N: ...". what names the field in errors. */

int capture_take_space(struct capture_cursor *in, const char *what);
/* One space and a decimal number least..most, -most <= least; a sign only for least below zero. */
int capture_take_number(struct capture_cursor *in, const char *what, int64_t least, int64_t most,
			int64_t *value);
/* One space and one of two words; *second says which. */
int capture_take_word(struct capture_cursor *in, const char *what, const char *no, const char *yes,
		      bool *second);

/* -1, with what stands there and what is allowed. */
int capture_field_error(struct capture_cursor *in, const char *what, const char *allowed);
