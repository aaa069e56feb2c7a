/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Leap seconds; labels carried without pulses, moved with them, and given up. */
#include "label_rig.h"

#define LAG (100 * MS)

/* A label held since second 0; second 20 is the first of a half year. */
static int before_half_year(void **state)
{
	fresh(state);
	rig.utc_s = calendar_day_start_s(2027, 1, 1) - 20;
	assert_int_equal(seconds(0, 15, LAG, 0), LABEL_CONFIRMED);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	return 0;
}

static int locked(void **state)
{
	fresh(state);
	assert_int_equal(seconds(0, 9, LAG, 0), LABEL_CONFIRMED);
	return 0;
}

/* As a receiver names second 20 when it inserts one: 23:59:60. */
static enum label_verdict sixtieth_second(void)
{
	struct fix fix = {
		.utc_s = rig.utc_s + 20,
		.leap_second = true,
		.valid = true,
		.dated = true,
		.raw_ns = raw_at(20) + LAG,
		.made_raw_ns = raw_at(20) + LAG,
	};

	pulse(20);
	rig.result =
		label_weigh(&rig.label, &fix, fix.raw_ns, &rig.gate, &rig.witness, &rig.config);
	return rig.result.verdict;
}

static void half_year_without_a_leap_second_is_confirmed_anew(void **state)
{
	(void)state;
	seconds(16, 18, LAG, 0);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	second(19, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	seconds(20, 22, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	assert_int_equal(second(23, LAG, 0), LABEL_CONFIRMED);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	assert_int_equal(rig.label.half_year_s, calendar_day_start_s(2027, 7, 1));
	assert_label_right(23);
}

static void half_year_at_which_the_lag_changes_is_confirmed_later(void **state)
{
	(void)state;
	int last = 20 + 60 + 3 * (int)(rig.config.relabel_hold_ns / NS_PER_S) / 2;

	seconds(16, 19, LAG, 0);
	seconds(20, last, LAG + 300 * MS, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	seconds(last + 1, last + 3, LAG + 300 * MS, 0);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
	assert_label_right(last + 3);
}

static void inserted_second_moves_the_label_once_it_is_agreed(void **state)
{
	(void)state;
	seconds(16, 19, LAG, 0);
	assert_int_equal(sixtieth_second(), LABEL_ODD);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	for (int n = 21; n < 30; n++) {
		assert_int_equal(second(n, LAG, -1), LABEL_ODD);
		assert_int_equal(rig.label.state, LABEL_LEAPING);
	}
	assert_int_equal(second(30, LAG, -1), LABEL_LEAPED);
	assert_int_equal(labelled(30), rig.utc_s + 29);
	assert_int_equal(rig.result.old_utc_s, rig.utc_s + 30);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
	assert_false(disputed());
	assert_int_equal(seconds(31, 200, LAG, -1), LABEL_CONFIRMED);
	assert_int_equal(labelled(200), rig.utc_s + 199);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
}

static void inserted_second_that_is_named_twice_instead_of_60_is_the_same(void **state)
{
	(void)state;
	/* 23:59:59, 23:59:59, 00:00:00 */
	seconds(16, 19, LAG, 0);
	assert_int_equal(seconds(20, 28, LAG, -1), LABEL_ODD);
	assert_int_equal(second(29, LAG, -1), LABEL_LEAPED);
	assert_int_equal(labelled(29), rig.utc_s + 28);
}

static void leap_second_that_the_clock_confirms_is_agreed_at_once(void **state)
{
	(void)state;
	rig.config.agree = 2;
	seconds(16, 19, LAG, 0);
	/* 23:59:59 again, and 00:00:00. */
	clock_vouched(-NS_PER_S, 50 * MS);
	assert_int_equal(second(20, LAG, -1), LABEL_ODD);
	assert_int_equal(second(21, LAG, -1), LABEL_CHANGED);
	assert_int_equal(labelled(21), rig.utc_s + 20);
	/* It is not asked for again. */
	for (int n = 22; n < 40; n++) {
		assert_int_equal(second(n, LAG, -1), LABEL_CONFIRMED);
		assert_int_equal(rig.label.state, LABEL_TRUSTED);
	}
}

static void leap_second_that_the_clock_denies_is_suspect(void **state)
{
	(void)state;
	seconds(16, 19, LAG, 0);
	clock_vouched(0, 50 * MS);
	assert_int_equal(seconds(20, 60, LAG, -1), LABEL_ODD);
	assert_true(rig.label.suspect);
	assert_label_right(60);
}

static void repeated_epoch_after_the_half_year_is_no_leap_second(void **state)
{
	(void)state;
	seconds(16, 24, LAG, 0);
	/* Nine in a row, and then as before. */
	assert_int_equal(seconds(25, 33, LAG, -1), LABEL_ODD);
	assert_int_equal(seconds(34, 36, LAG, 0), LABEL_CONFIRMED);
	assert_label_right(36);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
}

static void leap_second_has_the_usual_lag(void **state)
{
	(void)state;
	seconds(16, 19, LAG, 0);
	assert_int_equal(seconds(20, 40, LAG + 210 * MS, -1), LABEL_ODD);
	assert_label_right(40);
}

static void late_burst_does_not_hide_a_leap_second(void **state)
{
	(void)state;
	/* Bursts that from the half-year on come 0.3 s late confirm nothing of it. */
	seconds(16, 19, LAG, 0);
	seconds(20, 30, LAG + 300 * MS, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	seconds(31, 35, LAG, 0);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	assert_label_right(35);
}

static void deleted_second_moves_the_label_the_other_way(void **state)
{
	(void)state;
	/* 23:59:58, 00:00:00 */
	seconds(16, 18, LAG, 0);
	assert_int_equal(seconds(19, 27, LAG, 1), LABEL_ODD);
	assert_int_equal(second(28, LAG, 1), LABEL_LEAPED);
	assert_int_equal(labelled(28), rig.utc_s + 29);
	assert_int_equal(rig.result.old_utc_s, rig.utc_s + 28);
	assert_int_equal(seconds(29, 200, LAG, 1), LABEL_CONFIRMED);
}

static void second_that_is_told_before_the_last_of_the_half_year_is_no_leap_second(void **state)
{
	for (int from = 17; from <= 19; from++) {
		int leaped = 0;

		before_half_year(state);
		seconds(16, from - 1, LAG, 0);
		for (int n = from; n < 50; n++) {
			leaped += second(n, LAG, 1) == LABEL_LEAPED;
		}
		assert_int_equal(leaped, from == 19);
	}
}

static void burst_that_waited_does_not_deny_a_leap_second_that_is_told(void **state)
{
	(void)state;
	seconds(16, 18, LAG, 0);
	assert_int_equal(seconds(19, 23, LAG, 1), LABEL_ODD);
	/* On a full line: by the old label as usual, by the new one 0.9 s late. */
	pulse(24);
	pulse(25);
	rig.waited_ns = 950 * MS;
	assert_int_equal(names(25, LAG - 50 * MS, rig.utc_s + 25), LABEL_ODD);
	rig.waited_ns = 0;
	assert_int_equal(seconds(26, 29, LAG, 1), LABEL_ODD);
	assert_int_equal(second(30, LAG, 1), LABEL_LEAPED);
}

static void bursts_that_did_not_wait_for_all_of_a_second_change_no_lag_at_a_half_year(void **state)
{
	(void)state;
	seconds(16, 19, LAG, 0);
	rig.waited_ns = 950 * MS;
	for (int64_t n = 20; n < 60; n++) {
		assert_int_equal(second(n, LAG + 980 * MS, 0), LABEL_ODD);
	}
}

static void receiver_may_learn_of_the_leap_second_late(void **state)
{
	(void)state;
	seconds(16, 60, LAG, 0);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	assert_int_equal(second(61, LAG, -1), LABEL_ODD);
	/* Silence from the first word of it. */
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	assert_int_equal(seconds(62, 69, LAG, -1), LABEL_ODD);
	assert_int_equal(second(70, LAG, -1), LABEL_LEAPED);
	assert_int_equal(labelled(70), rig.utc_s + 69);
}

static void one_second_two_minutes_after_the_half_year_must_hold(void **state)
{
	(void)state;
	seconds(16, 139, LAG, 0);
	assert_int_equal(seconds(140, 199, LAG, -1), LABEL_ODD);
	assert_label_right(199);
	assert_int_equal(second(200, LAG, -1), LABEL_CHANGED);
}

static void two_seconds_are_no_leap_second(void **state)
{
	(void)state;
	seconds(16, 19, LAG, 0);
	assert_int_equal(seconds(20, 79, LAG, -2), LABEL_ODD);
	assert_label_right(79);
}

static void other_jumps_after_the_half_year_do_not_look_like_a_leap_second(void **state)
{
	(void)state;
	seconds(16, 40, LAG, 0);
	seconds(41, 50, LAG, 2);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
}

static void one_second_on_another_day_must_hold(void **state)
{
	locked(state);
	assert_int_equal(seconds(10, 69, LAG, -1), LABEL_ODD);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	assert_label_right(69);
}

static void label_crosses_the_half_year_without_sentences_and_waits_for_them(void **state)
{
	(void)state;
	for (int n = 16; n < 30; n++) {
		pulse(n);
	}
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	assert_int_equal(seconds(30, 32, LAG, 0), LABEL_CONFIRMED);
	assert_int_not_equal(rig.label.state, LABEL_LEAPING);
	assert_label_right(32);
}

static void pulses_attach_to_a_label_agreed_without_them(void **state)
{
	(void)state;
	fresh(state);
	for (int n = 0; n < 20; n++) {
		names(n, LAG, rig.utc_s + n);
	}
	assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);
	assert_false(rig.label.attached);
	/* The grid holds for the bursts before, too. */
	assert_int_equal(second(20, LAG, 0), LABEL_AGREED);
	assert_true(rig.label.attached);
	assert_int_equal(rig.label.anchor_raw_ns, raw_at(20));
	assert_label_right(20);
}

static void pulses_near_the_bursts_do_not_attach_without_a_witness(void **state)
{
	fresh(state);
	for (int n = 0; n < 20; n++) {
		names(n, 5 * MS, rig.utc_s + n);
	}
	assert_int_equal(seconds(20, 60, 5 * MS, 0), LABEL_CONFIRMED);
	assert_false(rig.label.attached);
	assert_true(rig.label.ambiguous);
	clock_vouched(0, 50 * MS);
	assert_int_equal(second(61, 5 * MS, 0), LABEL_AGREED);
	assert_true(rig.label.attached);
	assert_label_right(61);
}

static void anchor_without_pulses_follows_the_crystal(void **state)
{
	fresh(state);
	/* 100 ppm for 2000 s: 0.2 s, and the label must still confirm. */
	for (int n = 0; n < 2000; n++) {
		enum label_verdict verdict = names(n, LAG + n * INT64_C(100000), rig.utc_s + n);

		assert_int_equal(verdict, n < 2    ? LABEL_GATHERED
					  : n == 2 ? LABEL_AGREED
						   : LABEL_CONFIRMED);
	}
	/* No further behind than it follows: the first burst was its second. */
	assert_in_range(rig.result.lag_ns, 1, 3 * MS);
}

static void anchor_that_was_on_pulses_is_moved_by_no_change_of_lag(void **state)
{
	(void)state;
	label_detach(&rig.label);
	rig.gate.locked = false;
	for (int n = 10; n < 110; n++) {
		assert_int_equal(names(n, LAG + 300 * MS, rig.utc_s + n), LABEL_CONFIRMED);
	}
	assert_in_range(rig.result.lag_ns, LAG + 300 * MS - 200000, LAG + 300 * MS - 100000);
}

static void pulses_count_the_label_on_without_sentences(void **state)
{
	(void)state;
	for (int n = 10; n < 900; n++) {
		pulse(n);
	}
	assert_label_right(900);
	assert_int_equal(rig.label.anchor_raw_ns, raw_at(899));
}

static void missed_pulses_are_counted_by_elapsed_time(void **state)
{
	(void)state;
	pulse(77);
	assert_int_equal(rig.label.anchor_utc_s, rig.utc_s + 77);
	assert_int_equal(rig.label.anchor_raw_ns, raw_at(77));
}

static void label_goes_along_with_a_shift_of_20_ms(void **state)
{
	for (int sign = -1; sign <= 1; sign += 2) {
		locked(state);
		/* The pulses come later now: the bursts as much less after them. */
		label_phase(&rig.label, sign * 20 * MS);
		assert_true(rig.label.attached);
		assert_int_equal(rig.label.state, LABEL_TRUSTED);
		assert_int_equal(robust_median(&rig.label.recent), LAG - sign * 20 * MS);
		/* Further, and a label as young as this is no better than a new one. */
		locked(state);
		label_phase(&rig.label, sign * (20 * MS + 1));
		assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	}
}

static void settled_label_is_carried_over_a_greater_shift(void **state)
{
	locked(state);
	/* The label was agreed in second 2. */
	assert_int_equal(seconds(10, 23, LAG, 0), LABEL_CONFIRMED);
	label_phase(&rig.label, -400 * MS);
	assert_int_equal(rig.label.state, LABEL_UNCONFIRMED);
	assert_false(rig.label.attached);
	assert_int_equal(rig.label.confirms, 0);
	assert_int_equal(names(24, LAG, rig.utc_s + 24), LABEL_CONFIRMED);
	/* Nearer to half a second there is no telling which second a pulse is. */
	locked(state);
	seconds(10, 23, LAG, 0);
	label_phase(&rig.label, -400 * MS - 1);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	/* Nor is one carried that is in dispute. */
	locked(state);
	seconds(10, 23, LAG, 0);
	seconds(24, 26, LAG, 1);
	assert_int_equal(rig.label.state, LABEL_DISPUTED);
	label_phase(&rig.label, -20 * MS - 1);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	/* One that was not there for 20 s is not settled. */
	locked(state);
	seconds(10, 22, LAG, 0);
	label_phase(&rig.label, -400 * MS);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

static void label_is_not_carried_to_pulses_whose_second_the_bursts_would_not_name(void **state)
{
	const struct {
		int64_t lag_ms, shift_ms;
		bool carried;
	} cases[] = {
		{120, 100, true},   {120, 101, false},  {700, -299, true},
		{700, -300, false}, {1010, -100, true}, {10, 25, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		locked(state);
		seconds(10, 40, LAG, 0);
		rig.label.steady_lag_ns = cases[i].lag_ms * MS;
		label_phase(&rig.label, cases[i].shift_ms * MS);
		assert_int_equal(rig.label.state,
				 cases[i].carried ? LABEL_UNCONFIRMED : LABEL_UNKNOWN);
	}
}

/*
 * The pulses go, and others come so long after the second: until the label is attached to them.
 * Returns how many seconds' bursts that took, and leaves the label of test second 40 in *label_s.
 */
static int bursts_until_attached(int64_t shift_ns, int64_t *label_s)
{
	label_detach(&rig.label);
	rig.gate.locked = false;
	for (int n = 30; n < 40; n++) {
		assert_int_equal(names(n, LAG, rig.utc_s + n), LABEL_CONFIRMED);
	}
	for (int n = 40; n < 140; n++) {
		rig.gate.locked = true;
		rig.gate.grid_raw_ns = raw_at(n) + shift_ns;
		rig.gate.last_good_raw_ns = rig.gate.grid_raw_ns;
		label_pulse(&rig.label, &rig.gate);
		names(n, LAG, rig.utc_s + n);
		if (rig.label.attached) {
			*label_s = rig.label.anchor_utc_s - rig.utc_s -
				   ns_to_nearest_s(rig.label.anchor_raw_ns - shift_ns - raw_at(0));
			return n - 39;
		}
	}
	return 0;
}

static void settled_label_attaches_to_the_pulses_nearest_to_what_it_counted(void **state)
{
	int64_t label_s;

	for (int64_t shift = -390; shift <= 90; shift += 10) {
		locked(state);
		seconds(10, 29, LAG, 0);
		assert_in_range(bursts_until_attached(shift * MS, &label_s), 1, 3);
		assert_int_equal(label_s, 0);
	}
}

static void label_is_not_carried_to_pulses_that_the_bursts_come_long_before(void **state)
{
	int64_t label_s;

	for (int64_t later = 0; later <= 1; later++) {
		locked(state);
		seconds(10, 29, LAG, 0);
		bursts_until_attached(LAG + 60 * MS + later * MS, &label_s);
		assert_int_equal(label_s, later);
	}
}

static void young_label_goes_by_the_phase_of_the_bursts(void **state)
{
	int64_t label_s;

	(void)state;
	/* 0.3 s after the second: the bursts come 0.8 s after these pulses. */
	assert_int_equal(bursts_until_attached(300 * MS, &label_s), 3);
	assert_int_equal(label_s, 1);
	locked(state);
	assert_in_range(bursts_until_attached(-390 * MS, &label_s), 1, 3);
	assert_int_equal(label_s, 0);
}

static void clock_that_contradicts_the_bursts_holds_the_pulses_back(void **state)
{
	int64_t label_s;

	locked(state);
	seconds(10, 29, LAG, 0);
	/* By it the pulse is the second after, and the bursts come 1.1 s late. */
	clock_vouched(NS_PER_S, 50 * MS);
	assert_int_equal(bursts_until_attached(0, &label_s), 0);
	assert_true(rig.label.suspect);
	locked(state);
	seconds(10, 29, LAG, 0);
	clock_vouched(NS_PER_S, 300 * MS);
	assert_in_range(bursts_until_attached(0, &label_s), 1, 3);
	assert_int_equal(label_s, 0);
}

static void label_that_nothing_holds_up_is_dropped_after_1000_s(void **state)
{
	(void)state;
	label_tick(&rig.label, raw_at(1000));
	assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);
	label_tick(&rig.label, raw_at(1011));
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

static void first_fix_after_a_dropped_label_counts_towards_the_next(void **state)
{
	(void)state;
	for (int n = 2000; n < 2002; n++) {
		assert_int_equal(names(n, 100 * MS, rig.utc_s + n), LABEL_GATHERED);
	}
	assert_int_equal(names(2002, 100 * MS, rig.utc_s + 2002), LABEL_AGREED);
}

static void pulses_alone_hold_it_up_beyond_that(void **state)
{
	(void)state;
	for (int n = 10; n < 3000; n++) {
		pulse(n);
		label_tick(&rig.label, raw_at(n) + 1);
	}
	assert_label_right(3000);
}

#undef test
#define test(name)    cmocka_unit_test_setup(name, before_half_year)
#define lasting(name) cmocka_unit_test_setup(name, locked)

static void bursts_that_come_before_the_usual_lag_deny_no_leap_second(void **state)
{
	(void)state;
	seconds(16, 19, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	/* What they begin with is damaged: they seem to come in time, by the second that was deleted. */
	rig.waited_ns = 700 * MS;
	for (int64_t n = 20; n < 30; n++) {
		names(n, -43 * MS, rig.utc_s + n);
		pulse(n);
	}
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	rig.waited_ns = 0;
	seconds(30, 34, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(half_year_without_a_leap_second_is_confirmed_anew),
		test(half_year_at_which_the_lag_changes_is_confirmed_later),
		test(inserted_second_moves_the_label_once_it_is_agreed),
		test(inserted_second_that_is_named_twice_instead_of_60_is_the_same),
		test(leap_second_that_the_clock_confirms_is_agreed_at_once),
		test(leap_second_that_the_clock_denies_is_suspect),
		test(repeated_epoch_after_the_half_year_is_no_leap_second),
		test(leap_second_has_the_usual_lag),
		test(late_burst_does_not_hide_a_leap_second),
		test(deleted_second_moves_the_label_the_other_way),
		test(second_that_is_told_before_the_last_of_the_half_year_is_no_leap_second),
		test(burst_that_waited_does_not_deny_a_leap_second_that_is_told),
		test(bursts_that_did_not_wait_for_all_of_a_second_change_no_lag_at_a_half_year),
		test(receiver_may_learn_of_the_leap_second_late),
		test(one_second_two_minutes_after_the_half_year_must_hold),
		test(two_seconds_are_no_leap_second),
		test(other_jumps_after_the_half_year_do_not_look_like_a_leap_second),
		test(one_second_on_another_day_must_hold),
		test(label_crosses_the_half_year_without_sentences_and_waits_for_them),
		lasting(pulses_attach_to_a_label_agreed_without_them),
		lasting(pulses_near_the_bursts_do_not_attach_without_a_witness),
		lasting(anchor_without_pulses_follows_the_crystal),
		lasting(anchor_that_was_on_pulses_is_moved_by_no_change_of_lag),
		lasting(pulses_count_the_label_on_without_sentences),
		lasting(missed_pulses_are_counted_by_elapsed_time),
		lasting(label_goes_along_with_a_shift_of_20_ms),
		lasting(settled_label_is_carried_over_a_greater_shift),
		lasting(label_is_not_carried_to_pulses_whose_second_the_bursts_would_not_name),
		lasting(settled_label_attaches_to_the_pulses_nearest_to_what_it_counted),
		lasting(label_is_not_carried_to_pulses_that_the_bursts_come_long_before),
		lasting(young_label_goes_by_the_phase_of_the_bursts),
		lasting(clock_that_contradicts_the_bursts_holds_the_pulses_back),
		lasting(label_that_nothing_holds_up_is_dropped_after_1000_s),
		lasting(first_fix_after_a_dropped_label_counts_towards_the_next),
		lasting(pulses_alone_hold_it_up_beyond_that),
		test(bursts_that_come_before_the_usual_lag_deny_no_leap_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
