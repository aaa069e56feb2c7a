/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 4: coarse time, near zero without any constant made by hand. */

static int64_t errors[2000];

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median_error(struct play *play)
{
	int n = play->judge.coarse_count;

	assert_true(n > 0);
	qsort(errors, (size_t)n, sizeof(errors[0]), compare);
	return errors[n / 2];
}

/* From now on. */
static void keep_errors(struct play *play)
{
	play->judge.coarse_errors = errors;
	play->judge.coarse_room = sizeof(errors) / sizeof(errors[0]);
	play->judge.coarse_count = 0;
}

static void calibrates(struct play *play, int64_t bound_ns)
{
	starts(play, 700);
	play_until(play, 100 * SECOND_NS);
	keep_errors(play);
	ends(play);
	assert_in_range(play->judge.coarse_count, 580, 601);
	assert_in_range(median_error(play) + bound_ns, 0, 2 * bound_ns);
	assert_true(core_status(play->core)->lag_learned);
}

SCENARIO(with_20_ms_of_jitter_the_median_is_within_2_ms_of_zero)
{
	play->config.p[WORLD_LAG] = 240 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 20 * MS_NS;
	play->config.p[WORLD_READ] = READ_PIECES;
	calibrates(play, 2 * MS_NS);
}

SCENARIO(read_in_whole_bursts_the_median_is_within_2_ms_of_zero_too)
{
	play->config.p[WORLD_LAG] = 240 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 20 * MS_NS;
	play->config.p[WORLD_READ] = READ_BURST;
	calibrates(play, 2 * MS_NS);
}

SCENARIO(a_steady_burst_is_measured_to_a_tenth_of_a_millisecond)
{
	play->config.p[WORLD_LAG] = 85 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 100 * US_NS;
	play->config.p[WORLD_READ] = READ_PIECES;
	calibrates(play, 150 * US_NS);
}

SCENARIO(with_late_bursts_the_median_stays_near_zero)
{
	play->config.p[WORLD_LAG] = 240 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 5 * MS_NS;
	play->config.p[WORLD_LATE] = 100000;
	play->config.p[WORLD_LATE_MIN] = 100 * MS_NS;
	play->config.p[WORLD_LATE_MAX] = 900 * MS_NS;
	starts(play, 700);
	play_until(play, 100 * SECOND_NS);
	keep_errors(play);
	ends(play);
	assert_in_range(median_error(play) + 2 * MS_NS, 0, 4 * MS_NS);
}

SCENARIO(without_pulses_the_configured_lag_is_used)
{
	play->config.p[WORLD_PULSES] = 0;
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	play->core_config.configured_lag_ns = 280 * MS_NS;
	starts(play, 200);
	keep_errors(play);
	ends(play);
	assert_int_equal(play->judge.samples[CORE_PPS], 0);
	assert_true(play->judge.samples[CORE_COARSE] > 180);
	assert_in_range(median_error(play) + 25 * MS_NS, 0, 25 * MS_NS);
	assert_int_equal(play->judge.state, CORE_COARSE_ONLY);
	assert_false(core_status(play->core)->lag_learned);
}

SCENARIO(a_lag_learned_in_an_earlier_run_is_used_from_the_start)
{
	play->config.p[WORLD_PULSES] = 0;
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	play->core_config.learned_lag_ns = 300 * MS_NS;
	starts(play, 200);
	keep_errors(play);
	ends(play);
	assert_in_range(median_error(play) + 5 * MS_NS, 0, 10 * MS_NS);
}

SCENARIO(the_learned_lag_goes_on_when_the_pulses_stop)
{
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	at(play, 100, WORLD_PULSES, 0);
	starts(play, 1500);
	play_until(play, 110 * SECOND_NS);
	keep_errors(play);
	ends(play);
	assert_in_range(play->judge.coarse_count, 1370, 1391);
	assert_in_range(median_error(play) + 5 * MS_NS, 0, 10 * MS_NS);
}

SCENARIO(coarse_time_follows_a_lag_that_changes_for_good)
{
	at(play, 100, WORLD_LAG, 400 * MS_NS);
	starts(play, 400);
	play_until(play, 250 * SECOND_NS);
	keep_errors(play);
	ends(play);
	assert_in_range(median_error(play) + 2 * MS_NS, 0, 4 * MS_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_20_ms_of_jitter_the_median_is_within_2_ms_of_zero),
		cmocka_unit_test(read_in_whole_bursts_the_median_is_within_2_ms_of_zero_too),
		cmocka_unit_test(a_steady_burst_is_measured_to_a_tenth_of_a_millisecond),
		cmocka_unit_test(with_late_bursts_the_median_stays_near_zero),
		cmocka_unit_test(without_pulses_the_configured_lag_is_used),
		cmocka_unit_test(a_lag_learned_in_an_earlier_run_is_used_from_the_start),
		cmocka_unit_test(the_learned_lag_goes_on_when_the_pulses_stop),
		cmocka_unit_test(coarse_time_follows_a_lag_that_changes_for_good),
	};

	return scenario_main(tests);
}
