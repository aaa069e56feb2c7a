/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/robust.h"
#include "ptp/clocks.h"

/*
 * What GPS teaches about the clocks, and which of them an NTP unit has its time of. docs/ptp.md has
 * the rules.
 */

enum { FEED_BATCH = 16, FEED_ERRORS = 64, FEED_LEARN_SAMPLES = 32 };

#define FEED_LEARN_NS INT64_C(30000000000)

/* GPS time, from the status segment of pps2shmd: at raw_ns UTC was utc_ns. */
struct feed_gps {
	bool locked;
	int64_t raw_ns, utc_ns;
	int64_t period_error_ppb; /* of the raw clock: + it runs fast */
};

/* Why a clock may not feed the unit; the first that applies. */
enum feed_why {
	FEED_ELIGIBLE,
	FEED_NEW,
	FEED_NO_ANNOUNCE,
	FEED_ARBITRARY,
	FEED_NO_UTC_OFFSET,
	FEED_CLASS,
	FEED_NO_SYNC,
	FEED_CONTRADICTS,
	FEED_LEAP,
	FEED_UNLEARNED,
	FEED_UNLEARNED_WAITS,
	FEED_WHYS
};

/* As a phrase; "" for FEED_ELIGIBLE. */
const char *feed_why_text(enum feed_why why);

/* What is known of the clock in the same place of the table. */
struct feed_taught {
	uint32_t serial; /* of the record that it is about */
	uint64_t grandmaster;
	int16_t utc_offset_s;
	uint16_t flags;       /* of them PTP_TIMESCALE and PTP_UTC_OFFSET_VALID */
	bool leap61, leap59;  /* were told last */
	struct robust errors; /* clock - GPS, path delay included */
	int64_t first_raw_ns; /* of the errors since they were last void */
	int64_t error_raw_ns; /* of the last one */
	bool learned, contradicts;
	int64_t delay_ns, jitter_ns; /* as learned */
	/* The samples since the last tick: clock as UTC - system clock. */
	struct robust batch;
	struct ptp_sample last;
	enum feed_why why;
};

struct feed {
	bool unlearned;
	int max_class;
	struct feed_gps gps;
	int64_t lost_raw_ns; /* when GPS was last locked; 0: never */
	struct feed_taught taught[PTP_CLOCKS];
	int selected; /* index in the table; -1 none */
	bool fed;     /* ever */
};

struct feed_sample {
	int64_t clock_ns; /* UTC, path delay taken off */
	int64_t receive_ns;
	int leap; /* 0 none, 1 add, 2 delete: as enum ntpshm_leap */
	int precision;
};

void feed_init(struct feed *feed, bool unlearned, int max_class);

/* About once a second, and before feed_tick(). */
void feed_gps(struct feed *feed, const struct feed_gps *gps, int64_t raw_ns);

/* After each clocks_packet() that had a clock. */
void feed_taken(struct feed *feed, const struct ptp_clocks *clocks, const struct ptp_taken *taken);

/*
 * About once a second, after clocks_tick(): learns, chooses the clock; true if there is a sample to be
 * written.
 */
bool feed_tick(struct feed *feed, const struct ptp_clocks *clocks, int64_t raw_ns,
	       struct feed_sample *sample);

/* The system clock was set. */
void feed_set(struct feed *feed);

/* Median and sigma of clock - GPS; false if there is none now. */
bool feed_error(const struct feed *feed, int index, int64_t *error_ns, int64_t *jitter_ns);
