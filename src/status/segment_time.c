/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "status/pps2shm_segment.h"

#define S_NS INT64_C(1000000000)

/* While PPS time is published the label moves with each pulse: an older one is none. */
#define AGE_MAX_NS (10 * S_NS)
/* Whatever a hostile segment says, nothing overflows: years up to 2200. */
#define LABEL_MAX_S    INT64_C(7258118400)
#define PERIOD_MAX_PPB 1000000

/*
 * How late a pulse may be stamped: docs/accuracy.md knows of up to 12 us where it was not measured,
 * and half a microsecond where it was.
 */
#define BIAS_NS          20000
#define BIAS_MEASURED_NS 2000
/* Three sigma of the pulses. */
#define JITTER_UNKNOWN_NS 20000
/* What the raw clock may gain or lose on the way from the pulse. */
#define DRIFT_PPB         1000
#define DRIFT_UNKNOWN_PPB 200000

static bool within(int64_t value, int64_t least, int64_t most)
{
	return value >= least && value <= most;
}

/* Whoever owns the segment can write anything into it. */
static bool plausible(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;

	return within(snapshot->head.settings.pps_offset_ns, -S_NS, S_NS) &&
	       within(page->label_utc_s, 0, LABEL_MAX_S) && within(page->label_raw_ns, 0, raw_ns) &&
	       within(page->state_since_raw_ns, 0, raw_ns) && within(page->jitter_ns, 0, S_NS) &&
	       within(page->period_error_ppb, -PERIOD_MAX_PPB, PERIOD_MAX_PPB);
}

/*
 * At first there is no pulse, and when a silence ends the last one is of before it, whose label may
 * have been wrong. Between locked and holdover there is no silence.
 */
static bool has_pulse(const struct pps2shm_segment_page *page, int64_t raw_ns)
{
	return page->label_utc_s != 0 && raw_ns - page->label_raw_ns < AGE_MAX_NS &&
	       page->state_since_raw_ns - page->label_raw_ns < S_NS * 3 / 2;
}

static int64_t uncertainty_ns(const struct pps2shm_segment_snapshot *snapshot, int64_t age_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	bool measured = page->stamps.kind != PPS2SHM_SEGMENT_STAMPED ||
			snapshot->head.settings.pps_offset_ns != 0;
	int64_t jitter_ns = page->jitter_ns > 0 ? 3 * page->jitter_ns : JITTER_UNKNOWN_NS;
	int64_t drift_ppb = page->period_error_ppb ? DRIFT_PPB : DRIFT_UNKNOWN_PPB;

	return (measured ? BIAS_MEASURED_NS : BIAS_NS) + jitter_ns + age_ns * drift_ppb / S_NS;
}

int pps2shm_segment_time(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns,
			 struct pps2shm_segment_time *time, char *why, size_t why_size)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	const char *state = snapshot->head.state_names[page->state];
	bool published = strcmp(state, "locked") == 0 || strcmp(state, "holdover") == 0;

	if (!plausible(snapshot, raw_ns)) {
		snprintf(why, why_size, "the status segment holds what no daemon writes");
		return -1;
	}
	if (!published || !has_pulse(page, raw_ns)) {
		snprintf(why, why_size,
			 "GPS time is not known at present: the daemon's state is '%s'%s", state,
			 published ? ", and no pulse has come since it is" : "");
		return 1;
	}
	time->age_ns = raw_ns - page->label_raw_ns;
	/* The pulse was stamped late by the offset; the raw clock runs period_error_ppb fast. */
	time->utc_ns = page->label_utc_s * S_NS + snapshot->head.settings.pps_offset_ns +
		       time->age_ns - time->age_ns * page->period_error_ppb / S_NS;
	time->uncertainty_ns = uncertainty_ns(snapshot, time->age_ns);
	return 0;
}
