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
	assert_int_equal(seconds(31, 32, LAG, 0), LABEL_CONFIRMED);
	assert_true(disputed());
	assert_int_equal(second(33, LAG, 0), LABEL_CONFIRMED);
	assert_false(disputed());
	assert_label_right(33);
}

static void now_and_then_a_burst_that_confirms_ends_no_dispute(void **state)
{
	(void)state;
	/* Each that contradicts takes one away. */
	seconds(10, 12, LAG, 4);
	for (int n = 13; n < 60; n++) {
		second(n, LAG, n % 2 ? 0 : 4);
		assert_true(disputed());
	}
	assert_label_right(59);
}

static void bursts_of_another_phase_end_no_dispute(void **state)
{
	(void)state;
	/* Nearer than 0.35 s they would confirm otherwise. */
	assert_int_equal(second(10, LAG + 210 * MS, 0), LABEL_CONFIRMED);
	locked(state);
	seconds(10, 12, LAG, 4);
	assert_int_equal(seconds(13, 18, LAG + 210 * MS, 0), LABEL_ODD);
	assert_true(disputed());
	assert_int_equal(rig.label.confirms, 0);
	assert_int_equal(seconds(19, 21, LAG + 190 * MS, 0), LABEL_CONFIRMED);
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

static void story_with_an_exception_is_believed_once_the_last_ten_tell_it(void **state)
{
	const int64_t exceptions[] = {0, 5, 1000};

	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		locked(state);
		seconds(10, 65, LAG, 4);
		assert_int_equal(second(66, LAG, exceptions[i]),
				 exceptions[i] ? LABEL_ODD : LABEL_CONFIRMED);
		assert_int_equal(seconds(67, 75, LAG, 4), LABEL_ODD);
		assert_label_right(75);
		assert_int_equal(second(76, LAG, 4), LABEL_CHANGED);
		assert_int_equal(labelled(76), rig.utc_s + 80);
	}
}

static void another_contradiction_ends_the_story_with_its_fifth_exception(void **state)
{
	(void)state;
	seconds(10, 40, LAG, 4);
	/* The same second named again a second later, and on from there. */
	assert_int_equal(seconds(41, 104, LAG, 3), LABEL_ODD);
	assert_label_right(104);
	assert_int_equal(second(105, LAG, 3), LABEL_CHANGED);
	assert_int_equal(labelled(105), rig.utc_s + 108);
}

static void bursts_that_may_have_waited_tell_no_story(void **state)
{
	(void)state;
	rig.waited_ns = WAITED_EVER;
	assert_int_equal(seconds(10, 158, LAG, -3), LABEL_ODD);
	assert_label_right(158);
	/* But they silence, as those do that agree on nothing. */
	assert_true(disputed());
}

static void label_that_nothing_speaks_for_is_given_up_after_minutes(void **state)
{
	(void)state;
	/* Each time another second: no story that could be believed. */
	for (int64_t n = 10; n < 160; n++) {
		assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);
		assert_int_equal(second(n, LAG, n % 2 ? 5 : 7), LABEL_ODD);
	}
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	assert_int_equal(seconds(160, 162, LAG, 0), LABEL_AGREED);
	assert_label_right(162);
}

static void what_a_witness_held_back_stays_so_when_the_label_is_given_up(void **state)
{
	(void)state;
	for (int64_t n = 10; n < 160; n++) {
		second(n, LAG, n % 2 ? 5 : 7);
		rig.label.suspect_raw_ns = raw_at(150);
	}
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
	assert_int_equal(seconds(160, 209, LAG, 0), LABEL_GATHERED);
	assert_int_equal(second(210, LAG, 0), LABEL_AGREED);
}

