/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "belief.h"
#include "core/core.h"

/*
 * Knows the truth beside each event and judges every sample by it ("Rules for the time" in
 * docs/architecture.md). It takes nothing from the core but its samples and notices. Which second
 * may be published, where a receiver errs or lies, is in belief.h.
 */

/* The last valid sentence may be this much older than the holdover: it counts from its burst's end.
 */
#define JUDGE_SLACK_NS (SECOND_NS * 3 / 2)
/* A pulse this late must never pass; one so late against the jitter not once that is known. */
#define JUDGE_POPCORN_NS       MS_NS
#define JUDGE_POPCORN_SIGMAS   20
#define JUDGE_POPCORN_LEAST_NS (100 * US_NS)
#define JUDGE_SETTLED_PULSES   16

/* What kind of wrong. */
enum fault_kind {
	FAULT_SECOND, /* a label that is not the truth, nor what anybody could take for it */
	FAULT_EDGE,   /* not the instant of the second */
	FAULT_COARSE, /* unit 0 off */
	FAULT_RULE,   /* silence was due, or a sample makes no sense */
	FAULT_KINDS
};

struct judge_window {
	int64_t from_ns, to_ns; /* true time */
	int good, published;    /* pulses that mark a second, and those of them published */
	int coarse;
	int64_t first_ns, last_ns; /* of those published, true time; -1 none */
	int first_pulses;          /* good pulses up to the first published, itself included */
};

#define JUDGE_WINDOWS 24

struct judge {
	const struct core_config *core;
	const struct world *world;
	int64_t coarse_bound_ns;
	int64_t lag_ns, lag_t_ns; /* the longest lag of late, and when it was that last */
	struct judge_window windows[JUDGE_WINDOWS];
	int window_count;
	int64_t *coarse_errors; /* where to keep them, or NULL */
	int coarse_room, coarse_count;
	/* what went in */
	const struct event *event;
	const struct truth *truth;
	struct belief belief;
	/* what came out */
	int samples[CORE_UNITS];
	int64_t last_clock_ns, last_ahead_ns; /* of the last PPS sample */
	int notices[CORE_NOTICES];
	struct core_notice last_notice[CORE_NOTICES];
	int rejects[CORE_CAUSES];
	bool been[CORE_STATES];
	enum core_state state;
	int pulses_since_fix; /* good ones, until the first PPS sample */
	int64_t phase_ns;     /* of the pulse, … */
	int settled;          /* … and samples since it moved */
	FILE *trace;          /* where to print samples and notices, or NULL */
	/* where publishing can be expected: good pulses since the first sample, and those published
	 */
	int due, covered;
	bool pulse_due; /* this one */
	/* the verdict */
	int64_t forgive_ns; /* wrong seconds until then, which nobody could have known */
	int faults, kinds[FAULT_KINDS];
	char fault[240]; /* the first one */
};

void judge_init(struct judge *judge, const struct core_config *core, const struct world *world);

/* So long after the last burst publishing is expected to go on, whatever the holdover. */
#define JUDGE_DUE_NS (5 * SECOND_NS)

/* Counts good and published pulses in [from, to); returns the window's number. */
int judge_watch(struct judge *judge, int64_t from_ns, int64_t to_ns);

/* Before the core sees the event, then what it gives for it. */
void judge_event(struct judge *judge, const struct event *event, const struct truth *truth);
void judge_sample(void *judge, const struct core_sample *sample);
void judge_notice(void *judge, const struct core_notice *notice);
