/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/log.h"
#include "core/calendar.h"
#include "daemon/reporter.h"
#include "log_catch.h"

#define assert_says(words)     assert_non_null(strstr(catch_text, words))
#define assert_not_says(words) assert_null(strstr(catch_text, words))

static struct reporter reporter;

static int fresh(void **state)
{
	(void)state;
	reporter = (struct reporter){0};
	log_set_level(LOG_LEVEL_DEBUG);
	unsetenv("JOURNAL_STREAM");
	return 0;
}

static void notice(enum core_notice_kind kind, enum core_cause cause, int64_t raw_ns, int64_t a,
		   int64_t b)
{
	struct core_notice n = {kind, cause, raw_ns, a, b};

	catch_log();
	reporter_notice(&reporter, &n);
	caught_log();
}

static void popcorn(int64_t seconds)
{
	notice(CORE_NOTICE_REJECT, CORE_POPCORN, seconds * NS_PER_S, 50000, 10000);
}

static void rejection_is_told_with_its_numbers(void **state)
{
	(void)state;
	popcorn(1);
	assert_int_equal(caught_lines(), 1);
	assert_says("+0.000050 s");
	assert_says("limit 0.000010 s");
	assert_not_says("more");
}

static void rejections_of_a_cause_are_told_once_in_ten_seconds(void **state)
{
	int lines = 0;

	(void)state;
	for (int s = 100; s < 200; s++) {
		popcorn(s);
		lines += caught_lines();
	}
	assert_int_equal(lines, 10);
}

static void how_many_were_left_out_is_told_with_the_next(void **state)
{
	(void)state;
	for (int s = 100; s < 110; s++) {
		popcorn(s);
	}
	popcorn(110);
	assert_says("9 more");
	popcorn(120);
	assert_not_says("more");
}

static void causes_do_not_silence_each_other(void **state)
{
	(void)state;
	for (enum core_cause cause = 0; cause < CORE_CAUSES; cause++) {
		notice(CORE_NOTICE_REJECT, cause, 100 * NS_PER_S, 1, 2);
		/* The other edge is normal: it is only counted. */
		assert_int_equal(caught_lines(), cause != CORE_OTHER_EDGE);
	}
}

static void pulses_that_wait_at_the_start_are_for_those_who_look_closely(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_INFO);
	notice(CORE_NOTICE_REJECT, CORE_UNSETTLED, NS_PER_S, 0, 0);
	notice(CORE_NOTICE_REJECT, CORE_WITHHELD_LABEL, NS_PER_S, 0, 0);
	assert_int_equal(caught_lines(), 0);
	popcorn(1);
	assert_int_equal(caught_lines(), 1);
}

static void numbers_that_say_nothing_are_left_out(void **state)
{
	(void)state;
	notice(CORE_NOTICE_REJECT, CORE_CHECKSUM, NS_PER_S, 0, 0);
	assert_int_equal(caught_lines(), 1);
	assert_not_says("limit");
}

static void change_of_state_names_both(void **state)
{
	(void)state;
	notice(CORE_NOTICE_STATE, 0, 1, CORE_SEARCHING, CORE_LOCKED);
	assert_says("locked (was searching)");
}

static void seconds_are_told_as_dates(void **state)
{
	int64_t utc = calendar_day_start_s(2027, 1, 2) + 3723;

	(void)state;
	notice(CORE_NOTICE_LABEL, 0, 1, utc, 120000000);
	assert_says("2027-01-02 01:02:03 UTC");
	assert_says("0.120 s");
	notice(CORE_NOTICE_RELABEL, 0, 1, utc, utc + 1);
	assert_says("2027-01-02 01:02:03 UTC is now 2027-01-02 01:02:04 UTC");
	notice(CORE_NOTICE_SUSPECT, 0, 1, utc, utc + 60);
	assert_says("receiver says 2027-01-02 01:02:03 UTC");
	assert_says("2027-01-02 01:03:03 UTC");
	notice(CORE_NOTICE_LEAP, 0, 1, utc, 1);
	assert_says("inserted");
	notice(CORE_NOTICE_LEAP, 0, 1, utc, -1);
	assert_says("deleted");
}

static void every_kind_is_one_line_whatever_its_numbers(void **state)
{
	const int64_t extremes[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

	(void)state;
	for (enum core_notice_kind kind = 0; kind < CORE_NOTICES; kind++) {
		for (int i = 0; i < 5; i++) {
			reporter = (struct reporter){0};
			notice(kind, CORE_POPCORN, 1, extremes[i], extremes[4 - i]);
			assert_int_equal(caught_lines(), 1);
		}
	}
}

static void other_kinds_tell_their_numbers(void **state)
{
	(void)state;
	notice(CORE_NOTICE_PHASE, 0, 1, -300000000, 0);
	assert_says("-0.300000 s");
	notice(CORE_NOTICE_LAG, 0, 1, 100000000, 600000000);
	assert_says("0.600 s (was 0.100 s)");
	notice(CORE_NOTICE_ERA, 0, 1, 1024, 0);
	assert_says("+1024 weeks");
	notice(CORE_NOTICE_MISSED, 0, 1, 7, 0);
	assert_says("7 pulses");
}

static void journal_gets_a_priority_with_each_line(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "1:2", 1);
	notice(CORE_NOTICE_PHASE, 0, 1, -300000000, 0);
	assert_memory_equal(catch_text, "<4>", 3);
	notice(CORE_NOTICE_STATE, 0, 1, 0, 1);
	assert_memory_equal(catch_text, "<5>", 3);
	unsetenv("JOURNAL_STREAM");
}

#define test(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(rejection_is_told_with_its_numbers),
		test(rejections_of_a_cause_are_told_once_in_ten_seconds),
		test(how_many_were_left_out_is_told_with_the_next),
		test(causes_do_not_silence_each_other),
		test(pulses_that_wait_at_the_start_are_for_those_who_look_closely),
		test(numbers_that_say_nothing_are_left_out),
		test(change_of_state_names_both),
		test(seconds_are_told_as_dates),
		test(every_kind_is_one_line_whatever_its_numbers),
		test(other_kinds_tell_their_numbers),
		test(journal_gets_a_priority_with_each_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
