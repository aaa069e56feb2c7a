/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* What GPS teaches about PTP clocks, and which of them feeds the unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ptp/feed.h"
#include "ptp_rig.h"

/* Noon of 27 November 2026 and after. */
#define START (100 * NS_PER_S)

static struct ptp_clocks clocks;
static struct feed feed;
static bool gps_locked;
static int64_t now_raw_ns;
static struct feed_sample sample;
static int samples; /* of the last run */

static int fresh(void **state)
{
	(void)state;
	clocks_init(&clocks);
	feed_init(&feed, false, 7);
	gps_locked = true;
	now_raw_ns = START;
	return 0;
}

static void look_at_gps(void)
{
	struct feed_gps gps = {
		.locked = gps_locked,
		.raw_ns = now_raw_ns - now_raw_ns % NS_PER_S,
		.utc_ns = RIG_EPOCH_NS + now_raw_ns - now_raw_ns % NS_PER_S,
	};

	feed_gps(&feed, &gps, now_raw_ns);
}

/* So many seconds of some masters; of each, 8 Syncs and an Announce a second. */
static void run(struct master *masters, int count, int seconds)
{
	samples = 0;
	for (int s = 0; s < seconds; s++) {
		for (int i = 0; i < 9; i++) {
			for (int m = 0; m < count; m++) {
				int64_t raw_ns = now_raw_ns + i * 100 * NS_PER_MS + m * 1000;
				struct ptp_taken taken =
					i == 0 ? say_announce(&clocks, &masters[m], raw_ns)
					       : say_sync(&clocks, &masters[m], raw_ns);

				if (taken.clock) {
					feed_taken(&feed, &clocks, &taken);
				}
			}
		}
		now_raw_ns += NS_PER_S;
		look_at_gps();
		clocks_tick(&clocks, now_raw_ns);
		samples += feed_tick(&feed, &clocks, now_raw_ns, &sample);
	}
}

static enum feed_why why(int index)
{
	return feed.taught[index].why;
}

static void delay_is_learned_and_taken_off(void **state)
{
	struct master m = MASTER(1);
	int64_t error_ns, jitter_ns;

	(void)state;
	m.delay_ns = 123456;
	run(&m, 1, 29);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_UNLEARNED);
	assert_true(feed_error(&feed, 0, &error_ns, &jitter_ns));
	assert_int_equal(error_ns, -123456);
	run(&m, 1, 10);
	assert_true(samples >= 7);
	assert_int_equal(feed.taught[0].delay_ns, 123456);
	assert_int_equal(sample.clock_ns, sample.receive_ns);
	assert_int_equal(sample.precision, -20);
	assert_int_equal(sample.leap, 0);
}

static void unit_goes_on_when_gps_is_lost(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	gps_locked = false;
	run(&m, 1, 100);
	assert_int_equal(samples, 100);
	/* The system clock, the truth here, is met. */
	assert_int_equal(sample.clock_ns, sample.receive_ns);
	/* 10 us more after 100 s: 2^-16 s is 15 us. */
	assert_int_equal(sample.precision, -16);
}

static void clock_wrong_by_little_is_corrected_by_what_gps_taught(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.error_ns = 3 * NS_PER_MS;
	run(&m, 1, 40);
	gps_locked = false;
	run(&m, 1, 5);
	assert_int_equal(samples, 5);
	assert_int_equal(sample.clock_ns, sample.receive_ns);
}

static void without_gps_nothing_is_fed(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	gps_locked = false;
	run(&m, 1, 100);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_UNLEARNED);
}

static void unlearned_is_fed_if_asked_for_and_says_how_little_it_knows(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	gps_locked = false;
	feed.unlearned = true;
	run(&m, 1, 10);
	assert_true(samples >= 6);
	assert_int_equal(sample.clock_ns, sample.receive_ns - 20000);
	assert_int_equal(sample.precision, -9);
}

static void arbitrary_timescale_never_feeds(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.flags = PTP_UTC_OFFSET_VALID;
	feed.unlearned = true;
	run(&m, 1, 100);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_ARBITRARY);
	assert_false(feed.taught[0].learned);
	assert_int_equal(feed.taught[0].errors.count, 0);
}

static void utc_offset_that_is_not_valid_never_feeds(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.flags = PTP_TIMESCALE;
	feed.unlearned = true;
	run(&m, 1, 100);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_NO_UTC_OFFSET);
}

static void class_beyond_the_limit_never_feeds(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.class = 248;
	run(&m, 1, 100);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_CLASS);
	feed.max_class = 248;
	run(&m, 1, 1);
	assert_int_equal(samples, 1);
}

