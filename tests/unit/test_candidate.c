/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* A label in the making: which pulse bursts name, by their phase and by a witness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/candidate.h"
#include "spans.h"

#define RAW (INT64_C(5000) * NS_PER_S + 777)
#define UTC INT64_C(1804636834)

static struct candidate candidate;
static struct gate gate;
static struct witness witness;
static int64_t utc_s, witness_s; /* of the last judgement */

/* Pulse n, the second UTC + n, is at raw_at(n). */
static int64_t raw_at(int64_t n)
{
	return RAW + n * NS_PER_S;
}

static int fresh(void **state)
{
	(void)state;
	candidate = (struct candidate){0};
	witness = (struct witness){0};
	gate_init(&gate);
	gate.locked = true;
	gate.grid_raw_ns = raw_at(0);
	return 0;
}

/* A fix that names second n, so long after its pulse. */
static struct fix fix_of(int64_t n, int64_t lag_ns)
{
	int64_t raw = raw_at(n) + lag_ns;

	return (struct fix){.utc_s = UTC + n, .raw_ns = raw, .real_ns = raw, .made_raw_ns = raw};
}

static void names(int64_t n, int64_t lag_ns)
{
	struct fix fix = fix_of(n, lag_ns);

	candidate_extend(&candidate, &fix, &gate);
}

static enum opinion judged(void)
{
	return candidate_judge(&candidate, &witness, &utc_s, &witness_s);
}

/* The candidate's pulse, by its instant, and the second that it is said to begin. */
static void assert_right(void)
{
	assert_int_equal(utc_s - UTC, ns_to_nearest_s(candidate.second_raw_ns - RAW));
}

/* So many fixes of these lags in turn. */
static enum opinion turns(int count, int64_t lag_ns, int64_t other_ns)
{
	candidate = (struct candidate){0};
	for (int n = 0; n < count; n++) {
		names(n, n % 2 ? other_ns : lag_ns);
	}
	return judged();
}

static void fixes_that_agree_are_counted_from_pulse_to_pulse(void **state)
{
	(void)state;
	names(0, 300 * MS);
	assert_true(candidate.on_grid);
	assert_int_equal(candidate.count, 1);
	assert_int_equal(candidate.second_raw_ns, raw_at(0));
	names(1, 310 * MS);
	names(4, 330 * MS);
	assert_int_equal(candidate.count, 3);
	assert_int_equal(candidate.utc_s, UTC + 4);
	assert_int_equal(candidate.second_raw_ns, raw_at(4));
	assert_int_equal(candidate.phase_ns, 330 * MS);
	assert_int_equal(robust_median(&candidate.phases), 310 * MS);
}

static void they_follow_the_grid_not_the_second_of_the_raw_clock(void **state)
{
	(void)state;
	gate.period_q16 += INT64_C(100000) << 16; /* 100 ppm */
	names(0, 300 * MS);
	for (int n = 1; n <= 64; n++) {
		gate.grid_raw_ns += gate_period_ns(&gate);
		names(n, 300 * MS + n * INT64_C(100000));
	}
	assert_int_equal(candidate.count, 65);
	assert_int_equal(candidate.second_raw_ns, gate.grid_raw_ns);
	assert_int_equal(candidate.phase_ns, 300 * MS);
}

static void bursts_may_wander_over_the_pulse(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		names(n, 800 * MS + n * 30 * MS);
	}
	assert_int_equal(candidate.count, 20);
	assert_int_equal(candidate.second_raw_ns, raw_at(19));
	assert_int_equal(candidate.phase_ns, 1370 * MS);
}

static void what_does_not_continue_them_begins_anew(void **state)
{
	const struct {
		int64_t n, lag_ns; /* after seconds 0 and 1, at 300 ms */
		int count;
	} cases[] = {
		{2, 300 * MS + 250 * MS - 1, 3},
		{2, 300 * MS + 250 * MS, 3}, /* clearly of the same pulse */
		{2, 800 * MS - 1, 3},
		{2, 800 * MS, 1},
		{2, 300 * MS - 250 * MS + 1, 3},
		{2, 20 * MS + 1, 3},
		{2, 20 * MS, 1},
		{3, -700 * MS, 1}, /* another label */
		{1, 1300 * MS, 1},
		{30, 300 * MS, 3},
		{31, 300 * MS, 1}, /* too rare to be a train */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fresh(state);
		names(0, 300 * MS);
		names(1, 300 * MS);
		names(cases[i].n, cases[i].lag_ns);
		assert_int_equal(candidate.count, cases[i].count);
		assert_int_equal(candidate.utc_s, UTC + cases[i].n);
		assert_int_equal(candidate.phases.count, cases[i].count);
	}
}

