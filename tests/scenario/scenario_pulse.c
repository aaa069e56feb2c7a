/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 3: which edges mark the second. */

SCENARIO(glitches_are_dropped_and_counted)
{
	play->config.p[WORLD_GLITCH] = 300000;
	starts(play, 400);
	struct judge_window *all = watch(play, 20, 400);
	ends(play);
	assert_covered(play, all, 950);
	assert_true(core_status(play->core)->rejects[CORE_GLITCH] > 60);
}

SCENARIO(glitches_on_both_edges_are_dropped)
{
	play->config.p[WORLD_GLITCH] = 300000;
	play->config.p[WORLD_BOTH_EDGES] = 1;
	starts(play, 400);
	struct judge_window *all = watch(play, 20, 400);
	ends(play);
	assert_covered(play, all, 950);
}

SCENARIO(a_glitch_in_every_second_does_not_stop_the_pulses)
{
	at(play, 30, WORLD_GLITCH, 1000000);
	starts(play, 200);
	struct judge_window *all = watch(play, 10, 200);
	ends(play);
	assert_covered(play, all, 950);
}

SCENARIO(popcorn_delays_are_rejected)
{
	play->config.p[WORLD_POPCORN] = 100000;
	starts(play, 400);
	struct judge_window *all = watch(play, 20, 400);
	ends(play);
	assert_covered(play, all, 950);
	assert_true(core_status(play->core)->rejects[CORE_POPCORN] > 15);
}

SCENARIO(small_popcorn_against_a_quiet_pulse_is_rejected_too)
{
	play->config.p[WORLD_JITTER] = US_NS;
	play->config.p[WORLD_POPCORN] = 100000;
	play->config.p[WORLD_POPCORN_MIN] = 101 * US_NS;
	play->config.p[WORLD_POPCORN_MAX] = 200 * US_NS;
	starts(play, 400);
	struct judge_window *all = watch(play, 20, 400);
	ends(play);
	assert_covered(play, all, 950);
}

SCENARIO(popcorn_in_a_fifth_of_the_pulses_is_survived)
{
	at(play, 30, WORLD_POPCORN, 200000);
	starts(play, 400);
	struct judge_window *all = watch(play, 20, 400);
	ends(play);
	assert_covered(play, all, 900);
}

SCENARIO(missing_pulses_do_not_shift_the_label)
{
	play->config.p[WORLD_MISSING] = 200000;
	starts(play, 400);
	struct judge_window *all = watch(play, 30, 400);
	ends(play);
	assert_covered(play, all, 970);
}

SCENARIO(pulses_lost_by_the_source_are_counted_and_do_not_shift_the_label)
{
	play->config.p[WORLD_LOST] = 100000;
	starts(play, 400);
	struct judge_window *all = watch(play, 30, 400);
	ends(play);
	assert_covered(play, all, 970);
	assert_true(core_status(play->core)->missed > 15);
}

SCENARIO(a_hole_of_a_minute_without_pulses_does_not_shift_the_label)
{
	at(play, 60, WORLD_PULSES, 0);
	at(play, 120, WORLD_PULSES, 1);
	starts(play, 180);
	struct judge_window *after = watch(play, 120, 180), *hole = watch(play, 60, 120);
	ends(play);
	assert_back_within(play, after, 5);
	assert_covered(play, after, 920);
	/* Coarse time goes on meanwhile. */
	assert_in_range(hole->coarse, 59, 61);
}

SCENARIO(holes_of_all_lengths_do_not_shift_the_label)
{
	for (int64_t s = 30, hole = 1; s < 370; s += hole + 10, hole += 2) {
		at(play, s, WORLD_PULSES, 0);
		at(play, s + hole, WORLD_PULSES, 1);
	}
	starts(play, 450);
	struct judge_window *after = watch(play, 420, 450);
	ends(play);
	assert_covered(play, after, 950);
}

SCENARIO(a_source_of_pulses_that_goes_and_comes_back_is_taken_up_again)
{
	at(play, 60, WORLD_PPS_GONE, 1);
	at(play, 90, WORLD_PPS_GONE, 0);
	starts(play, 150);
	struct judge_window *after = watch(play, 90, 150);
	ends(play);
	assert_back_within(play, after, 6);
}

SCENARIO(a_jittery_pulse_is_still_used)
{
	play->config.p[WORLD_JITTER] = 50 * US_NS;
	starts(play, 300);
	struct judge_window *all = watch(play, 20, 300);
	ends(play);
	assert_covered(play, all, 980);
}

