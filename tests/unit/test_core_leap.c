/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Receivers that may not know the leap seconds yet, and what they say of that. */
#include "core_rig.h"
#include "frame_text.h"

#define SURE_S 795
#define LATE_S 2400

static const struct core_leap *leap(void)
{
	return &core_status(&rig.core)->leap;
}

/* Runs anew with this setting, and whether the receiver has been wrong before. */
static void begin(enum core_time_leap mode, bool corrected)
{
	rig.config.time_leap = (int)mode;
	rig.config.leap_corrected = corrected;
	restart();
}

/* NAV-TIMELS right behind the burst of second n; how: 0 firmware, 2 GPS; change, s to it. */
static void timels(int64_t n, int source, int count, int change, int32_t in_s)
{
	uint8_t payload[24] = {0};
	char text[FRAME_MAX];

	payload[8] = (uint8_t)source;
	payload[9] = (uint8_t)count;
	payload[11] = (uint8_t)change;
	memcpy(payload + 12, &in_s, 4);
	payload[23] = 3;
	bytes(raw_at(n) + LAG + 170 * MS, text,
	      frame_text(text, FRAME_UBX, 0x01, 0x26, payload, sizeof(payload)));
}

/* A second whose sentences are wrong by so much; source: -1 says nothing, else as timels(). */
static void second(int64_t n, int wrong_s, int source)
{
	char text[600];

	pulse(raw_at(n));
	bytes(raw_at(n) + LAG, text, burst_text(text, rig.utc_s + n + wrong_s, 'A'));
	if (source >= 0) {
		timels(n, source, source == 0 ? 18 - wrong_s : 18, 0, 0);
	}
	tick(raw_at(n) + 800 * MS);
}

static void seconds(int64_t from, int64_t to, int wrong_s, int source)
{
	for (int64_t n = from; n <= to; n++) {
		second(n, wrong_s, source);
	}
}

static int published(void)
{
	return rig.sample_count[CORE_PPS] + rig.sample_count[CORE_COARSE];
}

static void receiver_that_knows_is_published_at_once(void **state)
{
	(void)state;
	for (int mode = CORE_LEAP_AUTO; mode <= CORE_LEAP_TRUST; mode++) {
		begin((enum core_time_leap)mode, true);
		seconds(0, 5, 0, 2);
		published_pulse(6);
		assert_int_equal(leap()->by, CORE_LEAP_BY_RECEIVER);
		assert_int_equal(leap()->count, 18);
		assert_false(leap()->withheld);
	}
}

static void receiver_that_does_not_know_is_not_published(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, 0);
	assert_int_equal(published(), 0);
	assert_int_equal(state_now(), CORE_PROVISIONAL);
	withheld_pulse(raw_at(100), CORE_WITHHELD_PROVISIONAL);
	assert_true(leap()->unknown);
	assert_true(leap()->withheld);
	begin(CORE_LEAP_TRUST, true);
	seconds(0, 5, 2, 0);
	assert_true(rig.sample_count[CORE_PPS] > 0);
}

static void what_it_learns_is_taken_over_at_once(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, 0);
	seconds(100, 105, 0, 2);
	assert_int_equal(rig.core.label.state, LABEL_TRUSTED);
	assert_int_equal(rig.core.label.anchor_utc_s, rig.utc_s + 105);
	assert_int_equal(published(), 0);
	seconds(106, 120, 0, 2);
	published_pulse(121);
	assert_int_equal(leap()->by, CORE_LEAP_BY_RECEIVER);
	assert_true(leap()->corrected);
}

static void it_may_say_that_it_knows_before_its_time_shows_it(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, 0);
	seconds(100, 110, 2, 2);
	assert_int_equal(published(), 0);
	seconds(111, 114, 0, 2);
	assert_int_equal(published(), 0);
	seconds(115, 117, 0, 2);
	published_pulse(118);
}

static void a_warm_start_does_not_wait_for_what_was_invalid_without_a_fix(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	for (int64_t n = 0; n < 5; n++) {
		pulse(raw_at(n));
		burst(n, 0, 'V');
		timels(n, 255, 0, 0, 0);
		tick(raw_at(n) + 900 * MS);
	}
	seconds(5, 8, 0, 2);
	published_pulse(9);
}

static void receiver_that_cannot_say_is_published_but_not_after_it_was_wrong(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 5, 0, -1);
	published_pulse(6);
	assert_false(leap()->withheld);
	assert_int_equal(leap()->by, CORE_LEAP_BY_NOTHING);
	begin(CORE_LEAP_AUTO, true);
	seconds(0, 99, 3, -1);
	assert_int_equal(published(), 0);
	assert_int_equal(leap()->sure_raw_ns, raw_at(SURE_S) + 800 * MS);
}