static void count_of_none_is_the_end_of_the_story(void **state)
{
	(void)state;
	names(0, 300 * MS);
	names(1, 300 * MS);
	candidate.count = 0;
	names(2, 310 * MS);
	assert_int_equal(candidate.count, 1);
	assert_int_equal(candidate.phases.count, 1);
	/* Two tell no train. */
	names(3, 310 * MS);
	assert_int_equal(judged(), OPINION_AMBIGUOUS);
	names(4, 310 * MS);
	assert_int_equal(judged(), OPINION_TAKE);
	assert_right();
}

static void phase_that_strays_from_its_second_begins_anew(void **state)
{
	int most = 0;

	(void)state;
	/* As a backlog that is worked off slowly, in either direction. */
	for (int sign = -1; sign <= 1; sign += 2) {
		fresh(state);
		for (int n = 0; n < 60; n++) {
			names(n, 500 * MS + sign * n * 40 * MS);
			assert_true(candidate.phase_ns > -1500 * MS &&
				    candidate.phase_ns < 1500 * MS);
			most = candidate.count > most ? candidate.count : most;
		}
		assert_in_range(most, 25, 50);
	}
}

static void without_pulses_the_burst_itself_is_the_second(void **state)
{
	(void)state;
	gate.locked = false;
	names(0, 300 * MS);
	names(1, 340 * MS);
	assert_false(candidate.on_grid);
	assert_int_equal(candidate.count, 2);
	assert_int_equal(candidate.second_raw_ns, raw_at(1) + 340 * MS);
	assert_int_equal(judged(), OPINION_TAKE);
	assert_int_equal(utc_s, UTC + 1);
	names(2, 900 * MS);
	assert_int_equal(candidate.count, 1);
}

static void pulses_that_appear_or_go_begin_anew(void **state)
{
	(void)state;
	gate.locked = false;
	names(0, 300 * MS);
	names(1, 300 * MS);
	gate.locked = true;
	names(2, 300 * MS);
	assert_int_equal(candidate.count, 1);
	assert_true(candidate.on_grid);
	gate.locked = false;
	names(3, 300 * MS);
	assert_int_equal(candidate.count, 1);
	assert_false(candidate.on_grid);
}

static void clear_phase_is_taken_and_one_near_the_second_is_not(void **state)
{
	(void)state;
	for (int64_t lag = 0; lag < 1000; lag++) {
		enum opinion opinion = turns(3, lag * MS, lag * MS);

		assert_int_equal(opinion,
				 lag < 20 || lag >= 950 ? OPINION_AMBIGUOUS : OPINION_TAKE);
		if (opinion == OPINION_TAKE) {
			assert_right();
		}
	}
	assert_int_equal(turns(3, 20 * MS - 1, 20 * MS - 1), OPINION_AMBIGUOUS);
	assert_int_equal(turns(3, 950 * MS - 1, 950 * MS - 1), OPINION_TAKE);
}

static void train_on_both_sides_of_the_second_fits_the_pulse_it_is_not_before(void **state)
{
	(void)state;
	/* Nothing speaks 100 ms before its pulse: they all follow the one before. */
	assert_int_equal(turns(64, 900 * MS, 1100 * MS), OPINION_TAKE);
	assert_right();
	assert_int_equal(utc_s, UTC + 63);
	/* The same, seen first when it was behind the next pulse. */
	assert_int_equal(turns(64, 1100 * MS, 900 * MS), OPINION_TAKE);
	assert_int_equal(candidate.count, 64);
	assert_right();
	/* All of them before their pulse by less than a receiver may be early: either. */
	assert_int_equal(turns(64, 960 * MS, 1010 * MS), OPINION_AMBIGUOUS);
}

static void bursts_that_jitter_rule_a_pulse_out_if_some_are_too_early_for_it(void **state)
{
	(void)state;
	/* 5 ms after the pulse, and now and then 60 ms before it. */
	for (int every = 5; every <= 8; every++) {
		fresh(NULL);
		for (int n = 0; n < 60; n++) {
			names(n, n % every ? 1005 * MS : 940 * MS);
		}
		assert_int_equal(judged(), every <= 6 ? OPINION_TAKE : OPINION_AMBIGUOUS);
		if (every <= 6) {
			assert_right();
		}
	}
}

