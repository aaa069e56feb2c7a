/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rules 7 and 8: eras, ends of calendars, leap seconds, and a whole year. */

#define MIDNIGHT_2028_07_01 INT64_C(1846022400)
#define MIDNIGHT_2029_01_01 INT64_C(1861920000)
#define NTP_ERA_2036        INT64_C(2085978496)
#define SIGNED_32_BIT_2038  INT64_C(2147483648)
#define GPS_ERA_2038        INT64_C(2173910382) /* 18 s before midnight */
#define LEAP_DAY_2028       INT64_C(1835395200)

/* Published without a break across the instant utc_s. */
static void crosses(struct play *play, int64_t utc_s)
{
	begins(play, utc_s - 60);
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 1000);
}

SCENARIO(the_ntp_era_of_2036_is_crossed)
{
	crosses(play, NTP_ERA_2036);
}

SCENARIO(the_end_of_32_bits_in_2038_is_crossed)
{
	crosses(play, SIGNED_32_BIT_2038);
}

SCENARIO(the_gps_rollover_of_2038_is_crossed_by_a_receiver_that_knows_of_it)
{
	crosses(play, GPS_ERA_2038);
}

SCENARIO(the_29th_of_february_is_entered_and_left)
{
	crosses(play, LEAP_DAY_2028);
	play_init(play, play->config.seed);
	crosses(play, LEAP_DAY_2028 + 86400);
}

SCENARIO(a_receiver_that_falls_back_1024_weeks_in_2038_is_repaired_at_once)
{
	begins(play, GPS_ERA_2038 - 60);
	world_change(&play->config, 59500 * MS_NS, WORLD_ERA, 1024);
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 1000);
	assert_true(play->judge.notices[CORE_NOTICE_ERA] > 0);
}

SCENARIO(a_receiver_in_the_wrong_era_from_the_start_is_repaired)
{
	play->config.p[WORLD_ERA] = 1024;
	if (play->config.seed % 2) {
		play->config.p[WORLD_SENTENCES] |= 1 << NMEA_ZDA;
	}
	starts(play, 60);
	struct judge_window *all = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 1000);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
}

SCENARIO(a_receiver_two_eras_behind_is_repaired)
{
	play->config.p[WORLD_ERA] = 2048;
	play->config.p[WORLD_SENTENCES] |= 1 << NMEA_ZDA;
	starts(play, 60);
	struct judge_window *all = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 1000);
}

SCENARIO(a_wrong_era_is_repaired_on_a_board_that_boots_in_1970)
{
	play->config.p[WORLD_ERA] = 1024;
	play->config.clock_start_ns = 12 * SECOND_NS;
	starts(play, 60);
	struct judge_window *all = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 1000);
}

/* A leap second at 200 s; the clock does it by itself, or is put right later. */
static void leaps(struct play *play, int64_t utc_s, int leap, int64_t style, bool in_clock)
{
	begins(play, utc_s - 200);
	play->config.leap_utc_s = utc_s;
	play->config.leap = leap;
	play->config.leap_in_clock = in_clock;
	play->config.p[WORLD_LEAP_STYLE] = style;
	if (!in_clock) {
		at(play, 260, WORLD_STEP_TO, 0);
	}
	starts(play, 400);
	struct judge_window *before = watch(play, 10, 198);
	/* A receiver may learn of it half a minute late. */
	struct judge_window *after = watch(play, style == 3 ? 232 : 201, 400);
	ends(play);
	assert_covered(play, before, 1000);
	assert_back_within(play, after, 12); /* ten bursts tell a leap second that no list knows */
	assert_covered(play, after, 940);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

SCENARIO(a_leap_second_inserted_in_december_is_never_guessed)
{
	for (int64_t style = 0; style <= 3; style++) {
		play_init(play, play->config.seed);
		leaps(play, MIDNIGHT_2029_01_01, 1, style, true);
		play_init(play, play->config.seed);
		leaps(play, MIDNIGHT_2029_01_01, 1, style, false);
	}
}

SCENARIO(a_leap_second_inserted_in_june_is_never_guessed)
{
	for (int64_t style = 0; style <= 3; style++) {
		play_init(play, play->config.seed);
		leaps(play, MIDNIGHT_2028_07_01, 1, style, true);
	}
}

SCENARIO(a_leap_second_deleted_in_june_or_december_is_never_guessed)
{
	for (int64_t style = 0; style <= 3; style += 3) {
		play_init(play, play->config.seed);
		leaps(play, MIDNIGHT_2028_07_01, -1, style, true);
		play_init(play, play->config.seed);
		leaps(play, MIDNIGHT_2029_01_01, -1, style, false);
	}
}

SCENARIO(a_leap_second_with_a_synchronised_clock_is_no_suspicion)
{
	begins(play, MIDNIGHT_2029_01_01 - 200);
	synchronised(play);
	play->config.leap_utc_s = MIDNIGHT_2029_01_01;
	play->config.leap = play->config.seed % 2 ? 1 : -1;
	play->config.leap_in_clock = true;
	starts(play, 300);
	struct judge_window *after = watch(play, 203, 300);
	ends(play);
	assert_back_within(play, after, 12); /* ten bursts tell a leap second that no list knows */
	assert_false(play->judge.been[CORE_SUSPECT]);
}

SCENARIO(the_end_of_a_half_year_without_a_leap_second_costs_a_few_pulses_at_most)
{
	begins(play, MIDNIGHT_2028_07_01 - 60);
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_true(all->published >= all->good - 8);
}

/* A receiver that errs by a second anywhere else in the year has to wait for the hold. */
SCENARIO(a_jump_of_one_second_at_another_midnight_is_no_leap_second)
{
	begins(play, MIDNIGHT_2028_07_01 - 86400 - 60);
	world_change(&play->config, 59500 * MS_NS, WORLD_LIE, -1);
	at(play, 100, WORLD_LIE, 0);
	starts(play, 160);
	struct judge_window *after = watch(play, 102, 160);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 0);
	assert_back_within(play, after, 4);
}

