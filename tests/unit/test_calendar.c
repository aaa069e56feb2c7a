/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/calendar.h"

/* The C library's opinion of a day. */
static int64_t library_day(int year, int month, int day, struct tm *tm)
{
	*tm = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
	return (int64_t)timegm(tm);
}

static void every_day_from_1970_to_2200_begins_when_the_c_library_says(void **state)
{
	int64_t expected = 0;

	(void)state;
	for (int64_t s = 0; s < library_day(2201, 1, 1, &(struct tm){0}); s += S_PER_DAY) {
		time_t t = (time_t)s;
		struct tm tm;

		gmtime_r(&t, &tm);
		assert_true(calendar_valid(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday));
		assert_int_equal(calendar_day_start_s(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday),
				 s);
		expected++;
	}
	assert_int_equal(expected, 84371);
}

static void days_before_1970_are_negative(void **state)
{
	struct tm tm;

	(void)state;
	assert_int_equal(calendar_day_start_s(1969, 12, 31), -S_PER_DAY);
	assert_int_equal(calendar_day_start_s(1600, 2, 29), library_day(1600, 2, 29, &tm));
	assert_int_equal(calendar_day_start_s(1, 1, 1), INT64_C(-62135596800));
	assert_int_equal(calendar_day_start_s(9999, 12, 31), INT64_C(253402214400));
}

static void only_days_that_exist_are_valid(void **state)
{
	(void)state;
	for (int year = 1896; year <= 2404; year++) {
		for (int month = -1; month <= 14; month++) {
			for (int day = -1; day <= 33; day++) {
				struct tm tm;

				library_day(year, month, day, &tm);
				bool exists = tm.tm_year == year - 1900 && tm.tm_mon == month - 1 &&
					      tm.tm_mday == day;

				assert_int_equal(calendar_valid(year, month, day), exists);
			}
		}
	}
}

static void years_are_valid_from_1_to_9999(void **state)
{
	(void)state;
	assert_false(calendar_valid(0, 1, 1));
	assert_true(calendar_valid(1, 1, 1));
	assert_true(calendar_valid(9999, 12, 31));
	assert_false(calendar_valid(10000, 1, 1));
}

static void a_date_is_that_of_the_day_a_second_lies_in(void **state)
{
	(void)state;
	for (int64_t t = calendar_day_start_s(1823, 1, 1); t < calendar_day_start_s(2117, 1, 1);
	     t += 43199) {
		int year, month, day;

		calendar_date(t, &year, &month, &day);
		assert_true(calendar_valid(year, month, day));
		assert_in_range(t - calendar_day_start_s(year, month, day), 0, S_PER_DAY - 1);
	}
}

static void two_digit_years_lie_from_40_before_the_pivot_to_59_after(void **state)
{
	(void)state;
	for (int year = 1999; year < 2120; year++) {
		int64_t pivots[] = {calendar_day_start_s(year, 1, 1),
				    calendar_day_start_s(year + 1, 1, 1) - 1};

		for (int digits = 0; digits < 100; digits++) {
			for (int i = 0; i < 2; i++) {
				int full = calendar_full_year(digits, pivots[i]);

				assert_int_equal(full % 100, digits);
				assert_in_range(full, year - 40, year + 59);
			}
		}
	}
}

static void two_digit_years_around_a_pivot_in_2026(void **state)
{
	int64_t pivot = calendar_day_start_s(2026, 11, 1);

	(void)state;
	assert_int_equal(calendar_full_year(86, pivot), 1986);
	assert_int_equal(calendar_full_year(85, pivot), 2085);
	assert_int_equal(calendar_full_year(99, pivot), 1999);
	assert_int_equal(calendar_full_year(0, pivot), 2000);
	assert_int_equal(calendar_full_year(26, pivot), 2026);
}

static void date_from_the_pivot_on_stays(void **state)
{
	int64_t pivot = calendar_day_start_s(2026, 11, 1);

	(void)state;
	assert_int_equal(calendar_era_from_pivot_s(pivot, pivot), pivot);
	assert_int_equal(calendar_era_from_pivot_s(pivot + 1, pivot), pivot + 1);
	assert_int_equal(calendar_era_from_pivot_s(pivot + 3 * GPS_ERA_S, pivot),
			 pivot + 3 * GPS_ERA_S);
}

static void date_before_the_pivot_moves_the_fewest_eras_that_bring_it_there(void **state)
{
	int64_t pivot = calendar_day_start_s(2026, 11, 1);

	(void)state;
	srand(1);
	for (int i = 0; i < 100000; i++) {
		int64_t back = 1 + rand() % (4 * GPS_ERA_S);
		int64_t mended = calendar_era_from_pivot_s(pivot - back, pivot);

		assert_int_equal((mended - (pivot - back)) % GPS_ERA_S, 0);
		assert_in_range(mended - pivot, 0, GPS_ERA_S - 1);
	}
	assert_int_equal(calendar_era_from_pivot_s(pivot - 1, pivot), pivot - 1 + GPS_ERA_S);
	assert_int_equal(calendar_era_from_pivot_s(pivot - GPS_ERA_S, pivot), pivot);
}