static void wait_waits_for_a_fix_of_13_minutes(void **state)
{
	(void)state;
	begin(CORE_LEAP_WAIT, false);
	seconds(0, 780, 0, -1);
	assert_int_equal(published(), 0);
	seconds(781, SURE_S + 1, 0, -1);
	published_pulse(SURE_S + 2);
	assert_int_equal(leap()->by, CORE_LEAP_BY_TIME);
	assert_int_equal(leap()->sure_raw_ns, 0);
}

static void a_break_begins_the_13_minutes_anew(void **state)
{
	(void)state;
	begin(CORE_LEAP_WAIT, false);
	seconds(0, 700, 0, -1);
	pulse(raw_at(701));
	burst(701, 0, 'V');
	seconds(702, 701 + SURE_S, 0, -1);
	assert_int_equal(published(), 0);
	seconds(702 + SURE_S, 704 + SURE_S, 0, -1);
	assert_true(published() > 0);
}

static void silence_of_the_line_is_a_break_as_well(void **state)
{
	(void)state;
	begin(CORE_LEAP_WAIT, false);
	seconds(0, 700, 0, -1);
	for (int64_t n = 701; n < 712; n++) {
		pulse(raw_at(n));
		tick(raw_at(n) + 800 * MS);
	}
	seconds(712, 711 + SURE_S, 0, -1);
	assert_int_equal(published(), 0);
}

static void receiver_that_never_knows_waits_longer(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, LATE_S - 2, 0, 0);
	assert_int_equal(published(), 0);
	seconds(LATE_S - 1, LATE_S + 2, 0, 0);
	assert_true(published() > 0);
	assert_int_equal(leap()->by, CORE_LEAP_BY_TIME);
}

static void step_of_whole_seconds_is_taken_over_while_nothing_is_published(void **state)
{
	static const int wrong[] = {18, 3, 2, 1, -1};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(CORE_LEAP_WAIT, false);
		seconds(0, 99, wrong[i], -1);
		assert_int_equal(rig.core.label.anchor_utc_s, rig.utc_s + 99 + wrong[i]);
		seconds(100, 104, 0, -1);
		assert_int_equal(rig.core.label.state, LABEL_TRUSTED);
		assert_int_equal(rig.core.label.anchor_utc_s, rig.utc_s + 104);
		seconds(105, SURE_S + 2, 0, -1);
		assert_true(published() > 0);
		assert_true(leap()->corrected);
	}
}

/* Where it is published a step may as well be a fault: it takes the hold, and is remembered. */
static void step_of_what_is_published_takes_a_hold_and_is_remembered(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, -1);
	seconds(100, 155, 0, -1);
	assert_int_equal(state_now(), CORE_DISPUTED);
	assert_false(leap()->corrected);
	seconds(156, 165, 0, -1);
	assert_int_equal(rig.core.label.anchor_utc_s, rig.utc_s + 165);
	assert_true(leap()->corrected);
	published_pulse(166);
	assert_int_equal(last_notice(CORE_NOTICE_COUNT)->b, 1);
}

static void no_other_jump_is_remembered_as_a_step(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 19, -1);
	seconds(100, 180, 0, -1);
	assert_int_equal(rig.core.label.anchor_utc_s, rig.utc_s + 180);
	assert_false(leap()->corrected);
}

/* A receiver that forgets while we count on contradicts what was confirmed. */
static void receiver_that_forgets_after_a_break_has_to_wait(void **state)
{
	int before;

	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, SURE_S + 10, 0, -1);
	assert_int_equal(leap()->by, CORE_LEAP_BY_TIME);
	for (int64_t n = SURE_S + 11; n < SURE_S + 31; n++) {
		pulse(raw_at(n));
		burst(n, 0, 'V');
	}
	before = published();
	seconds(SURE_S + 31, SURE_S + 600, 3, -1);
	assert_int_equal(published(), before);
	seconds(SURE_S + 601, 2 * SURE_S + 40, 0, -1);
	assert_true(published() > before);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 2 * SURE_S + 40) * NS_PER_S);
}

static void receiver_that_comes_back_with_what_was_counted_need_not_wait(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, true);
	seconds(0, SURE_S + 10, 0, -1);
	pulse(raw_at(SURE_S + 11));
	burst(SURE_S + 11, 0, 'V');
	seconds(SURE_S + 12, SURE_S + 16, 0, -1);
	published_pulse(SURE_S + 17);
}

static void clock_that_is_a_witness_confirms(void **state)
{
	(void)state;
	begin(CORE_LEAP_WAIT, true);
	disciplined(raw_at(-1), 1000);
	seconds(0, 4, 0, 0);
	published_pulse(5);
	assert_int_equal(leap()->by, CORE_LEAP_BY_CLOCK);
}

