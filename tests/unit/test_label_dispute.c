/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* What contradicts a label: odd bursts, changed lags, changed seconds. */
#include "label_rig.h"

#define LAG (100 * MS)

/* A label held by pulses and bursts since second 0; the next second is 10. */
static int locked(void **state)
{
	fresh(state);
	assert_int_equal(seconds(0, 9, LAG, 0), LABEL_CONFIRMED);
	return 0;
}

static void one_odd_burst_changes_nothing(void **state)
{
	const int64_t wrongs[] = {1, -1, 2, 100, -86400, 619315200};

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		locked(state);
		int confirms = rig.label.confirms;

		assert_int_equal(second(10, LAG, wrongs[i]), LABEL_ODD);
		assert_int_equal(rig.label.confirms, confirms);
		assert_false(disputed());
		assert_int_equal(second(11, LAG, 0), LABEL_CONFIRMED);
		assert_label_right(11);
	}
}

static void odd_burst_tells_its_lag_under_the_label(void **state)
{
	(void)state;
	second(10, LAG, 2);
	assert_int_equal(rig.result.lag_ns, LAG - 2 * NS_PER_S);
}

static void three_bursts_that_agree_on_another_second_dispute_the_label(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 11, LAG, 4), LABEL_ODD);
	assert_false(disputed());
	assert_int_equal(second(12, LAG, 4), LABEL_ODD);
	assert_true(disputed());
	assert_label_right(12);
}

static void label_confirmed_again_is_disputed_no_more(void **state)
{
	(void)state;
	seconds(10, 30, LAG, 4);
	assert_true(disputed());
	assert_int_equal(second(31, LAG, 0), LABEL_CONFIRMED);
	assert_false(disputed());
}

static void contradicting_label_is_believed_once_it_has_held(void **state)
{
	const int64_t wrongs[] = {1, -1, 4, 619315200};

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		locked(state);
		assert_int_equal(seconds(10, 69, LAG, wrongs[i]), LABEL_ODD);
		assert_label_right(69);
		assert_int_equal(second(70, LAG, wrongs[i]), LABEL_CHANGED);
		assert_int_equal(rig.result.old_utc_s, rig.utc_s + 70);
		assert_int_equal(labelled(70), rig.utc_s + 70 + wrongs[i]);
		assert_true(rig.label.attached);
		assert_false(disputed());
		assert_int_equal(second(71, LAG, wrongs[i]), LABEL_CONFIRMED);
	}
}

static void one_exception_makes_the_contradiction_begin_anew(void **state)
{
	const int64_t exceptions[] = {0, 5, 1000};

	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		locked(state);
		seconds(10, 65, LAG, 4);
		assert_int_equal(second(66, LAG, exceptions[i]),
				 exceptions[i] ? LABEL_ODD : LABEL_CONFIRMED);
		assert_int_equal(seconds(67, 126, LAG, 4), LABEL_ODD);
		assert_label_right(126);
		assert_int_equal(second(127, LAG, 4), LABEL_CHANGED);
	}
}

static void contradiction_at_another_pulse_is_an_exception(void **state)
{
	(void)state;
	seconds(10, 40, LAG, 4);
	/* The same second named again a second later, and on from there. */
	assert_int_equal(seconds(41, 100, LAG, 3), LABEL_ODD);
	assert_label_right(100);
	assert_int_equal(second(101, LAG, 3), LABEL_CHANGED);
}

static void hold_is_as_long_as_configured(void **state)
{
	(void)state;
	rig.config.relabel_hold_ns = 10 * NS_PER_S;
	assert_int_equal(seconds(10, 19, LAG, 4), LABEL_ODD);
	assert_int_equal(second(20, LAG, 4), LABEL_CHANGED);
}

static void ambiguous_contradiction_is_never_believed_without_a_witness(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 500, 5 * MS, 4), LABEL_ODD);
	assert_label_right(500);
}

static void contradiction_that_the_clock_denies_is_suspect_and_never_believed(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	assert_int_equal(seconds(10, 500, LAG, 4), LABEL_ODD);
	assert_true(rig.label.suspect);
	assert_true(disputed());
	assert_int_equal(rig.result.witness_s, rig.utc_s + 500);
	assert_int_equal(rig.result.claimed_s, rig.utc_s + 504);
	assert_label_right(500);
	assert_int_equal(second(501, LAG, 0), LABEL_CONFIRMED);
	assert_false(disputed());
}

static void label_that_a_synchronised_clock_denies_from_now_on_is_suspect(void **state)
{
	(void)state;
	clock_vouched(NS_PER_S, 50 * MS);
	seconds(10, 15, LAG, 0);
	assert_true(rig.label.suspect);
	rig.witness.usable = false;
	second(16, LAG, 0);
	assert_false(disputed());
}

static void bursts_that_come_more_than_a_second_late_do_not_move_the_label(void **state)
{
	(void)state;
	for (int n = 10; n < 200; n++) {
		pulse(n);
		assert_int_equal(names(n, 650 * MS, rig.utc_s + n - 1), LABEL_ODD);
	}
	assert_label_right(199);
}

