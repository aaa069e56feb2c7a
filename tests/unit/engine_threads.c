/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * The pulse thread and the loop at one engine, before the eyes of the thread sanitizer: one thread
 * waits for edges, the other brings bytes and housekeeping, in a time that both push on. Every
 * pulse must be published with its second, and none be late through the other thread.
 *
 *   engine_threads SECONDS
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "engine_rig.h"

#define LAG (120 * MS)

static int64_t end_raw_ns;
static int64_t edge_taken_ns = RAW - NS_PER_S; /* under the engine's lock */
static atomic_bool failed;

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "not so: %s\n", what);
		failed = true;
	}
}

/* An edge comes at every whole second, whoever looks first. */
static int fake_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	(void)source;
	(void)err;
	if (raw_now < edge_taken_ns + NS_PER_S) {
		return 0;
	}
	edge_taken_ns += NS_PER_S;
	*pulse = (struct pulse){
		.raw_ns = edge_taken_ns,
		.real_ns = edge_taken_ns - RAW + utc_at_raw * NS_PER_S,
		.seq = (uint32_t)((edge_taken_ns - RAW) / NS_PER_S),
	};
	return 1;
}

static const struct pulse_ops fake_ops = {.read = fake_read};
static struct pulse_source source = {.ops = &fake_ops, .name = "fake"};

static void *pulse_thread(void *arg)
{
	(void)arg;
	while (raw_now < end_raw_ns && !failed) {
		raw_now += 211 * 1000;
		engine_enter(&engine);
		engine.pulse_rounds++;
		engine_leave(&engine);
		sched_yield();
	}
	return NULL;
}

static void send_burst(int64_t n)
{
	char text[600];
	size_t len = burst_text(text, n);
	struct event event = {
		.type = EVENT_BYTES,
		.raw_ns = engine.now_raw_ns,
		.real_ns = engine.now_real_ns,
		.bytes = {.data = (uint8_t *)text, .len = len},
	};

	engine_feed(&engine, &event);
}

static void keep(void)
{
	struct engine_found found;

	engine_look(&engine, &found);
	found.clock.raw_ns = raw_now;
	engine_enter(&engine);
	engine_tick(&engine);
	engine_take(&engine, &found);
	engine_leave(&engine);
	engine_drop(&found);
}

/* Bursts, ticks and housekeeping as the loop does them. */
static void loop(void)
{
	int64_t next = 0;
	int64_t keep_ns = RAW;

	while (raw_now < end_raw_ns && !failed) {
		raw_now += 173 * 1000;
		engine_enter(&engine);
		if (engine.now_raw_ns >= RAW + next * NS_PER_S + LAG) {
			send_burst(next++);
		}
		engine_leave(&engine);
		if (raw_now >= keep_ns) {
			keep();
			keep_ns += 250 * MS;
		}
	}
}

int main(int argc, char **argv)
{
	int64_t seconds = argc == 2 ? atoll(argv[1]) : 0;
	pthread_t thread;

	if (seconds < 10) {
		fprintf(stderr, "usage: engine_threads SECONDS (10 or more)\n");
		return 2;
	}
	engine_begin();
	engine.pulses = &source;
	end_raw_ns = RAW + seconds * NS_PER_S + 500 * MS;
	if (pthread_create(&thread, NULL, pulse_thread, NULL) != 0) {
		return 1;
	}
	loop();
	pthread_join(thread, NULL);

	const struct core_status *s = core_status(&engine.core);

	must(s->pulses == (uint64_t)seconds + 1, "every edge is taken");
	must(s->missed == 0, "no edge is missed");
	must(s->rejects[CORE_POPCORN] + s->rejects[CORE_GLITCH] == 0, "no edge is late");
	must(s->samples[CORE_PPS] >= (uint64_t)seconds - 4, "pulses are published");
	must(s->label_utc_s - utc_at_raw == (s->label_raw_ns - RAW) / NS_PER_S,
	     "seconds are right");
	must(s->state == CORE_LOCKED, "it is locked at the end");
	engine_end(&engine);
	printf("%d pulses published\n", (int)s->samples[CORE_PPS]);
	return failed;
}
