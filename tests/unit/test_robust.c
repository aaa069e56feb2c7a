/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/robust.h"

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* By sorting; the mean of the middle two for an even count. */
static int64_t sorted_median(const int64_t *values, int count)
{
	int64_t v[ROBUST_MAX];

	memcpy(v, values, sizeof(v[0]) * (size_t)count);
	qsort(v, (size_t)count, sizeof(v[0]), compare);
	if (count % 2) {
		return v[count / 2];
	}
	return v[count / 2 - 1] + (v[count / 2] - v[count / 2 - 1]) / 2;
}

static int64_t sorted_sigma(const int64_t *values, int count)
{
	int64_t distance[ROBUST_MAX];
	int64_t median = sorted_median(values, count);

	for (int i = 0; i < count; i++) {
		distance[i] = llabs(values[i] - median);
	}
	return sorted_median(distance, count) * 14826 / 10000;
}

static int64_t sigma(const struct robust *r)
{
	return robust_sigma_about(r, robust_median(r));
}

static void nothing_is_known_of_nothing(void **state)
{
	struct robust r;

	(void)state;
	robust_init(&r, 5);
	assert_int_equal(robust_median(&r), 0);
	assert_int_equal(sigma(&r), 0);
}

static void two_values_have_a_median_but_no_sigma(void **state)
{
	struct robust r;

	(void)state;
	robust_init(&r, 5);
	robust_add(&r, -10);
	assert_int_equal(robust_median(&r), -10);
	robust_add(&r, 20);
	assert_int_equal(robust_median(&r), 5);
	assert_int_equal(sigma(&r), 0);
	robust_add(&r, 20);
	assert_int_equal(robust_median(&r), 20);
}

static void median_and_sigma_are_those_of_sorting(void **state)
{
	const int64_t spans[] = {1, 2, 5, 1000, INT64_C(2000000000)};

	(void)state;
	srand(3);
	for (int round = 0; round < 20000; round++) {
		int64_t values[ROBUST_MAX];
		int count = 1 + rand() % ROBUST_MAX;
		int64_t span = spans[rand() % 5];
		struct robust r;

		robust_init(&r, ROBUST_MAX);
		for (int i = 0; i < count; i++) {
			values[i] = rand() % span - span / 2;
			robust_add(&r, values[i]);
		}
		assert_int_equal(robust_median(&r), sorted_median(values, count));
		assert_int_equal(sigma(&r), count < 3 ? 0 : sorted_sigma(values, count));
	}
}

static void only_the_last_values_count(void **state)
{
	int64_t values[500];

	(void)state;
	srand(4);
	for (int capacity = 1; capacity <= ROBUST_MAX; capacity++) {
		struct robust r;

		robust_init(&r, capacity);
		for (int i = 0; i < 500; i++) {
			values[i] = rand();
			robust_add(&r, values[i]);
		}
		assert_int_equal(r.count, capacity);
		assert_int_equal(robust_median(&r),
				 sorted_median(values + 500 - capacity, capacity));
	}
}

static void shift_moves_what_is_held_and_nothing_else(void **state)
{
	struct robust r;

	(void)state;
	robust_init(&r, 4);
	for (int i = 1; i <= 3; i++) {
		robust_add(&r, i * 100);
	}
	robust_shift(&r, -50);
	assert_int_equal(robust_median(&r), 150);
	assert_int_equal(sigma(&r), 148);
	robust_add(&r, 1000);
	assert_int_equal(robust_median(&r), 200);
}

static void wild_half_does_not_move_the_estimates_far(void **state)
{
	struct robust r;

	(void)state;
	robust_init(&r, 9);
	for (int i = 0; i < 5; i++) {
		robust_add(&r, 1000 + i);
	}
	for (int i = 0; i < 4; i++) {
		robust_add(&r, INT64_C(1000000000000));
	}
	assert_in_range(robust_median(&r), 1000, 1004);
	assert_in_range(sigma(&r), 1, 10);
}

static void looking_changes_nothing(void **state)
{
	struct robust r, before;

	(void)state;
	robust_init(&r, 7);
	for (int i = 0; i < 7; i++) {
		robust_add(&r, (i * 5) % 7);
	}
	before = r;
	robust_median(&r);
	sigma(&r);
	assert_memory_equal(&r, &before, sizeof(r));
}

static void spread_is_the_difference_of_two_quantiles(void **state)
{
	struct robust r;

	(void)state;
	robust_init(&r, ROBUST_MAX);
	assert_int_equal(robust_spread(&r, 200, 400), 0);
	for (int i = 0; i < 3 * ROBUST_MAX; i++) {
		robust_add(&r, (int64_t)i * 7919 % 1009 - 500);
		for (int low = 0; low <= 1000; low += 100) {
			assert_int_equal(robust_spread(&r, low, 1000),
					 robust_quantile(&r, 1000) - robust_quantile(&r, low));
			assert_int_equal(robust_spread(&r, low / 2, low),
					 robust_quantile(&r, low) - robust_quantile(&r, low / 2));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_of_nothing),
		cmocka_unit_test(two_values_have_a_median_but_no_sigma),
		cmocka_unit_test(median_and_sigma_are_those_of_sorting),
		cmocka_unit_test(only_the_last_values_count),
		cmocka_unit_test(shift_moves_what_is_held_and_nothing_else),
		cmocka_unit_test(wild_half_does_not_move_the_estimates_far),
		cmocka_unit_test(looking_changes_nothing),
		cmocka_unit_test(spread_is_the_difference_of_two_quantiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
