/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/gate_parts.h"

/* A second train is gone when it was not seen for so long. */
#define RIVAL_GONE_NS (5 * NS_PER_S)
/* Nearer than this two edges are not those of one pulse a second. */
#define SINGLE_NS (970 * NS_PER_MS)
/* Two edges in one place are chance, but not twice within so long. */
#define CLOSE_AGAIN_NS (8 * NS_PER_S)
/* A train that differs by 5 ppm passes through the pulses within this. */
#define CROSSING_NS (200 * NS_PER_S)
/* An edge is of the second train that was heard last if it is so near to it, and a part of the time. */
#define BESIDE_NS    (2 * NS_PER_MS)
#define BESIDE_DRIFT 10000
/* …and it is no pulses that have just moved if it was heard for so long. */
#define BESIDE_LEAST_NS (NS_PER_S * 3 / 2)
/* …but not for ever: pulses may move to where it was. */
#define BESIDE_MOST_NS (120 * NS_PER_S)

/* A second train was there, and for long enough, until the last good pulse. */
static bool accompanied(const struct gate *g)
{
	return g->heard_raw_ns - g->heard_since_raw_ns > BESIDE_LEAST_NS &&
	       g->last_good_raw_ns - g->heard_raw_ns < RIVAL_GONE_NS;
}

bool gate_beside(const struct gate *g, int64_t raw_ns)
{
	int64_t since = raw_ns - g->heard_raw_ns, period = gate_period_ns(g);
	int64_t off = since - (since + period / 2) / period * period;

	return accompanied(g) && since < BESIDE_MOST_NS &&
	       llabs(off) < BESIDE_NS + since / BESIDE_DRIFT;
}

void gate_ran_free(struct gate *g, int64_t raw_ns)
{
	if (!accompanied(g) || raw_ns - g->heard_raw_ns >= RIVAL_GONE_NS) {
		g->sole_raw_ns = raw_ns;
	}
}

void gate_stood_still(struct gate *g)
{
	g->unsure |= g->locked && !accompanied(g);
}

bool gate_doubled(struct gate *g, int64_t raw_ns)
{
	bool close = edges_close(&g->edges, NEAR_NS);
	bool again = close && g->close_raw_ns && raw_ns - g->close_raw_ns < CLOSE_AGAIN_NS &&
		     raw_ns - g->close_raw_ns > NS_PER_S / 2;

	if (close) {
		g->close_raw_ns = raw_ns;
	}
	return again;
}

void gate_hear_rival(struct gate *g, int64_t raw_ns, struct gate_result *result)
{
	bool far = llabs(result->residual_ns) > NEAR_NS;
	bool rival = gate_doubled(g, raw_ns) || (far && edges_paired(&g->edges));

	if (!rival) {
		return;
	}
	if (raw_ns - g->last_good_raw_ns > GATE_LIVE_NS) {
		g->other_raw_ns = raw_ns;
		return;
	}
	result->rival = !g->heard_raw_ns || raw_ns - g->heard_raw_ns > RIVAL_GONE_NS;
	if (result->rival) {
		g->heard_since_raw_ns = raw_ns;
	}
	/* Of two in one place it is the one that is not on the grid. */
	g->heard_raw_ns = llabs(result->residual_ns) > result->limit_ns
				  ? raw_ns
				  : raw_ns - edges_gap(&g->edges);
	if (raw_ns - g->sole_raw_ns < SOLE_NS) {
		g->rival_raw_ns = raw_ns;
		g->sole_raw_ns = raw_ns;
	}
}

void gate_keep_doubt(struct gate *g, int64_t raw_ns)
{
	int64_t gap = edges_gap(&g->edges);

	if (!gate_doubtful(g, raw_ns - gap)) {
		return;
	}
	if (gap < SINGLE_NS) {
		g->rival_raw_ns = raw_ns;
	} else if (gap > GATE_LIVE_NS) {
		g->rival_raw_ns += gap - NS_PER_S;
	}
}

bool gate_doubtful(const struct gate *g, int64_t raw_ns)
{
	return g->rival_raw_ns && raw_ns - g->rival_raw_ns < RIVAL_GONE_NS;
}

void gate_cross(struct gate *g, int64_t raw_ns)
{
	if (!g->crossed_raw_ns || raw_ns - g->crossed_raw_ns > CLOSE_AGAIN_NS) {
		g->crossing_raw_ns = raw_ns;
	}
	g->crossed_raw_ns = raw_ns;
	if (raw_ns - g->crossing_raw_ns < CROSSING_NS && g->updates >= START_PULSES &&
	    g->coast_q16 != 0) {
		g->grid_raw_ns = g->coast_raw_ns;
		g->period_q16 = g->coast_q16;
		robust_take_back(&g->residuals);
		g->coast_q16 = 0;
	}
}

void gate_come_back(struct gate *g, int64_t raw_ns)
{
	int64_t silent = raw_ns - g->last_good_raw_ns;
	bool other = g->other_raw_ns && raw_ns - g->other_raw_ns < GATE_LIVE_NS;
	bool known = other ? gate_beside(g, g->other_raw_ns) : accompanied(g);

	if (silent > ABSENT_NS && !known) {
		g->sole_raw_ns = raw_ns;
	}
	if (silent > MOVED_AFTER_NS && other && !known) {
		g->rival_raw_ns = raw_ns;
	}
	g->last_good_raw_ns = raw_ns;
	g->unsure = false;
}