static void burst_that_may_have_waited_ends_no_story(void **state)
{
	(void)state;
	seconds(10, 40, LAG, -1);
	int votes = rig.label.rival.votes;

	/* Just so late that it could be of either second. */
	rig.waited_ns = 3 * NS_PER_S;
	assert_int_equal(seconds(41, 43, LAG - 14 * MS, -1), LABEL_ODD);
	assert_int_equal(rig.label.rival.votes, votes);
	assert_int_equal(rig.label.rival.others, 0);
	assert_int_equal(rig.label.lag_changes, 0);
	rig.waited_ns = 0;
	assert_int_equal(seconds(44, 69, LAG, -1), LABEL_ODD);
	assert_int_equal(second(70, LAG, -1), LABEL_CHANGED);
}

static void bursts_without_pulses_that_move_by_half_a_second_tell_another_lag(void **state)
{
	fresh(state);
	for (int64_t n = 0; n < 10; n++) {
		names(n, 950 * MS, rig.utc_s + n);
	}
	for (int64_t n = 10; n < 19; n++) {
		assert_int_equal(names(n, (n % 2 ? 400 : 470) * MS, rig.utc_s + n), LABEL_ODD);
	}
	assert_int_equal(names(19, 400 * MS, rig.utc_s + 19), LABEL_LAG);
}

static void lag_that_begins_beyond_the_second_is_no_correction(void **state)
{
	locked(state);
	seconds(10, 19, 550 * MS, 0);
	assert_int_equal(seconds(20, 22, 1055 * MS, 0), LABEL_ODD);
	assert_int_equal(second(23, 1020 * MS, 0), LABEL_ODD);
	assert_int_equal(rig.label.rival.votes, 4);
	/* By that story it would come before its pulse. */
	assert_int_equal(seconds(24, 32, 975 * MS, 0), LABEL_ODD);
	assert_int_equal(second(33, 975 * MS, 0), LABEL_LAG);
	assert_label_right(33);
}

static void burst_that_has_not_waited_comes_no_later_than_those_that_may_have(void **state)
{
	fresh(state);
	rig.waited_ns = 620 * MS;
	seconds(0, 9, 740 * MS, 0);
	/* A second was inserted while the line was silent. */
	rig.waited_ns = 0;
	seconds(40, 45, 120 * MS, -1);
	assert_int_equal(rig.label.rival.jump_s, -1);
	assert_int_equal(rig.label.rival.votes, 6);
}

static void burst_that_may_be_of_the_rival_brings_the_label_back_no_more(void **state)
{
	(void)state;
	seconds(10, 30, 690 * MS, 1);
	assert_true(disputed());
	/* What they begin with is damaged: by the old label they come as usual. */
	rig.waited_ns = 420 * MS;
	assert_int_equal(seconds(31, 40, LAG, 0), LABEL_ODD);
	assert_true(disputed());
	rig.waited_ns = 300 * MS;
	seconds(41, 44, LAG, 0);
	assert_false(disputed());
}

static void label_believed_without_pulses_is_none_that_was_counted_on_them(void **state)
{
	(void)state;
	label_detach(&rig.label);
	rig.gate.locked = false;
	assert_true(rig.label.carried);
	for (int64_t n = 10; n < 70; n++) {
		assert_int_equal(names(n, 830 * MS, rig.utc_s + n + 16), LABEL_ODD);
	}
	assert_int_equal(names(70, 830 * MS, rig.utc_s + 86), LABEL_CHANGED);
	assert_false(rig.label.carried);
}

static void correction_that_keeps_a_lag_of_a_second_is_told_in_one_way(void **state)
{
	fresh(state);
	clock_vouched(0, 50 * MS);
	seconds(0, 9, 980 * MS, 0);
	rig.witness.usable = false;
	for (int64_t n = 10; n < 70; n++) {
		assert_int_equal(second(n, (n % 3 ? 940 : 1012) * MS, -1), LABEL_ODD);
	}
	assert_int_equal(second(70, 980 * MS, -1), LABEL_CHANGED);
	assert_int_equal(labelled(70), rig.utc_s + 69);
}

static void hold_is_as_long_as_configured(void **state)
{
	(void)state;
	rig.config.relabel_hold_ns = 10 * NS_PER_S;
	assert_int_equal(seconds(10, 19, LAG, 4), LABEL_ODD);
	assert_int_equal(second(20, LAG, 4), LABEL_CHANGED);
}