static void bursts_a_second_late_are_told_from_a_new_label_only_by_a_clock_that_is_sure(
	void **state)
{
	clock_vouched(0, 300 * MS);
	for (int n = 10; n < 200; n++) {
		pulse(n);
		assert_int_equal(names(n, 650 * MS, rig.utc_s + n - 1), LABEL_ODD);
	}
	assert_label_right(199);
	locked(state);
	/* The pulses are of the second before, says a clock that is sure. */
	clock_vouched(-NS_PER_S, 50 * MS);
	for (int n = 10; n < 70; n++) {
		pulse(n);
		assert_int_equal(names(n, 650 * MS, rig.utc_s + n - 1), LABEL_ODD);
	}
	pulse(70);
	assert_int_equal(names(70, 650 * MS, rig.utc_s + 69), LABEL_CHANGED);
}

static void bursts_may_come_later_after_pulses_that_moved(void **state)
{
	(void)state;
	/* Pulses 0.2 s earlier than before, and another second from then on. */
	label_phase(&rig.label, -200 * MS, raw_at(9));
	assert_int_equal(seconds(10, 69, 650 * MS, 1), LABEL_ODD);
	assert_int_equal(second(70, 650 * MS, 1), LABEL_CHANGED);
}

static void moved_pulses_are_forgotten_once_a_burst_confirms(void **state)
{
	(void)state;
	label_phase(&rig.label, -200 * MS, raw_at(9));
	assert_int_equal(second(10, LAG + 200 * MS, 0), LABEL_CONFIRMED);
	for (int n = 11; n < 200; n++) {
		pulse(n);
		assert_int_equal(names(n, 850 * MS, rig.utc_s + n - 1), LABEL_ODD);
	}
	assert_label_right(199);
}

static void bursts_that_agree_on_nothing_silence_too(void **state)
{
	int n = 10;

	(void)state;
	while (!disputed()) {
		assert_int_equal(second(n, LAG, 1 + n * n), LABEL_ODD);
		assert_true(++n < 30);
	}
	assert_int_equal(n, 18);
	assert_int_equal(second(n, LAG, 0), LABEL_CONFIRMED);
	assert_false(disputed());
	assert_int_equal(second(n + 1, LAG, 5), LABEL_ODD);
	assert_int_equal(second(n + 2, LAG, 5), LABEL_ODD);
	assert_false(disputed());
}

static void drift_of_the_lag_across_the_second_does_not_shift_the_label(void **state)
{
	(void)state;
	for (int n = 10; n < 200; n++) {
		int64_t lag = LAG + (n - 10) * 20 * MS;

		pulse(n + lag / NS_PER_S);
		assert_int_equal(names(n, lag, rig.utc_s + n), LABEL_CONFIRMED);
		assert_int_equal(rig.result.lag_ns, lag);
	}
	assert_label_right(203);
}

static void drift_of_the_lag_before_the_pulse_does_not_shift_the_label(void **state)
{
	(void)state;
	for (int n = 10; n < 60; n++) {
		int64_t lag = LAG - (n - 10) * 10 * MS;

		pulse(n - (lag < 0));
		assert_int_equal(names(n, lag, rig.utc_s + n), LABEL_CONFIRMED);
	}
	assert_label_right(60);
}

static void changed_lag_is_believed_after_ten_bursts_and_leaves_the_label(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 18, 700 * MS, 0), LABEL_ODD);
	assert_false(disputed());
	assert_int_equal(second(19, 700 * MS, 0), LABEL_LAG);
	assert_int_equal(rig.result.new_lag_ns, 700 * MS);
	assert_label_right(19);
	assert_int_equal(second(20, 700 * MS, 0), LABEL_CONFIRMED);
}

static void lag_that_jumps_near_the_second_is_not_believed(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 100, 985 * MS, 0), LABEL_ODD);
	assert_label_right(100);
}

static void single_late_bursts_change_nothing(void **state)
{
	(void)state;
	for (int n = 10; n < 200; n++) {
		if (n % 3 == 0) {
			assert_int_equal(second(n, 750 * MS, 0), LABEL_ODD);
		} else {
			assert_int_equal(second(n, LAG, 0), LABEL_CONFIRMED);
		}
		assert_false(disputed());
	}
	assert_label_right(199);
}

#undef test
#define test(name) cmocka_unit_test_setup(name, locked)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(one_odd_burst_changes_nothing),
		test(odd_burst_tells_its_lag_under_the_label),
		test(three_bursts_that_agree_on_another_second_dispute_the_label),
		test(label_confirmed_again_is_disputed_no_more),
		test(contradicting_label_is_believed_once_it_has_held),
		test(one_exception_makes_the_contradiction_begin_anew),
		test(contradiction_at_another_pulse_is_an_exception),
		test(hold_is_as_long_as_configured),
		test(ambiguous_contradiction_is_never_believed_without_a_witness),
		test(contradiction_that_the_clock_denies_is_suspect_and_never_believed),
		test(label_that_a_synchronised_clock_denies_from_now_on_is_suspect),
		test(bursts_that_come_more_than_a_second_late_do_not_move_the_label),
		test(bursts_a_second_late_are_told_from_a_new_label_only_by_a_clock_that_is_sure),
		test(bursts_may_come_later_after_pulses_that_moved),
		test(moved_pulses_are_forgotten_once_a_burst_confirms),
		test(bursts_that_agree_on_nothing_silence_too),
		test(drift_of_the_lag_across_the_second_does_not_shift_the_label),
		test(drift_of_the_lag_before_the_pulse_does_not_shift_the_label),
		test(changed_lag_is_believed_after_ten_bursts_and_leaves_the_label),
		test(lag_that_jumps_near_the_second_is_not_believed),
		test(single_late_bursts_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
