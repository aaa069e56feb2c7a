/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "play.h"

/*
 * Worlds by chance: receiver, line, clocks and up to four faults, all drawn from one seed, within
 * what design and judge can decide. In particular, without a synchronised clock as witness
 *
 * - bursts come 30 to 900 ms after their pulse at the start, and are late only later;
 * - at most half of the bursts are late, so that the ones in time are the exception that counts;
 * - in a world with lies no lag and no pulse moves and no burst is late: together they may look
 * right;
 * - no lag moves where a leap second has to be agreed, nor while bursts are lost;
 * - a lag moves by less than half a second at once, a pulse by less than a quarter.
 *
 * All faults end by CHANCE_QUIET_S; then comes time enough for any hold, and at the end of it the
 * world must be published again.
 */
#define CHANCE_QUIET_S 60
#define CHANCE_TAIL_S  10

struct chance {
	bool lively; /* publishing at the end can be expected */
	struct judge_window *tail;
	char text[640]; /* what was drawn */
};

/* Draws a world for a play, and starts it. */
void chance_start(struct chance *chance, struct play *play, uint64_t seed);

/* After play_end(): what is wrong, or NULL. */
const char *chance_verdict(const struct chance *chance, struct play *play);