static void contradiction_near_the_second_goes_by_the_lag_before(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 69, 5 * MS, 4), LABEL_ODD);
	assert_label_right(69);
	assert_int_equal(second(70, 5 * MS, 4), LABEL_CHANGED);
	assert_int_equal(labelled(70), rig.utc_s + 74);
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
	assert_int_equal(seconds(501, 502, LAG, 0), LABEL_CONFIRMED);
	assert_true(disputed());
	assert_int_equal(second(503, LAG, 0), LABEL_CONFIRMED);
	assert_false(disputed());
}

static void contradiction_that_the_clock_confirms_needs_no_hold(void **state)
{
	(void)state;
	clock_vouched(4 * NS_PER_S, 50 * MS);
	assert_int_equal(seconds(10, 11, LAG, 4), LABEL_ODD);
	assert_int_equal(second(12, LAG, 4), LABEL_CHANGED);
	assert_int_equal(labelled(12), rig.utc_s + 16);
	assert_false(disputed());
}

static void clock_does_not_vouch_for_bursts_nearly_a_second_late(void **state)
{
	/* Without pulses; after a late one the next would be half a second early by its label. */
	fresh(state);
	clock_vouched(0, 5 * MS);
	for (int64_t n = 0; n < 10; n++) {
		names(n, 70 * MS, rig.utc_s + n);
	}
	for (int64_t n = 10; n < 40; n++) {
		assert_int_not_equal(names(n, 920 * MS, rig.utc_s + n), LABEL_CHANGED);
	}
	assert_label_right(39);
}

static void clock_does_not_vouch_for_bursts_before_their_second(void **state)
{
	/* Without pulses, and the clock is not wrong by so much. */
	for (int64_t error_ms = 30; error_ms <= 150; error_ms += 120) {
		fresh(state);
		clock_vouched(0, error_ms * MS);
		for (int64_t n = 0; n < 10; n++) {
			names(n, 811 * MS, rig.utc_s + n);
		}
		enum label_verdict verdict = LABEL_ODD;

		for (int64_t n = 10; n < 20 && verdict == LABEL_ODD; n++) {
			verdict = names(n, 811 * MS, rig.utc_s + n + 1);
		}
		assert_int_equal(verdict, error_ms == 30 ? LABEL_ODD : LABEL_CHANGED);
	}
}

static void lag_changes_whatever_comes_late_in_between(void **state)
{
	fresh(state);
	seconds(0, 9, 100 * MS, 0);
	for (int64_t n = 10; n < 30; n += 2) {
		rig.waited_ns = 0;
		assert_int_equal(second(n, 500 * MS, 0), n < 28 ? LABEL_ODD : LABEL_LAG);
		rig.waited_ns = 1700 * MS;
		beyond(n + 1, 1450 * MS);
	}
}

