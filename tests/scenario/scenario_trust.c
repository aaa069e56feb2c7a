/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rules 1, 5 and 9: receivers that err, lie or lose their fix, and whom to believe. */

SCENARIO(one_odd_burst_changes_nothing)
{
	play->config.p[WORLD_LIE_ONCE] = 0;
	at(play, 15, WORLD_LIE_ONCE, 30000);
	starts(play, 400);
	struct judge_window *all = watch(play, 10, 400);
	ends(play);
	assert_covered(play, all, 990);
	assert_int_equal(play->judge.state, CORE_LOCKED);
}

static void jump_is_held_back(struct play *play, int64_t ahead_s)
{
	synchronised(play);
	at(play, 60, WORLD_LIE, ahead_s);
	at(play, 260, WORLD_LIE, 0);
	starts(play, 300);
	struct judge_window *before = watch(play, 10, 60);
	struct judge_window *lie = watch(play, 75, 260);
	struct judge_window *after = watch(play, 262, 300);
	ends(play);
	assert_covered(play, before, 990);
	assert_silent(play, lie);
	assert_int_equal(lie->coarse, 0);
	assert_true(play->judge.notices[CORE_NOTICE_SUSPECT] > 0);
	assert_true(play->judge.been[CORE_SUSPECT]);
	assert_back_within(play, after, 5);
}

SCENARIO(a_jump_of_one_second_against_a_synchronised_clock_is_held_back)
{
	jump_is_held_back(play, 1);
}

SCENARIO(a_jump_of_120_seconds_against_a_synchronised_clock_is_held_back)
{
	jump_is_held_back(play, -120);
}

SCENARIO(a_jump_of_days_against_a_synchronised_clock_is_held_back)
{
	jump_is_held_back(play, 5 * 86400);
}

static void jump_is_followed_late(struct play *play, int64_t ahead_s)
{
	at(play, 60, WORLD_LIE, ahead_s);
	starts(play, 240);
	struct judge_window *before = watch(play, 10, 60);
	struct judge_window *held = watch(play, 75, 119);
	struct judge_window *after = watch(play, 140, 240);
	ends(play);
	assert_covered(play, before, 990);
	assert_silent(play, held);
	assert_int_equal(held->coarse, 0);
	assert_covered(play, after, 950);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 1);
	assert_int_equal(play->judge.last_notice[CORE_NOTICE_RELABEL].b -
				 play->judge.last_notice[CORE_NOTICE_RELABEL].a,
			 ahead_s);
}

SCENARIO(a_jump_of_one_second_without_a_witness_is_followed_after_the_hold)
{
	jump_is_followed_late(play, 1);
}

SCENARIO(a_jump_of_120_seconds_without_a_witness_is_followed_after_the_hold)
{
	jump_is_followed_late(play, 120);
}

SCENARIO(a_jump_of_days_without_a_witness_is_followed_after_the_hold)
{
	jump_is_followed_late(play, -3 * 86400);
}

