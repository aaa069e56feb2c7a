/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/capture_head.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/calendar.h"
#include "core/capture.h"
#include "core/capture_text.h"

enum kind { TEXT, DAY, COUNT, WIDE, WIDE_OR_NONE, EDGE, FLAG, TIME_LEAP };

/* The ranges are those of the configuration. */
static const struct {
	const char *name;
	enum kind kind;
	size_t at; /* in struct core_config */
	int64_t least, most;
} keys[CAPTURE_KEYS] = {
#define PLACE(field) .at = offsetof(struct core_config, field)
	[CAPTURE_PROGRAM] = {.name = "version", .kind = TEXT},
	[CAPTURE_PIVOT] = {"pivot", DAY, PLACE(pivot_s)},
	[CAPTURE_AGREE] = {"agree", COUNT, PLACE(agree), 2, 20},
	[CAPTURE_RELABEL_HOLD] = {"relabel_hold_ns", WIDE, PLACE(relabel_hold_ns), NS_PER_S,
				  86400 * NS_PER_S},
	[CAPTURE_HOLDOVER] = {"holdover_ns", WIDE, PLACE(holdover_ns), 0, 86400 * NS_PER_S},
	[CAPTURE_PPS_OFFSET] = {"pps_offset_ns", WIDE, PLACE(pps_offset_ns), -NS_PER_S / 2,
				NS_PER_S / 2},
	[CAPTURE_COARSE_LAG] = {"coarse_lag_ns", WIDE, PLACE(configured_lag_ns), 0, 2 * NS_PER_S},
	[CAPTURE_LEARNED_LAG] = {"learned_lag_ns", WIDE_OR_NONE, PLACE(learned_lag_ns),
				 -CAPTURE_LAG_MAX, CAPTURE_LAG_MAX},
	[CAPTURE_EDGE] = {"edge", EDGE, PLACE(clear_edge)},
	[CAPTURE_LEAP_KNOWN_UNTIL] = {"leap_known_until_s", WIDE, PLACE(leap_known_until_s), 0,
				      CAPTURE_UTC_MAX_S},
	[CAPTURE_LEAP_UTC] = {"leap_utc_s", WIDE, PLACE(leap_utc_s), 0, CAPTURE_UTC_MAX_S},
	[CAPTURE_LEAP] = {"leap", COUNT, PLACE(leap), -1, 1},
	[CAPTURE_LEAP_COUNT] = {"leap_count_s", COUNT, PLACE(leap_count_s), 0, 127},
	[CAPTURE_TIME_LEAP] = {"time_leap", TIME_LEAP, PLACE(time_leap)},
	[CAPTURE_LEAP_CORRECTED] = {"leap_corrected", FLAG, PLACE(leap_corrected), 0, 1},
};

void capture_head_init(struct capture_head *head)
{
	memset(head, 0, sizeof(*head));
	core_config_default(&head->config);
	head->config.pivot_s = CAPTURE_PIVOT_S;
	head->config.agree = 3;
	head->config.relabel_hold_ns = 60 * NS_PER_S;
	head->config.holdover_ns = 30 * NS_PER_S;
	head->config.pps_offset_ns = 0;
	head->config.configured_lag_ns = 0;
	head->config.learned_lag_ns = CORE_NO_LAG;
	head->config.clear_edge = false;
	head->config.leap_known_until_s = 0;
	head->config.leap_utc_s = 0;
	head->config.leap = 0;
	head->config.leap_count_s = 0;
	head->config.time_leap = CORE_LEAP_TRUST;
	head->config.leap_corrected = false;
}

const char *capture_key_name(enum capture_key key)
{
	return keys[key].name;
}

bool capture_key_is_number(enum capture_key key)
{
	return keys[key].kind == COUNT || keys[key].kind == WIDE ||
	       keys[key].kind == WIDE_OR_NONE || keys[key].kind == FLAG;
}

/* ------------------------------------------------------------------ values */

static int64_t value_of(const struct core_config *config, enum capture_key key)
{
	const char *at = (const char *)config + keys[key].at;
	int64_t wide;

	switch (keys[key].kind) {
	case COUNT:
	case TIME_LEAP:
		return *(const int *)at;
	case EDGE:
	case FLAG:
		return *(const bool *)at;
	default:
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
}

static void set_value(struct core_config *config, enum capture_key key, int64_t value)
{
	char *at = (char *)config + keys[key].at;

	switch (keys[key].kind) {
	case COUNT:
	case TIME_LEAP:
		*(int *)at = (int)value;
		break;
	case EDGE:
	case FLAG:
		*(bool *)at = value;
		break;
	default:
		memcpy(at, &value, sizeof(value));
	}
}

void capture_key_copy(struct core_config *to, const struct core_config *from, enum capture_key key)
{
	if (keys[key].kind != TEXT) {
		set_value(to, key, value_of(from, key));
	}
}

/* What stands between quotes in JSON as it is. */
static bool plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void clean_program(const char *program, char *text, size_t size)
{
	size_t most = sizeof(((struct capture_head *)0)->program) - 1;
	size_t n = strnlen(program, most < size - 1 ? most : size - 1);

	for (size_t i = 0; i < n; i++) {
		text[i] = program[i];
		if (!plain(text[i])) {
			text[i] = '?';
		}
	}
	text[n] = '\0';
	if (n == 0) {
		snprintf(text, size, "unknown");
	}
}

const char *capture_key_text(const struct capture_head *head, enum capture_key key, char *text,
			     size_t size)
{
	const int64_t value = keys[key].kind == TEXT ? 0 : value_of(&head->config, key);
	int year, month, day;

	switch (keys[key].kind) {
	case TEXT:
		clean_program(head->program, text, size);
		break;
	case DAY:
		calendar_date(value, &year, &month, &day);
		snprintf(text, size, "%04d-%02d-%02d", year, month, day);
		break;
	case EDGE:
		snprintf(text, size, "%s", value ? "clear" : "assert");
		break;
	case TIME_LEAP:
		snprintf(text, size, "%s", core_time_leap_name((int)value));
		break;
	case WIDE_OR_NONE:
		if (value == CORE_NO_LAG) {
			snprintf(text, size, "none");
			break;
		}
		/* fall through */
	default:
		snprintf(text, size, "%" PRId64, value);
	}
	return text;
}

size_t capture_format_head(const struct capture_head *head, char *text)
{
	char value[100];
	char *out = capture_put_text(text, CAPTURE_HEADER);

	for (int i = 0; i < CAPTURE_KEYS; i++) {
		out = capture_put_text(out, "C ");
		out = capture_put_text(out, keys[i].name);
		out = capture_put_text(out, " ");
		out = capture_put_text(
			out, capture_key_text(head, (enum capture_key)i, value, sizeof(value)));
		out = capture_put_text(out, "\n");
	}
	*out = '\0';
	return (size_t)(out - text);
}

/* ------------------------------------------------------------------ reading */

static bool digits(const char *text, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		*value = *value * 10 + (text[i] - '0');
	}
	return true;
}