static void label_that_no_burst_tells_from_its_rival_is_given_up(void **state)
{
	(void)state;
	seconds(10, 12, LAG, 1);
	assert_true(disputed());
	/* From here on each burst fits both labels. */
	rig.waited_ns = 950 * MS;
	assert_int_equal(seconds(13, 158, LAG - 50 * MS, 0), LABEL_ODD);
	assert_int_equal(rig.label.state, LABEL_DISPUTED);
	seconds(159, 161, LAG - 50 * MS, 0);
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

/* Bursts that come so late and may have waited for so long say nothing in a dispute. */
static void say_nothing(int64_t lag_ns, int64_t waited_ns)
{
	seconds(10, 12, LAG, 1);
	assert_true(disputed());
	rig.waited_ns = waited_ns;
	for (int64_t n = 13; n < 40; n++) {
		assert_int_equal(second(n, lag_ns, 0), LABEL_ODD);
	}
	assert_true(disputed());
}

static void bursts_that_did_not_wait_for_all_of_a_second_change_no_lag(void **state)
{
	(void)state;
	say_nothing(LAG + 980 * MS, 950 * MS);
}

static void burst_that_waited_for_nearly_a_second_ends_no_dispute(void **state)
{
	(void)state;
	/* It may as well be one of the second after that has not waited. */
	say_nothing(LAG + 930 * MS, 990 * MS);
}

static void burst_behind_broken_sentences_ends_no_dispute_and_tells_no_lag(void **state)
{
	(void)state;
	rig.headless = true;
	assert_int_equal(second(10, LAG + 100 * MS, 0), LABEL_CONFIRMED);
	assert_int_equal(robust_latest(&rig.label.recent, 0), LAG);
	rig.headless = false;
	seconds(11, 13, LAG, 1);
	rig.headless = true;
	seconds(14, 20, LAG, 0);
	assert_true(disputed());
	rig.headless = false;
	seconds(21, 23, LAG, 0);
	assert_false(disputed());
}

static void dispute_ends_with_fixes_in_a_row(void **state)
{
	(void)state;
	seconds(10, 12, LAG, 1);
	for (int64_t n = 13; n < 40; n += 3) {
		second(n, LAG, 0);
		second(n + 1, LAG, 0);
		second(n + 2, LAG, 1);
		assert_true(disputed());
	}
	seconds(40, 42, LAG, 0);
	assert_false(disputed());
}

static void bursts_whose_waits_began_at_one_time_tell_one_second(void **state)
{
	fresh(state);
	seconds(0, 9, 630 * MS, 0);
	for (int64_t n = 10; n < 30; n++) {
		pulse(n + 1);
		rig.waited_ns = 1195 * MS;
		assert_int_equal(names(n, 1320 * MS, rig.utc_s + n), LABEL_BORNE);
		n++;
		rig.waited_ns = 505 * MS;
		assert_int_equal(second(n, 630 * MS, 0), LABEL_CONFIRMED);
	}
}

static void burst_that_has_not_waited_is_no_later_than_those_that_had(void **state)
{
	fresh(state);
	rig.waited_ns = 890 * MS;
	assert_int_equal(seconds(0, 9, 933 * MS, 0), LABEL_CONFIRMED);
	rig.waited_ns = 0;
	pulse(11);
	assert_int_equal(names(10, 1126 * MS, rig.utc_s + 10), LABEL_ODD);
}

static void lag_beyond_the_second_is_only_a_lag_if_a_clock_vouches_and_it_may_have_waited(
	void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	rig.waited_ns = 150 * MS;
	for (int64_t n = 10; n < 19; n++) {
		assert_int_equal(beyond(n, 1100 * MS), LABEL_ODD);
		assert_false(disputed());
	}
	pulse(20);
	assert_int_equal(names(19, 1100 * MS, rig.utc_s + 19), LABEL_LAG);
}

static void bursts_that_waited_as_others_did_before_it_end_no_dispute(void **state)
{
	fresh(state);
	seconds(0, 9, 570 * MS, 0);
	rig.waited_ns = 893 * MS;
	for (int64_t n = 10; n < 20; n++) {
		assert_int_equal(beyond(n, 1450 * MS), LABEL_BORNE);
	}
	rig.waited_ns = 0;
	seconds(21, 23, 570 * MS, 1);
	assert_true(disputed());
	rig.waited_ns = 893 * MS;
	for (int64_t n = 24; n < 34; n++) {
		assert_int_equal(beyond(n, 1450 * MS), LABEL_ODD);
	}
	assert_true(disputed());
	rig.waited_ns = 0;
	seconds(35, 37, 570 * MS, 0);
	assert_false(disputed());
}

static void clock_is_heard_in_a_dispute_in_which_all_bursts_have_waited(void **state)
{
	fresh(state);
	seconds(0, 9, LAG, 0);
	seconds(10, 12, LAG, 1);
	assert_int_equal(rig.label.state, LABEL_DISPUTED);
	clock_vouched(5 * NS_PER_S, 50 * MS);
	rig.waited_ns = 700 * MS;
	seconds(13, 14, LAG, 0);
	assert_false(rig.label.suspect);
	second(15, LAG, 0);
	assert_true(rig.label.suspect);
}

static void lag_beyond_the_second_that_becomes_none_is_a_second_only_where_one_may_leap(
	void **state)
{
	for (int leaping = 0; leaping <= 1; leaping++) {
		fresh(state);
		clock_vouched(0, 50 * MS);
		for (int64_t n = 0; n < 10; n++) {
			beyond(n, 1010 * MS);
		}
		assert_label_right(9);
		rig.witness.usable = false;
		if (leaping) {
			rig.label.state = LABEL_LEAPING;
		}
		seconds(11, 40, 1010 * MS - NS_PER_S, 0);
		assert_int_equal(rig.label.rival.votes, leaping ? 30 : 0);
		assert_int_equal(robust_median(&rig.label.recent), leaping ? 1010 * MS : 10 * MS);
	}
}

static void lag_that_a_clock_vouches_for_is_learned_from_bursts_that_wait_in_a_dispute_too(
	void **state)
{
	fresh(state);
	seconds(0, 9, 600 * MS, 0);
	seconds(10, 12, 600 * MS, 1);
	assert_true(disputed());
	clock_vouched(0, 50 * MS);
	rig.waited_ns = 1025 * MS;
	for (int64_t n = 13; n < 23; n++) {
		beyond(n, 1580 * MS);
	}
	assert_int_equal(rig.result.verdict, LABEL_LAG);
	assert_label_right(23);
}

static void contradiction_must_hold_from_when_its_denial_ends(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	seconds(10, 99, LAG, 4);
	assert_true(rig.label.suspect);
	rig.witness.usable = false;
	assert_int_equal(seconds(100, 158, LAG, 4), LABEL_ODD);
	assert_label_right(158);
	assert_int_equal(second(159, LAG, 4), LABEL_CHANGED);
}

static void label_that_a_synchronised_clock_denies_from_now_on_is_suspect(void **state)
{
	(void)state;
	clock_vouched(NS_PER_S, 50 * MS);
	seconds(10, 11, LAG, 0);
	assert_false(rig.label.suspect);
	second(12, LAG, 0);
	assert_true(rig.label.suspect);
	assert_int_equal(rig.result.claimed_s, rig.utc_s + 12);
	assert_int_equal(rig.result.witness_s, rig.utc_s + 13);
	/* Until a hold after it last did. */
	rig.witness.usable = false;
	seconds(13, 71, LAG, 0);
	assert_true(rig.label.suspect);
	second(72, LAG, 0);
	assert_false(disputed());
	/* Or until it agrees. */
	locked(state);
	clock_vouched(NS_PER_S, 50 * MS);
	seconds(10, 15, LAG, 0);
	clock_vouched(0, 50 * MS);
	second(16, LAG, 0);
	assert_false(disputed());
}

static void bursts_a_second_late_must_be_so_for_two_holds(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 129, 650 * MS, -1), LABEL_ODD);
	assert_true(disputed());
	assert_label_right(129);
	assert_int_equal(second(130, 650 * MS, -1), LABEL_CHANGED);
	assert_int_equal(labelled(130), rig.utc_s + 129);
}