SCENARIO(a_lie_shorter_than_the_hold_is_never_believed_and_publishing_resumes_at_once)
{
	at(play, 60, WORLD_LIE, -1);
	at(play, 115, WORLD_LIE, 0);
	starts(play, 180);
	struct judge_window *held = watch(play, 75, 115);
	struct judge_window *after = watch(play, 117, 180);
	ends(play);
	assert_silent(play, held);
	assert_back_within(play, after, 3);
	assert_covered(play, after, 950);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

SCENARIO(a_lie_with_an_exception_now_and_then_is_never_believed)
{
	for (int64_t s = 60; s < 360; s += 8) {
		at(play, s, WORLD_LIE, 2);
		at(play, s + 7, WORLD_LIE, 0);
	}
	starts(play, 360);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

SCENARIO(the_date_of_a_lie_is_not_lent_to_true_sentences_without_one)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_GLL | 1 << NMEA_ZDA;
	at(play, 60, WORLD_LIE, -293767);
	at(play, 66, WORLD_LIE, 0);
	at(play, 66, WORLD_SENTENCES, 1 << NMEA_GLL);
	starts(play, 240);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

SCENARIO(a_receiver_three_seconds_off_from_the_start_is_caught_by_a_synchronised_clock)
{
	synchronised(play);
	play->config.p[WORLD_LIE] = 3;
	at(play, 200, WORLD_LIE, 0);
	starts(play, 240);
	struct judge_window *lie = watch(play, 0, 200);
	struct judge_window *after = watch(play, 202, 240);
	ends(play);
	assert_silent(play, lie);
	assert_int_equal(lie->coarse, 0);
	assert_true(play->judge.been[CORE_SUSPECT]);
	assert_back_within(play, after, 6);
}

SCENARIO(a_receiver_that_comes_back_from_a_loss_of_fix_off_by_seconds_is_held)
{
	at(play, 60, WORLD_FIX, 0);
	at(play, 70, WORLD_LIE, 3);
	at(play, 75, WORLD_FIX, 1);
	at(play, 115, WORLD_LIE, 0);
	starts(play, 200);
	struct judge_window *held = watch(play, 62, 114);
	struct judge_window *after = watch(play, 117, 200);
	ends(play);
	assert_silent(play, held);
	assert_back_within(play, after, 5);
}

SCENARIO(no_fix_means_silence)
{
	play->config.p[WORLD_FIX] = 0;
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_silent(play, all);
	assert_int_equal(all->coarse, 0);
	assert_int_equal(play->judge.state, CORE_NO_FIX);
}

SCENARIO(no_fix_and_blank_fields_mean_silence)
{
	play->config.p[WORLD_FIX] = 0;
	play->config.p[WORLD_BLANK] = 1;
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_silent(play, all);
	assert_int_equal(play->judge.state, CORE_NO_FIX);
}

SCENARIO(a_lost_fix_silences_from_the_next_pulse_although_pulse_and_time_go_on)
{
	at(play, 60, WORLD_FIX, 0);
	at(play, 120, WORLD_FIX, 1);
	starts(play, 180);
	struct judge_window *before = watch(play, 10, 60);
	/* Epoch 61 is the first without fix; its sentence comes after its pulse. */
	struct judge_window *lost = watch(play, 61, 120);
	struct judge_window *after = watch(play, 120, 180);
	ends(play);
	assert_covered(play, before, 1000);
	assert_in_range(lost->published, 0, 1);
	assert_true(lost->last_ns < 62 * SECOND_NS - SECOND_NS / 2);
	assert_back_within(play, after, 6);
	assert_true(play->judge.been[CORE_NO_FIX]);
}

SCENARIO(a_fix_that_flickers_is_only_trusted_while_it_is_there)
{
	for (int64_t s = 40; s < 240; s += 10) {
		at(play, s, WORLD_FIX, 0);
		at(play, s + 3, WORLD_FIX, 1);
	}
	starts(play, 300);
	struct judge_window *after = watch(play, 245, 300);
	ends(play);
	assert_back_within(play, after, 5);
	assert_covered(play, after, 990);
}

SCENARIO(a_fix_that_comes_back_with_the_pulse_elsewhere_is_followed)
{
	at(play, 60, WORLD_FIX, 0);
	at(play, 61, WORLD_PHASE_DRIFT, 3 * US_NS);
	at(play, 160, WORLD_PHASE_DRIFT, 0);
	at(play, 160, WORLD_FIX, 1);
	starts(play, 240);
	struct judge_window *after = watch(play, 161, 240);
	ends(play);
	assert_back_within(play, after, 12);
	assert_covered(play, after, 800);
}

SCENARIO(pulses_that_move_while_the_receiver_is_silent_wait_for_a_fix)
{
	play->config.p[WORLD_FREE_PHASE] = 12 * MS_NS;
	play->config.p[WORLD_FREE_PPB] = 3000;
	at(play, 60, WORLD_SERIAL, 0);
	at(play, 64, WORLD_FREE, 1);
	at(play, 80, WORLD_FREE, 0);
	at(play, 80, WORLD_SERIAL, 1);
	starts(play, 120);
	struct judge_window *free = watch(play, 65, 80);
	struct judge_window *after = watch(play, 80, 120);
	ends(play);
	assert_silent(play, free);
	assert_back_within(play, after, 6);
}

SCENARIO(a_cold_start_whose_pulse_runs_free_elsewhere_before_the_fix_locks)
{
	play->config.p[WORLD_FIX] = 0;
	play->config.p[WORLD_PHASE] = 270 * MS_NS;
	at(play, 60, WORLD_PHASE, 0);
	at(play, 60, WORLD_FIX, 1);
	starts(play, 120);
	struct judge_window *after = watch(play, 60, 120);
	ends(play);
	assert_back_within(play, after, 12);
	assert_covered(play, after, 750);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_odd_burst_changes_nothing),
		cmocka_unit_test(a_jump_of_one_second_against_a_synchronised_clock_is_held_back),
		cmocka_unit_test(a_jump_of_120_seconds_against_a_synchronised_clock_is_held_back),
		cmocka_unit_test(a_jump_of_days_against_a_synchronised_clock_is_held_back),
		cmocka_unit_test(a_jump_of_one_second_without_a_witness_is_followed_after_the_hold),
		cmocka_unit_test(
			a_jump_of_120_seconds_without_a_witness_is_followed_after_the_hold),
		cmocka_unit_test(a_jump_of_days_without_a_witness_is_followed_after_the_hold),
		cmocka_unit_test(
			a_lie_shorter_than_the_hold_is_never_believed_and_publishing_resumes_at_once),
		cmocka_unit_test(a_lie_with_an_exception_now_and_then_is_never_believed),
		cmocka_unit_test(the_date_of_a_lie_is_not_lent_to_true_sentences_without_one),
		cmocka_unit_test(
			a_receiver_three_seconds_off_from_the_start_is_caught_by_a_synchronised_clock),
		cmocka_unit_test(
			a_receiver_that_comes_back_from_a_loss_of_fix_off_by_seconds_is_held),
		cmocka_unit_test(no_fix_means_silence),
		cmocka_unit_test(no_fix_and_blank_fields_mean_silence),
		cmocka_unit_test(
			a_lost_fix_silences_from_the_next_pulse_although_pulse_and_time_go_on),
		cmocka_unit_test(a_fix_that_flickers_is_only_trusted_while_it_is_there),
		cmocka_unit_test(a_fix_that_comes_back_with_the_pulse_elsewhere_is_followed),
		cmocka_unit_test(pulses_that_move_while_the_receiver_is_silent_wait_for_a_fix),
		cmocka_unit_test(a_cold_start_whose_pulse_runs_free_elsewhere_before_the_fix_locks),
	};

	return scenario_main(tests);
}
