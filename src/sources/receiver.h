/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a GPS receiver says each second, as a pure function of the second: for the simulator, the
 * demo and the tests. Its faults are settings, so that a test can have each of them.
 */

/* How the receiver writes an inserted leap second. */
enum receiver_leap {
	RECEIVER_LEAP_60,        /* 23:59:60, as it should */
	RECEIVER_LEAP_REPEAT_59, /* 23:59:59 twice */
	RECEIVER_LEAP_REPEAT_00, /* 00:00:00 twice */
};

/* In the order it says them; GSV comes as often as the satellites in view need. */
#define RECEIVER_UBLOX "RMC VTG GGA GSA GSV GLL"
#define RECEIVER_SIX   "RMC VTG GGA GSA GLL ZDA"

struct receiver_config {
	const char *talker;    /* two letters: "GP", "GN", "GL"… (GSV: GP for GN) */
	const char *sentences; /* RMC VTG GGA GSA GSV GLL ZDA GST, separated by one space each */
	uint32_t bps;          /* of its line; it paces a simulator, not the text */
	bool fix;              /* else status V, mode N, quality 0, no position */
	bool mute_time;        /* without a fix, time and date are empty too */
	int satellites_used;   /* 0..12 */
	int satellites_seen;   /* 0..36 */
	int nmea_version;      /* 23: mode letter; 41: navigation status, system and signal too */
	int fraction_digits;   /* of the time, 0..9 */
	int64_t fraction_ns;   /* what they say, 0..999999999: a fix off the second */
	int era_weeks;         /* added to its dates: -1024 is one GPS era back */
	int wrong_s;           /* added to its time: leap seconds unknown after a cold start */
	enum receiver_leap leap;
	int32_t latitude_e7; /* degrees times 10^7 */
	int32_t longitude_e7;
	int32_t altitude_dm; /* decimetres */
};

/* A u-blox 8 as delivered, with a fix: about 470 bytes a second at 9600. */
void receiver_default(struct receiver_config *config);

/* The most a burst can take. */
#define RECEIVER_BURST_MAX 2048

/*
 * All sentences of the UTC second utc_s, with checksums and CR LF. leap60: of the second inserted
 * after utc_s, which must be the last of its minute. Returns the length (text ends in NUL), 0 if
 * size does not hold it.
 */
size_t receiver_burst(const struct receiver_config *config, int64_t utc_s, bool leap60, char *text,
		      size_t size);

/* How long a UART takes for count bytes: 10 bits each. */
int64_t receiver_wire_ns(const struct receiver_config *config, size_t count);
