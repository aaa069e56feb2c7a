/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ntpshm/ntpshm.h"

static void splitting_rounds_seconds_down(void **state)
{
	static const struct {
		int64_t ns, s;
		int rest;
	} cases[] = {
		{0, 0, 0},
		{1, 0, 1},
		{999999999, 0, 999999999},
		{NTPSHM_S, 1, 0},
		{-1, -1, 999999999},
		{-NTPSHM_S, -1, 0},
		{-NTPSHM_S - 1, -2, 999999999},
		{INT64_MIN, -9223372037, 145224192},
		{INT64_MAX, 9223372036, 854775807},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t s;
		int rest;

		ntpshm_split(cases[i].ns, &s, &rest);
		assert_int_equal(s, cases[i].s);
		assert_int_equal(rest, cases[i].rest);
	}
}

static void instants_are_formatted_in_utc(void **state)
{
	char text[NTPSHM_TEXT];

	(void)state;
	assert_string_equal(ntpshm_format(0, text), "1970-01-01T00:00:00.000000000Z");
	assert_string_equal(ntpshm_format(-1, text), "1969-12-31T23:59:59.999999999Z");
	assert_string_equal(ntpshm_format(951782400000000000, text),
			    "2000-02-29T00:00:00.000000000Z");
	assert_string_equal(ntpshm_format(2147483648LL * NTPSHM_S, text),
			    "2038-01-19T03:14:08.000000000Z");
	assert_string_equal(ntpshm_format(INT64_MIN, text), "1677-09-21T00:12:43.145224192Z");
	assert_string_equal(ntpshm_format(INT64_MAX, text), "2262-04-11T23:47:16.854775807Z");
}

/* Every 13 h 7 min and some: no year, month or day is left out. */
static void the_calendar_and_back_is_the_same_instant_everywhere(void **state)
{
	struct ntpshm_calendar c, last = {0};
	int64_t step = 47220LL * NTPSHM_S + 123456789, back;
	bool more = true;

	(void)state;
	for (int64_t ns = INT64_MIN; more; more = !__builtin_add_overflow(ns, step, &ns)) {
		struct tm tm;
		int64_t s;
		int rest;
		time_t t;

		ntpshm_to_calendar(ns, &c);
		ntpshm_split(ns, &s, &rest);
		t = (time_t)s;
		if ((int64_t)t == s) {
			gmtime_r(&t, &tm);
			assert_true(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 &&
				    c.day == tm.tm_mday && c.hour == tm.tm_hour &&
				    c.minute == tm.tm_min && c.second == tm.tm_sec);
		}
		assert_true(c.year > last.year || c.month > last.month || c.day >= last.day);
		assert_int_equal(ntpshm_from_calendar(&c, &back), 0);
		assert_int_equal(back, ns);
		last = c;
	}
}

static void dates_that_do_not_exist_are_refused(void **state)
{
	static const struct ntpshm_calendar wrong[] = {
		{2026, 0, 1, 0, 0, 0, 0},  {2026, 13, 1, 0, 0, 0, 0},
		{2026, 2, 29, 0, 0, 0, 0}, {2100, 2, 29, 0, 0, 0, 0},
		{2026, 4, 31, 0, 0, 0, 0}, {2026, 1, 0, 0, 0, 0, 0},
		{2026, 1, 1, 24, 0, 0, 0}, {2026, 1, 1, 0, 60, 0, 0},
		{2026, 1, 1, 0, 0, 61, 0}, {2026, 1, 1, 0, 0, 0, 1000000000},
		{2026, 1, 1, 0, 0, 0, -1},
	};
	static const struct ntpshm_calendar far[] = {
		{1677, 9, 21, 0, 12, 43, 145224191},
		{2262, 4, 11, 23, 47, 16, 854775808},
		{1000, 1, 1, 0, 0, 0, 0},
		{3000, 1, 1, 0, 0, 0, 0},
		{0, 1, 1, 0, 0, 0, 0},
		{INT32_MAX, 1, 1, 0, 0, 0, 0},
		{INT32_MIN, 1, 1, 0, 0, 0, 0},
	};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ntpshm_from_calendar(&wrong[i], &ns), -1);
		assert_int_equal(errno, EINVAL);
	}
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		assert_int_equal(ntpshm_from_calendar(&far[i], &ns), -1);
		assert_int_equal(errno, ERANGE);
	}
}

static void text_is_parsed_exactly(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{"0", 0},
		{"1782907200123456789", 1782907200123456789},
		{"-1", -1},
		{"+5ns", 5},
		{"9223372036854775807", INT64_MAX},
		{"-9223372036854775808", INT64_MIN},
		{"1782907200.123456789", 1782907200123456789},
		{"1782907200.5", 1782907200500000000},
		{"1782907200s", 1782907200000000000},
		{"1.5s", 1500000000},
		{"-1.0", -1000000000},
		{"-0.25", -250000000},
		{"0.1234567890000", 123456789},
		{"-9223372036.854775808", INT64_MIN},
		{"2026-07-01T12:00:00.123456789Z", 1782907200123456789},
		{"2026-07-01 12:00:00", 1782907200000000000},
		{"1969-12-31T23:59:59.9Z", -100000000},
		{"2016-12-31T23:59:60Z", 1483228800000000000},
	};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(ntpshm_parse(cases[i].text, &ns), 0);
		assert_int_equal(ns, cases[i].ns);
	}
}

static void other_text_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"-",
		".",
		".5",
		"1.",
		"1.s",
		"1.5n",
		"1.5ns",
		"5n",
		"5sx",
		"5 ",
		" 5",
		"0x10",
		"1e9",
		"1.1234567891",
		"--5",
		"2026-07-01",
		"2026-07-01T12:00",
		"2026-7-1T12:00:00",
		"2026-07-01T12:00:00.",
		"2026-07-01T12:00:00+02:00",
		"2026-07-01T12:00:00Zx",
		"2026-02-29T12:00:00",
		"yesterday",
	};
	static const char *const far[] = {"9223372036854775808", "9223372036.854775808",
					  "99999999999999999999s", "9999-01-01T00:00:00Z"};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ntpshm_parse(wrong[i], &ns), -1);
		assert_int_equal(errno, EINVAL);
	}
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		assert_int_equal(ntpshm_parse(far[i], &ns), -1);
		assert_int_equal(errno, ERANGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splitting_rounds_seconds_down),
		cmocka_unit_test(instants_are_formatted_in_utc),
		cmocka_unit_test(the_calendar_and_back_is_the_same_instant_everywhere),
		cmocka_unit_test(dates_that_do_not_exist_are_refused),
		cmocka_unit_test(text_is_parsed_exactly),
		cmocka_unit_test(other_text_is_refused),
	};

	return cmocka_run_group_tests_name("instants", tests, NULL, NULL);
}
