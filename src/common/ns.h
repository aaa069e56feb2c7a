/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>
#include <time.h>

/* Time is counted in nanoseconds, in 64 bits. */
#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

static inline int64_t timespec_ns(struct timespec t)
{
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* ns is not negative. */
static inline struct timespec ns_timespec(int64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S),
				 .tv_nsec = (long)(ns % NS_PER_S)};
}
