/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

#include <string.h>

/* The judge itself: what is right passes, and each kind of wrong is objected to. */

struct bench {
	struct core_config core;
	struct world_config config;
	struct world world;
	struct judge judge;
	struct event event;
	struct truth truth;
};

#define BASE_S INT64_C(1805000000)

static struct bench bench;

static void tell(struct bench *b, int64_t t_ns, int status, int64_t ahead_s)
{
	b->truth = (struct truth){.t_ns = t_ns, .told_count = 1};
	b->truth.told[0] = (struct told){.status = status,
					 .timed = status == 1,
					 .day = status == 1,
					 .ahead_s = ahead_s,
					 .n = t_ns / SECOND_NS};
	b->event = (struct event){.type = EVENT_BYTES, .raw_ns = t_ns, .real_ns = t_ns};
	judge_event(&b->judge, &b->event, &b->truth);
}

/* The system clock reads true time plus 1 ms. */
static void pulse(struct bench *b, int64_t n, enum edge_kind kind)
{
	b->truth = (struct truth){.t_ns = n * SECOND_NS, .real_error_ns = MS_NS};
	b->truth.pulse.kind = kind;
	b->truth.pulse.n = n;
	b->truth.pulse.utc_s = BASE_S + n;
	b->event = (struct event){.type = EVENT_PULSE,
				  .raw_ns = n * SECOND_NS,
				  .real_ns = (BASE_S + n) * SECOND_NS + MS_NS};
	judge_event(&b->judge, &b->event, &b->truth);
}

static void pps(struct bench *b, int64_t clock_error_ns)
{
	struct core_sample sample = {
		.unit = CORE_PPS,
		.raw_ns = b->event.raw_ns,
		.clock_ns = b->truth.pulse.utc_s * SECOND_NS + clock_error_ns,
		.receive_ns = b->event.real_ns,
		.precision = -18,
	};

	judge_sample(&b->judge, &sample);
}

static void coarse(struct bench *b, int64_t error_ns)
{
	struct core_sample sample = {
		.unit = CORE_COARSE,
		.raw_ns = b->event.raw_ns,
		.clock_ns = BASE_S * SECOND_NS,
		.receive_ns = BASE_S * SECOND_NS - error_ns,
		.precision = -8,
	};

	judge_sample(&b->judge, &sample);
}

/* Told the truth for so many seconds from second n on, pulses published. */
static int64_t live(struct bench *b, int64_t n, int64_t seconds, int64_t ahead_s)
{
	for (int64_t end = n + seconds; n < end; n++) {
		tell(b, n * SECOND_NS + SECOND_NS / 5, 1, ahead_s);
	}
	return n;
}

static int setup(void **state)
{
	struct bench *b = &bench;

	memset(b, 0, sizeof(*b));
	core_config_default(&b->core);
	world_config_default(&b->config, 1);
	world_init(&b->world, &b->config);
	judge_init(&b->judge, &b->core, &b->world);
	*state = b;
	return 0;
}

static void objects(struct bench *b, const char *why)
{
	assert_true(b->judge.faults > 0);
	assert_non_null(strstr(b->judge.fault, why));
}

static void the_right_sample_passes(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	tell(b, n * SECOND_NS + 1, 1, 0);
	coarse(b, 499 * MS_NS);
	assert_int_equal(b->judge.faults, 0);
}

static void a_label_one_second_off_is_wrong(void **state)
{
	struct bench *b = *state;

	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	pps(b, SECOND_NS);
	objects(b, "wrong second");
}

static void a_label_off_by_a_nanosecond_is_wrong(void **state)
{
	struct bench *b = *state;

	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	pps(b, 1);
	objects(b, "wrong second");
}

static void the_configured_offset_belongs_to_the_clock(void **state)
{
	struct bench *b = *state;

	b->core.pps_offset_ns = 1500;
	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	pps(b, 1500);
	assert_int_equal(b->judge.faults, 0);
	pulse(b, 7, EDGE_GOOD);
	pps(b, 0);
	objects(b, "wrong second");
}

static void a_receive_stamp_off_by_a_nanosecond_is_wrong(void **state)
{
	struct bench *b = *state;

	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	b->event.real_ns--; /* what the sample takes */
	struct core_sample sample = {.unit = CORE_PPS,
				     .raw_ns = b->event.raw_ns,
				     .clock_ns = b->truth.pulse.utc_s * SECOND_NS,
				     .receive_ns = b->event.real_ns,
				     .precision = -18};
	b->event.real_ns++;
	judge_sample(&b->judge, &sample);
	objects(b, "off the pulse's stamp");
}

