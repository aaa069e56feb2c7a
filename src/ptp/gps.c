/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/gps.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/ns.h"
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

static bool publishes(const struct pps2shm_segment_snapshot *snapshot)
{
	const char *state = snapshot->head.state_names[snapshot->page.state];

	return strcmp(state, "locked") == 0 || strcmp(state, "holdover") == 0;
}

void gps_look(struct gps *gps, int64_t raw_ns, struct feed_gps *now, char *why, size_t why_size)
{
	struct pps2shm_segment_snapshot snapshot;
	const struct pps2shm_segment_page *page = &snapshot.page;

	*now = (struct feed_gps){0};
	why[0] = '\0';
	if (read_segment(gps, &snapshot, why, why_size)) {
		gps_close(gps);
		return;
	}
	const char *trouble = distrust(&snapshot, raw_ns);

	if (trouble) {
		snprintf(why, why_size, "%s", trouble);
		gps_close(gps);
	} else if (!publishes(&snapshot) || page->label_utc_s <= 0 ||
		   page->label_utc_s >= INT64_MAX / NS_PER_S) {
		snprintf(why, why_size, "pps2shmd is not locked (state %s)",
			 snapshot.head.state_names[page->state]);
	} else {
		now->locked = true;
		now->raw_ns = page->label_raw_ns;
		/* The pulse was stamped so much after its second. */
		now->utc_ns = page->label_utc_s * NS_PER_S + snapshot.head.settings.pps_offset_ns;
		now->period_error_ppb = page->period_error_ppb;
	}
}

void gps_close(struct gps *gps)
{
	pps2shm_segment_close(gps->segment);
	gps->segment = NULL;
}
