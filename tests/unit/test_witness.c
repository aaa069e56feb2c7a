/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core_rig.h"

/* What makes the system clock a witness (core/witness.h): words of the kernel, one a look. */

/* Established by an update, at second 0. */
static void established(void)
{
	disciplined(raw_at(0), 5000);
	assert_true(core_status(&rig.core)->clock_witness);
}

static bool is_witness(void)
{
	assert_int_equal(rig.core.discipline.witness, core_status(&rig.core)->clock_witness);
	return core_status(&rig.core)->clock_witness;
}

/* Is it one after this word, told at second n? */
static bool after(int64_t n, bool sync, int64_t maxerr_us)
{
	kernel_says(raw_at(n), sync, maxerr_us);
	assert_int_equal(core_status(&rig.core)->clock_sync, sync);
	assert_int_equal(core_status(&rig.core)->clock_maxerr_us, maxerr_us);
	return is_witness();
}

static void step(int64_t raw_ns)
{
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_ns});
}

static void word_alone_makes_no_witness(void **state)
{
	(void)state;
	assert_false(is_witness());
	assert_false(after(0, true, 5000));
	/* Said again, and grown by itself. */
	assert_false(after(1, true, 5000));
	assert_false(after(20, true, 15000));
}

static void fall_of_the_bound_makes_one(void **state)
{
	(void)state;
	assert_false(after(0, true, 5000));
	assert_true(after(1, true, 4999));
}

static void first_word_after_unsynchronised_makes_none(void **state)
{
	(void)state;
	assert_false(after(0, false, 16000000));
	assert_false(after(1, true, 5000));
	assert_false(after(2, true, 7000));
	assert_true(after(3, true, 5000));
}

static void start_of_ntpd_makes_none_however_late_it_is_seen(void **state)
{
	static const int64_t seen[] = {16, 516, 1016, 5016};

	(void)state;
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		fresh(state);
		assert_false(after(0, false, 16000000));
		assert_false(after(1, true, seen[i]));
		assert_false(after(30, true, seen[i] + 14500));
	}
}

static void start_of_ntpd_ends_the_witness_of_the_one_before(void **state)
{
	static const int64_t seen[] = {16, 516, 1016};

	(void)state;
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		fresh(state);
		established();
		assert_true(after(30, true, 20000));
		assert_false(after(31, true, seen[i]));
		/* Its first measurement raises the bound, its second lowers it. */
		assert_false(after(60, true, 40000));
		assert_true(after(70, true, 30000));
	}
}

static void bound_of_a_timesyncd_is_no_start_of_ntpd(void **state)
{
	(void)state;
	assert_false(after(0, true, 16000));
	assert_true(after(1, true, 0));
	assert_true(after(2, true, 1000));
	assert_true(after(3, true, 500));
}

static void witness_lasts_while_the_bound_grows_to_a_fifth_of_a_second(void **state)
{
	(void)state;
	established();
	assert_true(after(300, true, 155000));
	assert_true(after(390, true, 200000));
	assert_false(after(391, true, 200001));
	/* An update from there is one all the same. */
	assert_true(after(400, true, 5000));
}

static void fall_to_a_large_bound_makes_none(void **state)
{
	(void)state;
	assert_false(after(0, true, 900000));
	assert_false(after(1, true, 300000));
	assert_true(after(2, true, 190000));
}

static void lost_synchronisation_must_be_established_anew(void **state)
{
	(void)state;
	established();
	assert_false(after(1, false, 5500));
	assert_false(after(2, true, 5000));
	assert_true(after(3, true, 4000));
}

static void setting_of_the_clock_must_be_followed_by_a_whole_update(void **state)
{
	(void)state;
	established();
	step(raw_at(1));
	assert_false(is_witness());
	assert_false(after(2, true, 4000));
	step(raw_at(3));
	/* Before and after the step are no pair. */
	assert_false(after(4, true, 3000));
	assert_true(after(5, true, 2000));
}

/* Second 0 of the test is the last but one of June, with an established witness; then it moves. */
static void clock_moves(int64_t by_ns, int64_t at_ns)
{
	rig.utc_s = calendar_day_start_s(2027, 7, 1) - 2;
	established();
	good(0, 0);
	rig.clock_ns += by_ns;
	step(raw_at(0) + at_ns);
	assert_false(is_witness());
}

static void leap_second_of_the_kernel_ends_no_witness(void **state)
{
	(void)state;
	clock_moves(-NS_PER_S, 2000 * MS + 5 * MS);
	assert_true(after(3, true, 6500));
	assert_true(after(4, true, 7000));
	fresh(state);
	clock_moves(NS_PER_S, 1000 * MS + 900 * MS);
	assert_true(after(3, true, 6500));
}

