/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

/*
 * True time in the lab: read off CLOCK_MONOTONIC_RAW, which nobody sets or slews, so that setting
 * the lab's CLOCK_REALTIME leaves the receiver's second where it is.
 *
 * true = first_ns + (raw - first_raw_ns) * (1 + ppt / 1e12); Unix epoch, without leap seconds.
 */
struct true_time {
	int64_t first_ns;
	int64_t first_raw_ns;
	int64_t ppt; /* how much faster true time runs than the raw clock */
};

int64_t clock_read_ns(int clock);

/* Starts at CLOCK_REALTIME's present reading plus ahead_ns. */
void true_time_start(struct true_time *t, int64_t ahead_ns, int64_t ppt);

/* Another rate from raw_ns on. */
void true_time_rate(struct true_time *t, int64_t raw_ns, int64_t ppt);

int64_t true_time_at(const struct true_time *t, int64_t raw_ns);
int64_t true_time_raw(const struct true_time *t, int64_t true_ns);

/* Sleeps until the raw clock reads raw_ns, to within a microsecond if the machine allows. */
void sleep_until_raw(int64_t raw_ns);