static void other_jumps_and_bursts_before_their_pulse_need_one_hold(void **state)
{
	(void)state;
	assert_int_equal(seconds(10, 69, 650 * MS, -4), LABEL_ODD);
	assert_int_equal(second(70, 650 * MS, -4), LABEL_CHANGED);
	/* By this label it comes 0.6 s before its pulse. */
	locked(state);
	assert_int_equal(seconds(10, 69, 400 * MS, 1), LABEL_ODD);
	assert_int_equal(second(70, 400 * MS, 1), LABEL_CHANGED);
}

static void bursts_a_second_late_are_told_from_a_new_label_only_by_a_clock_that_is_sure(
	void **state)
{
	clock_vouched(0, 300 * MS);
	assert_int_equal(seconds(10, 129, 650 * MS, -1), LABEL_ODD);
	assert_label_right(129);
	locked(state);
	/* The pulses are of the second before, says a clock that is sure. */
	clock_vouched(-NS_PER_S, 50 * MS);
	assert_int_equal(seconds(10, 11, 650 * MS, -1), LABEL_ODD);
	assert_int_equal(second(12, 650 * MS, -1), LABEL_CHANGED);
	locked(state);
	/* It says that they are not, for ever. */
	clock_vouched(0, 50 * MS);
	assert_int_equal(seconds(10, 500, 650 * MS, -1), LABEL_ODD);
	assert_label_right(500);
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
	assert_int_equal(seconds(n, n + 2, LAG, 0), LABEL_CONFIRMED);
	assert_false(disputed());
	assert_int_equal(seconds(n + 3, n + 4, LAG, 5), LABEL_ODD);
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
	/* No longer young: until then it would be the wrong one (rule 2). */
	seconds(10, 69, LAG, 0);
	for (int n = 70; n < 90; n++) {
		int64_t lag = LAG - (n - 70) * 10 * MS;

		/* But three of five by more than 60 ms are of no receiver. */
		pulse(n - (lag < 0));
		assert_int_equal(names(n, lag, rig.utc_s + n),
				 n < 89 ? LABEL_CONFIRMED : LABEL_ODD);
		assert_true(n == 89 || labelled(n) == rig.utc_s + n);
	}
	assert_int_equal(rig.label.state, LABEL_UNKNOWN);
}

