/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 2: bursts near the second, and no witness. Judged by quantiles, never by one burst. */

static void one_in_sixteen(struct play *play, int64_t lag_ns, int64_t off_ns)
{
	play->config.p[WORLD_LAG] = lag_ns;
	play->config.p[WORLD_LAG_JITTER] = 2 * MS_NS;
	play->config.p[WORLD_LATE_MIN] = play->config.p[WORLD_LATE_MAX] = off_ns;
	play->config.p[WORLD_LATE] = 1000000;
	for (int64_t s = 1; s < 320; s += 16) {
		at(play, s, WORLD_LATE, 0);
		at(play, s + 15, WORLD_LATE, 1000000);
	}
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	struct judge_window *later = watch(play, 30, 120);
	ends(play);
	assert_back_within(play, all, 30);
	assert_covered(play, later, 950);
}

SCENARIO(one_burst_in_sixteen_just_after_the_second_blocks_nothing)
{
	one_in_sixteen(play, 60 * MS_NS, -45 * MS_NS);
}

SCENARIO(one_burst_in_sixteen_just_before_the_next_second_blocks_nothing)
{
	one_in_sixteen(play, 900 * MS_NS, 70 * MS_NS);
}

/* 25 ms after the second, give or take 8. */
SCENARIO(bursts_that_jitter_near_the_second_are_never_labelled_wrong)
{
	play->config.p[WORLD_LAG] = (int64_t)(20 + play->config.seed) * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 8 * MS_NS;
	starts(play, 300);
	ends(play);
}

static void stays_near(struct play *play, int64_t lag_ns)
{
	play->config.p[WORLD_LAG] = lag_ns;
	play->config.p[WORLD_LAG_JITTER] = 5 * MS_NS;
	starts(play, 600);
	ends(play);
}

SCENARIO(bursts_that_stay_near_the_second_are_never_labelled_wrong)
{
	for (int64_t lag = -15; lag <= 30; lag += 5) {
		play_init(play, play->config.seed);
		stays_near(play, lag * MS_NS);
		play_init(play, play->config.seed);
		stays_near(play, (lag + 955) * MS_NS);
	}
}

/* A burst tens of milliseconds before its pulse is none of that pulse: only one label is left. */
SCENARIO(a_train_wandering_over_the_second_is_labelled_right_within_thirty_seconds)
{
	int64_t rate = 8 + (int64_t)play->config.seed, turn = 200 / rate;

	play->config.p[WORLD_LAG] = (896 + 4 * (int64_t)play->config.seed) * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 2 * MS_NS;
	play->config.p[WORLD_LAG_DRIFT] = rate * MS_NS;
	for (int64_t i = 1; i < 30; i++) {
		at(play, i * turn, WORLD_LAG_DRIFT, (i % 2 ? -rate : rate) * MS_NS);
	}
	starts(play, 29 * turn);
	struct judge_window *all = watch(play, 0, 29 * turn);
	struct judge_window *later = watch(play, 35, 29 * turn);
	ends(play);
	assert_back_within(play, all, 30);
	assert_covered(play, later, 990);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_burst_in_sixteen_just_after_the_second_blocks_nothing),
		cmocka_unit_test(one_burst_in_sixteen_just_before_the_next_second_blocks_nothing),
		cmocka_unit_test(bursts_that_jitter_near_the_second_are_never_labelled_wrong),
		cmocka_unit_test(bursts_that_stay_near_the_second_are_never_labelled_wrong),
		cmocka_unit_test(
			a_train_wandering_over_the_second_is_labelled_right_within_thirty_seconds),
	};

	return scenario_main(tests);
}
