/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/core_state.h"
#include "nmea_text.h"
#include "spans.h"

/*
 * A whole core, a receiver and clocks for it: second n of the test begins at raw_at(n) on the raw
 * clock, is UTC second rig.utc_s + n, and the system clock is rig.clock_ns ahead of UTC.
 */
#define RAW (INT64_C(5000) * NS_PER_S + 777)
#define LAG (120 * MS)
#define BPS 9600
/* Of one byte. */
#define BYTE_NS (10 * NS_PER_S / BPS)

#define KEEP 4096

static struct {
	struct core core;
	struct core_config config;
	int64_t utc_s;
	int64_t clock_ns;
	uint32_t seq;
	struct core_sample samples[CORE_UNITS][KEEP]; /* the last KEEP */
	int sample_count[CORE_UNITS];
	struct core_notice notices[KEEP];
	int notice_count;
} rig;

static inline void rig_sample(void *arg, const struct core_sample *sample)
{
	(void)arg;
	rig.samples[sample->unit][rig.sample_count[sample->unit]++ % KEEP] = *sample;
}

static inline void rig_notice(void *arg, const struct core_notice *notice)
{
	(void)arg;
	rig.notices[rig.notice_count++ % KEEP] = *notice;
}

static inline int64_t raw_at(int64_t n)
{
	return RAW + n * NS_PER_S;
}

/* What the system clock reads at a raw instant. */
static inline int64_t real_of(int64_t raw_ns)
{
	return raw_ns - RAW + rig.utc_s * NS_PER_S + rig.clock_ns;
}

static inline void send(struct event event)
{
	event.real_ns = real_of(event.raw_ns);
	core_event(&rig.core, &event);
}

static inline void pulse(int64_t raw_ns)
{
	send((struct event){.type = EVENT_PULSE, .raw_ns = raw_ns, .pulse = {.seq = ++rig.seq}});
}

static inline void tick(int64_t raw_ns)
{
	send((struct event){.type = EVENT_TICK, .raw_ns = raw_ns});
}

/* Begins with rig.config as it is now; the loop is alive a second before second 0. */
static inline void restart(void)
{
	struct core_output output = {.sample = rig_sample, .notice = rig_notice};

	core_init(&rig.core, &rig.config, &output);
	memset(rig.sample_count, 0, sizeof(rig.sample_count));
	rig.notice_count = 0;
	tick(raw_at(-1));
}

static int fresh(void **state)
{
	(void)state;
	memset(&rig, 0, sizeof(rig));
	rig.utc_s = calendar_day_start_s(2027, 3, 10) + 12345;
	core_config_default(&rig.config);
	restart();
	return 0;
}

/* The kernel's word on the system clock. */
static inline void kernel_says(int64_t raw_ns, bool sync, int64_t maxerr_us)
{
	send((struct event){.type = EVENT_CLOCK,
			    .raw_ns = raw_ns,
			    .clock = {.sync = sync, .maxerr_us = maxerr_us}});
}

/* The system clock's discipline is seen at work: an update at raw_ns. */
static inline void disciplined(int64_t raw_ns, int64_t maxerr_us)
{
	kernel_says(raw_ns, true, maxerr_us + 100);
	kernel_says(raw_ns, true, maxerr_us);
}

/* Bytes whose first began at first_ns; read when the last had come. */
static inline void bytes(int64_t first_ns, const char *data, size_t len)
{
	send((struct event){.type = EVENT_BYTES,
			    .raw_ns = first_ns + (int64_t)len * BYTE_NS,
			    .bytes = {.bps = BPS, .data = (const uint8_t *)data, .len = len}});
}

/* One sentence, made of its body, that begins at first_ns. */
static inline void sentence(int64_t first_ns, const char *body)
{
	char text[300];

	bytes(first_ns, text, nmea_text(text, "%s", body));
}

/* RMC and GGA for a UTC second; returns the length. */
static inline size_t burst_text(char *text, int64_t utc_s, char status)
{
	time_t t = (time_t)utc_s;
	struct tm tm;
	size_t len;

	gmtime_r(&t, &tm);
	len = nmea_text(text,
			"GNRMC,%02d%02d%02d.00,%c,4717.11,N,00833.91,E,0.0,,%02d%02d%02d,,,%c",
			tm.tm_hour, tm.tm_min, tm.tm_sec, status, tm.tm_mday, tm.tm_mon + 1,
			tm.tm_year % 100, status == 'A' ? 'A' : 'N');
	return len + nmea_text(text + len, "GNGGA,%02d%02d%02d.00,4717.11,N,00833.91,E,%c,08,1.01",
			       tm.tm_hour, tm.tm_min, tm.tm_sec, status == 'A' ? '1' : '0');
}

/* Pulse n. A burst for it. Quiet. */
static inline void burst(int64_t n, int64_t wrong_s, char status)
{
	char text[600];

	bytes(raw_at(n) + LAG, text, burst_text(text, rig.utc_s + n + wrong_s, status));
	tick(raw_at(n) + 800 * MS);
}

/* Seconds from..to with a pulse and a right burst each. */
static inline void good(int64_t from, int64_t to)
{
	for (int64_t n = from; n <= to; n++) {
		pulse(raw_at(n));
		burst(n, 0, 'A');
	}
}

static inline uint64_t rejects(enum core_cause cause)
{
	return core_status(&rig.core)->rejects[cause];
}

static inline enum core_state state_now(void)
{
	return core_status(&rig.core)->state;
}

static inline const struct core_sample *last_sample(enum core_unit unit)
{
	assert_true(rig.sample_count[unit] > 0);
	return &rig.samples[unit][(rig.sample_count[unit] - 1) % KEEP];
}

/* The last notice of a kind; NULL if there was none. */
static inline const struct core_notice *last_notice(enum core_notice_kind kind)
{
	for (int i = rig.notice_count - 1; i >= 0 && i >= rig.notice_count - KEEP; i--) {
		if (rig.notices[i % KEEP].kind == kind) {
			return &rig.notices[i % KEEP];
		}
	}
	return NULL;
}

/* A pulse that must be kept back, counted and told for this cause. */
static inline void withheld_pulse(int64_t raw_ns, enum core_cause cause)
{
	uint64_t before = rejects(cause);
	int samples = rig.sample_count[CORE_PPS];

	pulse(raw_ns);
	assert_int_equal(rig.sample_count[CORE_PPS], samples);
	assert_int_equal(rejects(cause), before + 1);
	assert_non_null(last_notice(CORE_NOTICE_REJECT));
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->cause, cause);
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->raw_ns, raw_ns);
}

/* A pulse of second n that must be published as such. */
static inline void published_pulse(int64_t n)
{
	int samples = rig.sample_count[CORE_PPS];

	pulse(raw_at(n));
	assert_int_equal(rig.sample_count[CORE_PPS], samples + 1);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + n) * NS_PER_S);
}

#define test(name) cmocka_unit_test_setup(name, fresh)
