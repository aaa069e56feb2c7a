/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Another label than the one counted: told for how long, by how many, with how many exceptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/ns.h"
#include "core/rival.h"
#include "spans.h"

#define START (INT64_C(1000) * NS_PER_S)
#define LAG   (100 * MS)
#define HOLD  (60 * NS_PER_S)

static struct rival rival;

static int fresh(void **state)
{
	(void)state;
	rival = (struct rival){0};
	return 0;
}

static int64_t at(int64_t n)
{
	return START + n * NS_PER_S;
}

/* Seconds from..to, each with a vote for a label by that jump. */
static void votes(int64_t from, int64_t to, int64_t jump_s)
{
	for (int64_t n = from; n <= to; n++) {
		rival_vote(&rival, jump_s, LAG, false, at(n));
	}
}

static void story_is_believed_once_it_has_been_told_for_the_hold(void **state)
{
	(void)state;
	assert_false(rival_held(&rival, at(1000), 0));
	votes(0, 60, 4);
	assert_int_equal(rival.jump_s, 4);
	assert_int_equal(rival.since_raw_ns, at(0));
	assert_int_equal(rival.votes, 61);
	assert_false(rival_held(&rival, at(60) - 1, HOLD));
	assert_true(rival_held(&rival, at(60), HOLD));
}

static void last_ten_must_all_tell_it(void **state)
{
	(void)state;
	votes(0, 59, 4);
	rival_except(&rival);
	for (int64_t n = 61; n < 70; n++) {
		rival_vote(&rival, 4, LAG, false, at(n));
		assert_false(rival_held(&rival, at(n), HOLD));
	}
	votes(70, 70, 4);
	assert_int_equal(rival.streak, 10);
	assert_true(rival_held(&rival, at(70), HOLD));
}

static void one_in_ten_may_tell_otherwise(void **state)
{
	(void)state;
	/* …and the first at any time. */
	votes(0, 0, 4);
	rival_except(&rival);
	assert_int_equal(rival.votes, 1);
	votes(1, 9, 4);
	rival_except(&rival);
	assert_int_equal(rival.votes, 10);
	assert_int_equal(rival.others, 2);
	votes(10, 18, 4);
	/* The third, after nineteen votes, is one too many. */
	rival_except(&rival);
	assert_int_equal(rival.votes, 0);
	assert_int_equal(rival.others, 0);
	votes(20, 20, 4);
	assert_int_equal(rival.since_raw_ns, at(20));
}

static void minute_with_a_late_burst_now_and_then_is_believed(void **state)
{
	(void)state;
	for (int64_t n = 0; n < 60; n++) {
		if (n % 12 == 5) {
			rival_except(&rival);
		} else {
			rival_vote(&rival, -1, LAG, false, at(n));
		}
	}
	assert_false(rival_held(&rival, at(59), HOLD));
	votes(60, 63, -1);
	assert_true(rival_held(&rival, at(63), HOLD));
}

static void vote_for_a_third_label_is_an_exception(void **state)
{
	(void)state;
	votes(0, 30, 4);
	votes(31, 31, 7);
	assert_int_equal(rival.jump_s, 4);
	assert_int_equal(rival.votes, 31);
	assert_int_equal(rival.others, 1);
	assert_int_equal(rival.streak, 0);
}

static void story_that_has_ended_gives_way_to_the_one_that_ended_it(void **state)
{
	(void)state;
	votes(0, 5, 4);
	votes(6, 6, 7);
	assert_int_equal(rival.jump_s, 4);
	votes(7, 7, 7);
	assert_int_equal(rival.jump_s, 7);
	assert_int_equal(rival.votes, 1);
	assert_int_equal(rival.streak, 1);
	assert_int_equal(rival.since_raw_ns, at(7));
}

static void exception_before_any_story_is_none(void **state)
{
	(void)state;
	rival_except(&rival);
	assert_int_equal(rival.others, 0);
	votes(0, 0, 4);
	assert_int_equal(rival.others, 0);
}

static void bursts_without_a_lag_of_their_own_tell_no_story(void **state)
{
	(void)state;
	/* Late by chance: 0.1 and 0.4 s in turn. */
	for (int64_t n = 0; n < 200; n++) {
		rival_vote(&rival, 1, n % 2 ? LAG + 300 * MS : LAG, false, at(n));
		assert_true(rival.streak <= 1);
		assert_false(rival_held(&rival, at(n), HOLD));
	}
}

static void bursts_that_keep_near_the_usual_lag_tell_it(void **state)
{
	(void)state;
	for (int64_t n = 0; n < 20; n++) {
		rival_vote(&rival, 1, n % 2 ? LAG + 300 * MS : LAG, true, at(n));
	}
	assert_int_equal(rival.streak, 20);
}

static void lag_may_wander(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		fresh(state);
		votes(0, 59, 1);
		rival_vote(&rival, 1, LAG + RIVAL_LAG_NS + more, false, at(60));
		assert_int_equal(rival.lag_ns, LAG + RIVAL_LAG_NS + more);
		assert_int_equal(rival.streak, more ? 1 : 61);
		assert_int_equal(rival.votes, 61);
	}
}

static void story_needs_half_as_many_votes_as_the_hold_has_seconds(void **state)
{
	(void)state;
	/* Every three seconds, and a minute asks for thirty. */
	for (int64_t n = 0; n < 29; n++) {
		rival_vote(&rival, 4, LAG, false, at(3 * n));
		assert_false(rival_held(&rival, at(3 * n), HOLD));
	}
	rival_vote(&rival, 4, LAG, false, at(87));
	assert_true(rival_held(&rival, at(87), HOLD));
}

#define test(name) cmocka_unit_test_setup(name, fresh)

static void several_seconds_are_no_lateness(void **state)
{
	(void)state;
	for (int64_t n = 0; n < 61; n++) {
		rival_vote(&rival, -4, n % 2 ? LAG + 400 * MS : LAG, false, at(n));
	}
	assert_true(rival_held(&rival, at(60), HOLD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(story_is_believed_once_it_has_been_told_for_the_hold),
		test(last_ten_must_all_tell_it),
		test(one_in_ten_may_tell_otherwise),
		test(minute_with_a_late_burst_now_and_then_is_believed),
		test(vote_for_a_third_label_is_an_exception),
		test(story_that_has_ended_gives_way_to_the_one_that_ended_it),
		test(exception_before_any_story_is_none),
		test(bursts_without_a_lag_of_their_own_tell_no_story),
		test(bursts_that_keep_near_the_usual_lag_tell_it),
		test(lag_may_wander),
		test(story_needs_half_as_many_votes_as_the_hold_has_seconds),
		test(several_seconds_are_no_lateness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
