/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/candidate.h"
#include "core/core.h"

/*
 * Which UTC second it is. Once agreed, the label is counted on the raw clock and every fix confirms
 * or disputes it; a contradiction changes nothing until it has held without exception.
 *
 * The lag of a fix is its first byte's instant minus the instant of the second it names. A fix
 * confirms if its lag continues that of the fixes before, wherever in or beyond the second it lies;
 * only a first or a contradicting label must argue from the lag's phase alone.
 */

#define LABEL_RECENT 5
#define LABEL_PAST   20 /* the most that config's agree may ask for */

struct label {
	bool known;
	bool attached;     /* to pulses: anchor_raw_ns is the instant of one */
	bool was_attached; /* …once, and carried on from there by the bursts */
	bool grid_moved;   /* since the last fix that confirmed */
	int64_t anchor_raw_ns;
	int64_t anchor_utc_s; /* the second that began at anchor_raw_ns */
	struct robust recent; /* lags that confirmed, LABEL_RECENT */
	int confirms;         /* in a row since the fix was (re)gained */
	int disputes;         /* in a row that agree with one another on another label */
	int contrary;         /* in a row, each for itself on any other label */
	int contradicted;     /* confirming fixes in a row that the system clock contradicts */
	int64_t last_confirm_raw_ns;
	int64_t steady_lag_ns;       /* what unattached fixes keep the anchor at */
	struct fix past[LABEL_PAST]; /* fixes weighed, newest at past_next - 1 */
	int past_count, past_next;
	struct candidate candidate;
	bool ambiguous;      /* enough fixes agree, but their phase allows two labels */
	bool suspect;        /* enough fixes agree, but a synchronised clock contradicts */
	int64_t half_year_s; /* the next second before which a leap second may be */
	bool leap_pending;   /* that second is here: agree anew */
	int leap_confirms;
	int64_t leap_lag_ns; /* usual when it began */
};

/* What became of a fix. */
enum label_verdict {
	LABEL_DOUBLE,   /* the second weighed just before; ignored */
	LABEL_GATHERED, /* counts towards a first label */
	LABEL_AGREED,   /* the first label stands, or pulses are attached to it */
	LABEL_CONFIRMED,
	LABEL_ODD,     /* contradicts; changes nothing */
	LABEL_LAG,     /* the lag has changed for good, the label not */
	LABEL_CHANGED, /* a contradicting label has held long enough */
	LABEL_LEAPED,  /* a leap second has passed */
};

struct label_result {
	enum label_verdict verdict;
	int64_t lag_ns;     /* of this fix under the label counted before it */
	int64_t new_lag_ns; /* LAG */
	int64_t old_utc_s;  /* CHANGED, LEAPED: of the anchor */
	int64_t claimed_s;  /* when suspect: the receiver\'s second */
	int64_t witness_s;  /* when suspect: the system clock's second for the candidate's */
};

void label_init(struct label *label);

/* Weighs a valid, dated fix on a whole second. gate gives the pulses' grid, if locked. */
struct label_result label_weigh(struct label *label, const struct fix *fix, const struct gate *gate,
				const struct witness *witness, const struct core_config *config);

/* The first byte's instant after the second it names, by the label as counted; it must be known. */
int64_t label_lag_ns(const struct label *label, const struct fix *fix);

/* A good pulse: the label is counted on. */
void label_pulse(struct label *label, const struct gate *gate);

/* The pulses' phase moved by shift_ns, or the grid is gone: attached no more, or agree again. */
void label_phase(struct label *label, int64_t shift_ns);
void label_detach(struct label *label);

/* Time passes: leap-second boundaries, and labels too old to be carried on a free crystal. */
void label_tick(struct label *label, int64_t raw_ns);

/* The receiver has no fix: what it says next must be agreed again. */
void label_fix_lost(struct label *label);

/* Persistently contradicted, or contradicting a synchronised clock. */
bool label_disputed(const struct label *label);
