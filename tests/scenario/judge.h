/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/core.h"
#include "world.h"

/*
 * Knows the truth beside each event and judges every sample by it ("Rules for the time" in
 * docs/architecture.md). It takes nothing from the core but its samples and notices.
 *
 * What may be published is what a perfect observer could know. A receiver that has lied from the
 * start, or with one voice for relabel_hold, cannot be told from an honest one unless the system
 * clock is synchronised: then its label may be followed. Everything else is a fault.
 */

/* A dispute of so many bursts over so many seconds is persistent: silence from then on. */
#define JUDGE_DISPUTE_BURSTS 10
#define JUDGE_DISPUTE_NS     (10 * SECOND_NS)
/* When the truth itself changes, the old one may linger so long: bursts end late. */
#define JUDGE_LINGER_NS (5 * SECOND_NS)
/* …and if it only may have changed, until the core shows what it believes. */
#define JUDGE_OPEN_NS (INT64_MAX / 4)
/* Bursts may be taken for told up to one later than they were, and dated by their pulse. */
#define JUDGE_SLACK_NS (SECOND_NS * 3 / 2)
/* A receiver may learn so late that there was a leap second, and be followed at once. */
#define JUDGE_LEAP_LATE_NS (65 * SECOND_NS)
/* A pulse this late must never pass; one so late against the jitter not once that is known. */
#define JUDGE_POPCORN_NS       MS_NS
#define JUDGE_POPCORN_SIGMAS   20
#define JUDGE_POPCORN_LEAST_NS (100 * US_NS)
#define JUDGE_SETTLED_PULSES   16

struct judge_window {
	int64_t from_ns, to_ns; /* true time */
	int good, published;    /* pulses that mark a second, and those of them published */
	int coarse;
	int64_t first_ns, last_ns; /* of those published, true time; -1 none */
	int first_pulses;          /* good pulses up to the first published, itself included */
};

#define JUDGE_WINDOWS 8

/* Bursts that say one thing, without an exception. */
struct judge_streak {
	int bursts; /* 0: none */
	int64_t ahead_s;
	int64_t n; /* the last world second spoken of */
	int64_t since_raw_ns;
};

/* What has been told of late: when last, and how often something else since. */
#define JUDGE_VOICES 8

struct judge_voice {
	bool heard;
	int64_t ahead_s;
	int64_t last_raw_ns;
	int64_t contradicted_n; /* the last world second that was told otherwise */
	int contradicted;
};

struct judge {
	const struct core_config *core;
	const struct world *world;
	int64_t coarse_bound_ns;
	struct judge_window windows[JUDGE_WINDOWS];
	int window_count;
	int64_t *coarse_errors; /* where to keep them, or NULL */
	int coarse_room, coarse_count;
	/* what has been told */
	const struct event *event;
	const struct truth *truth;
	int said;          /* last word on the fix: 1, 0, -1 none yet */
	bool said_changed; /* in this very event */
	bool sync;
	int64_t sync_raw_ns;
	int64_t timed_raw_ns; /* last sentence that could confirm; INT64_MIN none */
	bool dated;
	int64_t dated_s;          /* how far ahead the last date was */
	int64_t valid_n, named_n; /* the last world second said to be valid, and named */
	bool believes;
	int64_t believed_s;
	struct judge_streak rival; /* what is told instead, with one voice */
	struct judge_voice voices[JUDGE_VOICES];
	int64_t older_s; /* believed before, and still good until then */
	int64_t older_until_raw_ns;
	/* what came out */
	int samples[CORE_UNITS];
	int64_t last_clock_ns, last_ahead_ns; /* of the last PPS sample */
	int notices[CORE_NOTICES];
	struct core_notice last_notice[CORE_NOTICES];
	int rejects[CORE_CAUSES];
	bool been[CORE_STATES];
	enum core_state state;
	int64_t first_fix_ns;   /* first valid dated sentence, true time; -1 none */
	int pulses_since_fix;   /* good ones, until the first PPS sample */
	int64_t phase_ns;       /* of the pulse, … */
	int settled;            /* … and samples since it moved */
	int glitches, popcorns; /* edges given */
	FILE *trace;            /* where to print samples and notices, or NULL */
	/* the verdict */
	int faults;
	char fault[240]; /* the first one */
};

void judge_init(struct judge *judge, const struct core_config *core, const struct world *world);

/* Counts good and published pulses in [from, to); returns the window's number. */
int judge_watch(struct judge *judge, int64_t from_ns, int64_t to_ns);

/* Before the core sees the event, then what it gives for it. */
void judge_event(struct judge *judge, const struct event *event, const struct truth *truth);
void judge_sample(void *judge, const struct core_sample *sample);
void judge_notice(void *judge, const struct core_notice *notice);
