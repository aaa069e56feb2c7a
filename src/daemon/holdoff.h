/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Coarse time waits until sentences have been good for a while: a sample each second, and no
 * sentence or burst rejected. Once it is over, only a gap restarts it.
 */
struct holdoff {
	int64_t need_ns;       /* 0: none */
	int64_t since_raw_ns;  /* good since; 0: not at present */
	int64_t sample_raw_ns; /* the last sample */
	bool over;
	uint64_t held; /* samples held back */
};

/* A sample came. May it go out? */
bool holdoff_passed(struct holdoff *holdoff, int64_t raw_ns);

/* A sentence or a burst was refused. */
void holdoff_refused(struct holdoff *holdoff);