static void lag_that_jumps_before_the_pulse_contradicts(void **state)
{
	(void)state;
	for (int early = 0; early <= 1; early++) {
		fresh(NULL);
		seconds(0, 69, LAG, 0);
		pulse(69);
		assert_int_equal(names(70, (-60 - early) * MS, rig.utc_s + 70),
				 early ? LABEL_ODD : LABEL_CONFIRMED);
	}
}

static void one_late_burst_does_not_end_a_fast_drift_of_the_lag(void **state)
{
	(void)state;
	seconds(10, 19, LAG, 0);
	for (int n = 20; n < 200; n++) {
		int64_t lag = LAG + (n < 30 ? n - 19 : 10) * 90 * MS;
		int64_t late = n == 26 ? 600 * MS : 0;

		pulse(n + (lag + late) / NS_PER_S);
		assert_int_equal(names(n, lag + late, rig.utc_s + n),
				 late ? LABEL_ODD : LABEL_CONFIRMED);
	}
	assert_label_right(200);
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

static void lag_that_jumps_near_the_second_is_late_rather_than_before_the_next(void **state)
{
	const int64_t lags[] = {925, 955, 970, 985, 999};

	for (size_t i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
		locked(state);
		assert_int_equal(seconds(10, 18, lags[i] * MS, 0), LABEL_ODD);
		assert_false(disputed());
		assert_int_equal(second(19, lags[i] * MS, 0), LABEL_LAG);
		assert_int_equal(seconds(20, 100, lags[i] * MS, 0), LABEL_CONFIRMED);
		assert_label_right(100);
	}
}

static void very_same_lag_under_another_label_is_another_label(void **state)
{
	/* 10 ms after the pulse, and then 15 ms before it: nearer than 60 ms. */
	fresh(state);
	clock_vouched(0, 50 * MS);
	seconds(0, 9, 10 * MS, 0);
	rig.witness.usable = false;
	assert_int_equal(seconds(10, 69, 985 * MS, 0), LABEL_ODD);
	assert_int_equal(second(70, 985 * MS, 0), LABEL_CHANGED);
	assert_int_equal(labelled(70), rig.utc_s + 69);
}

static void lag_that_wanders_near_the_second_is_followed_and_no_label_changed(void **state)
{
	(void)state;
	/* From 0.555 to 0.975 s at once: nearer to this second than to the next. */
	fresh(state);
	seconds(0, 9, 555 * MS, 0);
	assert_int_equal(seconds(10, 18, 975 * MS, 0), LABEL_ODD);
	assert_false(disputed());
	assert_int_equal(second(19, 975 * MS, 0), LABEL_LAG);
	assert_label_right(19);
}

static void clock_that_confirms_the_label_makes_a_lag_of_every_jump_that_can_be_one(void **state)
{
	(void)state;
	clock_vouched(0, 50 * MS);
	assert_int_equal(seconds(10, 18, 985 * MS, 0), LABEL_ODD);
	assert_int_equal(second(19, 985 * MS, 0), LABEL_LAG);
	assert_false(disputed());
	assert_label_right(19);
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
		test(now_and_then_a_burst_that_confirms_ends_no_dispute),
		test(bursts_of_another_phase_end_no_dispute),
		test(story_with_an_exception_is_believed_once_the_last_ten_tell_it),
		test(another_contradiction_ends_the_story_with_its_fifth_exception),
		test(bursts_that_may_have_waited_tell_no_story),
		test(label_that_nothing_speaks_for_is_given_up_after_minutes),
		test(what_a_witness_held_back_stays_so_when_the_label_is_given_up),
		test(burst_that_may_have_waited_ends_no_story),
		test(bursts_without_pulses_that_move_by_half_a_second_tell_another_lag),
		test(correction_that_keeps_a_lag_of_a_second_is_told_in_one_way),
		test(lag_that_begins_beyond_the_second_is_no_correction),
		test(burst_that_has_not_waited_comes_no_later_than_those_that_may_have),
		test(label_believed_without_pulses_is_none_that_was_counted_on_them),
		test(burst_that_may_be_of_the_rival_brings_the_label_back_no_more),
		test(hold_is_as_long_as_configured),
		test(contradiction_near_the_second_goes_by_the_lag_before),
		test(contradiction_that_the_clock_denies_is_suspect_and_never_believed),
		test(contradiction_that_the_clock_confirms_needs_no_hold),
		test(clock_does_not_vouch_for_bursts_nearly_a_second_late),
		test(clock_does_not_vouch_for_bursts_before_their_second),
		test(lag_changes_whatever_comes_late_in_between),
		test(label_that_no_burst_tells_from_its_rival_is_given_up),
		test(bursts_that_did_not_wait_for_all_of_a_second_change_no_lag),
		test(burst_that_waited_for_nearly_a_second_ends_no_dispute),
		test(burst_behind_broken_sentences_ends_no_dispute_and_tells_no_lag),
		test(dispute_ends_with_fixes_in_a_row),
		test(bursts_whose_waits_began_at_one_time_tell_one_second),
		test(burst_that_has_not_waited_is_no_later_than_those_that_had),
		test(lag_beyond_the_second_is_only_a_lag_if_a_clock_vouches_and_it_may_have_waited),
		test(bursts_that_waited_as_others_did_before_it_end_no_dispute),
		test(clock_is_heard_in_a_dispute_in_which_all_bursts_have_waited),
		test(lag_beyond_the_second_that_becomes_none_is_a_second_only_where_one_may_leap),
		test(lag_that_a_clock_vouches_for_is_learned_from_bursts_that_wait_in_a_dispute_too),
		test(contradiction_must_hold_from_when_its_denial_ends),
		test(label_that_a_synchronised_clock_denies_from_now_on_is_suspect),
		test(bursts_a_second_late_must_be_so_for_two_holds),
		test(other_jumps_and_bursts_before_their_pulse_need_one_hold),
		test(bursts_a_second_late_are_told_from_a_new_label_only_by_a_clock_that_is_sure),
		test(bursts_that_agree_on_nothing_silence_too),
		test(drift_of_the_lag_across_the_second_does_not_shift_the_label),
		test(drift_of_the_lag_before_the_pulse_does_not_shift_the_label),
		test(lag_that_jumps_before_the_pulse_contradicts),
		test(one_late_burst_does_not_end_a_fast_drift_of_the_lag),
		test(changed_lag_is_believed_after_ten_bursts_and_leaves_the_label),
		test(lag_that_jumps_near_the_second_is_late_rather_than_before_the_next),
		test(very_same_lag_under_another_label_is_another_label),
		test(lag_that_wanders_near_the_second_is_followed_and_no_label_changed),
		test(clock_that_confirms_the_label_makes_a_lag_of_every_jump_that_can_be_one),
		test(single_late_bursts_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