bool capture_date(const char *text, size_t len, int64_t *utc_s)
{
	int year, month, day;

	if (len != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &year) ||
	    !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day) || year < 1980 ||
	    year > 2115 || !calendar_valid(year, month, day)) {
		return false;
	}
	*utc_s = calendar_day_start_s(year, month, day);
	return true;
}

static int take_program(struct capture_head *head, struct capture_cursor *in)
{
	size_t n = 0;

	if (capture_take_space(in, "version")) {
		return -1;
	}
	for (; in->at < in->end; in->at++) {
		if (!plain(*in->at) || n == sizeof(head->program) - 1) {
			return error_set(
				in->err,
				"line %ld: version has more than 79 characters or one that does not belong there",
				in->line);
		}
		head->program[n++] = *in->at;
	}
	head->program[n] = '\0';
	return n ? 0 : error_set(in->err, "line %ld: version is empty", in->line);
}

static int take_day(struct capture_cursor *in, int64_t *value)
{
	if (capture_take_space(in, "pivot")) {
		return -1;
	}
	if (!capture_date(in->at, (size_t)(in->end - in->at), value)) {
		return capture_field_error(in, "pivot", "want a day as 2026-11-01, 1980 to 2115");
	}
	in->at = in->end;
	return 0;
}

static bool take_none(struct capture_cursor *in)
{
	static const char none[] = " none";

	if (in->end - in->at != sizeof(none) - 1 || memcmp(in->at, none, sizeof(none) - 1) != 0) {
		return false;
	}
	in->at = in->end;
	return true;
}

static int take_time_leap(struct capture_cursor *in, int64_t *value)
{
	if (capture_take_space(in, "time_leap")) {
		return -1;
	}
	for (int i = CORE_LEAP_AUTO; i <= CORE_LEAP_TRUST; i++) {
		const char *word = core_time_leap_name(i);

		if ((size_t)(in->end - in->at) == strlen(word) &&
		    memcmp(in->at, word, strlen(word)) == 0) {
			in->at = in->end;
			*value = i;
			return 0;
		}
	}
	return capture_field_error(in, "time_leap", "want auto, wait or trust");
}

static int take_value(struct capture_head *head, enum capture_key key, struct capture_cursor *in)
{
	int64_t value = 0;
	bool clear;

	switch (keys[key].kind) {
	case TEXT:
		return take_program(head, in);
	case DAY:
		if (take_day(in, &value)) {
			return -1;
		}
		break;
	case EDGE:
		if (capture_take_word(in, "edge", "assert", "clear", &clear)) {
			return -1;
		}
		value = clear;
		break;
	case TIME_LEAP:
		if (take_time_leap(in, &value)) {
			return -1;
		}
		break;
	case WIDE_OR_NONE:
		if (take_none(in)) {
			value = CORE_NO_LAG;
			break;
		}
		/* fall through */
	default:
		if (capture_take_number(in, keys[key].name, keys[key].least, keys[key].most,
					&value)) {
			return -1;
		}
	}
	set_value(&head->config, key, value);
	return 0;
}

static int find_key(const struct capture_cursor *in, size_t len)
{
	int key = 0;

	while (key < CAPTURE_KEYS &&
	       (strlen(keys[key].name) != len || memcmp(keys[key].name, in->at, len) != 0)) {
		key++;
	}
	return key;
}

int capture_take_setting(struct capture_head *head, struct capture_cursor *in)
{
	size_t len = 0;

	if (capture_take_space(in, "the key")) {
		return -1;
	}
	while (in->at + len < in->end && in->at[len] != ' ') {
		len++;
	}
	int key = find_key(in, len);

	if (key == CAPTURE_KEYS) {
		return capture_field_error(in, "the key", "not known to this release");
	}
	if (capture_head_says(head, (enum capture_key)key)) {
		return capture_field_error(in, "the key", "said twice");
	}
	in->at += len;
	if (take_value(head, (enum capture_key)key, in)) {
		return -1;
	}
	if (in->at != in->end) {
		return capture_field_error(in, "after the value there", "nothing belongs there");
	}
	head->given |= 1U << key;
	return 0;
}
