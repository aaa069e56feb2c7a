/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "status/segment.h"

static char name[64];
static char why[400];

struct both {
	struct segment *segment;
	struct pps2shm_segment *reader;
};

static int setup(void **state)
{
	static struct both both;
	struct pps2shm_segment_event event;
	struct core_config config;
	struct error err;

	core_config_default(&config);
	both.segment = segment_create(name, "test", &config, &err);
	both.reader = pps2shm_segment_open(name, why, sizeof(why));
	/* The first call sets the start. */
	if (!both.reader ||
	    pps2shm_segment_trace_next(both.reader, &event, why, sizeof(why)) != 0) {
		return -1;
	}
	*state = &both;
	return 0;
}

static int teardown(void **state)
{
	struct both *both = *state;

	pps2shm_segment_close(both->reader);
	segment_close(both->segment);
	return 0;
}

static int next(struct both *both, struct pps2shm_segment_event *event)
{
	return pps2shm_segment_trace_next(both->reader, event, why, sizeof(why));
}

static void tick(struct both *both, int64_t raw_ns)
{
	segment_trace(both->segment,
		      &(struct event){.type = EVENT_TICK, .raw_ns = raw_ns, .real_ns = raw_ns + 1});
}

static void every_kind_of_event_arrives(void **state)
{
	struct both *both = *state;
	struct pps2shm_segment_event event;
	const struct event events[] = {
		{EVENT_PULSE, 1, 2, .pulse = {.clear = true, .seq = 7}},
		{EVENT_PULSE, 1, 2, .pulse = {false, 8, 2, 2016, -12032}},
		{EVENT_BYTES, 3, 4,
		 .bytes = {.bps = 9600, .data = (const uint8_t *)"$GPRMC\r\n", .len = 8}},
		{EVENT_BYTES, 3, 4, .bytes = {0, (const uint8_t *)"abc", 3, .since_raw_ns = 2}},
		{EVENT_CLOCK, 5, -6, .clock = {true, 1500}},
		{EVENT_SOURCE, 7, 8, .source = {.pps = true, .back = false}},
		{EVENT_SOURCE, 7, 8, .source = {.pps = false, .back = true}},
		{EVENT_STEP, 9, 10, .pulse = {0}},
		{EVENT_TICK, 11, 12, .pulse = {0}},
		{EVENT_OFFSET, 13, 14, .offset = {-12345}},
	};
	const size_t n = sizeof(events) / sizeof(events[0]);
	const uint32_t args[] = {7, 8, 9600, 0, 1500, 0, 0, 0, 0, (uint32_t)-12345};
	const uint8_t flags[] = {1, 4, 0, 0, 1, 1, 2, 0, 0, 0};

	for (size_t i = 0; i < n; i++) {
		segment_trace(both->segment, &events[i]);
	}
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(next(both, &event), 1);
		assert_int_equal(event.record.type, events[i].type);
		assert_int_equal(event.record.raw_ns, events[i].raw_ns);
		assert_int_equal(event.record.real_ns, events[i].real_ns);
		assert_int_equal(event.record.arg, args[i]);
		assert_int_equal(event.record.flags, flags[i]);
		assert_int_equal(event.record.index, i);
		assert_int_equal(event.lost, 0);
		if (events[i].type == EVENT_PULSE) {
			assert_int_equal(event.record.stamp.width_ns, events[i].pulse.width_ns);
			assert_int_equal(event.record.stamp.bias_ns, events[i].pulse.bias_ns);
		}
		if (events[i].type == EVENT_BYTES) {
			assert_int_equal(event.record.len, events[i].bytes.len);
			assert_int_equal(event.record.since_raw_ns, events[i].bytes.since_raw_ns);
			assert_memory_equal(event.data, events[i].bytes.data, event.record.len);
		}
	}
	assert_int_equal(next(both, &event), 0);
}

static void nothing_from_before_the_start_is_shown(void **state)
{
	struct both *both = *state;
	struct pps2shm_segment *late;
	struct pps2shm_segment_event event;

	tick(both, 1);
	late = pps2shm_segment_open(name, why, sizeof(why));
	assert_int_equal(pps2shm_segment_trace_next(late, &event, why, sizeof(why)), 0);
	tick(both, 2);
	assert_int_equal(pps2shm_segment_trace_next(late, &event, why, sizeof(why)), 1);
	assert_int_equal(event.record.raw_ns, 2);
	assert_int_equal(event.lost, 0);
	pps2shm_segment_close(late);
}

