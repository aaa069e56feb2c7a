/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * What leads from one state of the label to another, in the order of enum label_state: from each,
 * to each that it can become.
 */
#include "label_rig.h"

#define LAG (100 * MS)

static enum label_state now(void)
{
	return rig.label.state;
}

/* TRUSTED, attached, since second 2, and confirmed up to second 9. */
static void trusted(void)
{
	fresh(NULL);
	seconds(0, 9, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
}

/* The same, but the receiver has lost its fix since. */
static void unconfirmed(void)
{
	trusted();
	label_fix_lost(&rig.label);
	assert_int_equal(now(), LABEL_UNCONFIRMED);
}

/* The same, and contradicted in seconds 10 to 12. */
static void contradicted(void)
{
	trusted();
	seconds(10, 12, LAG, 4);
	assert_int_equal(now(), LABEL_DISPUTED);
}

/* The half-year ends with second 19, just now, after a label agreed in second 2. */
static void leaping(void)
{
	fresh(NULL);
	rig.utc_s = calendar_day_start_s(2027, 7, 1) - 20;
	seconds(0, 18, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
	second(19, LAG, 0);
	assert_int_equal(now(), LABEL_LEAPING);
}

static void unknown_to_trusted_when_enough_fixes_agree(void **state)
{
	(void)state;
	assert_int_equal(now(), LABEL_UNKNOWN);
	seconds(0, 1, LAG, 0);
	assert_int_equal(now(), LABEL_UNKNOWN);
	seconds(2, 2, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
}

static void unknown_to_trusted_without_pulses(void **state)
{
	(void)state;
	for (int n = 0; n < 3; n++) {
		assert_int_equal(now(), LABEL_UNKNOWN);
		names(n, LAG, rig.utc_s + n);
	}
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_false(rig.label.attached);
}

/* It was never theirs, so it stays. */
static void trusted_without_pulses_stays_when_pulses_move(void **state)
{
	(void)state;
	rig.gate.locked = false;
	for (int64_t n = 0; n < 9; n++) {
		names(n, LAG, rig.utc_s + n);
	}
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_false(rig.label.attached);
	label_phase(&rig.label, -191 * MS);
	assert_int_equal(now(), LABEL_TRUSTED);
	/* What pulses and a lie tell now contradicts it. */
	for (int64_t n = 9; n < 20; n++) {
		pulse(n);
		assert_int_equal(names(n, LAG, rig.utc_s + n + 8), LABEL_ODD);
	}
	assert_int_equal(now(), LABEL_DISPUTED);
}

static void unknown_to_leaping_just_after_a_half_year(void **state)
{
	(void)state;
	/* The receiver may not yet know of a leap second. */
	for (int64_t after = -4; after <= 64; after++) {
		fresh(state);
		rig.utc_s = calendar_day_start_s(2027, 7, 1) + after - 2;
		seconds(0, 2, LAG, 0);
		assert_int_equal(now(), after >= -1 && after <= 60 ? LABEL_LEAPING : LABEL_TRUSTED);
	}
	/* A clock that vouches for the second does. */
	fresh(state);
	rig.utc_s = calendar_day_start_s(2027, 7, 1) + 10;
	clock_vouched(0, 50 * MS);
	seconds(0, 2, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
}

static void unconfirmed_to_trusted_when_confirmed_often_enough(void **state)
{
	(void)state;
	unconfirmed();
	seconds(10, 11, LAG, 0);
	assert_int_equal(now(), LABEL_UNCONFIRMED);
	second(12, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
}

static void unconfirmed_to_disputed_when_contradicted(void **state)
{
	(void)state;
	unconfirmed();
	seconds(10, 11, LAG, 4);
	assert_int_equal(now(), LABEL_UNCONFIRMED);
	second(12, LAG, 4);
	assert_int_equal(now(), LABEL_DISPUTED);
}

static void unconfirmed_to_unknown_when_nothing_holds_it_up(void **state)
{
	(void)state;
	unconfirmed();
	/* The last pulse was in second 9, and the last confirming burst 0.1 s after it. */
	label_tick(&rig.label, raw_at(1009) + LAG);
	assert_int_equal(now(), LABEL_UNCONFIRMED);
	label_tick(&rig.label, raw_at(1009) + LAG + 1);
	assert_int_equal(now(), LABEL_UNKNOWN);
}

static void trusted_to_unknown_when_the_pulses_moved_beyond_what_can_be_carried(void **state)
{
	(void)state;
	trusted();
	label_phase(&rig.label, 401 * MS);
	assert_int_equal(now(), LABEL_UNKNOWN);
	/* A young label over a lesser move. */
	trusted();
	label_phase(&rig.label, 21 * MS);
	assert_int_equal(now(), LABEL_UNKNOWN);
}

static void trusted_stays_with_early_bursts_if_a_witness_gave_it(void **state)
{
	fresh(state);
	clock_vouched(0, 2 * MS);
	/* The receiver is a second ahead. */
	seconds(0, 30, 782 * MS, 1);
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_label_right(30);
	rig.witness.usable = false;
	seconds(31, 60, 782 * MS, 1);
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_label_right(60);
}

/* The raw clock stands still in second 69; then a burst comes, or is due, so much sooner. */
static enum label_state after_standing_still(int64_t for_ns, int64_t sooner_ns)
{
	fresh(NULL);
	seconds(0, 69, LAG, 0);
	label_stood_still(&rig.label, raw_at(69) + 200 * MS, for_ns);
	names(70, LAG - sooner_ns % NS_PER_S, rig.utc_s + 70 + sooner_ns / NS_PER_S);
	return now();
}

static void trusted_to_unknown_when_bursts_show_that_the_raw_clock_stood_still(void **state)
{
	(void)state;
	assert_int_equal(after_standing_still(300 * MS, 300 * MS), LABEL_UNKNOWN);
	assert_int_equal(after_standing_still(700 * MS, 700 * MS), LABEL_UNKNOWN);
	assert_int_equal(after_standing_still(5000 * MS, 5000 * MS), LABEL_UNKNOWN);
	/* The clock was only set forward, and the burst comes as usual, or lies. */
	assert_int_equal(after_standing_still(700 * MS, 0), LABEL_TRUSTED);
	assert_int_equal(after_standing_still(700 * MS, 1000 * MS), LABEL_TRUSTED);
	assert_int_equal(after_standing_still(0, 300 * MS), LABEL_TRUSTED);
	/* What has begun before tells nothing; and what has confirmed since ends it. */
	fresh(NULL);
	seconds(0, 69, LAG, 0);
	label_stood_still(&rig.label, raw_at(71), 700 * MS);
	assert_int_equal(names(70, LAG, rig.utc_s + 70), LABEL_CONFIRMED);
	assert_int_equal(rig.label.stood_ns, 700 * MS);
	assert_int_equal(names(71, LAG, rig.utc_s + 71), LABEL_CONFIRMED);
	assert_int_equal(rig.label.stood_ns, 0);
	/* So does a pulse where it came before, unless the raw clock stood still for whole seconds. */
	for (int whole = 0; whole <= 1; whole++) {
		label_stood_still(&rig.label, raw_at(71) + 500 * MS, (979 + whole) * MS);
		pulse(72);
		assert_int_equal(rig.label.stood_ns, whole ? 980 * MS : 0);
	}
	second(72, LAG, 0);
	/* What was contradicted before is no suspend. */
	names(73, LAG - 1000 * MS, rig.utc_s + 73);
	label_stood_still(&rig.label, raw_at(73) + 500 * MS, 1000 * MS);
	names(74, LAG - 1000 * MS, rig.utc_s + 74);
	assert_int_equal(now(), LABEL_TRUSTED);
}

static void trusted_to_unknown_when_pulses_show_that_the_raw_clock_stood_still(void **state)
{
	(void)state;
	for (int for_ms = 300; for_ms < 400; for_ms += 50) {
		fresh(NULL);
		seconds(0, 69, LAG, 0);
		label_stood_still(&rig.label, raw_at(69) + 500 * MS, (1000 - for_ms) * MS);
		label_phase(&rig.label, for_ms * MS);
		assert_int_equal(now(), LABEL_UNKNOWN);
		fresh(NULL);
		seconds(0, 69, 300 * MS, 0);
		label_stood_still(&rig.label, raw_at(69) + 500 * MS, (1000 - for_ms) * MS);
		label_phase(&rig.label, (for_ms - 101) * MS);
		assert_int_equal(now(), LABEL_UNCONFIRMED);
	}
}

static void leaping_stays_so_when_a_deleted_second_sets_the_clock(void **state)
{
	(void)state;
	leaping();
	label_stood_still(&rig.label, raw_at(20), NS_PER_S);
	assert_int_equal(rig.label.stood_ns, 0);
	label_stood_still(&rig.label, raw_at(20), NS_PER_S * 3 / 2);
	assert_int_equal(rig.label.stood_ns, NS_PER_S * 3 / 2);
}

static void trusted_to_unknown_when_young_and_its_bursts_come_before_their_pulse(void **state)
{
	(void)state;
	/* From now on 51 ms before it; two of the last five are enough. */
	trusted();
	pulse(10);
	assert_int_equal(names(11, -51 * MS, rig.utc_s + 11), LABEL_CONFIRMED);
	pulse(11);
	assert_int_equal(names(12, -51 * MS, rig.utc_s + 12), LABEL_ODD);
	assert_int_equal(now(), LABEL_UNKNOWN);
	/* As early as a receiver may be, it is not impossible. */
	trusted();
	for (int n = 10; n < 30; n++) {
		pulse(n);
		names(n + 1, -50 * MS, rig.utc_s + n + 1);
	}
	assert_int_equal(now(), LABEL_TRUSTED);
}

/* Pulses from..to, each with a burst 60 ms before the next, as long as they confirm. */
static enum label_verdict early(int64_t from, int64_t to)
{
	enum label_verdict verdict = LABEL_CONFIRMED;

	for (int64_t n = from; n <= to && verdict == LABEL_CONFIRMED; n++) {
		pulse(n);
		verdict = names(n + 1, -60 * MS, rig.utc_s + n + 1);
	}
	return verdict;
}

static void trusted_stays_with_early_bursts_if_others_fit_no_other_label(void **state)
{
	(void)state;
	/* One of 0.35 s since: the second before would make it 1.35 s late. */
	trusted();
	second(10, 350 * MS, 0);
	assert_int_equal(early(11, 20), LABEL_CONFIRMED);
	trusted();
	second(10, 349 * MS, 0);
	assert_int_equal(early(11, 12), LABEL_ODD);
	/* The first counts, too. */
	fresh(state);
	seconds(0, 2, 350 * MS, 0);
	seconds(3, 9, LAG, 0);
	assert_int_equal(early(10, 20), LABEL_CONFIRMED);
}

static void trusted_stays_with_early_bursts_once_a_minute_old(void **state)
{
	(void)state;
	/* Agreed at 2.1 s; the second early one comes at 62.94 s. */
	trusted();
	seconds(10, 60, LAG, 0);
	assert_int_equal(early(61, 70), LABEL_CONFIRMED);
	trusted();
	seconds(10, 59, LAG, 0);
	assert_int_equal(early(60, 61), LABEL_ODD);
	assert_int_equal(now(), LABEL_UNKNOWN);
	/* And where a clock vouched for it. */
	fresh(state);
	clock_vouched(0, 50 * MS);
	seconds(0, 2, LAG, 0);
	rig.witness.usable = false;
	seconds(3, 9, LAG, 0);
	assert_int_equal(early(10, 20), LABEL_CONFIRMED);
	/* And where it hangs on no pulses. */
	trusted();
	label_detach(&rig.label);
	rig.gate.locked = false;
	for (int n = 10; n < 20; n++) {
		assert_int_equal(names(n + 1, -60 * MS, rig.utc_s + n + 1), LABEL_CONFIRMED);
	}
}

static void trusted_to_unconfirmed_when_the_fix_is_lost(void **state)
{
	(void)state;
	trusted();
	label_fix_lost(&rig.label);
	assert_int_equal(now(), LABEL_UNCONFIRMED);
	assert_true(rig.label.attached);
	assert_int_equal(rig.label.confirms, 0);
}

static void trusted_to_unconfirmed_when_the_grid_is_gone(void **state)
{
	(void)state;
	/* Agreed in second 2: the pulses of 20 s make it settled, however long ago they came. */
	for (int64_t last = 22; last <= 23; last++) {
		trusted();
		seconds(10, last, LAG, 0);
		label_tick(&rig.label, raw_at(310));
		label_detach(&rig.label);
		assert_false(rig.label.attached);
		assert_true(rig.label.carried);
		assert_int_equal(rig.label.settled, last == 23);
	}
}

static void trusted_to_disputed_by_three_that_agree_or_eight_that_do_not(void **state)
{
	(void)state;
	trusted();
	seconds(10, 11, LAG, -3);
	assert_int_equal(now(), LABEL_TRUSTED);
	second(12, LAG, -3);
	assert_int_equal(now(), LABEL_DISPUTED);
	trusted();
	for (int n = 10; n < 18; n++) {
		assert_int_equal(now(), LABEL_TRUSTED);
		second(n, LAG, n * n);
	}
	assert_int_equal(now(), LABEL_DISPUTED);
}

static void trusted_to_leaping_a_second_before_the_half_year_ends(void **state)
{
	(void)state;
	leaping();
	assert_int_equal(rig.label.confirms, 0);
	fresh(state);
	rig.utc_s = calendar_day_start_s(2027, 7, 1) - 20;
	seconds(0, 15, LAG, 0);
	/* By time alone. */
	label_tick(&rig.label, raw_at(18) + 499 * MS);
	assert_int_equal(now(), LABEL_TRUSTED);
	label_tick(&rig.label, raw_at(18) + 501 * MS);
	assert_int_equal(now(), LABEL_LEAPING);
}

static void trusted_to_leaping_when_told_of_one_after_the_half_year(void **state)
{
	(void)state;
	leaping();
	seconds(20, 30, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
	second(31, LAG, -1);
	assert_int_equal(now(), LABEL_LEAPING);
}

static void disputed_to_trusted_when_confirmed_often_enough(void **state)
{
	(void)state;
	contradicted();
	seconds(13, 14, LAG, 0);
	assert_int_equal(now(), LABEL_DISPUTED);
	second(15, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_label_right(15);
}

static void disputed_to_trusted_with_the_other_label_once_it_has_held(void **state)
{
	(void)state;
	contradicted();
	seconds(13, 69, LAG, 4);
	assert_int_equal(now(), LABEL_DISPUTED);
	second(70, LAG, 4);
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_int_equal(labelled(70), rig.utc_s + 74);
	assert_int_equal(rig.label.confirms, 3);
}

static void each_to_leaping_when_the_half_year_ends(void **state)
{
	enum label_state states[] = {LABEL_UNCONFIRMED, LABEL_TRUSTED, LABEL_DISPUTED};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		fresh(state);
		rig.utc_s = calendar_day_start_s(2027, 7, 1) - 20;
		seconds(0, 15, LAG, 0);
		rig.label.state = states[i];
		label_tick(&rig.label, raw_at(19));
		assert_int_equal(now(), LABEL_LEAPING);
		assert_int_equal(rig.label.confirms, 0);
	}
}

static void disputed_to_unknown_when_it_has_lasted_for_five_holds(void **state)
{
	int hold_s, n = 10;

	(void)state;
	trusted();
	hold_s = (int)(rig.config.relabel_hold_ns / NS_PER_S);
	/* Every tenth fix speaks for the label: so no other one holds. */
	do {
		second(n, LAG, n % 10 ? 1 : 0);
	} while (now() != LABEL_UNKNOWN && ++n < 1000);
	/* The third of those that contradicted made it a dispute. */
	assert_in_range(n, 10 + 3 + 5 * hold_s, 10 + 3 + 5 * hold_s + 1);
}

static void disputed_stays_so_without_a_fix_and_without_a_grid(void **state)
{
	(void)state;
	contradicted();
	label_fix_lost(&rig.label);
	assert_int_equal(now(), LABEL_DISPUTED);
	label_detach(&rig.label);
	assert_int_equal(now(), LABEL_DISPUTED);
}

static void disputed_to_unknown_when_nothing_holds_it_up(void **state)
{
	(void)state;
	contradicted();
	label_tick(&rig.label, raw_at(1012));
	assert_int_equal(now(), LABEL_DISPUTED);
	label_tick(&rig.label, raw_at(1012) + 1);
	assert_int_equal(now(), LABEL_UNKNOWN);
}

static void leaping_to_trusted_when_confirmed_after_the_half_year(void **state)
{
	(void)state;
	leaping();
	/* Second 20 is the first after it, and may have been named before it was known. */
	seconds(20, 22, LAG, 0);
	assert_int_equal(now(), LABEL_LEAPING);
	second(23, LAG, 0);
	assert_int_equal(now(), LABEL_TRUSTED);
	assert_label_right(23);
}

static void leaping_to_trusted_with_a_second_more_or_less(void **state)
{
	for (int sign = -1; sign <= 1; sign += 2) {
		(void)state;
		leaping();
		seconds(20, 28, LAG, sign);
		assert_int_equal(now(), LABEL_LEAPING);
		second(29, LAG, sign);
		assert_int_equal(now(), LABEL_TRUSTED);
		assert_int_equal(labelled(29), rig.utc_s + 29 + sign);
	}
}

static void leaping_to_unknown_when_nothing_holds_it_up(void **state)
{
	(void)state;
	leaping();
	label_tick(&rig.label, raw_at(1020));
	assert_int_equal(now(), LABEL_UNKNOWN);
}

static void leaping_stays_so_whatever_else_happens(void **state)
{
	(void)state;
	leaping();
	label_fix_lost(&rig.label);
	assert_int_equal(now(), LABEL_LEAPING);
	seconds(20, 40, LAG, 4);
	assert_int_equal(now(), LABEL_LEAPING);
	label_detach(&rig.label);
	assert_int_equal(now(), LABEL_LEAPING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(unknown_to_trusted_when_enough_fixes_agree),
		test(unknown_to_trusted_without_pulses),
		test(trusted_without_pulses_stays_when_pulses_move),
		test(unknown_to_leaping_just_after_a_half_year),
		test(unconfirmed_to_trusted_when_confirmed_often_enough),
		test(unconfirmed_to_disputed_when_contradicted),
		test(unconfirmed_to_unknown_when_nothing_holds_it_up),
		test(trusted_to_unknown_when_the_pulses_moved_beyond_what_can_be_carried),
		test(trusted_stays_with_early_bursts_if_a_witness_gave_it),
		test(trusted_to_unknown_when_bursts_show_that_the_raw_clock_stood_still),
		test(trusted_to_unknown_when_pulses_show_that_the_raw_clock_stood_still),
		test(leaping_stays_so_when_a_deleted_second_sets_the_clock),
		test(trusted_to_unknown_when_young_and_its_bursts_come_before_their_pulse),
		test(trusted_stays_with_early_bursts_if_others_fit_no_other_label),
		test(trusted_stays_with_early_bursts_once_a_minute_old),
		test(trusted_to_unconfirmed_when_the_fix_is_lost),
		test(trusted_to_unconfirmed_when_the_grid_is_gone),
		test(trusted_to_disputed_by_three_that_agree_or_eight_that_do_not),
		test(trusted_to_leaping_a_second_before_the_half_year_ends),
		test(trusted_to_leaping_when_told_of_one_after_the_half_year),
		test(disputed_to_trusted_when_confirmed_often_enough),
		test(disputed_to_trusted_with_the_other_label_once_it_has_held),
		test(each_to_leaping_when_the_half_year_ends),
		test(disputed_to_unknown_when_it_has_lasted_for_five_holds),
		test(disputed_stays_so_without_a_fix_and_without_a_grid),
		test(disputed_to_unknown_when_nothing_holds_it_up),
		test(leaping_to_trusted_when_confirmed_after_the_half_year),
		test(leaping_to_trusted_with_a_second_more_or_less),
		test(leaping_to_unknown_when_nothing_holds_it_up),
		test(leaping_stays_so_whatever_else_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
