/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>

#include "ptp/feed.h"

/* GPS time from the status segment of pps2shmd. */

struct gps {
	const char *name; /* of the segment */
	struct pps2shm_segment *segment;
};

/* To be called about once a second. If GPS is not locked, why says so in words; else why is "". */
void gps_look(struct gps *gps, struct feed_gps *now, char *why, size_t why_size);

void gps_close(struct gps *gps);