static void wrong_utc_offset_contradicts_gps(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	int64_t error_ns, jitter_ns;

	m.utc_offset_s = 36;
	feed.unlearned = true;
	run(&m, 1, 60);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_CONTRADICTS);
	assert_true(feed_error(&feed, 0, &error_ns, &jitter_ns)); /* it is shown how wrong it is */
	assert_int_equal(error_ns, NS_PER_S - 20000);
	/* And when GPS is lost, too. */
	gps_locked = false;
	run(&m, 1, 60);
	assert_int_equal(samples, 0);
}

static void utc_offset_that_changes_without_gps_ends_it(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	gps_locked = false;
	run(&m, 1, 5);
	assert_int_equal(samples, 5);
	m.utc_offset_s = 38;
	run(&m, 1, 60);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_UNLEARNED);
	assert_int_equal(sample.clock_ns, sample.receive_ns); /* the last one was right */
}

static void master_that_stops_ends_it(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	run(&m, 0, 10);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_NO_SYNC);
	assert_int_equal(feed.selected, -1);
}

static void master_that_jumps_ends_it(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	gps_locked = false;
	m.error_ns = 50 * NS_PER_MS;
	run(&m, 1, 20);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_UNLEARNED);
	/* GPS teaches anew. */
	gps_locked = true;
	run(&m, 1, 40);
	assert_true(samples > 5);
	assert_int_equal(sample.clock_ns, sample.receive_ns);
}

static void change_of_grandmaster_ends_it(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	gps_locked = false;
	m.grandmaster = 0x1234;
	run(&m, 1, 20);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_UNLEARNED);
}

static void loss_of_the_timescale_ends_it(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	gps_locked = false;
	m.flags = PTP_UTC_OFFSET_VALID;
	run(&m, 1, 20);
	assert_int_equal(samples, 0);
	m.flags = PTP_TIMESCALE | PTP_UTC_OFFSET_VALID;
	run(&m, 1, 20);
	assert_int_equal(samples, 0);
}

static void steadier_clock_is_chosen_and_kept(void **state)
{
	struct master m[2] = {MASTER(1), MASTER(2)};

	(void)state;
	for (int i = 0; i < 40; i++) {
		m[0].delay_ns = 20000 + rand() % 2 * 100000;
		run(m, 2, 1);
	}
	assert_int_equal(feed.selected, 1);
	assert_int_equal(why(0), FEED_ELIGIBLE);
	/* The first becomes as steady; the second stays. */
	m[0].delay_ns = 20000;
	run(m, 2, 40);
	assert_int_equal(feed.selected, 1);
	/* Until it goes. */
	run(m, 1, 10);
	assert_int_equal(feed.selected, 0);
}

static void of_unlearned_ones_the_better_master_is_chosen(void **state)
{
	struct master m[2] = {MASTER(1), MASTER(2)};

	(void)state;
	gps_locked = false;
	feed.unlearned = true;
	m[1].priority1 = 100;
	run(m, 2, 10);
	assert_int_equal(feed.selected, 1);
}

static void learned_one_goes_before_unlearned_ones(void **state)
{
	struct master m[2] = {MASTER(1), MASTER(2)};

	(void)state;
	feed.unlearned = true;
	m[1].priority1 = 1;
	run(m, 1, 40);
	gps_locked = false;
	run(m, 2, 20);
	assert_int_equal(feed.selected, 0);
	assert_int_equal(why(1), FEED_UNLEARNED_WAITS);
}

static void leap_flags_are_carried(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	m.flags |= PTP_LEAP61;
	run(&m, 1, 5);
	assert_int_equal(samples, 5);
	assert_int_equal(sample.leap, 1);
	m.flags ^= PTP_LEAP61 | PTP_LEAP59;
	run(&m, 1, 5);
	assert_int_equal(sample.leap, 2);
}

/* A second is inserted at the end of November, as far as this master knows. */
static void leap_second_keeps_what_was_learned(void **state)
{
	struct master m = MASTER(1);
	const int64_t december_raw_ns = INT64_C(1796083200) * NS_PER_S - RIG_EPOCH_NS;

	(void)state;
	now_raw_ns = december_raw_ns - 60 * NS_PER_S;
	m.flags |= PTP_LEAP61;
	run(&m, 1, 56);
	gps_locked = false;
	look_at_gps();
	assert_int_equal(feed.selected, 0);
	run(&m, 1, 6); /* it still counts as before: 00:00:00 comes twice */
	assert_true(samples <= 2);
	assert_int_equal(why(0), FEED_LEAP);
	m.utc_offset_s++;
	m.flags ^= PTP_LEAP61;
	run(&m, 1, 10);
	assert_true(samples >= 9);
	assert_int_equal(sample.clock_ns, sample.receive_ns - NS_PER_S);
}

