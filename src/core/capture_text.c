/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/capture_text.h"

#include <string.h>

char *capture_put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static char *put_number(char *out, int64_t value)
{
	char digits[20];
	size_t n = 0;
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	if (value < 0) {
		*out++ = '-';
	}
	do {
		digits[n++] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	while (n) {
		*out++ = digits[--n];
	}
	return out;
}

char *capture_put_field(char *out, int64_t value)
{
	*out++ = ' ';
	return put_number(out, value);
}

/* How many of the next bytes may be shown in an error: to the next blank, at most 24. */
static int shown(const struct capture_cursor *in)
{
	int n = 0;

	while (n < 24 && in->at + n < in->end && in->at[n] > ' ' && in->at[n] <= '~') {
		n++;
	}
	return n;
}

int capture_field_error(struct capture_cursor *in, const char *what, const char *allowed)
{
	return error_set(in->err, "line %ld: %s is '%.*s': %s", in->line, what, shown(in), in->at,
			 allowed);
}

int capture_take_space(struct capture_cursor *in, const char *what)
{
	if (in->at == in->end) {
		return error_set(in->err, "line %ld: ends before %s", in->line, what);
	}
	if (*in->at != ' ') {
		return capture_field_error(in, "what stands before the next field",
					   "one space belongs there");
	}
	in->at++;
	return 0;
}

int capture_take_number(struct capture_cursor *in, const char *what, int64_t least, int64_t most,
			int64_t *value)
{
	struct capture_cursor start;
	uint64_t n = 0;
	bool minus;

	if (capture_take_space(in, what)) {
		return -1;
	}
	start = *in;
	minus = least < 0 && in->at < in->end && *in->at == '-';
	in->at += minus;
	const char *first = in->at;
	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
		uint64_t digit = (uint64_t)(*in->at - '0');

		if (digit > (uint64_t)most || n > ((uint64_t)most - digit) / 10) {
			return capture_field_error(&start, what, "out of range");
		}
		n = n * 10 + digit;
	}
	if (in->at == first || (in->at < in->end && *in->at != ' ')) {
		return capture_field_error(&start, what, "want a decimal number");
	}
	*value = minus ? -(int64_t)n : (int64_t)n;
	if (*value < least) {
		return capture_field_error(&start, what, "out of range");
	}
	return 0;
}

int capture_take_word(struct capture_cursor *in, const char *what, const char *no, const char *yes,
		      bool *second)
{
	size_t len;

	if (capture_take_space(in, what)) {
		return -1;
	}
	for (len = 0; in->at + len < in->end && in->at[len] != ' '; len++) {
	}
	*second = len == strlen(yes) && memcmp(in->at, yes, len) == 0;
	if (!*second && (len != strlen(no) || memcmp(in->at, no, len) != 0)) {
		return error_set(in->err, "line %ld: %s is '%.*s': want %s or %s", in->line, what,
				 shown(in), in->at, no, yes);
	}
	in->at += len;
	return 0;
}
