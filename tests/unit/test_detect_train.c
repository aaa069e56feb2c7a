/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/train.h"
#include "spans.h"

/* Pulses of this width, each period; the line rests low, or high. */
static void pulses(struct train *train, int count, int64_t period_ns, int64_t width_ns, bool low)
{
	for (int i = 0; i < count; i++) {
		train_add(train, 100 * S + i * period_ns, low);
		train_add(train, 100 * S + i * period_ns + width_ns, !low);
	}
}

static void edge_before_the_short_part_is_on_time(void **state)
{
	static const struct {
		int64_t width_ns;
		bool low;
		enum train_edge edge;
	} cases[] = {
		{1000, false, TRAIN_RISING},     {100 * MS, false, TRAIN_RISING},
		{400 * MS, false, TRAIN_RISING}, {1000, true, TRAIN_FALLING},
		{100 * MS, true, TRAIN_FALLING}, {500 * MS, false, TRAIN_EITHER},
		{500 * MS, true, TRAIN_EITHER},  {900 * MS, false, TRAIN_FALLING},
		{900 * MS, true, TRAIN_RISING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct train train = {0};
		struct train_pulse pulse;
		int64_t width = cases[i].width_ns;

		pulses(&train, 4, S, width, cases[i].low);
		assert_true(train_judge(&train, &pulse));
		assert_int_equal(pulse.edge, cases[i].edge);
		assert_int_equal(pulse.width_ns, width > 500 * MS ? S - width : width);
		assert_int_equal(pulse.period_ns, S);
	}
}

static void watch_may_begin_in_the_middle_of_a_pulse(void **state)
{
	struct train train = {0};
	struct train_pulse pulse;

	(void)state;
	train_add(&train, 99 * S + 100 * MS, true);
	pulses(&train, 3, S, 100 * MS, false);
	train_add(&train, 103 * S, false);
	assert_true(train_judge(&train, &pulse));
	assert_int_equal(pulse.edge, TRAIN_RISING);
	assert_int_equal(pulse.width_ns, 100 * MS);
}

static void pulse_whose_level_is_read_too_late_is_judged_by_the_level_of_rest(void **state)
{
	(void)state;
	for (int low = 0; low < 2; low++) {
		struct train train = {0};
		struct train_pulse pulse;

		for (int i = 0; i < 3; i++) {
			train_add(&train, i * S, !low);
			train_add(&train, i * S + 20000, !low);
		}
		assert_true(train_judge(&train, &pulse));
		assert_int_equal(pulse.edge, low ? TRAIN_FALLING : TRAIN_RISING);
		assert_int_equal(pulse.width_ns, 20000);
	}
}

static void slow_clock_still_sees_a_second(void **state)
{
	struct train train = {0};
	struct train_pulse pulse;

	(void)state;
	pulses(&train, 4, S - 200000, 100 * MS, false);
	assert_true(train_judge(&train, &pulse));
	assert_int_equal(pulse.period_ns, S - 200000);
}

static void two_pulses_are_not_enough(void **state)
{
	struct train train = {0};
	struct train_pulse pulse;

	(void)state;
	assert_false(train_judge(&train, &pulse));
	pulses(&train, 2, S, 100 * MS, false);
	train_add(&train, 102 * S, false);
	assert_false(train_judge(&train, &pulse));
	train_add(&train, 102 * S + 100 * MS, true);
	assert_true(train_judge(&train, &pulse));
}

static void other_rates_are_no_pulse_a_second(void **state)
{
	static const int64_t periods[] = {100 * MS, 200 * MS, 500 * MS, 980 * MS, 1020 * MS, 2 * S};

	(void)state;
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		struct train train = {0};
		struct train_pulse pulse;

		pulses(&train, 10, periods[i], 10 * MS, false);
		assert_false(train_judge(&train, &pulse));
	}
}

static void one_edge_too_many_spoils_it_until_three_pulses_later(void **state)
{
	struct train train = {0};
	struct train_pulse pulse;

	(void)state;
	pulses(&train, 4, S, 100 * MS, false);
	train_add(&train, 103 * S + 300 * MS, false);
	assert_false(train_judge(&train, &pulse));
	for (int i = 0; i < 3; i++) {
		train_add(&train, (104 + i) * S, false);
		assert_false(train_judge(&train, &pulse));
		train_add(&train, (104 + i) * S + 100 * MS, true);
	}
	assert_true(train_judge(&train, &pulse));
	assert_int_equal(train.total, 15);
	assert_int_equal(train.count, 15);
	pulses(&train, 20, S, 100 * MS, false);
	assert_int_equal(train.count, TRAIN_KEPT);
	assert_int_equal(train.total, 55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edge_before_the_short_part_is_on_time),
		cmocka_unit_test(watch_may_begin_in_the_middle_of_a_pulse),
		cmocka_unit_test(pulse_whose_level_is_read_too_late_is_judged_by_the_level_of_rest),
		cmocka_unit_test(slow_clock_still_sees_a_second),
		cmocka_unit_test(two_pulses_are_not_enough),
		cmocka_unit_test(other_rates_are_no_pulse_a_second),
		cmocka_unit_test(one_edge_too_many_spoils_it_until_three_pulses_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
