/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "judge_bench.h"

/* The judge itself: what is right passes, and each kind of wrong is objected to. */

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
		judged(a_coarse_sample_half_a_second_off_is_wrong),
		judged(a_pulse_published_later_than_its_own_event_is_wrong),
		judged(the_same_label_twice_is_wrong),
		judged(a_leap_flag_and_a_silly_precision_are_wrong),
		judged(windows_count_good_and_published_pulses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