static void list_confirms_a_count_that_is_the_firmwares(void **state)
{
	(void)state;
	rig.config.leap_count_s = 18;
	rig.config.leap_known_until_s = rig.utc_s + 10000;
	begin(CORE_LEAP_WAIT, true);
	seconds(0, 4, 0, 0);
	published_pulse(5);
	assert_int_equal(leap()->by, CORE_LEAP_BY_LIST);
	begin(CORE_LEAP_WAIT, true);
	seconds(0, 99, 2, 0);
	assert_int_equal(published(), 0);
	/* It has expired. */
	rig.config.leap_known_until_s = rig.utc_s - 1;
	begin(CORE_LEAP_WAIT, true);
	seconds(0, 99, 0, 0);
	assert_int_equal(published(), 0);
	/* It has one to come, which has passed by now. */
	rig.config.leap_known_until_s = rig.utc_s + 10000;
	rig.config.leap_count_s = 17;
	rig.config.leap = 1;
	rig.config.leap_utc_s = rig.utc_s - 5000;
	begin(CORE_LEAP_WAIT, true);
	seconds(0, 4, 0, 0);
	published_pulse(5);
}

static void list_confirms_no_count_that_has_just_changed(void **state)
{
	(void)state;
	rig.config.leap_count_s = 18;
	rig.config.leap_known_until_s = rig.utc_s + 10000;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, 0);
	for (int64_t n = 100; n < 110; n++) { /* the count is right, but its time not yet */
		second(n, 2, -1);
		timels(n, 0, 18, 0, 0);
	}
	assert_int_equal(published(), 0);
	seconds(110, 120, 0, 0);
	published_pulse(121);
}

static void receiver_that_contradicts_itself_after_a_break_has_to_wait(void **state)
{
	int before;

	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 0, -1);
	for (int64_t n = 100; n < 120; n++) {
		pulse(raw_at(n));
		burst(n, 0, 'V');
	}
	before = published();
	assert_true(before > 0);
	seconds(120, 400, 2, -1);
	assert_int_equal(published(), before);
	assert_true(leap()->corrected);
	/* It learns the count; by the fix alone nobody can tell. */
	seconds(401, 119 + SURE_S, 0, -1);
	assert_int_equal(published(), before);
	seconds(120 + SURE_S, 122 + SURE_S, 0, -1);
	published_pulse(123 + SURE_S);
}

/* …but not if it is earlier by them: that it has learned. */
static void receiver_that_has_learned_in_a_break_need_not_wait(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, -1);
	for (int64_t n = 100; n < 120; n++) {
		pulse(raw_at(n));
		burst(n, 2, 'V');
	}
	seconds(120, 190, 0, -1);
	published_pulse(191);
}

/* …nor if the clock was set forward by about as much: it was the raw clock that stood still. */
static void receiver_that_is_ahead_after_a_suspend_need_not_wait(void **state)
{
	(void)state;
	for (int slept = 0; slept <= 1; slept++) {
		rig.clock_ns = 0;
		begin(CORE_LEAP_AUTO, false);
		seconds(0, 99, 0, -1);
		for (int64_t n = 100; n < 120; n++) {
			pulse(raw_at(n));
			burst(n, 0, 'V');
			if (n == 110 && slept) {
				rig.clock_ns = 2200 * MS;
				send((struct event){.type = EVENT_STEP,
						    .raw_ns = raw_at(n) + 700 * MS});
			}
		}
		int before = published();

		seconds(120, 200, 3, -1);
		assert_int_equal(published() > before, slept);
	}
}

/* …nor if its fix came back with what was counted, and it stepped later. */
static void step_long_after_a_break_is_no_reason_to_wait(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 99, 2, -1);
	pulse(raw_at(100));
	burst(100, 0, 'V');
	seconds(101, 200, 2, -1);
	seconds(201, 280, 0, -1);
	published_pulse(281);
}

static void step_must_have_held_before_time_confirms_it(void **state)
{
	(void)state;
	begin(CORE_LEAP_WAIT, false);
	seconds(0, SURE_S - 20, 0, -1);
	seconds(SURE_S - 19, SURE_S + 10, -3, -1); /* a lie, told just then */
	assert_int_equal(published(), 0);
	seconds(SURE_S + 11, SURE_S + 60, 0, -1);
	assert_int_equal(published(), 0);
	seconds(SURE_S + 61, SURE_S + 80, 0, -1);
	published_pulse(SURE_S + 81);
}

static void old_model_has_to_wait(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	sentence(raw_at(-1) + 10 * MS, "GPTXT,01,01,02,HW  UBX-G60xx  00040007 FF7FFFFFp");
	seconds(0, 99, 0, -1);
	assert_int_equal(published(), 0);
	assert_int_equal(state_now(), CORE_PROVISIONAL);
	seconds(100, SURE_S + 2, 0, -1);
	assert_true(published() > 0);
}

