/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/calibration.h"

#define BEGIN_NS INT64_C(1800000000000000000)

static struct calibration c;
static struct calibration_result result;
static struct error err;

/* A pulse a second; the kernel is late by bias_ns, and polled pulses are stamped earlier by far. */
static struct world {
	uint32_t seq;
	int64_t bias_ns, warm_ns; /* of a polled pulse */
	int64_t slew_ns;          /* what the clock has been slewed by */
	int64_t width_ns;
	enum poll_outcome outcome;
} world;

static int begin(void **state)
{
	(void)state;
	memset(&c, 0, sizeof(c));
	err.text[0] = '\0';
	world = (struct world){.bias_ns = 12000, .warm_ns = 7000, .width_ns = 2000};
	return 0;
}

static void pulse(int64_t noise_ns)
{
	bool polled = c.every || world.seq % 2 == 0;
	int64_t true_ns = world.seq++ * NS_PER_S;
	int64_t late_ns = (polled ? world.warm_ns : world.bias_ns) + noise_ns;
	struct calibration_pulse p = {
		.pulse = {.seq = world.seq,
			  .real_ns = BEGIN_NS + true_ns + world.slew_ns + late_ns,
			  .raw_ns = true_ns + late_ns},
		.polled = polled,
		.edge = {.outcome = world.outcome,
			 .at_ns = BEGIN_NS + true_ns + world.slew_ns,
			 .width_ns = world.width_ns},
	};

	calibration_take(&c, &p);
}

static void pulses(int count)
{
	for (int i = 0; i < count; i++) {
		pulse(0);
	}
}

static int judge(void)
{
	calibration_result(&c, &result);
	return calibration_judge(&c, &result, 18, &err);
}

static void bias_is_the_lateness_of_the_pulses_that_nobody_polled(void **state)
{
	(void)state;
	pulses(61);
	assert_int_equal(judge(), 0);
	assert_int_equal(result.count, 30);
	assert_int_equal(result.bias_ns, 12000);
	assert_int_equal(result.spread_ns, 0);
	assert_int_equal(result.bracket_ns, 2000);
	assert_int_equal(result.uncertainty_ns, 1000);
}

static void every_pulse_shows_what_polling_does_to_the_stamp(void **state)
{
	(void)state;
	c.every = true;
	pulses(40);
	assert_int_equal(judge(), 0);
	assert_int_equal(result.count, 40);
	assert_int_equal(result.bias_ns, 7000);
}

static void a_clock_that_runs_wrong_evenly_does_no_harm(void **state)
{
	(void)state;
	for (int i = 0; i < 61; i++) {
		pulse(0);
		world.slew_ns += 20000; /* 20 ppm */
	}
	assert_int_equal(judge(), 0);
	assert_int_equal(result.bias_ns, 12000);
}

static void late_stamps_move_the_median_little_and_widen_the_uncertainty(void **state)
{
	(void)state;
	for (int i = 0; i < 121; i++) {
		pulse(i % 10 == 1 ? 50000 : i % 4 * 100);
	}
	assert_int_equal(judge(), 0);
	assert_in_range(result.bias_ns, 12100, 12300);
	assert_in_range(result.uncertainty_ns, 1001, 1100);
}

static void too_few_are_refused(void **state)
{
	(void)state;
	pulses(59);
	assert_int_equal(judge(), -1);
	assert_string_equal(err.text,
			    "only 29 good triples of pulses, 30 needed: give it more --seconds");
}

static void a_missing_pulse_takes_no_triple_with_it_but_its_own(void **state)
{
	(void)state;
	pulses(10);
	world.seq += 2;
	pulses(60);
	assert_int_equal(judge(), 0);
	assert_int_equal(result.rejects[CALIBRATION_GAP], 1);
	assert_int_equal(result.bias_ns, 12000);
}

static void a_clock_that_is_slewed_hard_is_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 80; i++) {
		pulse(0);
		world.slew_ns += i % 2 ? 0 : 500000;
	}
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "the clock was set or slewed hard"));
}

static void a_few_seconds_of_slewing_cost_their_triples_alone(void **state)
{
	(void)state;
	pulses(20);
	world.slew_ns += 300000;
	pulses(61);
	assert_int_equal(judge(), 0);
	assert_in_range(result.rejects[CALIBRATION_BENT], 1, 2);
	assert_int_equal(result.bias_ns, 12000);
}

static void a_line_that_does_not_move_is_given_up_soon(void **state)
{
	(void)state;
	world.outcome = POLL_NONE;
	pulses(13);
	assert_false(calibration_hopeless(&c));
	pulses(2);
	assert_true(calibration_hopeless(&c));
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "GPIO 18 does not move while the kernel stamps pulses"));
}

static void a_line_that_is_stuck_is_told(void **state)
{
	(void)state;
	world.outcome = POLL_ALREADY;
	pulses(15);
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "stuck"));
}

static void who_never_wakes_in_time_is_told(void **state)
{
	(void)state;
	world.outcome = POLL_LATE;
	pulses(15);
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "too busy"));
}

static void a_clock_that_is_set_all_the_time_is_told(void **state)
{
	(void)state;
	world.outcome = POLL_CLOCK;
	pulses(15);
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "the clock is being set"));
}

static void one_that_was_seen_gives_hope(void **state)
{
	(void)state;
	pulses(1);
	world.outcome = POLL_ALREADY;
	pulses(80);
	assert_false(calibration_hopeless(&c));
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "the poller missed edges"));
}

static void stamps_far_from_the_edge_are_of_another(void **state)
{
	(void)state;
	world.bias_ns = world.warm_ns = 1500000;
	pulses(80);
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "more than 1 ms from the polled edges"));
}

static void wide_brackets_mean_a_shared_processor(void **state)
{
	(void)state;
	world.width_ns = 9000;
	pulses(61);
	assert_int_equal(judge(), -1);
	assert_non_null(strstr(err.text, "the brackets are 9.0 us wide, 4.0 at most wanted"));
}

static void a_bracket_that_was_interrupted_is_left_out(void **state)
{
	(void)state;
	for (int i = 0; i < 101; i++) {
		world.width_ns = i == 50 ? 30000 : 2000;
		pulse(0);
	}
	assert_int_equal(judge(), 0);
	assert_int_equal(result.rejects[CALIBRATION_WIDE], 2);
	assert_int_equal(result.count, 48);
}

static void more_than_it_can_keep_is_not_taken(void **state)
{
	(void)state;
	c.every = true;
	pulses(CALIBRATION_MAX + 100);
	assert_int_equal(judge(), 0);
	assert_int_equal(result.count, CALIBRATION_MAX);
}

#define test(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(bias_is_the_lateness_of_the_pulses_that_nobody_polled),
		test(every_pulse_shows_what_polling_does_to_the_stamp),
		test(a_clock_that_runs_wrong_evenly_does_no_harm),
		test(late_stamps_move_the_median_little_and_widen_the_uncertainty),
		test(too_few_are_refused),
		test(a_missing_pulse_takes_no_triple_with_it_but_its_own),
		test(a_clock_that_is_slewed_hard_is_refused),
		test(a_few_seconds_of_slewing_cost_their_triples_alone),
		test(a_line_that_does_not_move_is_given_up_soon),
		test(a_line_that_is_stuck_is_told),
		test(who_never_wakes_in_time_is_told),
		test(a_clock_that_is_set_all_the_time_is_told),
		test(one_that_was_seen_gives_hope),
		test(stamps_far_from_the_edge_are_of_another),
		test(wide_brackets_mean_a_shared_processor),
		test(a_bracket_that_was_interrupted_is_left_out),
		test(more_than_it_can_keep_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
