/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/ns.h"
#include "sources/poll_track.h"

#define BEGIN_NS INT64_C(1800000000000000000)

static struct poll_track track;
static int64_t edge_ns; /* the next true edge */

static int begin(void **state)
{
	(void)state;
	poll_track_init(&track, 0);
	edge_ns = BEGIN_NS;
	return 0;
}

/* The next pulse, seen or not, with the kernel so late. */
static struct poll_stamp pulse(enum poll_outcome outcome, int64_t width_ns, int64_t late_ns)
{
	struct poll_edge edge = {.outcome = outcome, .at_ns = edge_ns, .width_ns = width_ns};
	struct poll_stamp stamp = poll_track_take(&track, edge_ns + late_ns, &edge, false);

	edge_ns += NS_PER_S;
	return stamp;
}

static void good(int count)
{
	for (int i = 0; i < count; i++) {
		struct poll_stamp stamp = pulse(POLL_SEEN, 2000, 12000);

		assert_int_equal(stamp.kind, PULSE_POLLED);
		assert_int_equal(stamp.at_ns, edge_ns - NS_PER_S);
		assert_int_equal(stamp.width_ns, 2000);
	}
}

static void polled_edge_is_taken_however_late_the_kernel_is(void **state)
{
	(void)state;
	good(3);
	struct poll_stamp stamp = pulse(POLL_SEEN, 2100, 900000);

	assert_int_equal(stamp.at_ns, edge_ns - NS_PER_S);
}

static void without_an_edge_the_kernel_is_corrected_by_the_bias_of_all_pairs(void **state)
{
	(void)state;
	good(7);
	struct poll_stamp stamp = pulse(POLL_ALREADY, 0, 12000);

	assert_int_equal(stamp.kind, PULSE_STAMPED);
	assert_int_equal(stamp.at_ns, edge_ns - NS_PER_S + 12000);
	assert_int_equal(stamp.width_ns, 0);
	assert_int_equal(stamp.bias_ns, 0);
	good(10);
	pulse(POLL_SEEN, 2000, 70000); /* one late stamp moves no median */
	stamp = pulse(POLL_LATE, 0, 12300);
	assert_int_equal(stamp.kind, PULSE_CORRECTED);
	assert_int_equal(stamp.bias_ns, 12000);
	assert_int_equal(stamp.at_ns, edge_ns - NS_PER_S + 300);
}

static void measured_bias_serves_until_there_are_pairs(void **state)
{
	(void)state;
	poll_track_init(&track, 4000);
	struct poll_stamp stamp = pulse(POLL_NONE, 0, 4100);

	assert_int_equal(stamp.kind, PULSE_CORRECTED);
	assert_int_equal(stamp.at_ns, BEGIN_NS + 100);
	good(8);
	assert_int_equal(pulse(POLL_NONE, 0, 12000).bias_ns, 12000);
}

static void interrupted_poller_is_not_believed(void **state)
{
	(void)state;
	good(10);
	struct poll_stamp stamp = pulse(POLL_SEEN, 30000, 12000);

	assert_int_equal(stamp.kind, PULSE_CORRECTED);
	assert_int_equal(stamp.width_ns, 30000);
	assert_int_equal(stamp.at_ns, edge_ns - NS_PER_S);
}

static void interrupted_poller_is_better_than_stamps_that_scatter_more(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++) {
		pulse(POLL_SEEN, 2000, i % 4 * 20000);
	}
	assert_int_equal(pulse(POLL_SEEN, 30000, 60000).kind, PULSE_POLLED);
	assert_int_equal(pulse(POLL_SEEN, 90000, 60000).kind, PULSE_CORRECTED);
}

static void another_edge_is_not_taken_for_the_pulse(void **state)
{
	(void)state;
	good(10);
	struct poll_edge edge = {
		.outcome = POLL_SEEN, .at_ns = edge_ns - 2 * NS_PER_MS, .width_ns = 2000};
	struct poll_stamp stamp = poll_track_take(&track, edge_ns + 12000, &edge, false);

	assert_int_equal(stamp.kind, PULSE_CORRECTED);
	assert_int_equal(stamp.at_ns, edge_ns);
}

