/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "ptp/feed.h"

/* Which clock feeds the unit, and how good it says to be; for feed.c alone. */

/* The index of the best clock, or -1. Sets why of each. */
int choice_make(struct feed *feed, const struct ptp_clocks *clocks, int64_t raw_ns);

/* So many ns without GPS. */
int choice_precision(const struct ptp_clock *clock, const struct feed_taught *taught,
		     int64_t lost_ns);

/* Is that the last seconds of a UTC month, or the first minutes of one? */
bool choice_month_ends(int64_t utc_ns);