static void a_reader_that_keeps_up_misses_nothing_round_the_ring(void **state)
{
	struct both *both = *state;
	struct pps2shm_segment_event event;
	uint8_t bytes[PPS2SHM_SEGMENT_EVENT_BYTES];

	for (uint64_t i = 0; i < 2000; i++) {
		size_t len = 1 + (i * 97) % sizeof(bytes);

		memset(bytes, (int)(i & 255), len);
		segment_trace(both->segment,
			      &(struct event){.type = EVENT_BYTES,
					      .raw_ns = (int64_t)i,
					      .bytes = {.bps = 9600, .data = bytes, .len = len}});
		assert_int_equal(next(both, &event), 1);
		assert_int_equal(event.record.len, len);
		assert_memory_equal(event.data, bytes, len);
		assert_int_equal(event.lost, 0);
	}
}

static void a_reader_that_was_overrun_learns_how_many_it_lost(void **state)
{
	struct both *both = *state;
	struct pps2shm_segment_event event;

	tick(both, 0);
	assert_int_equal(next(both, &event), 1);
	for (int i = 1; i <= 5000; i++) {
		tick(both, i);
	}
	assert_int_equal(next(both, &event), 0);
	tick(both, 5001);
	assert_int_equal(next(both, &event), 1);
	assert_int_equal(event.record.raw_ns, 5001);
	assert_int_equal(event.lost, 5000);
}

static void longer_reads_than_a_record_holds_are_cut(void **state)
{
	struct both *both = *state;
	struct pps2shm_segment_event event;
	static const uint8_t bytes[PPS2SHM_SEGMENT_EVENT_BYTES + 100];

	segment_trace(both->segment,
		      &(struct event){.type = EVENT_BYTES,
				      .bytes = {.bps = 0, .data = bytes, .len = sizeof(bytes)}});
	assert_int_equal(next(both, &event), 1);
	assert_int_equal(event.record.len, PPS2SHM_SEGMENT_EVENT_BYTES);
}

static void the_end_of_the_daemon_is_told(void **state)
{
	struct both *both = *state;
	struct pps2shm_segment_event event;

	tick(both, 1);
	segment_close(both->segment);
	both->segment = NULL;
	assert_int_equal(next(both, &event), 1);
	assert_int_equal(next(both, &event), -1);
	assert_string_equal(why, "the daemon has ended");
}

struct flood {
	struct segment *segment;
	atomic_bool stop;
};

static void *flood_write(void *arg)
{
	struct flood *flood = arg;
	uint8_t bytes[256];

	for (unsigned i = 0; !atomic_load(&flood->stop); i++) {
		memset(bytes, (int)(i & 255), sizeof(bytes));
		segment_trace(
			flood->segment,
			&(struct event){.type = EVENT_BYTES,
					.raw_ns = i,
					.bytes = {.bps = 0, .data = bytes, .len = 1 + i % 256}});
		if (i % 200 == 0) {
			/* On a busy machine the reader, too, must get its turn within a ring. */
			nanosleep(&(struct timespec){.tv_nsec = 10000}, NULL);
		}
	}
	return NULL;
}

static void a_flood_never_shows_a_torn_event(void **state)
{
	struct both *both = *state;
	struct flood flood = {.segment = both->segment};
	struct pps2shm_segment_event event;
	pthread_t writer;
	int seen = 0;

	assert_int_equal(pthread_create(&writer, NULL, flood_write, &flood), 0);
	for (int i = 0; i < 20000000 && seen < 50000; i++) {
		int rc = next(both, &event);

		assert_true(rc >= 0);
		if (rc == 1) {
			seen++;
			assert_int_equal(event.record.len, 1 + event.record.raw_ns % 256);
			assert_int_equal(event.record.index, event.record.raw_ns);
			for (uint32_t k = 0; k < event.record.len; k++) {
				assert_int_equal(event.data[k], event.record.raw_ns & 255);
			}
		}
	}
	atomic_store(&flood.stop, true);
	pthread_join(writer, NULL);
	assert_true(seen > 0);
}

#define TRACE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRACE_TEST(every_kind_of_event_arrives),
		TRACE_TEST(nothing_from_before_the_start_is_shown),
		TRACE_TEST(a_reader_that_keeps_up_misses_nothing_round_the_ring),
		TRACE_TEST(a_reader_that_was_overrun_learns_how_many_it_lost),
		TRACE_TEST(longer_reads_than_a_record_holds_are_cut),
		TRACE_TEST(the_end_of_the_daemon_is_told),
		TRACE_TEST(a_flood_never_shows_a_torn_event),
	};

	snprintf(name, sizeof(name), "/pps2shm-test-trace-%d", getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
