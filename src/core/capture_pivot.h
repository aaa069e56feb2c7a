/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/event.h"
#include "core/nmea.h"

/*
 * The pivot for a capture that does not say its own: CAPTURE_PIVOT_S, unless the capture shows that
 * it was recorded earlier; then the day before it began. Depends on nothing but the capture. The
 * first of these shows when that was:
 *
 * - a K line that calls the system clock synchronised: its real time;
 * - a date of the receiver (with status A, or a sentence without status) that lies within half a
 *   GPS era of the system clock at that read: that date. A year of two digits is taken in the
 *   century that brings it nearest to the system clock.
 *
 * The system clock need only tell the era for that; one that stands at 1970 tells nothing, nor does
 * any date before GPS began.
 */

struct capture_dating {
	struct nmea_framer framer;
	bool begun; /* first_raw_ns is known */
	int64_t first_raw_ns;
	bool dated; /* the beginning is known: no more events are needed */
	int64_t began_utc_s;
};

void capture_dating_init(struct capture_dating *dating);

/* Takes the capture's events, in order; true once they have shown when the capture was made. */
bool capture_dating_event(struct capture_dating *dating, const struct event *event);

/* By what was seen so far. */
int64_t capture_dating_pivot_s(const struct capture_dating *dating);
