/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>
#include <string.h>

#include "core/nmea.h"
#include "scenario.h"

/* The world itself: what it can do it does as told. */

#define SEEN 4096

/* What came out of a world, counted. */
static struct {
	int count[128];
	int kinds[8];
	size_t bytes, longest;
	struct event events[SEEN];
	struct truth truths[SEEN];
	int events_count;
	int told, sentences;          /* what tells something, and what can be read */
	int64_t told_n, told_late_ns; /* of the last sentence that names a second */
} seen;

static void plays(struct play *play, int64_t seconds)
{
	struct nmea_framer framer = {0};
	struct event event;
	struct truth truth;

	memset(&seen, 0, sizeof(seen));
	play->config.end_ns = seconds * SECOND_NS - SECOND_NS / 2;
	world_init(&play->world, &play->config);
	while (world_next(&play->world, &event, &truth)) {
		seen.count[event.type]++;
		if (event.type == EVENT_PULSE) {
			seen.kinds[truth.pulse.kind]++;
		}
		if (event.type == EVENT_BYTES) {
			seen.bytes += event.bytes.len;
			seen.longest =
				event.bytes.len > seen.longest ? event.bytes.len : seen.longest;
			for (size_t i = 0; i < event.bytes.len; i++) {
				seen.sentences +=
					nmea_feed(&framer, event.bytes.data[i]) == NMEA_SENTENCE;
			}
		}
		seen.told += truth.told_count;
		for (int i = 0; i < truth.told_count; i++) {
			seen.told_n = truth.told[i].n;
			seen.told_late_ns = truth.t_ns - truth.told[i].n * SECOND_NS;
		}
		if (seen.events_count < SEEN) {
			seen.events[seen.events_count] = event;
			seen.truths[seen.events_count++] = truth;
		}
	}
}

static const struct event *first_of(enum event_type type, int64_t from_ns)
{
	for (int i = 0; i < seen.events_count; i++) {
		if (seen.events[i].type == type && seen.truths[i].t_ns >= from_ns) {
			return &seen.events[i];
		}
	}
	fail_msg("no event %c after %" PRId64 " s", type, from_ns / SECOND_NS);
	return NULL;
}

SCENARIO(a_burst_is_padded_to_what_is_asked)
{
	play->config.p[WORLD_FILL] = 888;
	play->config.p[WORLD_READ] = READ_PIECES;
	play->config.p[WORLD_FILL_FIRST] = play->config.seed % 2;
	plays(play, 101);
	assert_in_range(seen.bytes, 99 * 888 - 300, 100 * 888);
}

SCENARIO(a_line_too_full_falls_behind_as_far_as_the_buffer_reaches)
{
	play->config.p[WORLD_FILL] = 1200;
	play->config.p[WORLD_BUFFER] = 2400;
	play->config.p[WORLD_DROP] = play->config.seed % 2;
	play->config.p[WORLD_READ] = READ_LOOP;
	plays(play, 120);
	assert_in_range(seen.bytes, 118 * 960, 120 * 960);
	assert_in_range(seen.told_late_ns, 1500 * MS_NS, 4000 * MS_NS);
}

SCENARIO(a_buffer_full_at_the_start_is_behind_from_the_start)
{
	play->config.p[WORLD_FILL] = 1000;
	play->config.p[WORLD_BUFFER] = 3000;
	play->config.p[WORLD_BACKLOG] = 3000;
	plays(play, 4);
	assert_in_range(seen.told_late_ns, 2000 * MS_NS, 4000 * MS_NS);
}

SCENARIO(a_stall_leaves_the_last_edge_and_what_the_terminal_holds)
{
	play->config.p[WORLD_FILL] = 600;
	world_change(&play->config, 20500 * MS_NS, WORLD_STALL, 10 * SECOND_NS);
	plays(play, 40);
	const struct event *pulse = first_of(EVENT_PULSE, 20500 * MS_NS);
	assert_true(pulse->raw_ns < play->config.raw_start_ns + 30 * SECOND_NS + MS_NS);
	assert_int_equal(pulse->pulse.seq, 30);
	assert_int_equal(first_of(EVENT_BYTES, 20500 * MS_NS)->bytes.len, 4095);
	assert_in_range(seen.count[EVENT_TICK], 29, 200);
}

SCENARIO(a_backlog_can_come_in_several_reads)
{
	play->config.p[WORLD_READ] = READ_FIFO;
	play->config.p[WORLD_READ_MOST] = 256;
	at(play, 20, WORLD_STALL, 3 * SECOND_NS);
	plays(play, 40);
	assert_int_equal(seen.longest, 256);
}

SCENARIO(a_suspended_board_has_lived_less_than_the_world)
{
	at(play, 20, WORLD_SUSPEND, 100 * SECOND_NS);
	plays(play, 130);
	const struct event *step = first_of(EVENT_STEP, 0);
	assert_in_range(step->raw_ns - play->config.raw_start_ns, 20 * SECOND_NS, 21 * SECOND_NS);
	assert_in_range(step->real_ns - play->config.clock_start_ns, 119 * SECOND_NS,
			121 * SECOND_NS);
	assert_in_range(seen.kinds[EDGE_GOOD], 28, 31);
}

SCENARIO(pulses_run_free_until_they_are_steered)
{
	play->config.p[WORLD_FREE] = 1;
	play->config.p[WORLD_FREE_PHASE] = 300 * MS_NS;
	play->config.p[WORLD_FREE_PPB] = 10000;
	at(play, 20, WORLD_FREE, 0);
	plays(play, 40);
	assert_in_range(seen.kinds[EDGE_FREE], 19, 21);
	assert_in_range(seen.kinds[EDGE_GOOD], 18, 20);
}