static void one_burst_before_the_pulse_may_be_something_else_that_came_before_it(void **state)
{
	const int64_t lags_ms[] = {900, 1050, 1050, 1048, 1052, 1050, 1050};

	(void)state;
	for (int n = 0; n < 7; n++) {
		names(n, lags_ms[n] * MS);
		assert_int_equal(judged(), OPINION_AMBIGUOUS);
	}
	/* Two are not. */
	names(7, 900 * MS);
	assert_int_equal(judged(), OPINION_TAKE);
	assert_right();
}

static void burst_that_may_have_waited_is_taken_where_it_continues_the_others(void **state)
{
	const struct {
		int64_t late_ms, waited_ms, phase_ms;
	} cases[] = {
		{1300, 280, 1020}, /* no later than it must have been */
		{1300, 500, 960},  /* just as the last one */
		{960, 500, 960},
		{900, 500, 900}, /* it came before that */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fresh(NULL);
		names(0, 950 * MS);
		names(1, 960 * MS);
		struct fix fix = fix_of(2, cases[i].late_ms * MS);

		fix.made_raw_ns -= cases[i].waited_ms * MS;
		candidate_extend(&candidate, &fix, &gate);
		assert_int_equal(candidate.count, 3);
		assert_int_equal(candidate.phase_ns, cases[i].phase_ms * MS);
	}
}

static void train_that_wanders_from_near_the_second_may_have_begun_before_it(void **state)
{
	(void)state;
	/* 15 ms more each second: the earliest may have been the first to be seen. */
	for (int n = 0; n < 12; n++) {
		names(n, (1006 + 15 * n) * MS);
		if (n >= 2) {
			assert_int_equal(judged(), OPINION_AMBIGUOUS);
		}
	}
	/* Back again, and over the second: clear. */
	for (int n = 12; n < 30; n++) {
		names(n, (1171 - 15 * (n - 11)) * MS);
	}
	assert_int_equal(judged(), OPINION_TAKE);
	assert_right();
	/* As far from the second at first as it has wandered since: no doubt. */
	fresh(NULL);
	for (int n = 0; n < 10; n++) {
		names(n, (150 + 15 * n) * MS);
	}
	assert_int_equal(judged(), OPINION_TAKE);
	/* What jitters by as much does not wander. */
	assert_int_equal(turns(20, 30 * MS, 90 * MS), OPINION_TAKE);
}

static void few_early_bursts_do_not_make_a_clear_train_ambiguous(void **state)
{
	(void)state;
	for (int few = 0; few <= 6; few++) {
		fresh(state);
		for (int n = 0; n < 64; n++) {
			names(n, n % 10 == 5 && n / 10 < few ? 4 * MS : 30 * MS);
		}
		assert_int_equal(judged(), few <= 4 ? OPINION_TAKE : OPINION_AMBIGUOUS);
	}
}

static void few_bursts_must_be_clear_of_the_pulse_by_more_than_they_differ(void **state)
{
	for (int less = 0; less <= 1; less++) {
		fresh(state);
		names(0, 30 * MS);
		names(1, 25 * MS);
		names(2, 21 * MS - less);
		assert_int_equal(judged(), less ? OPINION_AMBIGUOUS : OPINION_TAKE);
	}
	/* Of eight one may come any time. */
	for (int count = 7; count <= 8; count++) {
		fresh(state);
		names(0, 4 * MS);
		for (int n = 1; n < count; n++) {
			names(n, 30 * MS);
		}
		assert_int_equal(judged(), count < 8 ? OPINION_AMBIGUOUS : OPINION_TAKE);
	}
}

