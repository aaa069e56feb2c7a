/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/* What the tests of the segment share: a segment of their own, and a reader of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "status/segment.h"

static char name[64];
static char why[400];

static inline int64_t raw_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* No setting as by default, no two alike. */
static const struct core_config segment_config = {
	.agree = 5,
	.relabel_hold_ns = 61,
	.holdover_ns = 31,
	.pps_offset_ns = -7,
	.configured_lag_ns = 8,
	.learned_lag_ns = CORE_NO_LAG,
	.pivot_s = 1924992000,
	.clear_edge = true,
	.leap_known_until_s = 1940544000,
	.leap_utc_s = 1940630400,
	.leap = -1,
	.leap_count_s = 19,
	.time_leap = CORE_LEAP_WAIT,
	.leap_corrected = true,
};

static inline struct segment *create(void)
{
	struct error err = {""};
	struct segment *segment = segment_create(name, "1.2 (test)", &segment_config, &err);

	if (!segment) {
		fail_msg("%s", err.text);
	}
	return segment;
}

static inline struct pps2shm_segment *open_segment(void)
{
	struct pps2shm_segment *reader = pps2shm_segment_open(name, why, sizeof(why));

	if (!reader) {
		fail_msg("%s", why);
	}
	return reader;
}

static inline struct pps2shm_segment_snapshot read_segment(struct pps2shm_segment *reader)
{
	struct pps2shm_segment_snapshot snapshot;

	if (pps2shm_segment_read(reader, &snapshot, why, sizeof(why))) {
		fail_msg("%s", why);
	}
	return snapshot;
}

static inline void update_at(struct segment *segment, int64_t raw_ns)
{
	struct core_status status = {.state = CORE_LOCKED};
	struct segment_extra extra = {.raw_ns = raw_ns};

	segment_update(segment, &status, &extra);
}

static inline int remove_segment(void **state)
{
	(void)state;
	shm_unlink(name);
	return 0;
}
