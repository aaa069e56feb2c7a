/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/epoch.h"
#include "core/gate.h"
#include "core/witness.h"

/*
 * A label in the making: fixes that agree with one another, and whether they may be believed. They
 * must argue from the phase of their bursts alone: a burst is taken to follow its pulse within the
 * second, and where that is not certain the system clock is asked, if the kernel vouches for it.
 */

/* What bursts looked like is judged by so many of them; older ones no longer tell. */
#define CANDIDATE_RECENT 16

/* Fixes that agree with one another on a label that is not (yet) the one counted. */
struct candidate {
	int count;
	int64_t utc_s;         /* of the last fix */
	int64_t second_raw_ns; /* the pulse before its burst (without pulses: the burst) */
	int64_t since_raw_ns;
	int64_t phase_ns;                    /* of the last burst, against its pulse */
	int64_t phases_ns[CANDIDATE_RECENT]; /* of the last bursts, and how long they were; by count
					      */
	int64_t lengths_ns[CANDIDATE_RECENT];
	bool on_grid; /* paired with pulses */
};

/* The least and the greatest phase of the recent bursts. */
void candidate_phases(const struct candidate *candidate, int64_t *least_ns, int64_t *most_ns);

/* One more fix; the grid's second before it where there are pulses. */
void candidate_extend(struct candidate *candidate, const struct fix *fix, const struct gate *gate);

enum opinion {
	OPINION_AMBIGUOUS, /* either of two labels fits, and no witness */
	OPINION_SUSPECT,   /* a synchronised clock contradicts; *witness_s is its word */
	OPINION_TAKE,      /* the candidate's pulse begins second *utc_s */
};

enum opinion candidate_judge(const struct candidate *candidate, const struct witness *witness,
			     int64_t *utc_s, int64_t *witness_s);

/* The bursts lie so near to the second, or fill it so, that their phase proves nothing. */
bool candidate_ambiguous(const struct candidate *candidate);
