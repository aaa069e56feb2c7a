/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "common/clock_watch.h"
#include "core/core_state.h"
#include "daemon/doze.h"
#include "daemon/holdoff.h"
#include "daemon/reporter.h"
#include "outlets/outlet.h"
#include "sources/source.h"
#include "status/segment.h"

/*
 * The core and all it feeds, behind one lock. Two threads come here: the pulse thread with edges,
 * the loop with everything else. The pulse thread runs the core itself, so that a pulse needs no
 * second wake-up to reach shared memory.
 *
 * Events must reach the core in the order of their instants. An edge is stamped in its interrupt,
 * a little before anyone can act on it; so whoever holds the lock first takes the edges that are
 * waiting (engine_enter), and only then brings an event of its own. Where the line is lent, what it
 * has brought comes before the edge (doze.h).
 */

/* One source of pulses or bytes as status shows it. */
struct source_view {
	bool configured;
	bool up;
	int64_t since_raw_ns;
	uint64_t losses;
	char name[96];
	struct error error; /* why it is down, or was last */
	uint32_t bps;
	bool searching;
};

struct engine {
	pthread_mutex_t lock;
	struct core core;
	struct outlet outlets[CORE_UNITS];
	struct holdoff holdoff;  /* of coarse time */
	struct segment *segment; /* NULL: none */
	struct clock_watch clock;
	uint64_t clock_steps;
	int64_t step_raw_ns; /* the last of them */
	struct reporter reporter;
	struct pulse_source *pulses; /* NULL while there is none */
	struct source_view serial, pps;
	uint64_t refused[PULSE_REFUSALS];     /* edges, by cause */
	struct pps2shm_segment_stamps stamps; /* the others, by how they were stamped */
	uint64_t pulse_rounds;                /* of the pulse thread, to see that it lives */
	struct doze doze;
	pthread_mutex_t keeping;
	int64_t now_raw_ns, now_real_ns;
	int64_t tick_raw_ns; /* the last tick */
};

/* Outlets are in engine->outlets, initialised by the caller, as are hold-off, segment and views. */
int engine_init(struct engine *engine, const struct core_config *config, struct error *err);
void engine_end(struct engine *engine);

/* Locks, reads the clocks into now_*, tells the core if the clock was set, takes waiting edges. */
void engine_enter(struct engine *engine);
void engine_leave(struct engine *engine);

/*
 * Once a second, by one of the threads: the kernel's view of the clock, the outlets, the segment.
 * Enters and leaves by itself, as what takes system calls comes before and after that.
 */
void engine_keep(struct engine *engine);

/* Its parts: look before enter, drop after leave, by the same thread; engine_take() between them. */
struct engine_found {
	struct clock_view clock;
	struct outlet_found outlets[CORE_UNITS];
};

void engine_look(const struct engine *engine, struct engine_found *found);
void engine_drop(struct engine_found *found);

/* The rest only between enter and leave, and nothing in it waits for anybody. */
void engine_take(struct engine *engine, struct engine_found *found);
void engine_feed(struct engine *engine, const struct event *event);
void engine_tick(struct engine *engine);
/* core_config.pps_offset_ns is another one from now on. */
void engine_offset(struct engine *engine, int64_t pps_offset_ns);
/* Takes the edges that wait; false if the source is gone (engine->pps.error says why). */
bool engine_take_pulses(struct engine *engine);
/* A source came (name) or went (err); tells the core, the log and the views. */
void engine_source(struct engine *engine, bool pps, const char *name, const struct error *err);
void engine_show(struct engine *engine);