static void window_shrinks_to_its_least_and_widens_when_edges_are_missed(void **state)
{
	int64_t expected, half, before;

	(void)state;
	assert_false(poll_track_next(&track, &expected, &half));
	good(1);
	assert_true(poll_track_next(&track, &expected, &half));
	assert_int_equal(expected, edge_ns);
	assert_in_range(half, 900000, 1000000);
	good(200);
	poll_track_next(&track, &expected, &before);
	assert_int_equal(before, 100000);
	pulse(POLL_ALREADY, 0, 12000);
	poll_track_next(&track, &expected, &half);
	assert_int_equal(half, 200000);
	for (int i = 0; i < 10; i++) {
		pulse(POLL_NONE, 0, 12000);
	}
	poll_track_next(&track, &expected, &half);
	assert_int_equal(half, 1000000);
}

static void clock_that_runs_wrong_is_foreseen(void **state)
{
	int64_t expected, half;

	(void)state;
	for (int i = 0; i < 200; i++) {
		pulse(POLL_SEEN, 2000, 12000);
		edge_ns += 200000; /* 200 ppm */
	}
	poll_track_next(&track, &expected, &half);
	assert_in_range(expected, edge_ns - 10, edge_ns + 10);
	assert_int_equal(half, 100000);
}

static void edges_that_jitter_keep_the_window_wide(void **state)
{
	int64_t expected, half;

	(void)state;
	for (int i = 0; i < 200; i++) {
		edge_ns = BEGIN_NS + i * NS_PER_S + (i % 2 ? 20000 : -20000);
		pulse(POLL_SEEN, 2000, 12000);
	}
	poll_track_next(&track, &expected, &half);
	assert_in_range(half, 250000, 500000);
}

static void glitch(int64_t at_ns)
{
	struct poll_edge nothing = {.outcome = POLL_LATE};

	poll_track_take(&track, at_ns, &nothing, false);
}

static void edges_between_the_seconds_do_not_move_the_window(void **state)
{
	int64_t expected, half;

	(void)state;
	good(20);
	for (int i = 0; i < 10; i++) {
		glitch(edge_ns - NS_PER_S / 2);
		poll_track_next(&track, &expected, &half);
		assert_int_equal(expected, edge_ns);
		good(1);
	}
	/* A second without a pulse. */
	edge_ns += NS_PER_S;
	struct poll_edge edge = {.outcome = POLL_NONE};

	assert_int_equal(poll_track_take(&track, edge_ns + 12000, &edge, true).kind,
			 PULSE_CORRECTED);
	edge_ns += NS_PER_S;
	poll_track_next(&track, &expected, &half);
	assert_int_equal(expected, edge_ns);
	good(1);
	/* One that comes in the place of the pulse. */
	glitch(edge_ns + NS_PER_S / 4);
	edge_ns += NS_PER_S;
	poll_track_next(&track, &expected, &half);
	assert_int_equal(expected, edge_ns);
	good(1);
}

static void pulses_that_have_moved_are_found_again(void **state)
{
	int64_t expected, half;

	(void)state;
	good(20);
	edge_ns += NS_PER_S / 4;
	pulse(POLL_NONE, 0, 12000);
	pulse(POLL_NONE, 0, 12000);
	pulse(POLL_NONE, 0, 12000);
	poll_track_next(&track, &expected, &half);
	assert_in_range(expected, edge_ns - 1000, edge_ns + 1000);
	good(5);
}

static void brackets_that_are_all_wide_are_the_usual_ones_soon(void **state)
{
	(void)state;
	good(20);
	for (int i = 0; i < 8; i++) {
		pulse(POLL_SEEN, 9000, 12000);
	}
	assert_int_equal(pulse(POLL_SEEN, 9000, 12000).kind, PULSE_POLLED);
}

#define test(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(polled_edge_is_taken_however_late_the_kernel_is),
		test(without_an_edge_the_kernel_is_corrected_by_the_bias_of_all_pairs),
		test(measured_bias_serves_until_there_are_pairs),
		test(interrupted_poller_is_not_believed),
		test(interrupted_poller_is_better_than_stamps_that_scatter_more),
		test(another_edge_is_not_taken_for_the_pulse),
		test(window_shrinks_to_its_least_and_widens_when_edges_are_missed),
		test(clock_that_runs_wrong_is_foreseen),
		test(edges_that_jitter_keep_the_window_wide),
		test(edges_between_the_seconds_do_not_move_the_window),
		test(pulses_that_have_moved_are_found_again),
		test(brackets_that_are_all_wide_are_the_usual_ones_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
