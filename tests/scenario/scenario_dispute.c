/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 1 at length: who is believed after a contradiction, and that no silence is for ever. */

/* The lag has drifted beyond the second; then minutes without pulses. */
SCENARIO(bursts_followed_beyond_the_second_carry_the_label_over_minutes_without_pulses)
{
	play->config.p[WORLD_LAG] = 700 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 3 * MS_NS;
	at(play, 20, WORLD_LAG_DRIFT, 5 * MS_NS);
	at(play, 110, WORLD_LAG_DRIFT, 0);
	at(play, 130, WORLD_PULSES, 0);
	at(play, 460 + 10 * (int64_t)play->config.seed, WORLD_PULSES, 1);
	starts(play, 760);
	ends(play);
}

/* The receiver is put right, and one burst in twenty repeats what it said before. */
SCENARIO(after_a_correction_a_burst_of_the_old_second_brings_nothing_back)
{
	int64_t off_s = play->config.seed % 2 ? 1 : -1;

	play->config.p[WORLD_LIE] = off_s;
	play->config.p[WORLD_OLD_S] = off_s;
	at(play, 60, WORLD_LIE, 0);
	at(play, 60, WORLD_OLD, 50000);
	at(play, 360, WORLD_OLD, 0);
	starts(play, 480);
	struct judge_window *after = watch(play, 430, 480);
	ends(play);
	assert_covered(play, after, 990);
}

SCENARIO(a_correction_and_a_late_burst_every_59_seconds_are_believed)
{
	play->config.p[WORLD_LIE] = play->config.seed % 2 ? 1 : -1;
	play->config.p[WORLD_LATE_MIN] = play->config.p[WORLD_LATE_MAX] = 700 * MS_NS;
	at(play, 60, WORLD_LIE, 0);
	for (int64_t s = 70; s < 400; s += 59) {
		at(play, s, WORLD_LATE, 1000000);
		at(play, s + 1, WORLD_LATE, 0);
	}
	starts(play, 400);
	struct judge_window *after = watch(play, 200, 400);
	ends(play);
	assert_covered(play, after, 900);
}

SCENARIO(a_correction_and_an_old_burst_in_every_tenth_second_are_believed_after_minutes)
{
	play->config.p[WORLD_LIE] = 1;
	at(play, 60, WORLD_LIE, 0);
	for (int64_t s = 70; s < 370; s += 10) {
		at(play, s, WORLD_LIE, 1);
		at(play, s + 1, WORLD_LIE, 0);
	}
	play->core_config.relabel_hold_ns = 40 * SECOND_NS;
	starts(play, 370);
	struct judge_window *after = watch(play, 280, 370);
	ends(play);
	assert_covered(play, after, 900);
}

SCENARIO(a_correction_with_a_lag_that_moved_is_believed_after_minutes)
{
	play->config.p[WORLD_LIE] = play->config.seed % 2 ? 1 : -1;
	play->config.p[WORLD_LAG] = 200 * MS_NS;
	at(play, 60, WORLD_LIE, 0);
	at(play, 60, WORLD_LAG, (350 + 40 * (int64_t)play->config.seed) * MS_NS);
	starts(play, 360);
	struct judge_window *after = watch(play, 240, 360);
	ends(play);
	assert_covered(play, after, 990);
}

/* The label has been counted all the while: what is ambiguous is only where bursts come now. */
SCENARIO(a_lag_from_555_to_975_ms_keeps_the_label)
{
	play->config.p[WORLD_LAG] = 555 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 3 * MS_NS;
	at(play, 60, WORLD_LAG, 975 * MS_NS);
	starts(play, 300);
	struct judge_window *after = watch(play, 100, 300);
	ends(play);
	assert_covered(play, after, 990);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

/* It is wrong by two seconds from the start; the clock knew better, and leaves. */
SCENARIO(what_a_witness_held_back_is_not_believed_in_the_second_that_it_leaves)
{
	synchronised(play);
	play->config.p[WORLD_LIE] = play->config.seed % 2 ? 2 : -2;
	at(play, 150, WORLD_SYNC, 0);
	starts(play, 260);
	struct judge_window *held = watch(play, 0, 208);
	ends(play);
	assert_silent(play, held);
	assert_int_equal(held->coarse, 0);
}

SCENARIO(a_witness_that_leaves_and_returns_holds_back_all_the_while)
{
	synchronised(play);
	play->config.p[WORLD_LIE] = play->config.seed % 2 ? 2 : -2;
	for (int64_t s = 60; s < 260; s += 40) {
		at(play, s, WORLD_SYNC, 0);
		at(play, s + 20, WORLD_SYNC, 1);
	}
	starts(play, 260);
	struct judge_window *all = watch(play, 0, 260);
	ends(play);
	assert_silent(play, all);
}

#define MIDNIGHT_2029_01_01 INT64_C(1861920000)

/* Epochs repeated just after New Year look like a leap second, and the clock says there is none. */
static void repeats_after_new_year(struct play *play, int64_t from, int64_t to)
{
	begins(play, MIDNIGHT_2029_01_01 - 60);
	synchronised(play);
	play->config.p[WORLD_OLD_S] = -1;
	at(play, from, WORLD_OLD, 1000000);
	at(play, to, WORLD_OLD, 0);
	starts(play, 160);
	struct judge_window *after = watch(play, to + 1, 160);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 0);
	assert_back_within(play, after, 20);
}

SCENARIO(repeated_epochs_after_new_year_are_no_leap_second_against_a_witness)
{
	for (int64_t length = 2; length < 9; length++) {
		repeats_after_new_year(play, 60, 60 + length);
		play_init(play, play->config.seed);
		repeats_after_new_year(play, 63, 63 + length);
		play_init(play, play->config.seed);
	}
	repeats_after_new_year(play, 61, 66);
}

SCENARIO(skipped_epochs_after_new_year_are_no_leap_second)
{
	begins(play, MIDNIGHT_2029_01_01 - 60);
	at(play, 58, WORLD_SKIP, 600000);
	at(play, 70, WORLD_SKIP, 0);
	starts(play, 160);
	struct judge_window *after = watch(play, 72, 160);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 0);
	assert_back_within(play, after, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			bursts_followed_beyond_the_second_carry_the_label_over_minutes_without_pulses),
		cmocka_unit_test(after_a_correction_a_burst_of_the_old_second_brings_nothing_back),
		cmocka_unit_test(a_correction_and_a_late_burst_every_59_seconds_are_believed),
		cmocka_unit_test(
			a_correction_and_an_old_burst_in_every_tenth_second_are_believed_after_minutes),
		cmocka_unit_test(a_correction_with_a_lag_that_moved_is_believed_after_minutes),
		cmocka_unit_test(a_lag_from_555_to_975_ms_keeps_the_label),
		cmocka_unit_test(
			what_a_witness_held_back_is_not_believed_in_the_second_that_it_leaves),
		cmocka_unit_test(a_witness_that_leaves_and_returns_holds_back_all_the_while),
		cmocka_unit_test(
			repeated_epochs_after_new_year_are_no_leap_second_against_a_witness),
		cmocka_unit_test(skipped_epochs_after_new_year_are_no_leap_second),
	};

	return scenario_main(tests);
}