static void second_that_was_not_announced_is_none(void **state)
{
	struct master m = MASTER(1);
	const int64_t december_raw_ns = INT64_C(1796083200) * NS_PER_S - RIG_EPOCH_NS;

	(void)state;
	now_raw_ns = december_raw_ns - 60 * NS_PER_S;
	m.flags |= PTP_LEAP59;
	run(&m, 1, 60);
	gps_locked = false;
	look_at_gps();
	m.utc_offset_s++;
	m.flags ^= PTP_LEAP59;
	run(&m, 1, 10);
	assert_int_equal(samples, 0);
	assert_int_equal(why(0), FEED_UNLEARNED);
}

static void clock_set_voids_what_was_not_written(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	run(&m, 1, 40);
	struct ptp_taken taken = say_sync(&clocks, &m, now_raw_ns);

	feed_taken(&feed, &clocks, &taken);
	feed_set(&feed);
	assert_false(feed_tick(&feed, &clocks, now_raw_ns + 1000, &sample));
}

static void gps_label_of_long_ago_teaches_nothing(void **state)
{
	struct master m = MASTER(1);
	struct ptp_taken taken;
	struct feed_gps gps = {.locked = true, .raw_ns = START, .utc_ns = RIG_EPOCH_NS + START};

	(void)state;
	feed_gps(&feed, &gps, START);
	taken = say_announce(&clocks, &m, START);
	feed_taken(&feed, &clocks, &taken);
	taken = say_sync(&clocks, &m, START + 6 * NS_PER_S);
	feed_taken(&feed, &clocks, &taken);
	assert_int_equal(feed.taught[0].errors.count, 0);
	taken = say_sync(&clocks, &m, START + 6 * NS_PER_S - 2 * NS_PER_S);
	feed_taken(&feed, &clocks, &taken);
	assert_int_equal(feed.taught[0].errors.count, 1);
}

static void raw_clock_s_own_error_is_taken_off(void **state)
{
	struct master m = MASTER(1);
	struct feed_gps gps = {.locked = true, .raw_ns = START, .period_error_ppb = 50000};

	(void)state;
	/* A second of the fast raw clock was 50 us less. */
	gps.utc_ns = RIG_EPOCH_NS + START + 50000;
	feed_gps(&feed, &gps, START);
	struct ptp_taken taken = say_announce(&clocks, &m, START);

	feed_taken(&feed, &clocks, &taken);
	taken = say_sync(&clocks, &m, START + NS_PER_S);
	feed_taken(&feed, &clocks, &taken);
	assert_int_equal(robust_median(&feed.taught[0].errors), -20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(delay_is_learned_and_taken_off, fresh),
		cmocka_unit_test_setup(unit_goes_on_when_gps_is_lost, fresh),
		cmocka_unit_test_setup(clock_wrong_by_little_is_corrected_by_what_gps_taught,
				       fresh),
		cmocka_unit_test_setup(without_gps_nothing_is_fed, fresh),
		cmocka_unit_test_setup(unlearned_is_fed_if_asked_for_and_says_how_little_it_knows,
				       fresh),
		cmocka_unit_test_setup(arbitrary_timescale_never_feeds, fresh),
		cmocka_unit_test_setup(utc_offset_that_is_not_valid_never_feeds, fresh),
		cmocka_unit_test_setup(class_beyond_the_limit_never_feeds, fresh),
		cmocka_unit_test_setup(wrong_utc_offset_contradicts_gps, fresh),
		cmocka_unit_test_setup(utc_offset_that_changes_without_gps_ends_it, fresh),
		cmocka_unit_test_setup(master_that_stops_ends_it, fresh),
		cmocka_unit_test_setup(master_that_jumps_ends_it, fresh),
		cmocka_unit_test_setup(change_of_grandmaster_ends_it, fresh),
		cmocka_unit_test_setup(loss_of_the_timescale_ends_it, fresh),
		cmocka_unit_test_setup(steadier_clock_is_chosen_and_kept, fresh),
		cmocka_unit_test_setup(of_unlearned_ones_the_better_master_is_chosen, fresh),
		cmocka_unit_test_setup(learned_one_goes_before_unlearned_ones, fresh),
		cmocka_unit_test_setup(leap_flags_are_carried, fresh),
		cmocka_unit_test_setup(leap_second_keeps_what_was_learned, fresh),
		cmocka_unit_test_setup(second_that_was_not_announced_is_none, fresh),
		cmocka_unit_test_setup(clock_set_voids_what_was_not_written, fresh),
		cmocka_unit_test_setup(gps_label_of_long_ago_teaches_nothing, fresh),
		cmocka_unit_test_setup(raw_clock_s_own_error_is_taken_off, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