SCENARIO(trains_rings_echoes_and_hum_are_told_from_the_pulse)
{
	play->config.p[WORLD_TRAIN] = 5;
	play->config.p[WORLD_RING] = 1000000;
	play->config.p[WORLD_ECHO] = 1000000;
	play->config.p[WORLD_ECHO_NS] = -3 * MS_NS;
	play->config.p[WORLD_HUM] = 50000;
	plays(play, 21);
	assert_int_equal(seen.kinds[EDGE_GOOD], 20);
	assert_int_equal(seen.kinds[EDGE_OTHER], 20);
	assert_in_range(seen.kinds[EDGE_TRAIN], 75, 80);
	assert_in_range(seen.kinds[EDGE_GLITCH], 900, 1060);
}

SCENARIO(late_stamps_come_in_clusters)
{
	play->config.p[WORLD_POPCORN] = 500000;
	play->config.p[WORLD_CLUSTER] = 5;
	plays(play, 500);
	int turns = 0;

	for (int i = 1, late = 0; i < seen.events_count; i++) {
		if (seen.events[i].type == EVENT_PULSE) {
			bool now = seen.truths[i].pulse.kind == EDGE_POPCORN;

			turns += now != late;
			late = now;
		}
	}
	assert_in_range(seen.kinds[EDGE_POPCORN], 120, 380);
	assert_in_range(turns, 20, 80);
}

SCENARIO(a_discipline_at_work_is_seen_to_lower_the_bound)
{
	synchronised(play);
	play->config.p[WORLD_UPDATE] = 16 * SECOND_NS;
	plays(play, 100);
	int64_t bound = INT64_MAX;
	int falls = 0;

	for (int i = 0; i < seen.events_count; i++) {
		if (seen.events[i].type == EVENT_CLOCK) {
			assert_true(seen.events[i].clock.sync);
			falls += seen.events[i].clock.maxerr_us < bound;
			bound = seen.events[i].clock.maxerr_us;
		}
	}
	assert_int_equal(falls, 1 + 6);
}

SCENARIO(the_mere_start_of_ntpd_is_a_bound_that_only_grows)
{
	at(play, 5, WORLD_MAXERR_US, 16);
	at(play, 5, WORLD_SYNC, 1);
	plays(play, 100);
	bool sync = false;
	int64_t bound = 0;

	for (int i = 0; i < seen.events_count; i++) {
		const struct event *event = &seen.events[i];

		if (event->type != EVENT_CLOCK) {
			continue;
		}
		assert_true(!sync || (event->clock.sync && event->clock.maxerr_us > bound));
		assert_true(!event->clock.sync || event->clock.maxerr_us % 500 == 16);
		sync = event->clock.sync;
		bound = event->clock.maxerr_us;
	}
	assert_true(sync && bound > 30000);
}

SCENARIO(epochs_are_repeated_and_skipped)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	play->config.p[WORLD_SKIP] = 200000;
	play->config.p[WORLD_OLD] = 100000;
	play->config.p[WORLD_OLD_S] = -1;
	plays(play, 501);
	int told = 0, old = 0;

	for (int i = 0; i < seen.events_count; i++) {
		for (int k = 0; k < seen.truths[i].told_count; k++) {
			told++;
			old += seen.truths[i].told[k].ahead_s == -1;
		}
	}
	assert_in_range(told, 350, 450);
	assert_in_range(old, 15, 75);
}

SCENARIO(a_damaged_sentence_is_told_if_it_can_be_read)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	play->config.p[WORLD_CORRUPT] = 1000000;
	plays(play, 2001);
	assert_int_equal(seen.told, seen.sentences);
	assert_in_range(seen.told, 1, 100);
}

SCENARIO(the_rate_of_fixes_can_change)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	play->config.p[WORLD_LAG] = 40 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 0;
	play->config.p[WORLD_BPS] = 38400;
	at(play, 20, WORLD_RATE, 5);
	plays(play, 41);
	assert_int_equal(seen.kinds[EDGE_GOOD], 40);
	assert_int_equal(seen.told_n, 40);
	assert_in_range(seen.bytes, (20 + 5 * 20) * 66, (20 + 5 * 20) * 76);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_is_padded_to_what_is_asked),
		cmocka_unit_test(a_line_too_full_falls_behind_as_far_as_the_buffer_reaches),
		cmocka_unit_test(a_buffer_full_at_the_start_is_behind_from_the_start),
		cmocka_unit_test(a_stall_leaves_the_last_edge_and_what_the_terminal_holds),
		cmocka_unit_test(a_backlog_can_come_in_several_reads),
		cmocka_unit_test(a_suspended_board_has_lived_less_than_the_world),
		cmocka_unit_test(pulses_run_free_until_they_are_steered),
		cmocka_unit_test(trains_rings_echoes_and_hum_are_told_from_the_pulse),
		cmocka_unit_test(late_stamps_come_in_clusters),
		cmocka_unit_test(a_discipline_at_work_is_seen_to_lower_the_bound),
		cmocka_unit_test(the_mere_start_of_ntpd_is_a_bound_that_only_grows),
		cmocka_unit_test(epochs_are_repeated_and_skipped),
		cmocka_unit_test(a_damaged_sentence_is_told_if_it_can_be_read),
		cmocka_unit_test(the_rate_of_fixes_can_change),
	};

	return scenario_main(tests);
}