static void of_several_fixes_a_second_none_is_late_nor_dated_exactly(void **state)
{
	const struct {
		int64_t lag_ns;
		enum opinion opinion;
	} cases[] = {
		{10 * MS, OPINION_AMBIGUOUS},   {20 * MS, OPINION_TAKE},
		{900 * MS, OPINION_TAKE},       {900 * MS + 1, OPINION_AMBIGUOUS},
		{1005 * MS, OPINION_AMBIGUOUS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		candidate = (struct candidate){0};
		for (int n = 0; n < 20; n++) {
			struct fix fix = fix_of(n, cases[i].lag_ns);

			fix.often = true;
			candidate_extend(&candidate, &fix, &gate);
		}
		assert_int_equal(judged(), cases[i].opinion);
	}
	/* They come in one way, not in two in turn. */
	candidate = (struct candidate){0};
	for (int n = 0; n < 4; n++) {
		struct fix fix = fix_of(n, n % 2 ? 700 * MS : 50 * MS);

		fix.often = true;
		candidate_extend(&candidate, &fix, &gate);
		assert_int_equal(candidate.count, 1);
	}
	/* Nor if they wander to where another pulse is the only one left. */
	candidate = (struct candidate){0};
	for (int n = 0; n < 18; n++) {
		struct fix fix = fix_of(n, 50 * MS - n * 10 * MS);

		fix.often = true;
		candidate_extend(&candidate, &fix, &gate);
	}
	assert_int_equal(judged(), OPINION_AMBIGUOUS);
}

static void only_the_last_bursts_tell(void **state)
{
	(void)state;
	for (int n = 0; n < 64; n++) {
		names(n, 10 * MS);
	}
	assert_int_equal(judged(), OPINION_AMBIGUOUS);
	for (int n = 64; n < 64 + CANDIDATE_RECENT - 4; n++) {
		names(n, 60 * MS);
	}
	assert_int_equal(candidate.phases.count, CANDIDATE_RECENT);
	assert_int_equal(judged(), OPINION_TAKE);
	assert_right();
}

/* The system clock is wrong by that much, and sure to error_ns. */
static void clock_says(int64_t wrong_ns, int64_t error_ns)
{
	witness = (struct witness){
		.usable = true,
		.real_minus_raw_ns = UTC * NS_PER_S - RAW + wrong_ns,
		.error_ns = error_ns,
	};
}

static void witness_vouches_for_either_of_two(void **state)
{
	(void)state;
	clock_says(20 * MS, 100 * MS);
	/* 5 ms before its pulse, so after the one before; and 5 ms after. */
	assert_int_equal(turns(3, -5 * MS, -5 * MS), OPINION_VOUCHED);
	assert_right();
	assert_int_equal(turns(3, 5 * MS, 5 * MS), OPINION_VOUCHED);
	assert_right();
	/* As late as a burst may be, it can be told from no other pulse otherwise. */
	assert_int_equal(turns(3, 1300 * MS, 1300 * MS), OPINION_VOUCHED);
	assert_right();
}

static void witness_is_believed_only_where_the_burst_could_be_of_its_second(void **state)
{
	const struct {
		int64_t lag_ns;
		enum opinion opinion;
	} cases[] = {
		{WITNESS_LAG_EARLIEST_NS, OPINION_SUSPECT},
		{WITNESS_LAG_EARLIEST_NS + 1, OPINION_VOUCHED},
		{WITNESS_LAG_LATEST_NS - 1, OPINION_VOUCHED},
		{WITNESS_LAG_LATEST_NS, OPINION_SUSPECT},
		{300 * MS + 3600 * NS_PER_S, OPINION_SUSPECT},
		{300 * MS - 3600 * NS_PER_S, OPINION_SUSPECT},
	};

	(void)state;
	clock_says(0, 50 * MS);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(turns(3, cases[i].lag_ns, cases[i].lag_ns), cases[i].opinion);
		assert_int_equal(witness_s - UTC, ns_to_nearest_s(candidate.second_raw_ns - RAW));
	}
}

static void witness_that_is_none_says_nothing(void **state)
{
	(void)state;
	clock_says(-100 * NS_PER_S, WITNESS_NS + 1);
	assert_int_equal(turns(3, 300 * MS, 300 * MS), OPINION_TAKE);
	assert_int_equal(turns(3, 5 * MS, 5 * MS), OPINION_AMBIGUOUS);
	clock_says(-100 * NS_PER_S, 50 * MS);
	assert_int_equal(turns(3, 300 * MS, 300 * MS), OPINION_SUSPECT);
	witness.usable = false;
	assert_int_equal(turns(3, 300 * MS, 300 * MS), OPINION_TAKE);
}

static void witness_judges_bursts_without_pulses_by_their_arrival(void **state)
{
	(void)state;
	gate.locked = false;
	clock_says(0, 50 * MS);
	assert_int_equal(turns(3, 900 * MS, 900 * MS), OPINION_VOUCHED);
	assert_int_equal(utc_s, UTC + 2);
	assert_int_equal(turns(3, 5 * NS_PER_S, 5 * NS_PER_S), OPINION_SUSPECT);
	assert_int_equal(turns(3, -NS_PER_S, -NS_PER_S), OPINION_SUSPECT);
}

/* Could a burst of second 3, that lag after its pulse and made that much before, be counted? */
static bool proven(int64_t lag_ns, int64_t before_ns, bool often)
{
	struct fix fix = fix_of(3, lag_ns);

	fix.made_raw_ns = before_ns < 0 ? LINE_NEVER : fix.raw_ns - before_ns;
	fix.often = often;
	return candidate_proven(&fix, &gate);
}

