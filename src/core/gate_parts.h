/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/calendar.h"
#include "core/fit.h"
#include "core/gate.h"

/*
 * The gate's rooms, for each other: gate.c judges edges, gate_find.c finds the grid, gate_doubt.c
 * hears what else comes beside the pulses.
 */

#define US INT64_C(1000)

/* Edges further than this from the grid are no pulses, but glitches. */
#define NEAR_NS EDGES_REACH_NS

/* How wrong the raw clock's second may be. */
#define PERIOD_ERROR_NS (500 * US)
/* The grid is fitted to its first pulses; until then the jitter is not known. */
#define START_PULSES 8
/* …and no pulse is good that is further off than this. */
#define LIMIT_START_NS (500 * US)
/*
 * Edges of a train, one second apart, that make a first grid; and those that overrule an old one
 * that has had no good pulse for a while, fewer if they have clearly moved.
 */
#define TRAIN_FIRST  3
#define TRAIN_CHANGE 5
#define TRAIN_MOVED  3

/* A grid is well known by so many pulses. */
#define GATE_KNOWN 16
/* A pulse that comes so much later than another of the last seconds is late. */
#define LATE_NS (500 * US)
/* Without a good pulse for so long the pulses have moved, if others have come. */
#define MOVED_AFTER_NS (2200 * NS_PER_MS)
/* A grid that was alone for so long bears the second, whatever comes up beside it. */
#define SOLE_NS (30 * NS_PER_S)
/* …but one whose pulses were away for so long is as young as a new one. */
#define ABSENT_NS (10 * NS_PER_S)

/* gate.c: how far from the grid a pulse may be, so many seconds after the last good one. */
int64_t gate_limit_ns(const struct gate *gate, int64_t seconds);

/*
 * gate_find.c: starts the grid from the train that ends at raw_ns, if it has `needed` edges on one
 * line.
 */
void gate_find(struct gate *gate, int64_t raw_ns, int needed, struct gate_result *result);
/*
 * While the grid is young, each pulse near it is one more to fit it to; but late ones, even many,
 * do not make it later.
 */
bool gate_fitted(struct gate *gate, int64_t raw_ns);
/*
 * A grid that was fitted to late pulses makes the good ones look noisy: where those of late keep
 * far better to a line of their own, that is the grid.
 */
void gate_refit(struct gate *gate, int64_t raw_ns);

/* gate_doubt.c: two edges where one should be, and the same not long ago: more than chance. */
bool gate_doubled(struct gate *gate, int64_t raw_ns);
/* Does the edge belong to a second regular train, and does that make the grid doubtful? */
void gate_hear_rival(struct gate *gate, int64_t raw_ns, struct gate_result *result);
/* The train that ends at raw_ns is one that came beside the pulses until they paused. */
bool gate_beside(const struct gate *gate, int64_t raw_ns);
/*
 * A doubt ends when the pulse was seen to be alone for some seconds: what came between two seconds
 * keeps it, and time that nobody has seen does not count.
 */
void gate_keep_doubt(struct gate *gate, int64_t raw_ns);
/*
 * A pulse on the grid again. Where another train went on meanwhile, chance may have put it there;
 * unless it went on beside the pulses before.
 */
void gate_come_back(struct gate *gate, int64_t raw_ns);
/*
 * An edge right behind a good one: another train may be passing through the pulses. The grid must
 * not go with it, so what the good one taught is taken back; but not for ever, as some lines ring.
 */
void gate_cross(struct gate *gate, int64_t raw_ns);
