/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/event.h"

/*
 * What the judge takes for a witness (rule 10), written apart from the core's own: the kernel's
 * bound fell between two words that both say "synchronised", the clock was not set in between, it
 * is not where ntpd puts it at its mere start, and none of our samples was out in the 40 s before.
 * It stays one as long as the kernel says so with a bound of at most 0.2 s.
 */
struct witnessed {
	bool is;
	bool sync; /* the word before, none since the clock was set */
	int64_t maxerr_us;
	bool sampled; /* ever */
	int64_t sample_raw_ns;
};

#define WITNESSED_QUIET_NS INT64_C(40000000000)

static inline void witnessed_hear(struct witnessed *w, const struct event *event)
{
	int64_t us = event->clock.maxerr_us;
	bool fell = event->clock.sync && w->sync && us < w->maxerr_us;
	bool ours = w->sampled && event->raw_ns - w->sample_raw_ns <= WITNESSED_QUIET_NS;
	bool start = us >= 16 && us % 500 == 16;

	if (!event->clock.sync || us > 200000 || (fell && start)) {
		w->is = false;
	} else if (fell && !ours) {
		w->is = true;
	}
	w->sync = event->clock.sync;
	w->maxerr_us = us;
}