static void burst_that_had_not_waited_is_proven_wherever_it_lies(void **state)
{
	(void)state;
	for (int64_t lag = 0; lag < 1000; lag += 5) {
		assert_true(proven(lag * MS, 0, false));
		assert_false(proven(lag * MS, -1, false));
		assert_false(proven(lag * MS, -1, true));
	}
}

static void burst_that_waited_is_proven_if_made_surely_after_the_pulse(void **state)
{
	(void)state;
	for (int64_t lag = 100; lag < 1000; lag += 100) {
		assert_true(proven(lag * MS, lag * MS - CANDIDATE_LATE_NS - 1, false));
		assert_false(proven(lag * MS, lag * MS - CANDIDATE_LATE_NS, false));
		/* Of several fixes a second none is a second late. */
		assert_true(proven(lag * MS, (lag + 100) * MS - 1, true));
		assert_false(proven(lag * MS, (lag + 100) * MS, true));
	}
}

static void without_pulses_a_quarter_of_a_second_may_it_have_waited(void **state)
{
	(void)state;
	gate.locked = false;
	assert_true(proven(400 * MS, 250 * MS - 1, false));
	assert_false(proven(400 * MS, 250 * MS, false));
	assert_false(proven(400 * MS, -1, false));
}

#define test(name) cmocka_unit_test_setup(name, fresh)

/* As many bursts have satellites to tell first as have not. */
static void bursts_that_begin_in_two_ways_in_turn_agree(void **state)
{
	(void)state;
	assert_int_equal(turns(6, 100 * MS, 530 * MS), OPINION_TAKE);
	assert_right();
	assert_int_equal(candidate.count, 6);
	/* But not if one of them may be of another pulse. */
	turns(6, 500 * MS, 930 * MS);
	assert_int_equal(candidate.count, 1);
	/* Without pulses, if they are not half a second apart. */
	gate.locked = false;
	turns(6, 100 * MS, 599 * MS);
	assert_int_equal(candidate.count, 6);
	turns(6, 100 * MS, 600 * MS);
	assert_int_equal(candidate.count, 1);
}

static void reads_at_any_time_between_many_fixes_a_second_agree_without_pulses(void **state)
{
	const int64_t late[] = {0, -100 * MS, 120 * MS, -90 * MS, 10 * MS};

	(void)state;
	gate.locked = false;
	for (int64_t n = 0; n < 5; n++) {
		struct fix fix = fix_of(n, late[n]);

		fix.often = true;
		candidate_extend(&candidate, &fix, &gate);
		assert_int_equal(candidate.count, n + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(fixes_that_agree_are_counted_from_pulse_to_pulse),
		test(they_follow_the_grid_not_the_second_of_the_raw_clock),
		test(bursts_may_wander_over_the_pulse),
		test(what_does_not_continue_them_begins_anew),
		test(count_of_none_is_the_end_of_the_story),
		test(phase_that_strays_from_its_second_begins_anew),
		test(without_pulses_the_burst_itself_is_the_second),
		test(pulses_that_appear_or_go_begin_anew),
		test(clear_phase_is_taken_and_one_near_the_second_is_not),
		test(train_on_both_sides_of_the_second_fits_the_pulse_it_is_not_before),
		test(bursts_that_jitter_rule_a_pulse_out_if_some_are_too_early_for_it),
		test(one_burst_before_the_pulse_may_be_something_else_that_came_before_it),
		test(burst_that_may_have_waited_is_taken_where_it_continues_the_others),
		test(train_that_wanders_from_near_the_second_may_have_begun_before_it),
		test(few_early_bursts_do_not_make_a_clear_train_ambiguous),
		test(few_bursts_must_be_clear_of_the_pulse_by_more_than_they_differ),
		test(of_several_fixes_a_second_none_is_late_nor_dated_exactly),
		test(only_the_last_bursts_tell),
		test(witness_vouches_for_either_of_two),
		test(witness_is_believed_only_where_the_burst_could_be_of_its_second),
		test(witness_that_is_none_says_nothing),
		test(witness_judges_bursts_without_pulses_by_their_arrival),
		test(burst_that_had_not_waited_is_proven_wherever_it_lies),
		test(burst_that_waited_is_proven_if_made_surely_after_the_pulse),
		test(without_pulses_a_quarter_of_a_second_may_it_have_waited),
		test(bursts_that_begin_in_two_ways_in_turn_agree),
		test(reads_at_any_time_between_many_fixes_a_second_agree_without_pulses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
