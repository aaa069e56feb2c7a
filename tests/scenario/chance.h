/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "play.h"

/*
 * Worlds by chance, all drawn from one seed. REALISTIC ones are boards and receivers as people have
 * them: a cold start, one or two mishaps. NASTY ones are what an attacker would think of. Both
 * keep within what can be decided at all. In particular, without a witness
 *
 * - a burst comes within a second of its pulse at the start, and is late only later;
 * - where it comes so near to the second that either label fits, or the line carries more than it
 *   can, nothing need ever be published;
 * - at most half of the bursts are late, so that the ones in time are the exception that counts;
 * - in a world with lies no lag and no pulse moves by itself and no burst is late: together they
 *   may look right;
 * - no lag moves where a leap second has to be agreed, nor while bursts are lost;
 * - pulses are steered by the satellites when the receiver says that it has a fix.
 *
 * After the last trouble a world that publishes again is soon at its end; one that does not has
 * three minutes, and then it is dead.
 */
#define CHANCE_SOON_NS (30 * SECOND_NS)
#define CHANCE_END_NS  (190 * SECOND_NS)
#define CHANCE_TAIL_NS (10 * SECOND_NS)
#define CHANCE_WINDOWS 12

enum chance_kind { CHANCE_REALISTIC, CHANCE_NASTY };

struct chance {
	bool lively;        /* publishing at the end can be expected */
	bool roomy;         /* the line is below three quarters full */
	bool thorough;      /* play to the end even if all is well */
	int64_t fine_ns;    /* the receiver has all it needs */
	int64_t quiet_ns;   /* the last trouble is over */
	int64_t forgive_ns; /* a wrong second until then is one that nobody could have known */
	struct judge_window *tail;
	struct judge_window *first;                    /* from fine_ns on */
	struct judge_window *recovery[CHANCE_WINDOWS]; /* from the end of a trouble on */
	int recoveries;
	bool dead;
	char text[900]; /* what was drawn */
};

/*
 * Draws a world for a play, and starts it. Its troubles come rest_s seconds later than else: with
 * CHANCE_REST_S, when the reader dozes.
 */
#define CHANCE_REST_S 80
void chance_start(struct chance *chance, struct play *play, enum chance_kind kind, uint64_t seed,
		  int64_t rest_s);

/* All of it; then what is wrong, or NULL. */
const char *chance_play(struct chance *chance, struct play *play);
