/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The search for a line's bit rate, as a pure state machine: the caller sets the line to `bps` and
 * feeds what it reads. A rate is found when two NMEA sentences with a valid checksum arrive at it.
 * After 2.5 s without one the next rate is tried; silence says nothing about the rate, so after it
 * the search restarts with the likeliest. If only garbage arrives for 10 s at a found rate, the
 * search restarts, too. Times are of any steady clock in ns (the raw clock).
 */
#define AUTOBAUD_MAX_RATES 9

struct autobaud {
	uint32_t bps;   /* what the line is to be set to now */
	bool searching; /* bps is a guess */

	uint32_t rates[AUTOBAUD_MAX_RATES]; /* likeliest first */
	int count;
	int at;
	int64_t deadline_ns; /* leave this rate then; 0: the time starts at the next call */
	bool heard;          /* any byte at this rate */
	int sentences;       /* valid ones at this rate */
	bool garbage;        /* bytes since the last valid sentence */
	int64_t garbage_ns;  /* since then */

	/* The sentence that is being read. */
	uint8_t sum;
	int place; /* 0 outside, 1 in the text, 2 and 3 at the two digits */
	int length;
};

/* first_bps is tried before all others (the rate found last time); 0: none. */
void autobaud_init(struct autobaud *search, uint32_t first_bps);

/* Bytes read at search->bps, at raw_ns. True: bps or searching changed. */
bool autobaud_feed(struct autobaud *search, const uint8_t *data, size_t len, int64_t raw_ns);

/* To be called about once a second. True: bps or searching changed. */
bool autobaud_tick(struct autobaud *search, int64_t raw_ns);
