/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/log.h"
#include "core/calendar.h"
#include "daemon/engine.h"
#include "nmea_text.h"
#include "spans.h"

/*
 * An engine in a time of the test's own: the linker's --wrap gives the clocks to it. Without
 * segments and without a status segment.
 */
#define RAW (INT64_C(5000) * NS_PER_S)

static atomic_int_least64_t raw_now;
static int64_t utc_at_raw; /* UTC second that begins at RAW */

void __wrap_clocks_read(int64_t *raw_ns, int64_t *real_ns);

void __wrap_clocks_read(int64_t *raw_ns, int64_t *real_ns)
{
	*raw_ns = raw_now;
	*real_ns = *raw_ns - RAW + utc_at_raw * NS_PER_S;
}

static struct engine engine;

static inline void engine_begin(void)
{
	struct core_config config;
	struct error err;

	memset(&engine, 0, sizeof(engine));
	raw_now = RAW;
	utc_at_raw = calendar_day_start_s(2027, 3, 10) + 43210;
	log_set_level(0);
	core_config_default(&config);
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_init(&engine.outlets[i], -1, 1, "");
	}
	assert_int_equal(engine_init(&engine, &config, &err), 0);
}

/* RMC and GGA that name the second n after RAW; returns the length. */
static inline size_t burst_text(char *text, int64_t n)
{
	int64_t day = (utc_at_raw + n) % S_PER_DAY;
	int h = (int)(day / 3600), m = (int)(day / 60 % 60), s = (int)(day % 60);
	size_t len = nmea_text(text, "GPRMC,%02d%02d%02d.00,A,,,,,,,100327,,,A", h, m, s);

	return len + nmea_text(text + len, "GPGGA,%02d%02d%02d.00,,,,,1,08,1.0", h, m, s);
}
