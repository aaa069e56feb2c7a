/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Is a line's train of edges a pulse a second, and which of its edges is on time? A pure function
 * of the edges' stamps, on any clock.
 *
 * A pulse is shorter than the pause after it, so the edge before the shorter part is the one on the
 * second: of a line that is high for 100 ms a second the rising one, of one that is low for 100 ms
 * the falling one. Of a square wave (450 to 550 ms) either may be.
 */

enum { TRAIN_KEPT = 16 };

struct train {
	struct {
		int64_t ns;
		bool falling;
	} edge[TRAIN_KEPT]; /* the last ones; the oldest first once count is reached */
	int count;          /* kept */
	uint64_t total;     /* ever */
};

enum train_edge { TRAIN_RISING, TRAIN_FALLING, TRAIN_EITHER };

struct train_pulse {
	enum train_edge edge;
	int64_t width_ns;  /* of the shorter part */
	int64_t period_ns; /* by the clock of the stamps */
};

/* Zeroed is initialised. */
void train_add(struct train *train, int64_t ns, bool falling);

/* True, and pulse filled, once three pulses in a row were a second apart and nothing between. */
bool train_judge(const struct train *train, struct train_pulse *pulse);
