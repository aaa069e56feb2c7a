/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sources/source.h"

#define SECOND 1000000000LL

static void stamp_is_carried_over_by_its_age(void **state)
{
	int64_t raw = 0;

	(void)state;
	assert_true(stamp_to_raw(1700000000 * SECOND, 50 * SECOND + 30, 1700000000 * SECOND + 25,
				 &raw));
	assert_int_equal(raw, 50 * SECOND + 5);
}

static void stamp_of_this_very_instant_is_good(void **state)
{
	int64_t raw = 0;

	(void)state;
	assert_true(stamp_to_raw(7, 100, 7, &raw));
	assert_int_equal(raw, 100);
}

static void stamp_as_old_as_allowed_is_good_and_older_is_not(void **state)
{
	int64_t raw = 0;

	(void)state;
	assert_true(stamp_to_raw(0, 10 * SECOND, STAMP_AGE_MAX_NS, &raw));
	assert_false(stamp_to_raw(0, 10 * SECOND, STAMP_AGE_MAX_NS + 1LL, &raw));
}

static void stamp_from_the_future_tells_of_a_clock_set_back(void **state)
{
	int64_t raw = 0;

	(void)state;
	assert_false(stamp_to_raw(1700000000 * SECOND + 1, 50, 1700000000 * SECOND, &raw));
}

static void any_number_is_taken_without_overflow(void **state)
{
	int64_t raw = 0;

	(void)state;
	assert_false(stamp_to_raw(INT64_MIN, 0, INT64_MAX, &raw));
	assert_false(stamp_to_raw(INT64_MAX, 0, INT64_MIN, &raw));
}

static void clocks_read_together_run_forward(void **state)
{
	int64_t raw[2];
	int64_t real[2];
	int64_t mono[2];

	(void)state;
	clocks_read_mono(&raw[0], &real[0], &mono[0]);
	clocks_read_mono(&raw[1], &real[1], &mono[1]);
	assert_true(raw[1] > raw[0]);
	assert_true(mono[1] > mono[0]);
	assert_true(raw[0] > 0);
	/* The machine's own clock is right enough for the sources to be of use. */
	assert_true(real[0] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamp_is_carried_over_by_its_age),
		cmocka_unit_test(stamp_of_this_very_instant_is_good),
		cmocka_unit_test(stamp_as_old_as_allowed_is_good_and_older_is_not),
		cmocka_unit_test(stamp_from_the_future_tells_of_a_clock_set_back),
		cmocka_unit_test(any_number_is_taken_without_overflow),
		cmocka_unit_test(clocks_read_together_run_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
