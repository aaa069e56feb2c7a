/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * The pulse thread and the loop at one engine, before the eyes of the thread sanitizer: one thread
 * waits for edges, the other brings bytes and housekeeping, in a time that both push on. Once all is
 * steady the loop lends the line, for some seconds each time: then the first does all that. Every
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

/* Pushes the time on, but does not run away from the other thread. */
enum { PULSES, LOOP };
static atomic_int_least64_t seen[2];

static void pass(int self, int64_t ns)
{
	raw_now += ns;
	do {
		seen[self] = raw_now;
		sched_yield();
	} while (seen[self] - seen[!self] > 5 * MS && raw_now < end_raw_ns && !failed);
}

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

/* One burst a second. Whoever has the line reads it; no lock of its own. */
static int64_t next_burst;
static uint64_t fetched;

static ssize_t bytes_read(struct byte_source *line, uint8_t *buffer, size_t size, struct error *err)
{
	(void)line;
	(void)size;
	(void)err;
	if (raw_now < RAW + next_burst * NS_PER_S + LAG) {
		return 0;
	}
	fetched++;
	return (ssize_t)burst_text((char *)buffer, next_burst++);
}

static const struct byte_ops bytes_ops = {.read = bytes_read};
static struct byte_source line = {.ops = &bytes_ops, .name = "line"};

static void *pulse_thread(void *arg)
{
	(void)arg;
	while (raw_now < end_raw_ns && !failed) {
		pass(PULSES, 211 * 1000);
		engine_enter(&engine);
		engine.pulse_rounds++;
		enum doze_round round = doze_round(&engine, true);

		engine_leave(&engine);
		if (round == DOZE_LISTEN) {
			doze_listen(&engine.doze, -1);
		}
		if (round == DOZE_ON || round == DOZE_LISTEN) {
			engine_keep(&engine);
		}
		if (round == DOZE_ENDS) {
			doze_rouse(&engine.doze);
		}
	}
	return NULL;
}

/* Returns how many were read by the loop. */
static int listen(void)
{
	uint8_t text[600];
	ssize_t len = line.ops->read(&line, text, sizeof(text), NULL);

	if (len > 0) {
		engine_enter(&engine);
		struct event event = {
			.type = EVENT_BYTES,
			.raw_ns = engine.now_raw_ns,
			.real_ns = engine.now_real_ns,
			.bytes = {.data = text, .len = (size_t)len},
		};

		engine_feed(&engine, &event);
		if (doze_is_steady(&engine)) {
			doze_lend(&engine, &line, true);
		}
		engine_leave(&engine);
	}
	return len > 0;
}

/* The line taken back, by turns or because it was given back. */
static bool take_back(int64_t since_ns)
{
	bool back;

	engine_enter(&engine);
	if (engine.now_raw_ns - since_ns > 8 * NS_PER_S) {
		doze_take_back(&engine);
	}
	back = engine.doze.source == NULL;
	engine_leave(&engine);
	if (back) {
		doze_woken(&engine.doze, -1);
	}
	return back;
}

/* Bursts, ticks and housekeeping as the loop does them; returns how many bursts it heard. */
static int loop(void)
{
	int64_t keep_ns = RAW, lent_ns = RAW;
	int heard = 0;

	while (raw_now < end_raw_ns && !failed) {
		pass(LOOP, 173 * 1000);
		if (take_back(lent_ns)) {
			heard += listen();
			lent_ns = raw_now;
		}
		if (raw_now >= keep_ns) {
			engine_enter(&engine);
			engine_tick(&engine);
			engine_leave(&engine);
			engine_keep(&engine);
			keep_ns += 250 * MS;
		}
	}
	return heard;
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
	seen[PULSES] = seen[LOOP] = raw_now;
	engine.pulses = &source;
	end_raw_ns = RAW + seconds * NS_PER_S + 500 * MS;
	if (pthread_create(&thread, NULL, pulse_thread, NULL) != 0) {
		return 1;
	}
	int heard = loop();

	pthread_join(thread, NULL);

	const struct core_status *s = core_status(&engine.core);

	must(s->pulses == (uint64_t)seconds + 1, "every edge is taken");
	must(s->missed == 0, "no edge is missed");
	must(s->rejects[CORE_POPCORN] + s->rejects[CORE_GLITCH] == 0, "no edge is late");
	must(s->samples[CORE_PPS] >= (uint64_t)seconds - 4, "pulses are published");
	must(s->label_utc_s - utc_at_raw == (s->label_raw_ns - RAW) / NS_PER_S,
	     "seconds are right");
	must(s->state == CORE_LOCKED, "it is locked at the end");
	must(s->fixes == fetched, "every burst is heard");
	must((int64_t)fetched - heard > (seconds - 80) / 2, "most are fetched with a pulse");
	engine_end(&engine);
	printf("%d pulses published, %d bursts fetched with them, %d heard\n",
	       (int)s->samples[CORE_PPS], (int)fetched - heard, heard);
	return failed;
}