static void glitches_other_edges_late_and_stale_pulses_are_wrong(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n, EDGE_GLITCH);
	b->truth.pulse.late_ns = 40 * MS_NS;
	pps(b, 0);
	objects(b, "glitch");
	setup(state);
	pulse(b, live(b, 1, 5, 0), EDGE_OTHER);
	b->truth.pulse.late_ns = 100 * MS_NS;
	pps(b, 0);
	objects(b, "other edge");
	setup(state);
	pulse(b, live(b, 1, 5, 0), EDGE_POPCORN);
	b->truth.pulse.late_ns = MS_NS + 1;
	pps(b, 0);
	objects(b, "late");
	setup(state);
	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	b->truth.pulse.stale = true;
	pps(b, 0);
	objects(b, "before the step");
	setup(state);
	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	b->truth.pulse.leap = true;
	pps(b, 0);
	objects(b, "leap second's own pulse");
}

static void small_delays_are_wrong_only_once_the_jitter_can_be_known(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n++, EDGE_POPCORN);
	b->truth.pulse.late_ns = 200 * US_NS;
	pps(b, 0);
	for (int i = 0; i < JUDGE_SETTLED_PULSES; i++) {
		pulse(b, n++, EDGE_GOOD);
		pps(b, 0);
	}
	assert_int_equal(b->judge.faults, 0);
	pulse(b, n, EDGE_POPCORN);
	b->truth.pulse.late_ns = 200 * US_NS;
	pps(b, 0);
	objects(b, "late");
}

static void publishing_without_a_fix_is_wrong(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	tell(b, n * SECOND_NS, 0, 0);
	pulse(b, n + 1, EDGE_GOOD);
	pps(b, 0);
	objects(b, "without a fix");
	setup(state);
	n = live(b, 1, 5, 0);
	tell(b, n * SECOND_NS, 0, 0);
	tell(b, n * SECOND_NS + 1, 0, 0);
	coarse(b, 0);
	objects(b, "without a fix");
}

static void publishing_beyond_the_holdover_is_wrong(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n + 29, EDGE_GOOD);
	pps(b, 0);
	assert_int_equal(b->judge.faults, 0);
	pulse(b, n + 31, EDGE_GOOD);
	pps(b, 0);
	objects(b, "after the last valid sentence");
}

static void publishing_in_a_persistent_dispute_is_wrong_even_if_the_second_is_right(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	n = live(b, n, 3, 7);
	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	assert_int_equal(b->judge.faults, 0);
	n = live(b, n, 20, 7);
	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	objects(b, "dispute");
}

static void a_lie_may_be_followed_after_the_hold_and_not_before(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	n = live(b, n, 62, 7);
	pulse(b, n, EDGE_GOOD);
	pps(b, 7 * SECOND_NS);
	assert_int_equal(b->judge.faults, 0);
	setup(state);
	n = live(b, 1, 5, 0);
	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	n = live(b, n, 55, 7);
	pulse(b, n, EDGE_GOOD);
	pps(b, 7 * SECOND_NS);
	objects(b, "wrong second");
}

static void nearly_all_of_the_hold_and_all_of_its_end_must_have_told_it(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	n = live(b, n, 40, 7);
	n = live(b, n, 1, 0);
	n = live(b, n, 25, 7);
	pulse(b, n, EDGE_GOOD);
	pps(b, 7 * SECOND_NS);
	assert_int_equal(b->judge.faults, 0);
	setup(state);
	n = live(b, 1, 5, 0);
	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	n = live(b, n, 70, 7);
	n = live(b, n, 1, 0);
	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
	n = live(b, n, 5, 7);
	pulse(b, n, EDGE_GOOD);
	pps(b, 7 * SECOND_NS);
	objects(b, "wrong second");
}

/* As soon as it is disputed for long, a single burst of the old kind does not bring it back. */
static void an_old_error_repeated_once_is_not_to_be_followed_again(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 1);

	pulse(b, n, EDGE_GOOD);
	pps(b, SECOND_NS);
	n = live(b, n, 15, 0);
	n = live(b, n, 1, 1);
	assert_int_equal(b->judge.faults, 0);
	pulse(b, n, EDGE_GOOD);
	pps(b, SECOND_NS);
	objects(b, "dispute");
}