static void better_word_is_not_contradicted_by_a_worse_one(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	for (int64_t n = 0; n < 20; n++) {
		second(n, 2, 0);
		sentence(raw_at(n) + 850 * MS,
			 "PUBX,04,073824.00,100327,113903.99,1814,18,495176,342.504,21");
	}
	assert_int_equal(published(), 0);
	assert_int_equal(leap()->said_by, SAID_TIMELS);
}

static void announced_leap_second_is_in_the_field_in_its_month(void **state)
{
	const int64_t event_s = calendar_day_start_s(2027, 7, 1);

	(void)state;
	for (int inserted = 0; inserted < 2; inserted++) {
		int change = inserted ? 1 : -1;

		rig.utc_s = calendar_day_start_s(2027, 5, 31) + 86390;
		begin(CORE_LEAP_AUTO, false);
		for (int64_t n = 0; n < 20; n++) {
			second(n, 0, -1);
			timels(n, 2, 18, change, (int32_t)(event_s - rig.utc_s - n));
			tick(raw_at(n) + 850 * MS);
			if (n > 5) {
				int field = n < 10 ? 0 : inserted ? 1 : 2;

				assert_int_equal(last_sample(CORE_PPS)->leap, field);
				assert_int_equal(last_sample(CORE_COARSE)->leap, field);
			}
		}
		assert_int_equal(leap()->leap, change);
		assert_int_equal(leap()->leap_utc_s, event_s);
	}
	/* It is announced no more. */
	second(20, 0, 2);
	second(21, 0, 2);
	assert_int_equal(last_sample(CORE_PPS)->leap, 0);
}

static void announcement_for_no_half_year_is_none(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 5, 0, 2);
	timels(6, 2, 18, 1, 86400 * 7);
	tick(raw_at(6) + 800 * MS);
	assert_int_equal(leap()->leap, 0);
}

static void nav_status(int64_t n, int spoofing)
{
	uint8_t payload[16] = {0};
	char text[FRAME_MAX];

	payload[7] = (uint8_t)(spoofing << 3);
	bytes(raw_at(n) + 850 * MS, text,
	      frame_text(text, FRAME_UBX, 0x01, 0x03, payload, sizeof(payload)));
}

static void spoofing_silences_until_it_is_over(void **state)
{
	(void)state;
	begin(CORE_LEAP_AUTO, false);
	seconds(0, 9, 0, 2);
	nav_status(9, 2);
	withheld_pulse(raw_at(10), CORE_WITHHELD_SPOOFING);
	assert_int_equal(state_now(), CORE_SPOOFED);
	assert_int_equal(core_status(&rig.core)->receiver.spoofing, SAID_SOME);
	burst(10, 0, 'A');
	nav_status(10, 1);
	published_pulse(11);
	burst(11, 0, 'A');
	nav_status(11, 3);
	seconds(12, 12 + 118, 0, 2);
	assert_int_equal(state_now(), CORE_SPOOFED);
	seconds(12 + 119, 12 + 121, 0, 2); /* it was not repeated */
	published_pulse(12 + 122);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(receiver_that_knows_is_published_at_once),
		test(receiver_that_does_not_know_is_not_published),
		test(what_it_learns_is_taken_over_at_once),
		test(it_may_say_that_it_knows_before_its_time_shows_it),
		test(a_warm_start_does_not_wait_for_what_was_invalid_without_a_fix),
		test(receiver_that_cannot_say_is_published_but_not_after_it_was_wrong),
		test(wait_waits_for_a_fix_of_13_minutes),
		test(a_break_begins_the_13_minutes_anew),
		test(silence_of_the_line_is_a_break_as_well),
		test(receiver_that_never_knows_waits_longer),
		test(step_of_whole_seconds_is_taken_over_while_nothing_is_published),
		test(step_of_what_is_published_takes_a_hold_and_is_remembered),
		test(no_other_jump_is_remembered_as_a_step),
		test(receiver_that_forgets_after_a_break_has_to_wait),
		test(receiver_that_comes_back_with_what_was_counted_need_not_wait),
		test(clock_that_is_a_witness_confirms),
		test(list_confirms_a_count_that_is_the_firmwares),
		test(list_confirms_no_count_that_has_just_changed),
		test(receiver_that_contradicts_itself_after_a_break_has_to_wait),
		test(receiver_that_has_learned_in_a_break_need_not_wait),
		test(receiver_that_is_ahead_after_a_suspend_need_not_wait),
		test(step_long_after_a_break_is_no_reason_to_wait),
		test(step_must_have_held_before_time_confirms_it),
		test(old_model_has_to_wait),
		test(better_word_is_not_contradicted_by_a_worse_one),
		test(announced_leap_second_is_in_the_field_in_its_month),
		test(announcement_for_no_half_year_is_none),
		test(spoofing_silences_until_it_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
