/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Another label than the one counted, told by fixes that contradict it: for how long, by how many,
 * and with how many exceptions.
 */

/* One in so many may tell otherwise without ending the story. */
#define RIVAL_EXCEPTION 10
/* The last ones before it is believed may not. */
#define RIVAL_LAST 10

/* …and what is late by chance does not keep to one lag. */
#define RIVAL_LAG_NS INT64_C(250000000)

struct rival {
	int64_t jump_s; /* its second minus the one counted */
	int64_t lag_ns; /* of its last fix, by its own label */
	int64_t since_raw_ns;
	int votes, others;
	int streak; /* votes since the last exception */
};

/* A fix that tells this label, at that instant; usual: with the lag that fixes had all along. */
void rival_vote(struct rival *rival, int64_t jump_s, int64_t lag_ns, bool usual, int64_t raw_ns);

/* A fix that tells another label. */
void rival_except(struct rival *rival);

/* Told for hold_ns: by nearly all fixes, by all of the last ten, and by one every two seconds. */
bool rival_held(const struct rival *rival, int64_t raw_ns, int64_t hold_ns);