static void the_truth_is_never_a_wrong_second(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 1);

	pulse(b, n, EDGE_GOOD);
	pps(b, SECOND_NS);
	n = live(b, n, 2, 0);
	pulse(b, n, EDGE_GOOD);
	pps(b, 0);
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

	pulse(b, n, EDGE_GOOD);
	pps(b, 3 * SECOND_NS);
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
	pulse(b, n, EDGE_GOOD);
	pps(b, 3 * SECOND_NS);
	objects(b, "wrong second");
	setup(state);
	kernel(b, 1, true, 20000);
	kernel(b, 2, true, 19000);
	n = live(b, 3, 100, 3);
	kernel(b, n, false, 19000);
	n = live(b, n, 62, 3);
	pulse(b, n, EDGE_GOOD);
	pps(b, 3 * SECOND_NS);
	assert_int_equal(b->judge.faults, 0);
}

static void a_coarse_sample_half_a_second_off_is_wrong(void **state)
{
	struct bench *b = *state;

	live(b, 1, 5, 0);
	coarse(b, -500 * MS_NS);
	objects(b, "coarse sample");
	setup(state);
	live(b, 1, 5, 0);
	coarse(b, SECOND_NS);
	objects(b, "coarse sample");
}

static void a_pulse_published_later_than_its_own_event_is_wrong(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);

	pulse(b, n, EDGE_GOOD);
	tell(b, n * SECOND_NS + 1, 1, 0);
	pps(b, 0);
	objects(b, "without its pulse");
}

static void the_same_label_twice_is_wrong(void **state)
{
	struct bench *b = *state;

	pulse(b, live(b, 1, 5, 0), EDGE_GOOD);
	pps(b, 0);
	pps(b, 0);
	objects(b, "twice");
}

static void a_leap_flag_and_a_silly_precision_are_wrong(void **state)
{
	struct bench *b = *state;
	struct core_sample sample = {.unit = CORE_COARSE,
				     .clock_ns = BASE_S * SECOND_NS,
				     .receive_ns = BASE_S * SECOND_NS,
				     .precision = -8};

	live(b, 1, 5, 0);
	sample.leap = 1;
	judge_sample(&b->judge, &sample);
	objects(b, "leap");
	setup(state);
	live(b, 1, 5, 0);
	sample.leap = 0;
	sample.precision = 3;
	judge_sample(&b->judge, &sample);
	objects(b, "precision");
}

static void windows_count_good_and_published_pulses(void **state)
{
	struct bench *b = *state;
	int64_t n = live(b, 1, 5, 0);
	struct judge_window *w =
		&b->judge.windows[judge_watch(&b->judge, n * SECOND_NS, (n + 3) * SECOND_NS)];

	pulse(b, n, EDGE_GOOD);
	pulse(b, n + 1, EDGE_GOOD);
	pps(b, 0);
	pulse(b, n + 2, EDGE_GLITCH);
	pulse(b, n + 3, EDGE_GOOD);
	pps(b, 0);
	assert_int_equal(w->good, 2);
	assert_int_equal(w->published, 1);
	assert_int_equal(w->first_pulses, 2);
}

#define judged(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		judged(the_right_sample_passes),
		judged(a_label_one_second_off_is_wrong),
		judged(a_label_off_by_a_nanosecond_is_wrong),
		judged(the_configured_offset_belongs_to_the_clock),
		judged(a_receive_stamp_off_by_a_nanosecond_is_wrong),
		judged(glitches_other_edges_late_and_stale_pulses_are_wrong),
		judged(small_delays_are_wrong_only_once_the_jitter_can_be_known),
		judged(publishing_without_a_fix_is_wrong),
		judged(publishing_beyond_the_holdover_is_wrong),
		judged(publishing_in_a_persistent_dispute_is_wrong_even_if_the_second_is_right),
		judged(a_lie_may_be_followed_after_the_hold_and_not_before),
		judged(nearly_all_of_the_hold_and_all_of_its_end_must_have_told_it),
		judged(an_old_error_repeated_once_is_not_to_be_followed_again),
		judged(the_truth_is_never_a_wrong_second),
		judged(a_lie_is_never_to_be_followed_against_a_witness),
		judged(a_clock_that_is_only_called_synchronised_is_no_witness),
		judged(a_clock_that_may_follow_us_is_no_witness),
		judged(the_hold_begins_when_the_witness_has_left),
		judged(a_coarse_sample_half_a_second_off_is_wrong),
		judged(a_pulse_published_later_than_its_own_event_is_wrong),
		judged(the_same_label_twice_is_wrong),
		judged(a_leap_flag_and_a_silly_precision_are_wrong),
		judged(windows_count_good_and_published_pulses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