static void leap_second_that_is_none_ends_it(void **state)
{
	(void)state;
	/* Somebody set the clock: the kernel forgets that it was synchronised. */
	clock_moves(-NS_PER_S, 2000 * MS);
	assert_false(after(3, false, 16000000));
	assert_false(after(4, true, 5000));
	fresh(state);
	clock_moves(-NS_PER_S / 2, 2000 * MS);
	assert_false(after(3, true, 6500));
	fresh(state);
	clock_moves(-NS_PER_S, 8000 * MS);
	assert_false(after(9, true, 6500));
	/* One that was no witness does not become one. */
	fresh(state);
	rig.utc_s = calendar_day_start_s(2027, 7, 1) - 2;
	assert_false(after(0, true, 5000));
	rig.clock_ns -= NS_PER_S;
	step(raw_at(2));
	assert_false(after(3, true, 6500));
}

static void update_that_may_have_followed_our_samples_makes_none(void **state)
{
	(void)state;
	assert_false(after(0, true, 50000));
	good(1, 20);
	assert_true(rig.sample_count[CORE_PPS] > 0);
	assert_false(after(21, true, 900));
	/* The last sample is of second 20; forty seconds later nobody follows it any more. */
	assert_false(after(60, true, 800));
	assert_true(after(61, true, 700));
}

static void coarse_sample_alone_makes_an_update_dependent(void **state)
{
	(void)state;
	assert_false(after(0, true, 50000));
	for (int n = 1; n <= 10; n++) {
		burst(n, 0, 'A');
	}
	assert_int_equal(rig.sample_count[CORE_PPS], 0);
	assert_true(rig.sample_count[CORE_COARSE] > 0);
	assert_false(after(11, true, 900));
}

static void witness_is_kept_by_updates_that_follow_us(void **state)
{
	(void)state;
	disciplined(raw_at(0), 5000);
	good(1, 20);
	assert_true(after(21, true, 900));
	assert_true(after(22, true, 800));
}

static void samples_of_an_earlier_run_count(void **state)
{
	(void)state;
	rig.config.published_raw_ns = raw_at(0);
	restart();
	assert_false(after(1, true, 5000));
	assert_false(after(40, true, 4000));
	assert_true(after(41, true, 3000));
}

static void freshly_started_ntpd_does_not_stop_a_sound_receiver(void **state)
{
	(void)state;
	/* No clock in the board: it boots half a minute wrong, beside an ntpd that heard nobody. */
	rig.clock_ns = -30 * NS_PER_S;
	kernel_says(raw_at(0) - 900 * MS, false, 16000000);
	kernel_says(raw_at(0) - 100 * MS, true, 16);
	good(0, 10);
	assert_null(last_notice(CORE_NOTICE_SUSPECT));
	published_pulse(11);
}

static void date_is_repaired_by_a_witness_alone(void **state)
{
	(void)state;
	/* The receiver is 1024 weeks behind, at a date that is later than the pivot. */
	rig.config.pivot_s = rig.utc_s - 2 * 1024 * 7 * 86400;
	restart();
	rig.clock_ns = INT64_C(1024) * 7 * 86400 * NS_PER_S;
	kernel_says(raw_at(0) - 1, true, 1000);
	good(0, 1);
	assert_int_equal(core_status(&rig.core)->receiver.utc_s, rig.utc_s + 1);
	restart();
	disciplined(raw_at(2) - 1, 1000);
	good(2, 3);
	assert_int_equal(core_status(&rig.core)->receiver.utc_s,
			 rig.utc_s + 3 + rig.clock_ns / NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(word_alone_makes_no_witness),
		test(fall_of_the_bound_makes_one),
		test(first_word_after_unsynchronised_makes_none),
		test(start_of_ntpd_makes_none_however_late_it_is_seen),
		test(start_of_ntpd_ends_the_witness_of_the_one_before),
		test(bound_of_a_timesyncd_is_no_start_of_ntpd),
		test(witness_lasts_while_the_bound_grows_to_a_fifth_of_a_second),
		test(fall_to_a_large_bound_makes_none),
		test(lost_synchronisation_must_be_established_anew),
		test(setting_of_the_clock_must_be_followed_by_a_whole_update),
		test(leap_second_of_the_kernel_ends_no_witness),
		test(leap_second_that_is_none_ends_it),
		test(update_that_may_have_followed_our_samples_makes_none),
		test(coarse_sample_alone_makes_an_update_dependent),
		test(witness_is_kept_by_updates_that_follow_us),
		test(samples_of_an_earlier_run_count),
		test(freshly_started_ntpd_does_not_stop_a_sound_receiver),
		test(date_is_repaired_by_a_witness_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
