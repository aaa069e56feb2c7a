/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/robust.h"

/*
 * The edges of late, and the trains among them: edges a second apart. A receiver's pulse is one
 * such train; a faster pulse, a ringing edge or mains hum is several, and nothing in the edges
 * tells which of them bears the second.
 */

#define EDGES_MAX 64

/* Two edges belong to one train if a whole number of seconds apart, give or take this. */
#define TRAIN_NS INT64_C(3000000)

struct edges {
	int64_t raw_ns[EDGES_MAX]; /* newest at next - 1 */
	int count, next;
};

void edges_add(struct edges *edges, int64_t raw_ns);

/*
 * The train that ends with the newest edge: edges one, two… seconds before it without a gap, up to
 * most of them. phase holds how late each was against the newest, newest first.
 */
void edges_train(const struct edges *edges, int most, struct robust *phase);

/*
 * The newest edge has a partner a second before it, and another of the last second has one, too:
 * two trains, unless by chance. Two edges of each are enough for doubt.
 */
bool edges_rival(const struct edges *edges);

/*
 * An edge of the last EDGES_EARLIER_S seconds came up to EDGES_REACH_NS earlier in its second than
 * the train with that period, one of whose instants is raw_ns, and by more than margin_ns. An
 * interrupt may be late, but never early.
 */
#define EDGES_EARLIER_S 16
#define EDGES_REACH_NS  INT64_C(5000000)
bool edges_earlier(const struct edges *edges, int64_t raw_ns, int64_t period_ns, int64_t margin_ns);

/*
 * The newest edge came later in its second than one from then on did that had no other right after
 * it, by more than margin_ns.
 */
bool edges_newest_late(const struct edges *edges, int64_t since_raw_ns, int64_t period_ns,
		       int64_t margin_ns);

/* The newest edge has a partner a second before it. */
bool edges_paired(const struct edges *edges);

/* How many edges came after raw_ns, EDGES_MAX at most. */
int edges_since(const struct edges *edges, int64_t raw_ns);

/* From the edge before to the newest; 0 if there is none. */
int64_t edges_gap(const struct edges *edges);

/* The edge before the newest came less than that before it. */
bool edges_close(const struct edges *edges, int64_t within_ns);
