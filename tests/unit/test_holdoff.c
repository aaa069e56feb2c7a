/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "engine_rig.h"

#include "daemon/holdoff.h"

/* Does the sample at so many ms go out? */
static bool passed(struct holdoff *holdoff, int64_t ms)
{
	return holdoff_passed(holdoff, RAW + ms * MS);
}

static void without_one_all_samples_pass(void **state)
{
	struct holdoff holdoff = {0};

	(void)state;
	assert_true(passed(&holdoff, 0));
	holdoff_refused(&holdoff);
	assert_true(passed(&holdoff, 9000));
	assert_int_equal(holdoff.held, 0);
}

static void samples_wait_until_they_have_come_each_second_for_so_long(void **state)
{
	struct holdoff holdoff = {.need_ns = 3 * NS_PER_S};

	(void)state;
	assert_false(passed(&holdoff, 0));
	assert_false(passed(&holdoff, 1000));
	assert_false(passed(&holdoff, 2999));
	assert_true(passed(&holdoff, 3000));
	assert_true(passed(&holdoff, 5500));
	assert_int_equal(holdoff.held, 3);
}

static void a_gap_begins_it_anew(void **state)
{
	struct holdoff holdoff = {.need_ns = 2 * NS_PER_S};

	(void)state;
	assert_false(passed(&holdoff, 0));
	assert_true(passed(&holdoff, 2000));
	assert_false(passed(&holdoff, 4501));
	assert_false(passed(&holdoff, 5501));
	assert_true(passed(&holdoff, 6501));
}

static void a_refused_sentence_begins_it_anew_only_while_it_lasts(void **state)
{
	struct holdoff holdoff = {.need_ns = 2 * NS_PER_S};

	(void)state;
	assert_false(passed(&holdoff, 0));
	holdoff_refused(&holdoff);
	assert_false(passed(&holdoff, 1000));
	assert_false(passed(&holdoff, 2000));
	assert_true(passed(&holdoff, 3000));
	holdoff_refused(&holdoff);
	assert_true(passed(&holdoff, 4000));
}

static void a_burst(int64_t n)
{
	char text[200];
	struct event event = {.type = EVENT_BYTES, .bytes = {.bps = 9600, .data = (uint8_t *)text}};

	event.bytes.len = burst_text(text, n);
	raw_now = RAW + n * NS_PER_S + 300 * MS;
	engine_enter(&engine);
	event.raw_ns = engine.now_raw_ns;
	event.real_ns = engine.now_real_ns;
	engine_feed(&engine, &event);
	engine_leave(&engine);
	raw_now += 500 * MS;
	engine_enter(&engine);
	engine_tick(&engine);
	engine_leave(&engine);
}

static void the_engine_holds_coarse_time_and_a_bad_checksum_prolongs_it(void **state)
{
	static const char bad[] = "$GPRMC,120000.00,A,,,,,,,100327,,,A*00\r\n";
	struct event event = {
		.type = EVENT_BYTES,
		.bytes = {.bps = 9600, .data = (const uint8_t *)bad, .len = sizeof(bad) - 1}};

	(void)state;
	engine_begin();
	engine.holdoff.need_ns = 10 * NS_PER_S;
	for (int n = 0; n < 8; n++) {
		a_burst(n);
	}
	assert_true(engine.holdoff.held >= 4);
	assert_int_equal(engine.holdoff.held, engine.core.status.samples[CORE_COARSE]);
	assert_int_not_equal(engine.holdoff.since_raw_ns, 0);
	engine_enter(&engine);
	event.raw_ns = engine.now_raw_ns;
	event.real_ns = engine.now_real_ns;
	engine_feed(&engine, &event);
	engine_leave(&engine);
	assert_int_equal(engine.holdoff.since_raw_ns, 0);
	for (int n = 8; n < 20; n++) {
		a_burst(n);
	}
	assert_true(engine.holdoff.over);
	assert_true(engine.core.status.samples[CORE_COARSE] > engine.holdoff.held);
	engine_end(&engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_one_all_samples_pass),
		cmocka_unit_test(samples_wait_until_they_have_come_each_second_for_so_long),
		cmocka_unit_test(a_gap_begins_it_anew),
		cmocka_unit_test(a_refused_sentence_begins_it_anew_only_while_it_lasts),
		cmocka_unit_test(the_engine_holds_coarse_time_and_a_bad_checksum_prolongs_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
