/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 9: what a list of leap seconds knows is not asked of the receiver. No clock is synchronised.
 */

#define MIDNIGHT_2028_07_01 INT64_C(1846022400)
#define MIDNIGHT_2029_01_01 INT64_C(1861920000)
#define DAY_S               INT64_C(86400)

/* The list knows of all until the end of a June or December, and of this one. */
static void lists(struct play *play, int64_t known_until_s, int64_t utc_s, int leap)
{
	play->core_config.leap_known_until_s = known_until_s;
	play->core_config.leap_utc_s = utc_s;
	play->core_config.leap = leap;
}

SCENARIO(a_half_year_without_a_leap_second_is_no_silence_where_the_list_knows)
{
	const int64_t half_years[] = {MIDNIGHT_2028_07_01, MIDNIGHT_2029_01_01};

	for (int i = 0; i < 2; i++) {
		play_init(play, play->config.seed);
		begins(play, half_years[i] - 60);
		/* The one that is listed is another. */
		lists(play, half_years[1], half_years[1 - i], i == 0 ? 1 : -1);
		starts(play, 120);
		struct judge_window *all = watch(play, 10, 120);
		ends(play);
		assert_covered(play, all, 1000);
		assert_int_equal(play->judge.rejects[CORE_WITHHELD_LEAP], 0);
	}
}

SCENARIO(a_half_year_that_the_list_does_not_reach_is_waited_for)
{
	begins(play, MIDNIGHT_2029_01_01 - 60);
	lists(play, MIDNIGHT_2029_01_01 - 4 * DAY_S, 0, 0);
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_true(all->published < all->good && all->published >= all->good - 8);
}

SCENARIO(a_start_just_after_new_year_waits_for_nothing_where_the_list_knows)
{
	begins(play, MIDNIGHT_2029_01_01 + 2);
	lists(play, MIDNIGHT_2029_01_01, 0, 0);
	starts(play, 60);
	struct judge_window *all = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 1000);
	assert_int_equal(play->judge.rejects[CORE_WITHHELD_LEAP], 0);
}

/* A receiver that was started just then may have yet to learn of it. */
SCENARIO(a_start_just_after_a_listed_leap_second_is_believed_once_a_minute_is_over)
{
	begins(play, MIDNIGHT_2029_01_01 + 2);
	lists(play, MIDNIGHT_2029_01_01 + 30 * DAY_S, MIDNIGHT_2029_01_01, 1);
	/* One second ahead until it has. */
	play->config.p[WORLD_LIE] = 1;
	at(play, 30, WORLD_LIE, 0);
	starts(play, 120);
	struct judge_window *wrong = watch(play, 0, 30);
	struct judge_window *after = watch(play, 31, 120);
	ends(play);
	assert_silent(play, wrong);
	assert_back_within(play, after, 5);
}

/* Epochs repeated from from to to. */
static void repeats(struct play *play, int64_t from, int64_t to)
{
	play_init(play, play->config.seed);
	begins(play, MIDNIGHT_2029_01_01 - 60);
	lists(play, MIDNIGHT_2029_01_01, 0, 0);
	play->config.p[WORLD_OLD_S] = -1;
	at(play, from, WORLD_OLD, 1000000);
	at(play, to, WORLD_OLD, 0);
	starts(play, 190);
	struct judge_window *after = watch(play, to + 1, 190);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 0);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
	assert_back_within(play, after, 20);
}

/* Longer than ten, which without a list is a leap second; shorter than the hold. */
SCENARIO(repeated_epochs_after_new_year_never_move_the_label_where_the_list_knows)
{
	for (int64_t length = 2; length < 55; length += 4) {
		repeats(play, 60, 60 + length);
		repeats(play, 63, 63 + length);
	}
}

static void leaps(struct play *play, int64_t utc_s, int leap, int64_t style, bool listed)
{
	play_init(play, play->config.seed);
	begins(play, utc_s - 200);
	play->config.leap_utc_s = utc_s;
	play->config.leap = leap;
	play->config.leap_in_clock = true;
	play->config.p[WORLD_LEAP_STYLE] = style;
	if (listed) {
		lists(play, utc_s + 30 * DAY_S, utc_s, leap);
	}
	starts(play, 400);
}

SCENARIO(a_listed_leap_second_is_done_after_three_bursts_of_it)
{
	for (int leap = -1; leap <= 1; leap += 2) {
		for (int64_t style = 0; style <= 3; style++) {
			leaps(play, leap > 0 ? MIDNIGHT_2029_01_01 : MIDNIGHT_2028_07_01, leap,
			      style, true);
			struct judge_window *before = watch(play, 10, 198);
			/* A receiver may learn of it half a minute late. */
			struct judge_window *after = watch(play, style == 3 ? 232 : 201, 400);
			ends(play);
			assert_covered(play, before, 1000);
			assert_back_within(play, after, 4);
			assert_covered(play, after, 980);
			assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 1);
			assert_int_equal(play->judge.last_notice[CORE_NOTICE_LEAP].b, leap);
			assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
		}
	}
}

/* Until the receiver has learned of it, it says the second that is wrong, and nobody believes it.
 */
SCENARIO(a_listed_leap_second_that_the_receiver_learns_of_late_is_waited_for)
{
	leaps(play, MIDNIGHT_2029_01_01, 1, 3, true);
	struct judge_window *late = watch(play, 200, 230);
	ends(play);
	assert_silent(play, late);
}

/* Epochs skipped are no leap second where one is to be inserted. */
SCENARIO(a_leap_second_of_the_other_sign_is_not_taken_where_one_is_listed)
{
	begins(play, MIDNIGHT_2029_01_01 - 60);
	lists(play, MIDNIGHT_2029_01_01, MIDNIGHT_2029_01_01, 1);
	play->config.p[WORLD_OLD_S] = 1;
	at(play, 60, WORLD_OLD, 1000000);
	at(play, 100, WORLD_OLD, 0);
	starts(play, 1020);
	struct judge_window *at_it = watch(play, 60, 840);
	/* The receiver says for 13 minutes that there was none: then it is believed. */
	struct judge_window *after = watch(play, 842, 1020);
	ends(play);
	assert_silent(play, at_it);
	assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 0);
	assert_back_within(play, after, 8);
	assert_covered(play, after, 950);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_half_year_without_a_leap_second_is_no_silence_where_the_list_knows),
		cmocka_unit_test(a_half_year_that_the_list_does_not_reach_is_waited_for),
		cmocka_unit_test(
			a_start_just_after_new_year_waits_for_nothing_where_the_list_knows),
		cmocka_unit_test(
			a_start_just_after_a_listed_leap_second_is_believed_once_a_minute_is_over),
		cmocka_unit_test(
			repeated_epochs_after_new_year_never_move_the_label_where_the_list_knows),
		cmocka_unit_test(a_listed_leap_second_is_done_after_three_bursts_of_it),
		cmocka_unit_test(
			a_listed_leap_second_that_the_receiver_learns_of_late_is_waited_for),
		cmocka_unit_test(a_leap_second_of_the_other_sign_is_not_taken_where_one_is_listed),
	};

	return scenario_main(tests);
}
