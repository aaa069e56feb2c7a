/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdio.h>

#include "judge.h"

/* A world, the core that lives in it, and the judge over both. Zero it, set it up, run, free. */
struct play {
	struct world_config config;
	struct core_config core_config;
	struct world world;
	struct core *core;
	struct judge judge;
	FILE *capture;       /* where to write what the core was given, or NULL */
	int64_t last_raw_ns; /* in it */
	uint64_t events;
};

/* Defaults of both; the play may be set up again and again. */
void play_init(struct play *play, uint64_t seed);
/* Once config is as it should be: the windows of the judge can be set after this. */
void play_start(struct play *play);
/* Until true time until_ns, or the world's end. */
void play_until(struct play *play, int64_t until_ns);
void play_end(struct play *play);
void play_free(struct play *play);
