/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/epoch.h"
#include "core/gate.h"
#include "core/witness.h"

/*
 * A label in the making: fixes that agree with one another, and which second their pulse begins.
 * They must argue from the phase of their bursts alone (rule 2). A burst names one of the pulses
 * around it: not one that comes more than CANDIDATE_EARLY_NS after it, and at the start not one
 * that came a whole second before it. Where two pulses remain, the system clock is asked, if it is
 * a witness.
 */

/* No receiver speaks so long before its pulse: up to 10 ms have been seen. */
#define CANDIDATE_EARLY_NS INT64_C(50000000)
/* A burst that begins sooner than this after a pulse may as well be late for the one before. */
#define CANDIDATE_LATE_NS INT64_C(20000000)

/* What bursts looked like is judged by so many of them; older ones no longer tell. */
#define CANDIDATE_RECENT 64

/* Fixes that agree with one another, in a row. */
struct candidate {
	int count;
	int64_t utc_s;         /* that the last fix named */
	int64_t second_raw_ns; /* the pulse that the first burst followed, counted on to it (without
				  pulses: the burst) */
	bool on_grid;          /* paired with pulses */
	int64_t phase_ns;      /* of the last burst against second_raw_ns; may leave the second */
	struct robust phases;  /* of the last bursts */
	int64_t waited_ns;     /* the last may have waited for so long */
	bool often;            /* the receiver tells several fixes a second */
};

/* The fix comes soon enough after the last one. */
bool candidate_goes_on(const struct candidate *candidate, const struct fix *fix);

/* One more fix; the grid's second before it where there are pulses. */
void candidate_extend(struct candidate *candidate, const struct fix *fix, const struct gate *gate);

/* A burst that may have waited: it begins the candidate anew if it came before its second. */
void candidate_hear_waited(struct candidate *candidate, const struct fix *fix);

enum opinion {
	OPINION_AMBIGUOUS, /* either of two labels fits, and no witness */
	OPINION_SUSPECT,   /* a witness contradicts; *witness_s is its word */
	OPINION_TAKE,      /* the candidate's pulse begins second *utc_s */
	OPINION_VOUCHED,   /* …and a witness says so */
};

enum opinion candidate_judge(const struct candidate *candidate, const struct witness *witness,
			     int64_t *utc_s, int64_t *witness_s);

/*
 * The burst was surely made in the second in which it arrived, so that its phase counts; without
 * pulses: soon before it arrived.
 */
bool candidate_proven(const struct fix *fix, const struct gate *gate);
