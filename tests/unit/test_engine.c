/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/clock_watch.h"
#include "engine_rig.h"

/* Edges that wait in the kernel, as it were. */
static struct pulse waiting[8];
static int waiting_count, waiting_next;
static bool source_gone;
static bool clock_set_now;

bool __wrap_clock_watch_was_set(struct clock_watch *watch);

bool __wrap_clock_watch_was_set(struct clock_watch *watch)
{
	bool set = clock_set_now;

	(void)watch;
	clock_set_now = false;
	return set;
}

static int fake_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	(void)source;
	if (waiting_next < waiting_count) {
		*pulse = waiting[waiting_next++];
		return 1;
	}
	return source_gone ? error_set(err, "/dev/pps9: gone") : 0;
}

static const struct pulse_ops fake_ops = {.read = fake_read};
static struct pulse_source source = {.ops = &fake_ops, .name = "fake"};

static int set_up(void **state)
{
	(void)state;
	waiting_count = waiting_next = 0;
	source_gone = clock_set_now = false;
	engine_begin();
	engine.pulses = &source;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_end(&engine);
	return 0;
}

static void edge_waits(int64_t raw_ns)
{
	static uint32_t seq;

	waiting[waiting_count++] =
		(struct pulse){.raw_ns = raw_ns, .real_ns = raw_ns, .seq = ++seq};
}

static const struct core_status *status(void)
{
	return core_status(&engine.core);
}

static void waiting_edges_are_taken_before_what_the_one_who_enters_brings(void **state)
{
	struct event bytes = {.type = EVENT_BYTES,
			      .raw_ns = RAW + 10 * MS,
			      .bytes = {.data = (const uint8_t *)"\r", .len = 1}};

	(void)state;
	raw_now = RAW + 10 * MS;
	edge_waits(RAW + 5 * MS);
	engine_enter(&engine);
	assert_int_equal(status()->pulses, 1);
	assert_int_equal(status()->last_pulse_raw_ns, RAW + 5 * MS);
	assert_int_equal(status()->bytes, 0);
	engine_feed(&engine, &bytes);
	assert_int_equal(status()->bytes, 1);
	assert_int_equal(engine.core.last_raw_ns, RAW + 10 * MS);
	engine_leave(&engine);
}

static void all_waiting_edges_are_taken_at_once(void **state)
{
	(void)state;
	raw_now = RAW + 3 * NS_PER_S;
	for (int i = 0; i < 3; i++) {
		edge_waits(RAW + i * NS_PER_S);
	}
	engine_enter(&engine);
	assert_int_equal(status()->pulses, 3);
	engine_leave(&engine);
}

static void refused_edges_are_counted_and_those_behind_them_taken(void **state)
{
	(void)state;
	raw_now = RAW + 3 * NS_PER_S;
	for (int i = 0; i < 4; i++) {
		edge_waits(RAW + i * NS_PER_S);
	}
	waiting[0].refusal = PULSE_FOREIGN;
	waiting[1].refusal = PULSE_UNPAIRED;
	waiting[2].refusal = PULSE_UNPAIRED;
	engine_enter(&engine);
	assert_int_equal(status()->pulses, 1);
	assert_int_equal(status()->last_pulse_raw_ns, RAW + 3 * NS_PER_S);
	assert_int_equal(engine.refused[PULSE_FOREIGN], 1);
	assert_int_equal(engine.refused[PULSE_UNPAIRED], 2);
	engine_leave(&engine);
}

static void edge_younger_than_the_clock_reading_does_not_turn_time_back(void **state)
{
	(void)state;
	raw_now = RAW;
	edge_waits(RAW + 2000);
	engine_enter(&engine);
	engine_tick(&engine);
	assert_int_equal(status()->last_pulse_raw_ns, RAW + 2000);
	assert_int_equal(engine.core.last_raw_ns, RAW + 2000);
	engine_leave(&engine);
}

static void without_a_source_entering_reads_the_clocks_alone(void **state)
{
	(void)state;
	engine.pulses = NULL;
	raw_now = RAW + 7;
	engine_enter(&engine);
	assert_int_equal(engine.now_raw_ns, RAW + 7);
	assert_int_equal(engine.now_real_ns, utc_at_raw * NS_PER_S + 7);
	engine_leave(&engine);
}

static void source_that_is_gone_is_told_to_who_asks(void **state)
{
	(void)state;
	engine_enter(&engine);
	assert_true(engine_take_pulses(&engine));
	edge_waits(RAW);
	source_gone = true;
	assert_false(engine_take_pulses(&engine));
	assert_int_equal(status()->pulses, 1);
	assert_string_equal(engine.pps.error.text, "/dev/pps9: gone");
	engine_leave(&engine);
}

