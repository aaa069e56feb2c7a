/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The first label: agreement, ambiguity, the witness. */
#include "label_rig.h"

static void label_needs_pairs_that_agree_in_a_row(void **state)
{
	for (int agree = 3; agree <= LABEL_PAST; agree++) {
		fresh(state);
		rig.config.agree = agree;
		assert_int_equal(seconds(0, agree - 2, 100 * MS, 0), LABEL_GATHERED);
		assert_int_equal(rig.label.state, LABEL_UNKNOWN);
		assert_int_equal(second(agree - 1, 100 * MS, 0), LABEL_AGREED);
		assert_true(rig.label.attached);
		assert_label_right(agree - 1);
	}
}

static void two_pairs_are_enough_only_for_a_witness(void **state)
{
	(void)state;
	rig.config.agree = 2;
	assert_int_equal(seconds(0, 1, 100 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(2, 100 * MS, 0), LABEL_AGREED);
	fresh(state);
	rig.config.agree = 2;
	clock_vouched(0, 50 * MS);
	assert_int_equal(seconds(0, 1, 100 * MS, 0), LABEL_AGREED);
}

static void agreed_label_is_anchored_at_its_pulse(void **state)
{
	(void)state;
	seconds(0, 2, 300 * MS, 0);
	assert_int_equal(rig.label.anchor_raw_ns, raw_at(2));
	assert_int_equal(rig.label.anchor_utc_s, rig.utc_s + 2);
	assert_int_equal(robust_median(&rig.label.recent), 300 * MS);
	assert_int_equal(rig.label.confirms, 3);
	assert_int_equal(second(3, 310 * MS, 0), LABEL_CONFIRMED);
	assert_int_equal(rig.result.lag_ns, 310 * MS);
}

static void every_clear_lag_gives_the_right_label(void **state)
{
	for (int64_t lag = 30; lag <= 940; lag += 10) {
		fresh(state);
		assert_int_equal(seconds(0, 2, lag * MS, 0), LABEL_AGREED);
		assert_label_right(2);
	}
}

static void pair_that_contradicts_begins_the_agreement_anew(void **state)
{
	(void)state;
	seconds(0, 1, 100 * MS, 0);
	assert_int_equal(second(2, 100 * MS, 5), LABEL_GATHERED);
	assert_int_equal(seconds(3, 4, 100 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(5, 100 * MS, 0), LABEL_AGREED);
	assert_label_right(5);
}

static void second_named_twice_on_two_pulses_does_not_agree(void **state)
{
	(void)state;
	seconds(0, 1, 100 * MS, 0);
	pulse(2);
	assert_int_equal(names(2, 100 * MS, rig.utc_s + 1), LABEL_GATHERED);
	assert_int_equal(second(3, 100 * MS, 0), LABEL_GATHERED);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

static void bursts_may_be_missing_while_agreement_is_sought(void **state)
{
	(void)state;
	second(0, 100 * MS, 0);
	second(4, 100 * MS, 0);
	pulse(5);
	assert_int_equal(second(9, 100 * MS, 0), LABEL_AGREED);
	assert_label_right(9);
}

static void second_half_of_a_split_epoch_is_no_new_fix(void **state)
{
	(void)state;
	second(0, 100 * MS, 0);
	assert_int_equal(names(0, 200 * MS, rig.utc_s), LABEL_IGNORED);
	assert_int_equal(names(0, 600 * MS, rig.utc_s), LABEL_IGNORED);
	assert_int_equal(second(1, 100 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(2, 100 * MS, 0), LABEL_AGREED);
	assert_int_equal(names(2, 150 * MS, rig.utc_s + 2), LABEL_IGNORED);
}

static void burst_that_waited_bears_the_label_if_it_fits_no_other(void **state)
{
	const struct {
		int64_t lag_ns, waited_ns;
		int64_t wrong_s;
		enum label_verdict verdict;
	} cases[] = {
		/* Made 0.5 s after the pulse at the latest: 0.3 s as ever. */
		{1200 * MS, 950 * MS, 0, LABEL_BORNE},
		{1200 * MS, 901 * MS, 0, LABEL_BORNE},
		{1200 * MS, 900 * MS, 0, LABEL_ODD}, /* not as early as that */
		/* Its interval holds the usual lag for two labels. */
		{1239 * MS, 1300 * MS, 0, LABEL_BORNE},
		{1240 * MS, 1300 * MS, 0, LABEL_ODD},
		{700 * MS, 1339 * MS, 0, LABEL_BORNE},
		{700 * MS, 1340 * MS, 0, LABEL_ODD},
		{1200 * MS, WAITED_EVER, 0, LABEL_ODD},
		/* It tells another second. */
		{700 * MS, 950 * MS, 1, LABEL_ODD},
		{700 * MS, 950 * MS, -1, LABEL_ODD},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fresh(state);
		seconds(0, 9, 300 * MS, 0);
		pulse(10);
		pulse(11);
		rig.waited_ns = cases[i].waited_ns;
		assert_int_equal(names(10, cases[i].lag_ns, rig.utc_s + 10 + cases[i].wrong_s),
				 cases[i].verdict);
		assert_label_right(11);
		assert_int_equal(rig.label.contrary + rig.label.lag_changes,
				 cases[i].verdict == LABEL_ODD);
		/* Of the lag it tells nothing. */
		assert_int_equal(robust_median(&rig.label.recent), 300 * MS);
	}
}

static void bursts_that_waited_tell_no_other_label(void **state)
{
	(void)state;
	seconds(0, 9, 300 * MS, 0);
	rig.waited_ns = 700 * MS;
	seconds(10, 16, 900 * MS, -17);
	assert_false(disputed());
	seconds(17, 90, 900 * MS, -17);
	assert_true(disputed());
	assert_label_right(90);
}

static void burst_that_waited_comes_no_earlier_than_usual(void **state)
{
	(void)state;
	seconds(0, 9, 300 * MS, 0);
	rig.waited_ns = 980 * MS;
	assert_int_equal(second(10, 240 * MS, 0), LABEL_CONFIRMED);
	assert_int_equal(second(11, 240 * MS - 1, 0), LABEL_ODD);
	rig.waited_ns = 0;
	assert_int_equal(second(12, 240 * MS - 1, 0), LABEL_CONFIRMED);
}

static void odd_burst_after_a_label_was_changed_disputes_nothing(void **state)
{
	(void)state;
	seconds(0, 9, 300 * MS, 0);
	seconds(10, 75, 300 * MS, 1);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
	second(76, 300 * MS, 5);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
}

static void one_story_of_a_jump_near_half_a_second_is_told_in_one_way(void **state)
{
	(void)state;
	/* A second less, and 0.49 or 0.51 s earlier: or as late as never before. */
	seconds(0, 9, 660 * MS, 0);
	second(10, 140 * MS, -1);
	for (int64_t n = 11; n < 10 + 130; n++) {
		second(n, (n % 2 ? 170 : 150) * MS, -1);
	}
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
	assert_int_equal(labelled(140), rig.utc_s + 140 - 1);
}

static void sentences_alone_agree_on_a_label_without_pulses(void **state)
{
	(void)state;
	for (int n = 0; n < 2; n++) {
		assert_int_equal(names(n, 400 * MS, rig.utc_s + n), LABEL_GATHERED);
	}
	assert_int_equal(names(2, 400 * MS, rig.utc_s + 2), LABEL_AGREED);
	assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);
	assert_false(rig.label.attached);
	assert_int_equal(names(3, 420 * MS, rig.utc_s + 3), LABEL_CONFIRMED);
}

static void grid_found_late_holds_for_the_fixes_before_it(void **state)
{
	(void)state;
	names(0, 100 * MS, rig.utc_s);
	names(1, 100 * MS, rig.utc_s + 1);
	assert_int_equal(second(2, 100 * MS, 0), LABEL_AGREED);
	assert_true(rig.label.attached);
	assert_label_right(2);
}

static void grid_holds_only_for_the_bursts_of_its_first_pulses(void **state)
{
	(void)state;
	rig.config.agree = 6;
	for (int n = 0; n < 6; n++) {
		names(n, 100 * MS, rig.utc_s + n);
	}
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
	/* Those of seconds 3 to 5. */
	assert_int_equal(seconds(6, 7, 100 * MS, 0), LABEL_CONFIRMED);
	assert_int_equal(second(8, 100 * MS, 0), LABEL_AGREED);
	assert_true(rig.label.attached);
}

static void lag_near_the_second_is_ambiguous_for_ever_without_a_witness(void **state)
{
	const int64_t lags[] = {0, 5, 15, 960, 985, 999};

	for (size_t i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
		fresh(state);
		assert_int_equal(seconds(0, 200, lags[i] * MS, 0), LABEL_GATHERED);
		assert_true(rig.label.ambiguous);
		assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	}
}

static void bursts_on_both_sides_of_the_pulse_are_ambiguous(void **state)
{
	(void)state;
	for (int n = 0; n < 100; n++) {
		second(n, n % 2 ? 8 * MS : -8 * MS, 0);
	}
	assert_true(rig.label.ambiguous);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

static void bursts_that_may_have_waited_label_nothing_and_are_told_in_the_end(void **state)
{
	(void)state;
	rig.waited_ns = WAITED_EVER;
	assert_int_equal(seconds(0, 10, 300 * MS, 0), LABEL_IGNORED);
	assert_false(rig.label.ambiguous);
	assert_int_equal(second(11, 300 * MS, 0), LABEL_IGNORED);
	assert_true(rig.label.ambiguous);
	assert_int_equal(seconds(12, 100, 300 * MS, 0), LABEL_IGNORED);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	/* A line that is idle now and then is enough. */
	rig.waited_ns = 0;
	assert_int_equal(second(101, 300 * MS, 0), LABEL_GATHERED);
	rig.waited_ns = WAITED_EVER;
	assert_int_equal(seconds(102, 104, 300 * MS, 0), LABEL_IGNORED);
	rig.waited_ns = 0;
	assert_int_equal(second(105, 300 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(106, 300 * MS, 0), LABEL_AGREED);
	assert_label_right(106);
	assert_false(rig.label.ambiguous);
}

static void line_that_is_idle_now_and_then_is_not_told_as_ambiguous(void **state)
{
	(void)state;
	for (int n = 0; n < 200; n++) {
		rig.waited_ns = n % 12 == 11 ? 0 : WAITED_EVER;
		second(n, 300 * MS, 0);
		assert_false(rig.label.ambiguous);
	}
}

static void burst_before_the_grid_counts_only_if_proven_on_it(void **state)
{
	(void)state;
	/* Without pulses it is enough to have been made in the last quarter of a second. */
	rig.waited_ns = 200 * MS;
	names(0, 100 * MS, rig.utc_s);
	assert_int_equal(names(1, 100 * MS, rig.utc_s + 1), LABEL_GATHERED);
	rig.waited_ns = 0;
	assert_int_equal(seconds(2, 3, 100 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(4, 100 * MS, 0), LABEL_AGREED);
	assert_label_right(4);
}

static void label_without_pulses_is_confirmed_only_by_bursts_that_did_not_wait(void **state)
{
	(void)state;
	for (int n = 0; n < 3; n++) {
		names(n, 400 * MS, rig.utc_s + n);
	}
	rig.waited_ns = WAITED_EVER;
	assert_int_equal(names(3, 400 * MS, rig.utc_s + 3), LABEL_IGNORED);
	assert_int_equal(rig.label.last_confirm_raw_ns, raw_at(2) + 400 * MS);
	rig.waited_ns = 0;
	assert_int_equal(names(4, 400 * MS, rig.utc_s + 4), LABEL_CONFIRMED);
}

static void burst_that_waited_to_be_read_is_ignored(void **state)
{
	(void)state;
	rig.stale = true;
	assert_int_equal(seconds(0, 5, 100 * MS, 0), LABEL_IGNORED);
	rig.stale = false;
	seconds(6, 8, 100 * MS, 0);
	assert_label_right(8);
	rig.stale = true;
	/* And contradicts nothing. */
	assert_int_equal(seconds(9, 100, 100 * MS, -2), LABEL_IGNORED);
	assert_false(disputed());
}

static void pulses_that_went_just_now_are_waited_for(void **state)
{
	(void)state;
	pulse(0);
	/* One is overdue: no pairing with that grid, and none without it yet. */
	assert_int_equal(names(2, 100 * MS, rig.utc_s + 2), LABEL_IGNORED);
	assert_int_equal(names(3, 100 * MS, rig.utc_s + 3), LABEL_IGNORED);
	assert_int_equal(names(4, 999 * MS, rig.utc_s + 4), LABEL_IGNORED);
	/* After 5 s there are none. */
	assert_int_equal(names(6, 0, rig.utc_s + 6), LABEL_GATHERED);
	assert_int_equal(names(7, 0, rig.utc_s + 7), LABEL_GATHERED);
	assert_int_equal(names(8, 0, rig.utc_s + 8), LABEL_AGREED);
	assert_false(rig.label.attached);
}

static void burst_is_paired_with_a_pulse_until_the_next_is_overdue(void **state)
{
	(void)state;
	pulse(0);
	assert_int_equal(names(1, 30 * MS, rig.utc_s + 1), LABEL_GATHERED);
	fresh(state);
	pulse(0);
	assert_int_equal(names(1, 31 * MS, rig.utc_s + 1), LABEL_IGNORED);
}

static void witness_resolves_bursts_near_the_second(void **state)
{
	for (int64_t lag = -49; lag < 1020; lag += lag == 19 ? 932 : 1) {
		fresh(state);
		clock_vouched(30 * MS, 100 * MS);
		for (int n = 0; n < 3; n++) {
			/* The pulses up to the burst are there before it. */
			pulse(n + (lag >= 1000) - (lag < 0));
			names(n, lag * MS, rig.utc_s + n);
		}
		assert_int_equal(rig.result.verdict, LABEL_AGREED);
		assert_label_right(2);
		assert_false(rig.label.ambiguous);
	}
}

static void witness_resolves_bursts_that_may_have_waited(void **state)
{
	(void)state;
	clock_vouched(-20 * MS, 50 * MS);
	rig.waited_ns = WAITED_EVER;
	for (int n = 0; n < 3; n++) {
		beyond(n, 1300 * MS);
	}
	assert_int_equal(rig.result.verdict, LABEL_AGREED);
	assert_label_right(2);
}

static void witness_that_is_not_sure_enough_says_nothing(void **state)
{
	(void)state;
	clock_vouched(0, 201 * MS);
	seconds(0, 50, 5 * MS, 0);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	assert_true(rig.label.ambiguous);
	clock_vouched(400 * MS, 60 * MS);
	seconds(51, 100, 5 * MS, 0);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

static void synchronised_clock_that_contradicts_holds_the_label_back(void **state)
{
	const int64_t wrongs[] = {1, -2, 2, 5, -3600, 619315200};

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		fresh(state);
		clock_vouched(0, 50 * MS);
		assert_int_equal(seconds(0, 200, 300 * MS, wrongs[i]), LABEL_GATHERED);
		assert_true(rig.label.suspect);
		assert_true(disputed());
		assert_int_equal(rig.label.state, LABEL_UNKNOWN);
		assert_int_equal(rig.result.witness_s, rig.utc_s + 200);
		assert_int_equal(rig.result.claimed_s, rig.utc_s + 200 + wrongs[i]);
	}
}

static void burst_a_second_late_is_labelled_by_the_clock(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	/* 1.3 s after the second it names. */
	assert_int_equal(seconds(0, 2, 300 * MS, -1), LABEL_AGREED);
	assert_label_right(2);
	assert_int_equal(robust_median(&rig.label.recent), 1300 * MS);
	fresh(state);
	clock_vouched(0, 50 * MS);
	assert_int_equal(seconds(0, 20, 500 * MS, -1), LABEL_GATHERED);
	assert_true(rig.label.suspect);
}

static void receiver_that_comes_to_agree_with_the_clock_is_no_longer_suspect(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	seconds(0, 20, 300 * MS, 7);
	assert_true(rig.label.suspect);
	assert_int_equal(seconds(21, 23, 300 * MS, 0), LABEL_AGREED);
	assert_false(rig.label.suspect);
	assert_label_right(23);
	/* The clock need not say it again. */
	rig.witness.usable = false;
	assert_int_equal(second(24, 300 * MS, 0), LABEL_CONFIRMED);
	assert_false(rig.label.suspect);
}

static void witness_that_stays_holds_back_what_begins_anew(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	seconds(0, 9, 100 * MS, 2);
	assert_true(rig.label.suspect);
	/* One burst late, and the agreement begins anew; then the witness leaves. */
	second(10, 100 * MS + 400 * MS, 2);
	second(11, 100 * MS, 2);
	int64_t last = raw_at(11) + 100 * MS;

	assert_int_equal(rig.label.suspect_raw_ns, last);
}

static void label_held_back_is_agreed_a_hold_after_the_clock_last_denied_it(void **state)
{
	(void)state;
	clock_vouched(-100 * NS_PER_S, 50 * MS);
	seconds(0, 20, 300 * MS, 0);
	assert_true(rig.label.suspect);
	rig.witness.usable = false;
	assert_int_equal(seconds(21, 79, 300 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(80, 300 * MS, 0), LABEL_AGREED);
	assert_false(disputed());
	assert_label_right(80);
}

static void clock_without_a_sure_bound_contradicts_nothing(void **state)
{
	(void)state;
	clock_vouched(-100 * NS_PER_S, NS_PER_S);
	assert_int_equal(seconds(0, 2, 300 * MS, 0), LABEL_AGREED);
}

static void clock_witnesses_sentences_without_pulses_too(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	for (int n = 0; n < 10; n++) {
		names(n, 400 * MS, rig.utc_s + n + 3);
	}
	assert_true(rig.label.suspect);
	fresh(state);
	clock_vouched(0, 50 * MS);
	for (int n = 0; n < 3; n++) {
		names(n, 1200 * MS, rig.utc_s + n);
	}
	assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);
}

static void burst_that_waited_refutes_what_makes_it_come_before_its_second(void **state)
{
	(void)state;
	second(0, 108 * MS, -1);
	pulse(1);
	rig.waited_ns = 1100 * MS;
	assert_int_equal(names(1, 203 * MS, rig.utc_s + 1), LABEL_IGNORED);
	rig.waited_ns = 0;
	assert_int_equal(seconds(2, 3, 108 * MS, -1), LABEL_GATHERED);
}

static void clock_vouches_for_bursts_that_waited_beyond_their_second(void **state)
{
	(void)state;
	clock_vouched(0, 15 * MS);
	rig.waited_ns = 970 * MS;
	for (int64_t n = 0; n < 6; n++) {
		beyond(n, 1640 * MS);
	}
	assert_false(rig.label.suspect);
	assert_label_right(6);
}

static void lost_fix_begins_the_agreement_anew(void **state)
{
	(void)state;
	seconds(0, 1, 100 * MS, 0);
	label_fix_lost(&rig.label);
	assert_int_equal(seconds(2, 3, 100 * MS, 0), LABEL_GATHERED);
	assert_int_equal(second(4, 100 * MS, 0), LABEL_AGREED);
	label_fix_lost(&rig.label);
	assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);
	assert_int_equal(rig.label.confirms, 0);
}

static void burst_from_before_the_first_pulse_of_a_grid_is_not_paired_with_it(void **state)
{
	(void)state;
	/* It came 0.1 s after a pulse of an earlier phase. */
	edges_add(&rig.gate.edges, raw_at(-1) + 800 * MS);
	for (int64_t n = 0; n <= 2; n++) {
		edges_add(&rig.gate.edges, raw_at(n));
	}
	names(-1, 907 * MS, rig.utc_s);
	names(0, NS_PER_S + 101 * MS, rig.utc_s + 1);
	pulse(2);
	assert_int_equal(names(2, 120 * MS, rig.utc_s + 2), LABEL_GATHERED);
	assert_int_equal(second(3, 120 * MS, 0), LABEL_AGREED);
	assert_label_right(3);
}

static void bursts_that_waited_are_held_against_the_clock_too(void **state)
{
	(void)state;
	seconds(0, 9, 300 * MS, 0);
	rig.waited_ns = 900 * MS;
	clock_vouched(NS_PER_S, 50 * MS);
	for (int64_t n = 10; n < 13; n++) {
		assert_false(rig.label.suspect);
		assert_int_equal(second(n, 1150 * MS, 0), LABEL_BORNE);
	}
	assert_int_equal(second(13, 1150 * MS, 0), LABEL_BORNE);
	assert_true(rig.label.suspect);
	clock_vouched(0, 50 * MS);
	assert_int_equal(second(14, 1150 * MS, 0), LABEL_BORNE);
	assert_false(rig.label.suspect);
}

static void burst_that_cannot_have_waited_tells_the_lag_of_those_that_may_have(void **state)
{
	(void)state;
	rig.waited_ns = 850 * MS;
	seconds(0, 9, 900 * MS, 0);
	assert_int_equal(robust_median(&rig.label.recent), 900 * MS);
	rig.waited_ns = 0;
	assert_int_equal(second(10, 150 * MS, 0), LABEL_LAG);
	rig.waited_ns = 850 * MS;
	assert_int_equal(seconds(11, 30, 900 * MS, 0), LABEL_BORNE);
	assert_int_equal(robust_median(&rig.label.recent), 150 * MS);
	assert_label_right(30);
	/* But it has not come later than they did. */
	fresh(state);
	rig.waited_ns = 620 * MS;
	seconds(0, 9, 740 * MS, 0);
	rig.waited_ns = 0;
	assert_int_equal(second(10, 1110 * MS, 0), LABEL_ODD);
}

static void burst_that_may_have_waited_is_no_excuse_for_bursts_before_their_pulse(void **state)
{
	(void)state;
	/* The first bursts are more than a second late: one second too few. */
	for (int64_t n = 0; n < 4; n++) {
		pulse(n + 1);
		rig.waited_ns = n == 3 ? 1300 * MS : 0;
		names(n, (n == 3 ? 1440 : 1170) * MS, rig.utc_s + n);
	}
	assert_int_equal(labelled(4), rig.utc_s + 3);
	rig.waited_ns = 0;
	assert_int_equal(names(4, 898 * MS, rig.utc_s + 4), LABEL_CONFIRMED);
	pulse(5);
	assert_int_equal(names(5, 898 * MS, rig.utc_s + 5), LABEL_ODD);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	assert_int_equal(seconds(6, 9, 898 * MS, 0), LABEL_CONFIRMED);
	assert_label_right(9);
}

static void bursts_that_come_while_no_pulse_does_keep_the_witness_in_mind(void **state)
{
	(void)state;
	clock_vouched(3 * NS_PER_S, 50 * MS);
	seconds(0, 5, 300 * MS, 0);
	assert_true(rig.label.suspect_raw_ns > 0);
	/* Pulses are late, and the bursts wait for better ones. */
	for (int64_t n = 6; n < 9; n++) {
		names(n, 300 * MS, rig.utc_s + n);
		assert_int_equal(rig.result.verdict, LABEL_IGNORED);
		assert_int_equal(rig.label.suspect_raw_ns, raw_at(n) + 300 * MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(label_needs_pairs_that_agree_in_a_row),
		test(two_pairs_are_enough_only_for_a_witness),
		test(agreed_label_is_anchored_at_its_pulse),
		test(every_clear_lag_gives_the_right_label),
		test(pair_that_contradicts_begins_the_agreement_anew),
		test(second_named_twice_on_two_pulses_does_not_agree),
		test(bursts_may_be_missing_while_agreement_is_sought),
		test(second_half_of_a_split_epoch_is_no_new_fix),
		test(burst_that_waited_bears_the_label_if_it_fits_no_other),
		test(bursts_that_waited_tell_no_other_label),
		test(burst_that_waited_comes_no_earlier_than_usual),
		test(odd_burst_after_a_label_was_changed_disputes_nothing),
		test(one_story_of_a_jump_near_half_a_second_is_told_in_one_way),
		test(sentences_alone_agree_on_a_label_without_pulses),
		test(grid_found_late_holds_for_the_fixes_before_it),
		test(grid_holds_only_for_the_bursts_of_its_first_pulses),
		test(lag_near_the_second_is_ambiguous_for_ever_without_a_witness),
		test(bursts_on_both_sides_of_the_pulse_are_ambiguous),
		test(bursts_that_may_have_waited_label_nothing_and_are_told_in_the_end),
		test(line_that_is_idle_now_and_then_is_not_told_as_ambiguous),
		test(burst_before_the_grid_counts_only_if_proven_on_it),
		test(label_without_pulses_is_confirmed_only_by_bursts_that_did_not_wait),
		test(burst_that_waited_to_be_read_is_ignored),
		test(pulses_that_went_just_now_are_waited_for),
		test(burst_is_paired_with_a_pulse_until_the_next_is_overdue),
		test(witness_resolves_bursts_near_the_second),
		test(witness_resolves_bursts_that_may_have_waited),
		test(witness_that_is_not_sure_enough_says_nothing),
		test(synchronised_clock_that_contradicts_holds_the_label_back),
		test(burst_a_second_late_is_labelled_by_the_clock),
		test(receiver_that_comes_to_agree_with_the_clock_is_no_longer_suspect),
		test(witness_that_stays_holds_back_what_begins_anew),
		test(label_held_back_is_agreed_a_hold_after_the_clock_last_denied_it),
		test(clock_without_a_sure_bound_contradicts_nothing),
		test(clock_witnesses_sentences_without_pulses_too),
		test(burst_that_waited_refutes_what_makes_it_come_before_its_second),
		test(clock_vouches_for_bursts_that_waited_beyond_their_second),
		test(lost_fix_begins_the_agreement_anew),
		test(burst_from_before_the_first_pulse_of_a_grid_is_not_paired_with_it),
		test(bursts_that_waited_are_held_against_the_clock_too),
		test(burst_that_may_have_waited_is_no_excuse_for_bursts_before_their_pulse),
		test(burst_that_cannot_have_waited_tells_the_lag_of_those_that_may_have),
		test(bursts_that_come_while_no_pulse_does_keep_the_witness_in_mind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
