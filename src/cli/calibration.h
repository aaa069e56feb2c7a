/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "sources/poll_edge.h"
#include "sources/source.h"

/*
 * How late the kernel stamps the pulses, from pulses of which every other one was polled. Where P0
 * and P2 are polled edges and K1 is the stamp of the pulse between them, the bias is
 * K1 - (P0 + P2) / 2. The pulse between must not be polled itself: polling keeps a processor, and on
 * a Raspberry Pi 5 the link to the RP1, awake, so that the stamp of a polled pulse is some 5 us
 * earlier than an ordinary one (github.com/jclark/ppsbias).
 *
 * Positive: the stamp is late.
 */

#define CALIBRATION_MAX 4096 /* values kept; more are not taken */
/* Fewer good ones mean nothing. */
#define CALIBRATION_LEAST 30
/* A bracket is usually two reads of the register, 2 us on a Raspberry Pi 5. */
#define CALIBRATION_BRACKET_MAX_NS 4000
/* A stamp farther from the edge is of another edge. */
#define CALIBRATION_FAR_NS NS_PER_MS
/* By so much may slewing bend the clock within a triple. */
#define CALIBRATION_BENT_NS 2000

enum calibration_reject {
	CALIBRATION_GAP,    /* a pulse is missing, or its stamp could not be placed */
	CALIBRATION_UNSEEN, /* the poller missed an edge: see unseen[] */
	CALIBRATION_BENT,   /* the clock was set or slewed within the triple */
	CALIBRATION_FAR,    /* stamp and polled edge are more than a millisecond apart */
	CALIBRATION_WIDE,   /* a bracket four times as wide as usual: the poller was interrupted */
	CALIBRATION_REJECTS
};

/* One word each, for programs too. */
const char *calibration_reject_name(enum calibration_reject reject);

/* A pulse of the kernel, and what the poller made of it. */
struct calibration_pulse {
	struct pulse pulse;
	bool polled;
	struct poll_edge edge; /* if polled, on CLOCK_REALTIME */
};

struct calibration_value {
	int64_t bias_ns;
	int64_t width_ns; /* of the wider bracket */
};

struct calibration {
	bool every; /* each polled pulse's own stamp in place of triples; to be set at the start */
	struct calibration_pulse last[3]; /* the newest in [0] */
	int held;
	struct calibration_value values[CALIBRATION_MAX];
	int count;
	int polls, unseen[POLL_OUTCOMES]; /* by outcome */
	int rejects[CALIBRATION_REJECTS];
};

void calibration_take(struct calibration *c, const struct calibration_pulse *pulse);

struct calibration_result {
	int count;              /* good values */
	int64_t bias_ns;        /* their median */
	int64_t spread_ns;      /* their robust sigma */
	int64_t bracket_ns;     /* the median of their brackets */
	int64_t uncertainty_ns; /* two sigma of the median, and half a bracket */
	int rejects[CALIBRATION_REJECTS];
};

/* What there is so far. */
void calibration_result(const struct calibration *c, struct calibration_result *result);

/* Will it never be? Eight polls and none saw an edge: no use to go on. */
bool calibration_hopeless(const struct calibration *c);

/* 0, or -1 with err: why the result means nothing. gpio is the line polled. */
int calibration_judge(const struct calibration *c, const struct calibration_result *result,
		      int gpio, struct error *err);