/* A leap second after 100 s, either way. */
static void begins_before_a_leap_second(struct play *play)
{
	begins(play, MIDNIGHT_2029_01_01 - 100);
	play->config.leap_utc_s = MIDNIGHT_2029_01_01;
	play->config.leap = play->config.seed % 2 ? 1 : -1;
}

/* Without fix or line for 20 s around a leap second it comes back to the right second. */
static void misses_a_leap_second(struct play *play, enum world_param param)
{
	begins_before_a_leap_second(play);
	at(play, 90, param, 0);
	at(play, 110, param, 1);
	starts(play, 200);
	struct judge_window *after = watch(play, 111, 200);
	ends(play);
	assert_covered(play, after, 850);
}

SCENARIO(fix_lost_across_a_leap_second_comes_back_to_the_right_second)
{
	misses_a_leap_second(play, WORLD_FIX);
}

SCENARIO(a_line_silent_across_a_leap_second_comes_back_to_the_right_second)
{
	misses_a_leap_second(play, WORLD_SERIAL);
}

SCENARIO(late_bursts_after_a_leap_second_are_no_second_one)
{
	begins_before_a_leap_second(play);
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	at(play, 115, WORLD_LATE, 400000);
	at(play, 190, WORLD_LATE, 0);
	starts(play, 240);
	struct judge_window *after = watch(play, 195, 240);
	ends(play);
	assert_covered(play, after, 950);
}

/* Each midnight of a year, a minute round it; the year as one is in docs/scenarios.md. */
SCENARIO(every_midnight_of_a_year_is_crossed)
{
	const int64_t year = MIDNIGHT_2029_01_01 - 366 * 86400;
	int64_t first = (int64_t)(play->config.seed - 1) * 37;

	for (int64_t day = first; day < first + 37 && day < 366; day++) {
		play_init(play, play->config.seed);
		begins(play, year + (day + 1) * 86400 - 20);
		starts(play, 40);
		struct judge_window *all = watch(play, 8, 40);
		ends(play);
		assert_true(all->published >= all->good - 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ntp_era_of_2036_is_crossed),
		cmocka_unit_test(the_end_of_32_bits_in_2038_is_crossed),
		cmocka_unit_test(
			the_gps_rollover_of_2038_is_crossed_by_a_receiver_that_knows_of_it),
		cmocka_unit_test(the_29th_of_february_is_entered_and_left),
		cmocka_unit_test(a_receiver_that_falls_back_1024_weeks_in_2038_is_repaired_at_once),
		cmocka_unit_test(a_receiver_in_the_wrong_era_from_the_start_is_repaired),
		cmocka_unit_test(a_receiver_two_eras_behind_is_repaired),
		cmocka_unit_test(a_wrong_era_is_repaired_on_a_board_that_boots_in_1970),
		cmocka_unit_test(a_leap_second_inserted_in_december_is_never_guessed),
		cmocka_unit_test(a_leap_second_inserted_in_june_is_never_guessed),
		cmocka_unit_test(a_leap_second_deleted_in_june_or_december_is_never_guessed),
		cmocka_unit_test(a_leap_second_with_a_synchronised_clock_is_no_suspicion),
		cmocka_unit_test(
			the_end_of_a_half_year_without_a_leap_second_costs_a_few_pulses_at_most),
		cmocka_unit_test(a_jump_of_one_second_at_another_midnight_is_no_leap_second),
		cmocka_unit_test(fix_lost_across_a_leap_second_comes_back_to_the_right_second),
		cmocka_unit_test(a_line_silent_across_a_leap_second_comes_back_to_the_right_second),
		cmocka_unit_test(late_bursts_after_a_leap_second_are_no_second_one),
		cmocka_unit_test(every_midnight_of_a_year_is_crossed),
	};

	return scenario_main(tests);
}
