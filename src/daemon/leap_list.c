/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/leap_list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/safe_open.h"
#include "core/calendar.h"

/* The one of 2025 has 5 KB; each leap second adds 30 bytes. */
enum { FILE_MAX = 65536 };

#define NTP_TO_UTC_S INT64_C(2208988800)
/* The first line of every list: from 1972 on UTC has whole seconds. */
#define FIRST_S INT64_C(63072000)
/* No date of ours is later: 2116. */
#define LAST_S   INT64_C(4607452800)
#define TAI_MOST 999
/* TAI minus GPS time, for ever. */
#define TAI_GPS_S  19
#define COUNT_MOST 127

struct reading {
	struct leap_list *list;
	const char *at, *end; /* of this line, or what is left of it */
	long line;
	int64_t from_s;
	bool expiry_said, hash_said, second_listed;
	int64_t expiry_s;
	int64_t last_s, last_tai; /* of the line before; last_s 0: none */
	struct error *err;
};

static int wrong(const struct reading *in, const char *what)
{
	return error_set(in->err, "line %ld: %s", in->line, what);
}

static void skip_blanks(struct reading *in)
{
	while (in->at < in->end && (*in->at == ' ' || *in->at == '\t')) {
		in->at++;
	}
}

static bool take_number(struct reading *in, int64_t *number)
{
	const char *first;

	skip_blanks(in);
	*number = 0;
	for (first = in->at; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
		if (in->at - first >= 10) {
			return false;
		}
		*number = *number * 10 + (*in->at - '0');
	}
	return in->at > first;
}

/* An instant in seconds since 1900. */
static bool take_utc(struct reading *in, int64_t *utc_s)
{
	if (!take_number(in, utc_s)) {
		return false;
	}
	*utc_s -= NTP_TO_UTC_S;
	return *utc_s >= FIRST_S && *utc_s <= LAST_S;
}

/* Nothing more in this line, or a comment. */
static bool at_end(struct reading *in)
{
	skip_blanks(in);
	return in->at == in->end || *in->at == '#';
}

static bool month_begins(int64_t utc_s)
{
	int year, month, day;

	calendar_date(utc_s, &year, &month, &day);
	return utc_s % S_PER_DAY == 0 && day == 1;
}

/* Leap seconds come in order: the first from from_s on is kept, and whether there are more. */
static void keep(struct reading *in, int64_t utc_s, int leap)
{
	if (utc_s < in->from_s) {
		return;
	}
	if (in->list->leap == 0) {
		in->list->utc_s = utc_s;
		in->list->leap = leap;
	} else if (!in->second_listed) {
		in->second_listed = true;
		in->list->known_until_s = utc_s - 1;
	}
}

static int take_second(struct reading *in)
{
	int64_t utc_s, tai;

	if (!take_utc(in, &utc_s) || !take_number(in, &tai) || !at_end(in)) {
		return wrong(in, "expected seconds since 1900 and TAI - UTC");
	}
	if (tai > TAI_MOST || !month_begins(utc_s)) {
		return wrong(in, "a leap second can only be at the end of a month");
	}
	if (in->last_s && utc_s <= in->last_s) {
		return wrong(in, "not later than the previous one");
	}
	if (in->last_s && llabs(tai - in->last_tai) != 1) {
		return error_set(in->err,
				 "line %ld: TAI - UTC goes from %" PRId64 " to %" PRId64
				 ", expected one second more or less",
				 in->line, in->last_tai, tai);
	}
	if (in->last_s) {
		keep(in, utc_s, (int)(tai - in->last_tai));
	}
	if (utc_s < in->from_s) {
		in->list->count_s =
			tai > TAI_GPS_S && tai < TAI_GPS_S + COUNT_MOST ? (int)tai - TAI_GPS_S : 0;
	}
	in->last_s = utc_s;
	in->last_tai = tai;
	in->hash_said = false;
	return 0;
}

static int take_expiry(struct reading *in)
{
	if (in->expiry_said) {
		return wrong(in, "a second expiry date");
	}
	in->expiry_said = true;
	in->at += 2;
	if (!take_utc(in, &in->expiry_s) || !at_end(in)) {
		return wrong(in, "invalid expiry date");
	}
	return 0;
}

static int take_line(struct reading *in)
{
	bool special = in->end - in->at >= 2 && in->at[0] == '#';

	if (special && in->at[1] == '@') {
		return take_expiry(in);
	}
	if (special && in->at[1] == 'h') {
		in->hash_said = true;
	}
	return at_end(in) ? 0 : take_second(in);
}

static int take_lines(struct reading *in, const char *text, size_t len)
{
	const char *const end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		in->line++;
		in->at = text;
		in->end = newline ? newline : end;
		text = newline ? newline + 1 : end;
		if (in->end > in->at && in->end[-1] == '\r') {
			in->end--;
		}
		if (take_line(in)) {
			return -1;
		}
	}
	if (!in->expiry_said) {
		return error_set(in->err, "no expiry date (line with #@)");
	}
	if (!in->last_s || !in->hash_said) {
		return error_set(in->err, "no #h line at its end: it may be truncated");
	}
	return 0;
}

int leap_list_parse(struct leap_list *list, const char *text, size_t len, int64_t from_s,
		    struct error *err)
{
	struct reading in = {.list = list, .from_s = from_s, .err = err};

	*list = (struct leap_list){0};
	if (take_lines(&in, text, len)) {
		*list = (struct leap_list){0};
		return -1;
	}
	if (!in.second_listed || in.expiry_s < list->known_until_s) {
		list->known_until_s = in.expiry_s;
	}
	return 0;
}

int leap_list_read(struct leap_list *list, const char *path, int64_t from_s, struct error *err)
{
	static char text[FILE_MAX + 1]; /* with a NUL */
	struct error why;
	ssize_t len;

	*list = (struct leap_list){0};
	if (!path[0]) {
		return 0;
	}
	len = safe_read(path, 0, text, sizeof(text), NULL);
	if (len < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		return 0;
	}
	if (len < 0 && errno == EFBIG) {
		return error_set(err, "leap-second list %.200s: longer than %d bytes", path,
				 FILE_MAX);
	}
	if (len < 0) {
		return error_set(err, "leap-second list %.200s: %s", path, safe_open_reason(errno));
	}
	if (leap_list_parse(list, text, (size_t)len, from_s, &why)) {
		return error_set(err, "leap-second list %.200s: %s; it is not used", path,
				 why.text);
	}
	return 0;
}
