/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/capture_head.h"
#include "core/capture_pivot.h"
#include "nmea_text.h"

#define RAW (1000 * NS_PER_S)

static struct capture_dating dating;

static int fresh(void **state)
{
	(void)state;
	capture_dating_init(&dating);
	return 0;
}

static int64_t day(int year, int month, int day_of_month)
{
	return calendar_day_start_s(year, month, day_of_month);
}

static bool clock_line(int64_t after_s, int64_t real_s, bool sync)
{
	return capture_dating_event(&dating, &(struct event){.type = EVENT_CLOCK,
							     .raw_ns = RAW + after_s * NS_PER_S,
							     .real_ns = real_s * NS_PER_S,
							     .clock = {.sync = sync}});
}

static bool bytes(int64_t after_s, int64_t real_s, const char *text)
{
	return capture_dating_event(&dating,
				    &(struct event){.type = EVENT_BYTES,
						    .raw_ns = RAW + after_s * NS_PER_S,
						    .real_ns = real_s * NS_PER_S,
						    .bytes = {.bps = 9600,
							      .data = (const uint8_t *)text,
							      .len = strlen(text)}});
}

static bool zda(int64_t after_s, int64_t real_s, int year, int month, int day_of_month)
{
	char text[300];

	nmea_text(text, "GPZDA,120000.00,%02d,%02d,%04d,00,00", day_of_month, month, year);
	return bytes(after_s, real_s, text);
}

static bool rmc(int64_t real_s, char status, int two_digits, int month, int day_of_month)
{
	char text[300];

	nmea_text(text, "GNRMC,120000.00,%c,,,,,,,%02d%02d%02d,,,A", status, day_of_month, month,
		  two_digits);
	return bytes(0, real_s, text);
}

static void check_pivot(int64_t pivot_s)
{
	assert_int_equal(capture_dating_pivot_s(&dating), pivot_s);
}

static void without_a_sign_it_is_that_of_format_1(void **state)
{
	(void)state;
	check_pivot(day(2026, 11, 1));
	assert_false(clock_line(0, day(2026, 10, 5), false));
	assert_false(bytes(1, day(2026, 10, 5), "noise $GPGGA\r\n"));
	check_pivot(day(2026, 11, 1));
}

static void a_synchronised_clock_tells_that_it_is_older(void **state)
{
	(void)state;
	assert_true(clock_line(0, day(2026, 10, 5) + 7, true));
	check_pivot(day(2026, 10, 4));
}

static void one_from_after_the_pivot_tells_that_it_is_not(void **state)
{
	(void)state;
	assert_true(clock_line(0, day(2027, 10, 5), true));
	/* What comes later changes nothing: the first sign decides. */
	assert_true(clock_line(5, day(2016, 10, 5), true));
	check_pivot(day(2026, 11, 1));
}

static void it_is_the_beginning_of_the_capture_that_counts(void **state)
{
	(void)state;
	assert_false(clock_line(0, 0, false));
	/* Three days after it. */
	assert_true(clock_line(3 * 86400, day(2026, 10, 9) + 60, true));
	check_pivot(day(2026, 10, 5));
}

static void a_full_date_that_the_clock_does_not_contradict_tells_it(void **state)
{
	(void)state;
	assert_true(zda(0, day(2026, 3, 1), 2026, 10, 6));
	check_pivot(day(2026, 10, 5));
}

static void a_date_of_an_earlier_era_does_not(void **state)
{
	(void)state;
	/* A receiver 1024 weeks behind, in November 2026: its repair must not be lost. */
	assert_false(zda(0, day(2026, 11, 20), 2007, 4, 6));
	check_pivot(day(2026, 11, 1));
}

static void a_clock_that_was_never_set_tells_nothing(void **state)
{
	(void)state;
	assert_false(zda(0, 60, 2026, 10, 6));
	assert_false(clock_line(1, 60, true));
	assert_false(rmc(60, 'A', 70, 1, 1));
	check_pivot(day(2026, 11, 1));
}

static void two_digits_are_taken_in_the_clocks_century(void **state)
{
	(void)state;
	assert_true(rmc(day(1999, 12, 30), 'A', 0, 1, 2));
	check_pivot(day(2000, 1, 1));
	fresh(NULL);
	assert_true(rmc(day(2016, 12, 31), 'A', 16, 12, 31));
	check_pivot(day(2016, 12, 30));
	fresh(NULL);
	assert_true(rmc(day(2099, 12, 30), 'A', 0, 1, 2));
	check_pivot(day(2026, 11, 1));
}

static void a_receiver_without_a_fix_is_not_believed(void **state)
{
	(void)state;
	assert_false(rmc(day(2026, 10, 6), 'V', 26, 10, 6));
	assert_true(rmc(day(2026, 10, 6), 'A', 26, 10, 6));
}

static void a_sentence_may_come_in_parts(void **state)
{
	char text[300];
	size_t len = nmea_text(text, "GPZDA,120000.00,06,10,2026,00,00");

	(void)state;
	for (size_t i = 0; i < len; i++) {
		char one[2] = {text[i], '\0'};

		/* A sentence ends with its CR. */
		assert_int_equal(bytes(0, day(2026, 10, 6), one), i >= len - 2);
	}
	check_pivot(day(2026, 10, 5));
}

static void what_the_receiver_says_then_stands_for_every_day_since_1980(void **state)
{
	(void)state;
	for (int64_t t = day(1980, 1, 6); t < day(2046, 6, 1); t += S_PER_DAY / 3) {
		int year, month, day_of_month;

		fresh(NULL);
		assert_true(clock_line(0, t, true));
		int64_t pivot = capture_dating_pivot_s(&dating);

		assert_true(pivot <= CAPTURE_PIVOT_S && pivot <= t);
		assert_true(pivot > t - 2 * S_PER_DAY || pivot == CAPTURE_PIVOT_S);
		/* A receiver that is right, and one that is an era behind. */
		assert_int_equal(calendar_era_from_pivot_s(t, pivot), t);
		assert_int_equal(calendar_era_from_pivot_s(t - GPS_ERA_S, pivot), t);
		calendar_date(t, &year, &month, &day_of_month);
		assert_int_equal(calendar_full_year(year % 100, pivot), year);
	}
}

int main(void)
{
#define test(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		test(without_a_sign_it_is_that_of_format_1),
		test(a_synchronised_clock_tells_that_it_is_older),
		test(one_from_after_the_pivot_tells_that_it_is_not),
		test(it_is_the_beginning_of_the_capture_that_counts),
		test(a_full_date_that_the_clock_does_not_contradict_tells_it),
		test(a_date_of_an_earlier_era_does_not),
		test(a_clock_that_was_never_set_tells_nothing),
		test(two_digits_are_taken_in_the_clocks_century),
		test(a_receiver_without_a_fix_is_not_believed),
		test(a_sentence_may_come_in_parts),
		test(what_the_receiver_says_then_stands_for_every_day_since_1980),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
