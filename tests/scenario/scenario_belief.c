/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "judge_bench.h"

/* What the judge takes for believable: disputes, lies, corrections and witnesses. */

static void publishing_in_a_persistent_dispute_is_wrong_even_if_the_second_is_right(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	publishes(b, n, 0);
	n = live(b, n, 3, 7);
	publishes(b, n, 0);
	assert_int_equal(b->judge.faults, 0);
	n = live(b, n, 20, 7);
	publishes(b, n, 0);
	objects(b, "dispute");
}

static void a_backlog_of_bursts_that_tell_otherwise_is_no_persistent_dispute(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0) + 15;

	b->truth = (struct truth){.t_ns = n * SECOND_NS, .told_count = 12};
	b->event = (struct event){.type = EVENT_BYTES, .raw_ns = n * SECOND_NS};
	for (int i = 0; i < b->truth.told_count; i++) {
		b->truth.told[i] = (struct told){
			.status = 1, .timed = true, .day = true, .ahead_s = 1, .n = n - 12 + i};
	}
	judge_event(&b->judge, &b->event, &b->truth);
	publishes(b, n, 0);
	assert_int_equal(b->judge.faults, 0);
}

static void a_lie_may_be_followed_after_the_hold_and_not_before(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	publishes(b, n, 0);
	n = live(b, n, 62, 7);
	publishes(b, n, 7 * SECOND_NS);
	assert_int_equal(b->judge.faults, 0);
	setup(state);
	n = live(b, 1, 5, 0);
	publishes(b, n, 0);
	n = live(b, n, 55, 7);
	publishes(b, n, 7 * SECOND_NS);
	objects(b, "wrong second");
}

static void nearly_all_of_the_hold_and_all_of_its_end_must_have_told_it(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	publishes(b, n, 0);
	n = live(b, n, 40, 7);
	n = live(b, n, 1, 0);
	n = live(b, n, 25, 7);
	publishes(b, n, 7 * SECOND_NS);
	assert_int_equal(b->judge.faults, 0);
	setup(state);
	n = live(b, 1, 5, 0);
	publishes(b, n, 0);
	n = live(b, n, 70, 7);
	n = live(b, n, 1, 0);
	publishes(b, n, 0);
	n = live(b, n, 5, 7);
	publishes(b, n, 7 * SECOND_NS);
	objects(b, "wrong second");
}

/* As soon as it is disputed for long, a single burst of the old kind does not bring it back. */
static void an_old_error_repeated_once_is_not_to_be_followed_again(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 1);

	publishes(b, n, SECOND_NS);
	n = live(b, n, 15, 0);
	n = live(b, n, 1, 1);
	assert_int_equal(b->judge.faults, 0);
	publishes(b, n, SECOND_NS);
	objects(b, "dispute");
}

/* A whole second that comes without a word on the fix makes those of a fraction no less needed. */
static void a_fraction_counts_where_no_whole_fix_was_told(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	publishes(b, n, 0);
	n = live(b, n, 20, 7);
	for (int64_t end = n + 10; n < end; n++) {
		hear(b, n * SECOND_NS + SECOND_NS / 5,
		     (struct told){.status = -1, .timed = true, .day = true});
		hear(b, n * SECOND_NS + SECOND_NS / 2,
		     (struct told){.status = 1, .timed = true, .day = true, .fraction = true});
	}
	publishes(b, n, 0);
	assert_int_equal(b->judge.faults, 0);
}

static void the_truth_is_never_a_wrong_second(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 1);

	publishes(b, n, SECOND_NS);
	n = live(b, n, 2, 0);
	publishes(b, n, 0);
	assert_int_equal(b->judge.faults, 0);
}

static void kernel(struct bench *b, int64_t n, bool sync, int64_t maxerr_us)
{
	b->event = (struct event){.type = EVENT_CLOCK,
				  .raw_ns = n * SECOND_NS,
				  .clock = {.sync = sync, .maxerr_us = maxerr_us}};
	b->truth = (struct truth){.t_ns = n * SECOND_NS};
	judge_event(&b->judge, &b->event, &b->truth);
}

static void follow_a_lie(struct bench *b)
{
	int64_t n = live(b, 3, 200, 3);

	publishes(b, n, 3 * SECOND_NS);
}

static void a_lie_is_never_to_be_followed_against_a_witness(void **state)
{
	struct bench *b = *state;

	kernel(b, 1, true, 20000);
	kernel(b, 2, true, 19000);
	follow_a_lie(b);
	objects(b, "wrong second");
}

static void a_clock_that_is_only_called_synchronised_is_no_witness(void **state)
{
	struct bench *b = *state;

	kernel(b, 1, true, 20000);
	kernel(b, 2, true, 516); /* ntpd has just started */
	follow_a_lie(b);
	assert_int_equal(b->judge.faults, 0);
	setup(state);
	kernel(b, 1, true, 20000);
	b->event = (struct event){.type = EVENT_STEP, .raw_ns = SECOND_NS};
	judge_event(&b->judge, &b->event, &b->truth);
	kernel(b, 2, true, 19000);
	follow_a_lie(b);
	assert_int_equal(b->judge.faults, 0);
}

static void a_clock_that_may_follow_us_is_no_witness(void **state)
{
	struct bench *b = *state;

	tell(b, SECOND_NS, 1, 0);
	coarse(b, 0);
	kernel(b, 1, true, 20000);
	kernel(b, 2, true, 19000);
	follow_a_lie(b);
	assert_int_equal(b->judge.faults, 0);
}

/* What it held back is not believed in the very second that it leaves. */
static void the_hold_begins_when_the_witness_has_left(void **state)
{
	struct bench *b = *state;
	int64_t n;

	kernel(b, 1, true, 20000);
	kernel(b, 2, true, 19000);
	n = live(b, 3, 100, 3);
	kernel(b, n, false, 19000);
	n = live(b, n, 20, 3);
	publishes(b, n, 3 * SECOND_NS);
	objects(b, "wrong second");
	setup(state);
	kernel(b, 1, true, 20000);
	kernel(b, 2, true, 19000);
	n = live(b, 3, 100, 3);
	kernel(b, n, false, 19000);
	n = live(b, n, 62, 3);
	publishes(b, n, 3 * SECOND_NS);
	assert_int_equal(b->judge.faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		judged(publishing_in_a_persistent_dispute_is_wrong_even_if_the_second_is_right),
		judged(a_backlog_of_bursts_that_tell_otherwise_is_no_persistent_dispute),
		judged(a_lie_may_be_followed_after_the_hold_and_not_before),
		judged(nearly_all_of_the_hold_and_all_of_its_end_must_have_told_it),
		judged(an_old_error_repeated_once_is_not_to_be_followed_again),
		judged(a_fraction_counts_where_no_whole_fix_was_told),
		judged(the_truth_is_never_a_wrong_second),
		judged(a_lie_is_never_to_be_followed_against_a_witness),
		judged(a_clock_that_is_only_called_synchronised_is_no_witness),
		judged(a_clock_that_may_follow_us_is_no_witness),
		judged(the_hold_begins_when_the_witness_has_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
