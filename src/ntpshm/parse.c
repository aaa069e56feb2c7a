/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>

#include "ntpshm/internal.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly width digits; advances *text. -1 if they are not there. */
static int take_digits(const char **text, int width)
{
	int value = 0;

	for (int i = 0; i < width; i++) {
		if (!is_digit(**text)) {
			return -1;
		}
		value = value * 10 + (*(*text)++ - '0');
	}
	return value;
}

/* ".123" to nanoseconds; absent is 0; digits beyond the ninth must be zeros. -1 if wrong. */
static int take_fraction(const char **text)
{
	int value = 0, scale = (int)(NTPSHM_S / 10);

	if (**text != '.') {
		return 0;
	}
	if (!is_digit(*++*text)) {
		return -1;
	}
	for (; is_digit(**text); (*text)++, scale /= 10) {
		if (scale == 0 && **text != '0') {
			return -1;
		}
		value += (**text - '0') * scale;
	}
	return value;
}

static bool take(const char **text, char wanted)
{
	if (**text != wanted) {
		return false;
	}
	(*text)++;
	return true;
}

static int parse_calendar(const char *text, int64_t *ns)
{
	struct ntpshm_calendar c = {0};

	if ((c.year = take_digits(&text, 4)) < 0 || !take(&text, '-') ||
	    (c.month = take_digits(&text, 2)) < 0 || !take(&text, '-') ||
	    (c.day = take_digits(&text, 2)) < 0 || !(take(&text, 'T') || take(&text, ' ')) ||
	    (c.hour = take_digits(&text, 2)) < 0 || !take(&text, ':') ||
	    (c.minute = take_digits(&text, 2)) < 0 || !take(&text, ':') ||
	    (c.second = take_digits(&text, 2)) < 0 || (c.nanosecond = take_fraction(&text)) < 0) {
		return ntpshm_refuse(EINVAL);
	}
	take(&text, 'Z');
	return *text ? ntpshm_refuse(EINVAL) : ntpshm_from_calendar(&c, ns);
}

/* Digits to a number of the given sign: so INT64_MIN can be said. */
static int take_integer(const char **text, int sign, int64_t *value)
{
	if (!is_digit(**text)) {
		return ntpshm_refuse(EINVAL);
	}
	for (*value = 0; is_digit(**text); (*text)++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, sign * (**text - '0'), value)) {
			return ntpshm_refuse(ERANGE);
		}
	}
	return 0;
}

static int parse_number(const char *text, int64_t *ns)
{
	int sign = 1, fraction;
	bool seconds;

	if (*text == '-' || *text == '+') {
		sign = *text++ == '-' ? -1 : 1;
	}
	if (take_integer(&text, sign, ns)) {
		return -1;
	}
	seconds = *text == '.';
	if ((fraction = take_fraction(&text)) < 0) {
		return ntpshm_refuse(EINVAL);
	}
	if (take(&text, 's')) {
		seconds = true;
	} else if (!seconds && take(&text, 'n') && !take(&text, 's')) {
		return ntpshm_refuse(EINVAL);
	}
	if (*text) {
		return ntpshm_refuse(EINVAL);
	}
	if (seconds && (__builtin_mul_overflow(*ns, NTPSHM_S, ns) ||
			__builtin_add_overflow(*ns, sign * fraction, ns))) {
		return ntpshm_refuse(ERANGE);
	}
	return 0;
}

int ntpshm_parse(const char *text, int64_t *ns)
{
	const char *look = text;

	return take_digits(&look, 4) >= 0 && *look == '-' ? parse_calendar(text, ns)
							  : parse_number(text, ns);
}
