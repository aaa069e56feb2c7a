/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rules 1 and 2: which second a pulse is, from bursts early, late, jittery and drifting. */

SCENARIO(a_healthy_receiver_locks_within_five_pulses_and_stays)
{
	starts(play, 600);
	struct judge_window *all = watch(play, 10, 600), *first = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 1000);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
	assert_int_equal(play->judge.state, CORE_LOCKED);
	assert_in_range(first->coarse, 49, 51);
}

SCENARIO(pulses_running_before_the_fix_give_the_first_sample_within_five)
{
	play->config.p[WORLD_FIX] = 0;
	at(play, 40, WORLD_FIX, 1);
	starts(play, 80);
	struct judge_window *all = watch(play, 0, 80);
	ends(play);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
	assert_true(all->first_ns > 40 * SECOND_NS);
}

SCENARIO(pulses_that_begin_long_after_the_sentences_are_labelled_within_five)
{
	play->config.p[WORLD_PULSES] = 0;
	at(play, 40, WORLD_PULSES, 1);
	starts(play, 80);
	struct judge_window *after = watch(play, 40, 80);
	ends(play);
	assert_back_within(play, after, 5);
}

SCENARIO(late_bursts_crossing_the_second_do_not_move_the_label)
{
	play->config.p[WORLD_LAG] = 400 * MS_NS;
	at(play, 20, WORLD_LATE, 200000);
	starts(play, 400);
	struct judge_window *all = watch(play, 15, 400);
	ends(play);
	assert_covered(play, all, 900);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

SCENARIO(many_late_bursts_never_give_a_wrong_second)
{
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	at(play, 20, WORLD_LATE, 300000);
	starts(play, 300);
	struct judge_window *all = watch(play, 60, 300);
	ends(play);
	assert_covered(play, all, 700);
}

SCENARIO(a_jittery_lag_does_not_matter)
{
	play->config.p[WORLD_LAG] = 450 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 80 * MS_NS;
	starts(play, 300);
	struct judge_window *all = watch(play, 10, 300);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(a_lag_that_drifts_across_the_second_keeps_the_label)
{
	play->config.p[WORLD_LAG] = 500 * MS_NS;
	play->config.p[WORLD_LAG_DRIFT] = 4 * MS_NS;
	starts(play, 300);
	struct judge_window *all = watch(play, 10, 300);
	ends(play);
	assert_covered(play, all, 990);
	assert_int_equal(play->judge.state, CORE_LOCKED);
}

SCENARIO(a_lag_that_drifts_below_zero_keeps_the_label)
{
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	play->config.p[WORLD_LAG_DRIFT] = -2 * MS_NS;
	at(play, 172, WORLD_LAG_DRIFT, 0);
	starts(play, 300);
	struct judge_window *all = watch(play, 10, 300);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(a_lag_that_jumps_by_300_ms_keeps_the_label)
{
	at(play, 60, WORLD_LAG, 420 * MS_NS);
	at(play, 150, WORLD_LAG, 60 * MS_NS);
	starts(play, 240);
	struct judge_window *all = watch(play, 10, 240);
	ends(play);
	assert_covered(play, all, 950);
	assert_int_equal(play->judge.state, CORE_LOCKED);
}

static void ambiguous(struct play *play, int64_t lag_ns)
{
	play->config.p[WORLD_LAG] = lag_ns;
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_silent(play, all);
	assert_true(play->judge.been[CORE_AMBIGUOUS]);
}

SCENARIO(a_lag_round_zero_without_a_witness_is_called_ambiguous_and_silent)
{
	ambiguous(play, 2 * MS_NS);
}

SCENARIO(a_lag_near_one_second_without_a_witness_is_called_ambiguous_and_silent)
{
	ambiguous(play, 990 * MS_NS);
}

static void witnessed(struct play *play, int64_t lag_ns)
{
	play->config.p[WORLD_LAG] = lag_ns;
	synchronised(play);
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 990);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
}

SCENARIO(a_lag_round_zero_is_settled_by_a_synchronised_clock)
{
	witnessed(play, 2 * MS_NS);
}

SCENARIO(a_negative_lag_is_settled_by_a_synchronised_clock)
{
	witnessed(play, -10 * MS_NS);
}

SCENARIO(a_lag_near_one_second_is_settled_by_a_synchronised_clock)
{
	witnessed(play, 990 * MS_NS);
}

SCENARIO(a_lag_just_beyond_one_second_is_settled_by_a_synchronised_clock)
{
	witnessed(play, 1010 * MS_NS);
}

SCENARIO(a_witness_that_comes_later_ends_the_ambiguity)
{
	play->config.p[WORLD_LAG] = 990 * MS_NS;
	synchronised(play);
	play->config.p[WORLD_SYNC] = 0;
	at(play, 60, WORLD_SYNC, 1);
	starts(play, 120);
	struct judge_window *before = watch(play, 0, 60);
	struct judge_window *after = watch(play, 60, 120);
	ends(play);
	assert_silent(play, before);
	assert_back_within(play, after, 10);
}

SCENARIO(a_lag_that_wanders_over_zero_and_one_second_stays_with_its_label)
{
	play->config.p[WORLD_LAG] = 700 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 30 * MS_NS;
	play->config.p[WORLD_LAG_DRIFT] = 6 * MS_NS;
	at(play, 100, WORLD_LAG_DRIFT, -6 * MS_NS);
	at(play, 300, WORLD_LAG_DRIFT, 6 * MS_NS);
	starts(play, 400);
	struct judge_window *all = watch(play, 10, 400);
	ends(play);
	assert_covered(play, all, 990);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_receiver_locks_within_five_pulses_and_stays),
		cmocka_unit_test(pulses_running_before_the_fix_give_the_first_sample_within_five),
		cmocka_unit_test(
			pulses_that_begin_long_after_the_sentences_are_labelled_within_five),
		cmocka_unit_test(late_bursts_crossing_the_second_do_not_move_the_label),
		cmocka_unit_test(many_late_bursts_never_give_a_wrong_second),
		cmocka_unit_test(a_jittery_lag_does_not_matter),
		cmocka_unit_test(a_lag_that_drifts_across_the_second_keeps_the_label),
		cmocka_unit_test(a_lag_that_drifts_below_zero_keeps_the_label),
		cmocka_unit_test(a_lag_that_jumps_by_300_ms_keeps_the_label),
		cmocka_unit_test(a_lag_round_zero_without_a_witness_is_called_ambiguous_and_silent),
		cmocka_unit_test(
			a_lag_near_one_second_without_a_witness_is_called_ambiguous_and_silent),
		cmocka_unit_test(a_lag_round_zero_is_settled_by_a_synchronised_clock),
		cmocka_unit_test(a_negative_lag_is_settled_by_a_synchronised_clock),
		cmocka_unit_test(a_lag_near_one_second_is_settled_by_a_synchronised_clock),
		cmocka_unit_test(a_lag_just_beyond_one_second_is_settled_by_a_synchronised_clock),
		cmocka_unit_test(a_witness_that_comes_later_ends_the_ambiguity),
		cmocka_unit_test(a_lag_that_wanders_over_zero_and_one_second_stays_with_its_label),
	};

	return scenario_main(tests);
}