static void rollovers_known_from_history_are_mended(void **state)
{
	int64_t pivot = calendar_day_start_s(2018, 1, 1);

	(void)state;
	/* The week after the second rollover, told as the week after the first. */
	assert_int_equal(calendar_era_from_pivot_s(calendar_day_start_s(1999, 8, 23), pivot),
			 calendar_day_start_s(2019, 4, 8));
	pivot = calendar_day_start_s(2026, 11, 1);
	/* The third, 2038-11-21, told as 2019-04-07. */
	assert_int_equal(calendar_era_from_pivot_s(calendar_day_start_s(2019, 4, 7), pivot),
			 calendar_day_start_s(2038, 11, 21));
}

static void trusted_clock_draws_a_date_to_the_nearest_era(void **state)
{
	int64_t clock = calendar_day_start_s(2039, 1, 1);

	(void)state;
	assert_int_equal(calendar_era_from_clock_s(clock + 5, clock), clock + 5);
	for (int eras = -3; eras <= 3; eras++) {
		assert_int_equal(calendar_era_from_clock_s(clock + 5 + eras * GPS_ERA_S, clock),
				 clock + 5);
	}
	srand(2);
	for (int i = 0; i < 100000; i++) {
		int64_t said = clock + rand() - rand();
		int64_t mended = calendar_era_from_clock_s(said, clock);

		assert_int_equal((mended - said) % GPS_ERA_S, 0);
		assert_true(llabs(mended - clock) <= GPS_ERA_S / 2);
	}
}

static void half_year_is_the_next_first_of_july_or_january(void **state)
{
	(void)state;
	for (int year = 1969; year < 2201; year++) {
		int64_t january = calendar_day_start_s(year, 1, 1);
		int64_t july = calendar_day_start_s(year, 7, 1);
		int64_t next = calendar_day_start_s(year + 1, 1, 1);

		assert_int_equal(calendar_next_half_year_s(january - 1), january);
		for (int64_t s = january; s < next; s += 7 * S_PER_DAY / 2 - 1) {
			assert_int_equal(calendar_next_half_year_s(s), s < july ? july : next);
		}
		assert_int_equal(calendar_next_half_year_s(july - 1), july);
		assert_int_equal(calendar_next_half_year_s(july), next);
		assert_int_equal(calendar_next_half_year_s(next - 1), next);
	}
}

static void division_rounds_down_for_either_sign(void **state)
{
	(void)state;
	for (int64_t a = -50; a <= 50; a++) {
		for (int64_t b = 1; b <= 12; b++) {
			int64_t q = floor_div(a, b);

			assert_true(q * b <= a && a < (q + 1) * b);
		}
	}
	assert_int_equal(floor_div(INT64_MIN, NS_PER_S), INT64_C(-9223372037));
	assert_int_equal(floor_div(INT64_MAX, NS_PER_S), INT64_C(9223372036));
}

static void nearest_second_of_either_sign(void **state)
{
	(void)state;
	assert_int_equal(ns_to_nearest_s(0), 0);
	assert_int_equal(ns_to_nearest_s(NS_PER_S / 2 - 1), 0);
	assert_int_equal(ns_to_nearest_s(NS_PER_S / 2), 1);
	assert_int_equal(ns_to_nearest_s(-NS_PER_S / 2), 0);
	assert_int_equal(ns_to_nearest_s(-NS_PER_S / 2 - 1), -1);
	assert_int_equal(ns_to_nearest_s(1800000000 * NS_PER_S - 1), 1800000000);
	assert_int_equal(ns_to_nearest_s(-1800000000 * NS_PER_S + 1), -1800000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_from_1970_to_2200_begins_when_the_c_library_says),
		cmocka_unit_test(days_before_1970_are_negative),
		cmocka_unit_test(only_days_that_exist_are_valid),
		cmocka_unit_test(years_are_valid_from_1_to_9999),
		cmocka_unit_test(a_date_is_that_of_the_day_a_second_lies_in),
		cmocka_unit_test(two_digit_years_lie_from_40_before_the_pivot_to_59_after),
		cmocka_unit_test(two_digit_years_around_a_pivot_in_2026),
		cmocka_unit_test(date_from_the_pivot_on_stays),
		cmocka_unit_test(date_before_the_pivot_moves_the_fewest_eras_that_bring_it_there),
		cmocka_unit_test(rollovers_known_from_history_are_mended),
		cmocka_unit_test(trusted_clock_draws_a_date_to_the_nearest_era),
		cmocka_unit_test(half_year_is_the_next_first_of_july_or_january),
		cmocka_unit_test(division_rounds_down_for_either_sign),
		cmocka_unit_test(nearest_second_of_either_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
