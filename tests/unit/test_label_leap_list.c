/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Rule 9 where a list of leap seconds says what there is at the half-year's end. */
#include "label_rig.h"

#define LAG (100 * MS)
/* Second 20 of the test. */
#define END calendar_day_start_s(2027, 1, 1)

static void lists(int64_t known_until_s, int64_t utc_s, int leap)
{
	rig.config.leap_known_until_s = known_until_s;
	rig.config.leap_utc_s = utc_s;
	rig.config.leap = leap;
}

/* A label held since second 0, under such a list. */
static void counted_under(int64_t known_until_s, int64_t utc_s, int leap)
{
	fresh(NULL);
	rig.utc_s = END - 20;
	lists(known_until_s, utc_s, leap);
	assert_int_equal(seconds(0, 18, LAG, 0), LABEL_CONFIRMED);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
}

static void half_year_that_the_list_knows_is_a_second_like_any_other(void **state)
{
	(void)state;
	counted_under(END, 0, 0);
	for (int n = 19; n < 90; n++) {
		assert_int_equal(second(n, LAG, 0), LABEL_CONFIRMED);
		assert_int_equal(rig.label.state, LABEL_TRUSTED);
	}
	assert_label_right(89);
	/* The next one it does not know. */
	assert_int_equal(rig.label.half_year_s, calendar_day_start_s(2027, 7, 1));
}

static void several_half_years_known_are_passed_over_at_once(void **state)
{
	(void)state;
	counted_under(calendar_day_start_s(2028, 12, 28), calendar_day_start_s(2028, 1, 1), -1);
	assert_int_equal(rig.label.half_year_s, calendar_day_start_s(2028, 1, 1));
	counted_under(calendar_day_start_s(2028, 12, 28), END - 1000 * S_PER_DAY, 1);
	assert_int_equal(rig.label.half_year_s, calendar_day_start_s(2029, 1, 1));
}

static void list_that_ends_a_second_before_knows_nothing_of_it(void **state)
{
	(void)state;
	counted_under(END - 1, END, 1);
	second(19, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	seconds(20, 23, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
}

static void time_before_the_pivot_is_not_what_the_list_speaks_of(void **state)
{
	(void)state;
	fresh(NULL);
	rig.utc_s = END - 20;
	rig.config.pivot_s = END + 1;
	lists(END + 1, 0, 0);
	seconds(0, 19, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
}

static void jump_where_none_is_listed_must_hold_like_any_other(void **state)
{
	(void)state;
	for (int jump = -1; jump <= 1; jump += 2) {
		counted_under(END, 0, 0);
		seconds(19, 19, LAG, 0);
		assert_int_equal(seconds(20, 78, LAG, jump), LABEL_ODD);
		assert_int_equal(rig.label.state, LABEL_DISPUTED);
		assert_label_right(78);
		assert_int_equal(seconds(79, 82, LAG, 0), LABEL_CONFIRMED);
		assert_int_equal(rig.label.state, LABEL_TRUSTED);
		assert_label_right(82);
	}
}

static void listed_leap_second_is_taken_as_soon_as_agree_bursts_tell_it(void **state)
{
	(void)state;
	for (int leap = -1; leap <= 1; leap += 2) {
		for (int agree = 2; agree <= 5; agree++) {
			counted_under(END, END, leap);
			rig.config.agree = agree;
			seconds(19, 20, LAG, 0);
			assert_int_equal(rig.label.state, LABEL_LEAPING);
			assert_int_equal(seconds(21, 19 + agree, LAG, -leap), LABEL_ODD);
			assert_int_equal(second(20 + agree, LAG, -leap), LABEL_LEAPED);
			assert_int_equal(labelled(30), END + 10 - leap);
			assert_int_equal(rig.label.state, LABEL_TRUSTED);
			/* One is enough. */
			seconds(21 + agree, 39, LAG, -leap);
			assert_int_equal(second(40, LAG, -2 * leap), LABEL_ODD);
			assert_int_equal(rig.label.state, LABEL_TRUSTED);
			assert_int_equal(seconds(41, 99, LAG, -leap), LABEL_CONFIRMED);
			assert_int_equal(rig.label.state, LABEL_TRUSTED);
		}
	}
}

static void other_sign_than_the_listed_is_not_taken(void **state)
{
	(void)state;
	for (int leap = -1; leap <= 1; leap += 2) {
		counted_under(END, END, leap);
		seconds(19, 20, LAG, 0);
		assert_int_equal(seconds(21, 70, LAG, leap), LABEL_ODD);
		assert_int_equal(rig.label.state, LABEL_LEAPING);
		assert_label_right(70);
	}
}

static void listed_leap_second_at_another_phase_is_not_taken(void **state)
{
	(void)state;
	counted_under(END, END, 1);
	seconds(19, 20, LAG, 0);
	assert_int_equal(seconds(21, 70, LAG + 300 * MS, -1), LABEL_ODD);
	assert_label_right(70);
}

static void receiver_that_goes_on_as_before_is_believed_13_minutes_after_a_listed_one(void **state)
{
	(void)state;
	counted_under(END, END, 1);
	for (int n = 19; n <= 802; n++) {
		assert_int_equal(second(n, LAG, 0), LABEL_CONFIRMED);
		assert_int_equal(rig.label.state, LABEL_LEAPING);
	}
	assert_int_equal(second(803, LAG, 0), LABEL_CONFIRMED);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
	assert_label_right(803);
}

static void label_agreed_just_after_a_listed_one_waits_for_a_minute_only(void **state)
{
	int n = 3;

	fresh(state);
	rig.utc_s = END + 5;
	lists(END, END, 1);
	seconds(0, 2, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	while (n < 900 && rig.label.state == LABEL_LEAPING) {
		assert_int_equal(second(n++, LAG, 0), LABEL_CONFIRMED);
	}
	/* Three after the minute. */
	assert_int_equal(n, 60 - 5 + 4);
}

static void receiver_that_learns_of_a_listed_one_late_was_not_believed_before(void **state)
{
	(void)state;
	counted_under(END, END, 1);
	seconds(19, 60, LAG, 0);
	assert_int_equal(rig.label.state, LABEL_LEAPING);
	assert_int_equal(seconds(61, 62, LAG, -1), LABEL_ODD);
	assert_int_equal(second(63, LAG, -1), LABEL_LEAPED);
	assert_int_equal(rig.label.state, LABEL_TRUSTED);
}

static void witness_goes_before_the_list(void **state)
{
	(void)state;
	counted_under(END, END, 1);
	seconds(19, 20, LAG, 0);
	/* The clock says that there was none. */
	clock_vouched(0, 10 * MS);
	assert_int_equal(seconds(21, 40, LAG, -1), LABEL_ODD);
	assert_true(rig.label.suspect);
	assert_label_right(40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(half_year_that_the_list_knows_is_a_second_like_any_other),
		test(several_half_years_known_are_passed_over_at_once),
		test(list_that_ends_a_second_before_knows_nothing_of_it),
		test(time_before_the_pivot_is_not_what_the_list_speaks_of),
		test(jump_where_none_is_listed_must_hold_like_any_other),
		test(listed_leap_second_is_taken_as_soon_as_agree_bursts_tell_it),
		test(other_sign_than_the_listed_is_not_taken),
		test(listed_leap_second_at_another_phase_is_not_taken),
		test(receiver_that_goes_on_as_before_is_believed_13_minutes_after_a_listed_one),
		test(label_agreed_just_after_a_listed_one_waits_for_a_minute_only),
		test(receiver_that_learns_of_a_listed_one_late_was_not_believed_before),
		test(witness_goes_before_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
