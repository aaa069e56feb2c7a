/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

#include "daemon/engine.h"

/*
 * Gives the engine its status segment, and a new one whenever it has none. Without a segment
 * everything else continues: any user can put something in its place, or fill /dev/shm.
 */
struct segment_keeper {
	const char *name; /* NULL: none is wanted */
	const char *version;
	struct core_config config; /* what the core was given */
	struct engine *engine;
	int64_t look_raw_ns; /* next look at it, or attempt to make it */
	struct error told;   /* why there is none, as logged */
};

/*
 * Before the engine has threads. -1 with err if this daemon should not run: another one of this
 * user has the segment, or the name is none.
 */
int segment_keeper_start(struct segment_keeper *keeper, int64_t raw_ns, struct error *err);

/* About once a second, outside of engine_enter() and engine_leave(). */
void segment_keeper_look(struct segment_keeper *keeper, int64_t raw_ns);