static void set_clock_reaches_the_core_before_anything_else(void **state)
{
	struct event clock = {.type = EVENT_CLOCK, .raw_ns = RAW, .clock = {.sync = true}};

	(void)state;
	engine_enter(&engine);
	engine_feed(&engine, &clock);
	engine_leave(&engine);
	assert_true(status()->clock_sync);
	clock_set_now = true;
	raw_now = RAW + NS_PER_S;
	edge_waits(RAW + NS_PER_S - MS);
	engine_enter(&engine);
	assert_int_equal(engine.clock_steps, 1);
	assert_false(status()->clock_sync);
	assert_int_equal(engine.core.step_raw_ns, RAW + NS_PER_S);
	/* The edge from before must not be later than the step. */
	assert_true(status()->last_pulse_raw_ns <= engine.core.step_raw_ns);
	engine_leave(&engine);
	engine_enter(&engine);
	assert_int_equal(engine.clock_steps, 1);
	engine_leave(&engine);
}

static void kernels_view_of_the_clock_is_passed_on_when_it_changed(void **state)
{
	struct engine_found found;

	(void)state;
	engine_look(&engine, &found);
	found.clock = (struct clock_view){.raw_ns = RAW, .maxerr_us = 16000000};
	engine_enter(&engine);
	engine_take(&engine, &found);
	assert_false(status()->clock_sync);
	found.clock.sync = true;
	found.clock.maxerr_us = 777;
	engine_take(&engine, &found);
	assert_true(status()->clock_sync);
	assert_int_equal(status()->clock_maxerr_us, 777);
	engine_leave(&engine);
	engine_drop(&found);
}

static void view_from_before_the_clock_was_set_is_not_passed_on(void **state)
{
	struct engine_found found;

	(void)state;
	engine_look(&engine, &found);
	found.clock = (struct clock_view){.raw_ns = RAW + MS, .sync = true, .maxerr_us = 777};
	clock_set_now = true; /* after the kernel was asked */
	raw_now = RAW + 2 * MS;
	engine_enter(&engine);
	engine_take(&engine, &found);
	assert_false(status()->clock_sync);
	found.clock.raw_ns = RAW + 3 * MS;
	engine_take(&engine, &found);
	assert_true(status()->clock_sync);
	engine_leave(&engine);
	engine_drop(&found);
}

static void sources_are_shown_as_they_come_and_go(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, "no such line");
	engine_enter(&engine);
	engine_source(&engine, false, NULL, &err);
	assert_false(engine.serial.up);
	assert_int_equal(engine.serial.losses, 0);
	assert_string_equal(engine.serial.error.text, "no such line");
	raw_now = RAW + NS_PER_S;
	engine_leave(&engine);
	engine_enter(&engine);
	engine_source(&engine, false, "/dev/serial0", NULL);
	assert_true(engine.serial.up);
	assert_string_equal(engine.serial.name, "/dev/serial0");
	assert_int_equal(engine.serial.since_raw_ns, RAW + NS_PER_S);
	assert_false(engine.pps.up);
	error_set(&err, "unplugged");
	engine_source(&engine, false, NULL, &err);
	assert_false(engine.serial.up);
	assert_int_equal(engine.serial.losses, 1);
	assert_string_equal(engine.serial.error.text, "unplugged");
	engine_source(&engine, true, "/dev/pps0", NULL);
	assert_true(engine.pps.up);
	engine_leave(&engine);
}

static void source_that_stays_away_is_lost_once(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, "unplugged");
	engine_enter(&engine);
	engine_source(&engine, true, "/dev/pps0", NULL);
	for (int i = 0; i < 5; i++) {
		engine_source(&engine, true, NULL, &err);
	}
	assert_int_equal(engine.pps.losses, 1);
	engine_leave(&engine);
}

static void source_that_came_back_counts_its_edges_anew(void **state)
{
	(void)state;
	raw_now = RAW + NS_PER_S;
	engine_enter(&engine);
	edge_waits(RAW);
	engine_take_pulses(&engine);
	engine_source(&engine, true, "/dev/pps0", NULL);
	edge_waits(RAW + NS_PER_S);
	waiting[1].seq += 50;
	engine_take_pulses(&engine);
	assert_int_equal(status()->missed, 0);
	engine_leave(&engine);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(waiting_edges_are_taken_before_what_the_one_who_enters_brings),
		test(all_waiting_edges_are_taken_at_once),
		test(refused_edges_are_counted_and_those_behind_them_taken),
		test(edge_younger_than_the_clock_reading_does_not_turn_time_back),
		test(without_a_source_entering_reads_the_clocks_alone),
		test(source_that_is_gone_is_told_to_who_asks),
		test(set_clock_reaches_the_core_before_anything_else),
		test(kernels_view_of_the_clock_is_passed_on_when_it_changed),
		test(view_from_before_the_clock_was_set_is_not_passed_on),
		test(sources_are_shown_as_they_come_and_go),
		test(source_that_stays_away_is_lost_once),
		test(source_that_came_back_counts_its_edges_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
