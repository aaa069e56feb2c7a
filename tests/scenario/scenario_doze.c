/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/*
 * While nothing is in doubt the line is read with each pulse (src/daemon/doze.h): it is no less
 * right, and what is bad news acts before that pulse as ever.
 */

#define DOZES 200 /* by this second it does */

static void dozes(struct play *play)
{
	play->config.p[WORLD_READ] = READ_LOOP;
	play->config.p[WORLD_LAG] = (60 + 40 * (int64_t)play->config.seed) * MS_NS;
	play->config.p[WORLD_BPS] = 19200;
}

SCENARIO(a_line_that_is_lent_is_read_with_each_pulse_and_every_eighth_burst_is_listened_to)
{
	dozes(play);
	starts(play, DOZES + 400);
	struct judge_window *all = watch(play, 10, DOZES + 400);
	struct judge_window *late = watch(play, DOZES, DOZES + 400);
	play_until(play, DOZES * SECOND_NS);
	unsigned reads = play->world.line.reads, put_off = play->world.line.put_off;

	ends(play);
	assert_covered(play, all, 1000);
	assert_int_equal(play->judge.state, CORE_LOCKED);
	assert_in_range(play->world.line.reads - reads, 445, 455);
	assert_in_range(play->world.line.put_off - put_off, 398, 401);
	assert_in_range(late->coarse, 49, 51);
}

SCENARIO(a_fix_lost_is_silent_from_the_next_pulse)
{
	dozes(play);
	for (int64_t i = 0; i < 3; i++) {
		/* The burst of the second after says so. */
		at(play, DOZES + 200 * i, WORLD_FIX, 0);
		at(play, DOZES + 200 * i + 60, WORLD_FIX, 1);
	}
	starts(play, DOZES + 600);
	struct judge_window *before = watch(play, 10, DOZES);
	struct judge_window *lost[3], *back[3];

	for (int64_t i = 0; i < 3; i++) {
		lost[i] = watch(play, DOZES + 200 * i + 2, DOZES + 200 * i + 60);
		back[i] = watch(play, DOZES + 200 * i + 62, DOZES + 200 * i + 199);
	}
	ends(play);
	assert_covered(play, before, 950);
	for (int i = 0; i < 3; i++) {
		assert_silent(play, lost[i]);
		assert_covered(play, back[i], 950);
	}
}

SCENARIO(three_bursts_that_tell_another_second_silence_it)
{
	dozes(play);
	/* Those of the three seconds after. */
	at(play, DOZES, WORLD_LIE, play->config.seed % 2 ? 1 : -3);
	at(play, DOZES + 30, WORLD_LIE, 0);
	starts(play, DOZES + 60);
	struct judge_window *before = watch(play, 10, DOZES);
	struct judge_window *lie = watch(play, DOZES + 4, DOZES + 30);
	struct judge_window *after = watch(play, DOZES + 31, DOZES + 60);
	ends(play);
	assert_covered(play, before, 990);
	assert_silent(play, lie);
	assert_back_within(play, after, 30);
}

SCENARIO(bursts_at_an_unusual_time_are_heard_before_the_pulse)
{
	dozes(play);
	/* 0.93 s after the pulse, and without a fix. */
	at(play, DOZES, WORLD_LAG, 930 * MS_NS);
	at(play, DOZES, WORLD_FIX, 0);
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	starts(play, DOZES + 40);
	struct judge_window *before = watch(play, 10, DOZES);
	struct judge_window *lost = watch(play, DOZES + 2, DOZES + 40);
	ends(play);
	assert_covered(play, before, 950);
	assert_silent(play, lost);
}

SCENARIO(a_silent_line_is_held_over_as_ever)
{
	dozes(play);
	at(play, DOZES, WORLD_SERIAL, 0);
	at(play, DOZES + 60, WORLD_SERIAL, 1);
	starts(play, DOZES + 120);
	struct judge_window *held = watch(play, DOZES, DOZES + 29);
	struct judge_window *stale = watch(play, DOZES + 32, DOZES + 60);
	struct judge_window *after = watch(play, DOZES + 61, DOZES + 120);
	ends(play);
	assert_covered(play, held, 1000);
	assert_silent(play, stale);
	assert_back_within(play, after, 5);
}

SCENARIO(bursts_that_end_after_the_pulse_are_heard_as_ever)
{
	dozes(play);
	at(play, DOZES, WORLD_LAG, 980 * MS_NS);
	at(play, DOZES + 10, WORLD_FIX, 0);
	starts(play, DOZES + 40);
	struct judge_window *before = watch(play, 10, DOZES + 10);
	struct judge_window *lost = watch(play, DOZES + 13, DOZES + 40);
	ends(play);
	assert_covered(play, before, 950);
	assert_silent(play, lost);
}

SCENARIO(when_pulses_stop_each_burst_gives_coarse_time_again)
{
	dozes(play);
	at(play, DOZES, WORLD_PULSES, 0);
	starts(play, DOZES + 60);
	struct judge_window *rare = watch(play, DOZES - 40, DOZES);
	struct judge_window *all = watch(play, DOZES + 1, DOZES + 60);
	ends(play);
	assert_in_range(rare->coarse, 4, 6);
	assert_in_range(all->coarse, 57, 60);
	assert_int_equal(play->judge.state, CORE_COARSE_ONLY);
}

SCENARIO(a_lag_that_drifts_or_jumps_is_followed)
{
	dozes(play);
	at(play, DOZES, WORLD_LAG_DRIFT, 2 * MS_NS);
	at(play, DOZES + 40, WORLD_LAG_DRIFT, 0);
	at(play, DOZES + 300, WORLD_LAG, 40 * MS_NS);
	starts(play, DOZES + 600);
	struct judge_window *all = watch(play, 10, DOZES + 600);
	ends(play);
	assert_covered(play, all, 980);
	assert_int_equal(play->judge.state, CORE_LOCKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_line_that_is_lent_is_read_with_each_pulse_and_every_eighth_burst_is_listened_to),
		cmocka_unit_test(a_fix_lost_is_silent_from_the_next_pulse),
		cmocka_unit_test(three_bursts_that_tell_another_second_silence_it),
		cmocka_unit_test(bursts_at_an_unusual_time_are_heard_before_the_pulse),
		cmocka_unit_test(a_silent_line_is_held_over_as_ever),
		cmocka_unit_test(bursts_that_end_after_the_pulse_are_heard_as_ever),
		cmocka_unit_test(when_pulses_stop_each_burst_gives_coarse_time_again),
		cmocka_unit_test(a_lag_that_drifts_or_jumps_is_followed),
	};

	return scenario_main(tests);
}