SCENARIO(a_raw_clock_far_off_and_wandering_is_followed)
{
	play->config.p[WORLD_RAW_PPB] = -98000;
	play->config.p[WORLD_RAW_WANDER] = 30;
	starts(play, 600);
	struct judge_window *all = watch(play, 20, 600);
	ends(play);
	assert_covered(play, all, 990);
	assert_in_range(-core_status(play->core)->period_error_ppb, 90000, 106000);
}

SCENARIO(a_raw_clock_that_warms_up_by_10_ppm_is_followed)
{
	for (int64_t s = 0; s < 50; s++) {
		at(play, 100 + s * 2, WORLD_RAW_PPB, 12000 + 200 * s);
	}
	starts(play, 300);
	struct judge_window *all = watch(play, 20, 300);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(only_the_assert_edge_is_used_by_default)
{
	play->config.p[WORLD_BOTH_EDGES] = 1;
	starts(play, 200);
	struct judge_window *all = watch(play, 10, 200);
	ends(play);
	assert_covered(play, all, 990);
	assert_true(core_status(play->core)->rejects[CORE_OTHER_EDGE] > 150);
}

SCENARIO(the_clear_edge_can_be_the_one_that_marks_the_second)
{
	play->config.p[WORLD_BOTH_EDGES] = 1;
	play->config.p[WORLD_CLEAR_MARKS] = 1;
	starts(play, 200);
	struct judge_window *all = watch(play, 10, 200);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(a_pulse_that_moves_for_good_is_followed_after_it_persists)
{
	at(play, 60, WORLD_PHASE, 40 * MS_NS);
	at(play, 120, WORLD_PHASE, -150 * MS_NS);
	at(play, 180, WORLD_PHASE, 2 * MS_NS);
	at(play, 240, WORLD_PHASE, 250 * US_NS);
	starts(play, 300);
	struct judge_window *one = watch(play, 60, 120);
	struct judge_window *two = watch(play, 120, 180);
	struct judge_window *three = watch(play, 180, 240);
	struct judge_window *four = watch(play, 240, 300);
	ends(play);
	assert_covered(play, one, 700);
	assert_covered(play, two, 700);
	assert_covered(play, three, 700);
	assert_covered(play, four, 700);
	assert_true(play->judge.notices[CORE_NOTICE_PHASE] > 0);
}

SCENARIO(a_constant_pps_offset_is_added_to_the_clock)
{
	play->core_config.pps_offset_ns = -2345;
	starts(play, 60);
	struct judge_window *all = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(glitches_popcorn_and_holes_together_are_survived)
{
	play->config.p[WORLD_GLITCH] = 200000;
	play->config.p[WORLD_POPCORN] = 50000;
	play->config.p[WORLD_MISSING] = 100000;
	play->config.p[WORLD_LOST] = 20000;
	play->config.p[WORLD_JITTER] = 10 * US_NS;
	starts(play, 600);
	struct judge_window *all = watch(play, 60, 600);
	ends(play);
	assert_covered(play, all, 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glitches_are_dropped_and_counted),
		cmocka_unit_test(glitches_on_both_edges_are_dropped),
		cmocka_unit_test(a_glitch_in_every_second_does_not_stop_the_pulses),
		cmocka_unit_test(popcorn_delays_are_rejected),
		cmocka_unit_test(small_popcorn_against_a_quiet_pulse_is_rejected_too),
		cmocka_unit_test(popcorn_in_a_fifth_of_the_pulses_is_survived),
		cmocka_unit_test(missing_pulses_do_not_shift_the_label),
		cmocka_unit_test(pulses_lost_by_the_source_are_counted_and_do_not_shift_the_label),
		cmocka_unit_test(a_hole_of_a_minute_without_pulses_does_not_shift_the_label),
		cmocka_unit_test(holes_of_all_lengths_do_not_shift_the_label),
		cmocka_unit_test(a_source_of_pulses_that_goes_and_comes_back_is_taken_up_again),
		cmocka_unit_test(a_jittery_pulse_is_still_used),
		cmocka_unit_test(a_raw_clock_far_off_and_wandering_is_followed),
		cmocka_unit_test(a_raw_clock_that_warms_up_by_10_ppm_is_followed),
		cmocka_unit_test(only_the_assert_edge_is_used_by_default),
		cmocka_unit_test(the_clear_edge_can_be_the_one_that_marks_the_second),
		cmocka_unit_test(a_pulse_that_moves_for_good_is_followed_after_it_persists),
		cmocka_unit_test(a_constant_pps_offset_is_added_to_the_clock),
		cmocka_unit_test(glitches_popcorn_and_holes_together_are_survived),
	};

	return scenario_main(tests);
}
