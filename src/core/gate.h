/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"
#include "core/edges.h"
#include "core/robust.h"

/*
 * Which edges are the receiver's pulse. The gate finds a grid of one second on the raw clock, which
 * nobody slews, follows it with a growing-memory filter of phase and period, and judges each edge
 * by its distance from the grid. Stamps are only judged here, never changed.
 */

#define GATE_SIGMA 64

/* A phase that has moved by more has clearly moved: it is taken sooner, and no label goes along. */
#define GATE_MOVED_NS (20 * NS_PER_MS)

/* Bursts are paired with pulses only while these come: not once one is overdue. */
#define GATE_LIVE_NS INT64_C(1030000000)

enum gate_verdict {
	GATE_GOOD,      /* on the grid, within the limit */
	GATE_FOUND,     /* good, and the grid has just been recognised (or recognised again) */
	GATE_GLITCH,    /* far from the grid */
	GATE_POPCORN,   /* near the grid, beyond what the measured jitter allows */
	GATE_UNSETTLED, /* no grid yet */
};

struct gate {
	bool locked;
	int64_t grid_raw_ns; /* filtered instant of the last good pulse's grid point */
	int64_t period_q16;  /* ns of one second on the raw clock, times 65536 */
	int64_t known_q16;   /* …as a grid before told it, if that was well known; 0: none */
	int updates;         /* of the filter, to its longest memory */
	int64_t last_good_raw_ns;
	int64_t last_near_raw_ns; /* an edge near the grid, good or not */
	struct robust residuals; /* one a second: of the edge nearest to the grid, refused or not */
	int64_t near_raw_ns; /* the grid point of the refused edge whose residual waits; 0 none */
	int64_t near_ns;     /* that residual: a nearer edge may come */
	int64_t sigma_ns;    /* of the residuals */
	int64_t start_limit_ns; /* while there are few of them */
	bool sigma_due;         /* to be computed when there is time: after the pulse is out */
	int64_t sole_raw_ns;    /* since then there is no second train beside the grid */
	int64_t rival_raw_ns;   /* an edge of a second train that made the grid doubtful; 0 none */
	int64_t heard_raw_ns;   /* an edge of any second train; 0 none… */
	int64_t heard_since_raw_ns; /* …which was heard, without a pause, since then */
	int64_t other_raw_ns;       /* …and of one that goes on while the grid has no pulse */
	int64_t close_raw_ns;       /* two edges came close to one another; 0 never */
	int64_t crossing_raw_ns; /* …so close that one may pass through the other, since then */
	int64_t crossed_raw_ns;  /* …last then; 0 never */
	int64_t coast_raw_ns;    /* the grid at the last good pulse, and its period, without it */
	int64_t coast_q16;
	bool unsure; /* the raw clock may have stood still since the last pulse */
	struct edges edges;
};

struct gate_result {
	enum gate_verdict verdict;
	int64_t residual_ns; /* from the grid */
	int64_t limit_ns;
	int64_t shift_ns; /* FOUND: new phase against the old grid, ±0.5 s; 0 at the first */
	bool first;       /* FOUND: there was no older grid to compare with */
	bool rival;       /* an edge of a second regular train, the first for some seconds */
};

void gate_init(struct gate *gate);

struct gate_result gate_edge(struct gate *gate, int64_t raw_ns);

/* Until now its pulses may have run free: a second train beside it makes it doubtful again. */
void gate_ran_free(struct gate *gate, int64_t raw_ns);

/*
 * The raw clock may have stood still, in a suspend: the grid is given up unless a pulse is on it
 * within 10 s.
 */
void gate_stood_still(struct gate *gate);

/*
 * Time passes, and no pulse waits: what need not be done at the pulse is done here.
 * The grid is given up without a good pulse for too long, or if its second is none.
 */
void gate_tick(struct gate *gate, int64_t raw_ns);

/* A good pulse came just now, and the grid is not in doubt: bursts may be paired with it. */
bool gate_live(const struct gate *gate, int64_t raw_ns);

/*
 * A second regular train of edges has come up while the grid was young: which of them bears the
 * second is not known, until one of them has been gone for some seconds.
 */
bool gate_doubtful(const struct gate *gate, int64_t raw_ns);

/* The instant of the last grid point at or before raw_ns; the grid must be locked. */
int64_t gate_floor(const struct gate *gate, int64_t raw_ns);

/* Robust standard deviation of single pulses, 0 unknown. */
int64_t gate_jitter_ns(const struct gate *gate);

/* One second on the raw clock, ns. */
int64_t gate_period_ns(const struct gate *gate);
