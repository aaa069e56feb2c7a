/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 4: more edges than one a second, and edges where the pulse is not. */

/* The first edge seen is any of them. */
static void opens_late(struct play *play)
{
	play->config.p[WORLD_PPS_GONE] = 1;
	world_change(&play->config, (1000 + (int64_t)play->config.seed * 310) * MS_NS,
		     WORLD_PPS_GONE, 0);
}

SCENARIO(several_pulses_a_second_never_give_a_wrong_edge)
{
	static const int64_t trains[] = {2, 4, 5, 10};

	for (int i = 0; i < 4; i++) {
		play_init(play, play->config.seed);
		play->config.p[WORLD_TRAIN] = trains[i];
		opens_late(play);
		starts(play, 120);
		ends(play);
	}
}

SCENARIO(a_trailing_edge_that_looks_like_a_pulse_is_never_taken_for_it)
{
	play->config.p[WORLD_RING] = 1000000;
	play->config.p[WORLD_WIDTH] = 400 * MS_NS;
	opens_late(play);
	starts(play, 200);
	ends(play);
}

SCENARIO(a_trailing_edge_that_rings_now_and_then_is_never_taken_for_the_pulse)
{
	play->config.p[WORLD_RING] = 700000;
	play->config.p[WORLD_WIDTH] = 400 * MS_NS;
	opens_late(play);
	starts(play, 200);
	ends(play);
}

SCENARIO(a_second_train_that_begins_later_is_told_from_the_first)
{
	at(play, 60, WORLD_RING, 1000000);
	at(play, 120, WORLD_RING, 0);
	at(play, 60, WORLD_MISSING, 100000);
	starts(play, 240);
	struct judge_window *after = watch(play, 125, 240);
	ends(play);
	assert_covered(play, after, 850);
}

SCENARIO(an_edge_three_milliseconds_before_each_pulse_is_never_taken_for_it)
{
	play->config.p[WORLD_ECHO] = 1000000;
	play->config.p[WORLD_ECHO_NS] = -3 * MS_NS;
	starts(play, 300);
	ends(play);
}

SCENARIO(an_edge_before_each_pulse_that_begins_later_does_not_widen_the_gate)
{
	at(play, 40, WORLD_ECHO_NS, -3 * MS_NS);
	at(play, 40, WORLD_ECHO, 1000000);
	at(play, 100, WORLD_POPCORN, 100000);
	starts(play, 300);
	ends(play);
}

/* 50 and 60 Hz, exactly a multiple of the second or nearly so. */
static void hums(struct play *play, int64_t from, int64_t to)
{
	static const int64_t mhz[] = {50000, 60000, 50010, 49990, 60020, 50040, 59990, 50003};

	at(play, from, WORLD_HUM, mhz[play->config.seed % 8]);
	at(play, to, WORLD_HUM, 0);
	at(play, from, WORLD_MISSING, 50000);
	starts(play, to + 60);
}

SCENARIO(mains_hum_from_the_start_never_gives_a_wrong_edge)
{
	hums(play, 0, 200);
	ends(play);
}

SCENARIO(mains_hum_that_begins_later_never_gives_a_wrong_edge)
{
	hums(play, 40, 300);
	struct judge_window *after = watch(play, 315, 360);
	ends(play);
	assert_covered(play, after, 850);
}

/* Late is half of all, a few pulses in a row, from the start. */
SCENARIO(late_stamps_in_clusters_do_not_pass)
{
	play->config.p[WORLD_JITTER] = US_NS;
	play->config.p[WORLD_POPCORN] = 500000;
	play->config.p[WORLD_POPCORN_MIN] = 101 * US_NS;
	play->config.p[WORLD_POPCORN_MAX] = 3 * MS_NS;
	play->config.p[WORLD_CLUSTER] = 1 + (int64_t)play->config.seed % 6;
	starts(play, 400);
	struct judge_window *all = watch(play, 60, 400);
	ends(play);
	assert_covered(play, all, 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_pulses_a_second_never_give_a_wrong_edge),
		cmocka_unit_test(a_trailing_edge_that_looks_like_a_pulse_is_never_taken_for_it),
		cmocka_unit_test(
			a_trailing_edge_that_rings_now_and_then_is_never_taken_for_the_pulse),
		cmocka_unit_test(a_second_train_that_begins_later_is_told_from_the_first),
		cmocka_unit_test(
			an_edge_three_milliseconds_before_each_pulse_is_never_taken_for_it),
		cmocka_unit_test(
			an_edge_before_each_pulse_that_begins_later_does_not_widen_the_gate),
		cmocka_unit_test(mains_hum_from_the_start_never_gives_a_wrong_edge),
		cmocka_unit_test(mains_hum_that_begins_later_never_gives_a_wrong_edge),
		cmocka_unit_test(late_stamps_in_clusters_do_not_pass),
	};

	return scenario_main(tests);
}
