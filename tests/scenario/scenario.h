/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "play.h"

/*
 * A scenario is played with each of these seeds:
 *
 *	SCENARIO(glitches_are_dropped)
 *	{
 *		play->config.p[WORLD_GLITCH] = 300000;
 *		run(play, 200);
 *		...
 *	}
 */
#define SCENARIO_SEEDS 10

#define SCENARIO(name)                                                                             \
	static void name##_once(struct play *play);                                                \
	static void name(void **state)                                                             \
	{                                                                                          \
		for (uint64_t seed = 1; seed <= SCENARIO_SEEDS; seed++) {                          \
			play_init(*state, seed);                                                   \
			name##_once(*state);                                                       \
		}                                                                                  \
	}                                                                                          \
	static void name##_once(struct play *play)

static inline int scenario_setup(void **state)
{
	*state = calloc(1, sizeof(struct play));
	return *state == NULL;
}

static inline int scenario_teardown(void **state)
{
	play_free(*state);
	free(*state);
	return 0;
}

#define scenario_main(tests) cmocka_run_group_tests(tests, scenario_setup, scenario_teardown)

/* From the first epoch after that second on. */
static inline void at(struct play *play, int64_t second, enum world_param param, int64_t value)
{
	world_change(&play->config, second * SECOND_NS, param, value);
}

/* A system clock that is right, and known to be. */
static inline void synchronised(struct play *play)
{
	play->config.clock_start_ns = play->config.start_utc_s * SECOND_NS + 2 * MS_NS;
	play->config.p[WORLD_CLOCK_PPB] = 20;
	play->config.p[WORLD_SYNC] = 1;
	play->config.p[WORLD_MAXERR_US] = 20000;
	play->config.p[WORLD_UPDATE] = SECOND_NS; /* at work before anything is published */
}

/* UTC at which the world's second 0 falls; the clock goes with it. */
static inline void begins(struct play *play, int64_t utc_s)
{
	play->config.clock_start_ns += (utc_s - play->config.start_utc_s) * SECOND_NS;
	play->config.start_utc_s = utc_s;
}

static inline void starts(struct play *play, int64_t seconds)
{
	play->config.end_ns = seconds * SECOND_NS;
	play_start(play);
}

static inline struct judge_window *watch(struct play *play, int64_t from, int64_t to)
{
	return &play->judge.windows[judge_watch(&play->judge, from * SECOND_NS, to * SECOND_NS)];
}

#define ends(play)                                                                                 \
	do {                                                                                       \
		play_end(play);                                                                    \
		if ((play)->judge.faults > 0) {                                                    \
			fail_msg("seed %" PRIu64 ": %d faults, first %s", (play)->config.seed,     \
				 (play)->judge.faults, (play)->judge.fault);                       \
		}                                                                                  \
	} while (0)

/* Of the good pulses of a window, so many in a thousand went out. */
#define assert_covered(play, window, permille)                                                     \
	do {                                                                                       \
		const struct judge_window *w_ = (window);                                          \
		if (w_->good == 0 || w_->published * 1000 < w_->good * (permille)) {               \
			fail_msg("seed %" PRIu64 ": %d of %d good pulses published from %" PRId64  \
				 " s to %" PRId64 " s, state at the end %s",                       \
				 (play)->config.seed, w_->published, w_->good,                     \
				 w_->from_ns / SECOND_NS, w_->to_ns / SECOND_NS,                   \
				 core_state_name((play)->judge.state));                            \
		}                                                                                  \
	} while (0)

/* Publishing (again) by the so-manieth good pulse of a window. */
#define assert_back_within(play, window, pulses)                                                   \
	do {                                                                                       \
		const struct judge_window *w_ = (window);                                          \
		if (w_->first_ns < 0 || w_->first_pulses > (pulses)) {                             \
			fail_msg("seed %" PRIu64 ": first sample after %" PRId64                   \
				 " s came with pulse %d (%s)",                                     \
				 (play)->config.seed, w_->from_ns / SECOND_NS, w_->first_pulses,   \
				 w_->first_ns < 0 ? "never" : "late");                             \
		}                                                                                  \
	} while (0)

#define assert_silent(play, window)                                                                \
	do {                                                                                       \
		const struct judge_window *w_ = (window);                                          \
		if (w_->first_ns >= 0) {                                                           \
			fail_msg("seed %" PRIu64 ": published at %.3f s, should be silent from "   \
				 "%" PRId64 " s to %" PRId64 " s",                                 \
				 (play)->config.seed, (double)w_->first_ns / 1e9,                  \
				 w_->from_ns / SECOND_NS, w_->to_ns / SECOND_NS);                  \
		}                                                                                  \
	} while (0)
