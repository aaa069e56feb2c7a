/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/ns.h"

static inline int64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return timespec_ns(now);
}

/* CLOCK_MONOTONIC_RAW now: the clock that nobody slews. */
static inline int64_t raw_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC_RAW);
}
