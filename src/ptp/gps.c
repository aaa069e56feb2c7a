/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/gps.h"

#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"
#include "status/pps2shm_segment.h"

static int read_segment(struct gps *gps, struct pps2shm_segment_snapshot *snapshot, char *why,
			size_t why_size)
{
	if (!gps->segment) {
		gps->segment = pps2shm_segment_open(gps->name, why, why_size);
	}
	return gps->segment ? pps2shm_segment_read(gps->segment, snapshot, why, why_size) : -1;
}

/* Could anybody else have made it? Then it teaches nothing. NULL if it may be trusted. */
static const char *distrust(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns)
{
	const char *dead = pps2shm_segment_dead(snapshot, raw_ns);

	if (dead) {
		return dead;
	}
	if (snapshot->owner != 0 && snapshot->owner != geteuid()) {
		return "the status segment is another user's: run pps2shm-ptp as the user of pps2shmd";
	}
	return NULL;
}

void gps_look(struct gps *gps, struct feed_gps *now, char *why, size_t why_size)
{
	struct pps2shm_segment_snapshot snapshot;
	struct pps2shm_segment_time time;

	*now = (struct feed_gps){0};
	why[0] = '\0';
	if (read_segment(gps, &snapshot, why, why_size)) {
		gps_close(gps);
		return;
	}
	int64_t raw_ns = raw_now_ns();
	const char *trouble = distrust(&snapshot, raw_ns);

	if (trouble) {
		snprintf(why, why_size, "%s", trouble);
		gps_close(gps);
	} else if (pps2shm_segment_time(&snapshot, raw_ns, &time, why, why_size) == 0) {
		*now = (struct feed_gps){
			.locked = true,
			.raw_ns = raw_ns,
			.utc_ns = time.utc_ns,
			.period_error_ppb = snapshot.page.period_error_ppb,
		};
	}
}

void gps_close(struct gps *gps)
{
	pps2shm_segment_close(gps->segment);
	gps->segment = NULL;
}
