/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/ns.h"
#include "core/core.h"
#include "mcp/tools.h"
#include "ntpshm/ntpshm.h"
#include "status/status_json.h"

/* In locked state and holdover the label moves with each pulse: an older one is none. */
#define LABEL_AGE_MAX_NS (10 * NS_PER_S)
/* Whatever a hostile segment says, nothing overflows: years up to 2200. */
#define LABEL_MAX_S    INT64_C(7258118400)
#define PERIOD_MAX_PPB 1000000

/*
 * How late a pulse may be stamped: docs/accuracy.md knows of up to 12 us where it was not measured,
 * and half a microsecond where it was.
 */
enum { BIAS_NS = 20000, BIAS_MEASURED_NS = 2000, JITTER_UNKNOWN_NS = 20000, SIGMAS = 3 };
/* What the raw clock may gain or lose on the way from the pulse to now. */
enum { DRIFT_PPB = 1000, DRIFT_UNKNOWN_PPB = 200000 };

/* Is there a pulse with a second to count on from? */
static bool is_carried(const struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	const int64_t age_ns = (int64_t)((uint64_t)status->raw_ns - (uint64_t)page->label_raw_ns);

	return status->alive && (page->state == CORE_LOCKED || page->state == CORE_HOLDOVER) &&
	       page->label_utc_s > 0 && page->label_utc_s < LABEL_MAX_S && age_ns >= 0 &&
	       age_ns < LABEL_AGE_MAX_NS && page->period_error_ppb > -PERIOD_MAX_PPB &&
	       page->period_error_ppb < PERIOD_MAX_PPB;
}

/* Of the raw clock, which runs period_error_ppb fast, to UTC. */
static int64_t carry(const struct pps2shm_segment_page *page, int64_t age_ns)
{
	return page->label_utc_s * NS_PER_S + age_ns - age_ns * page->period_error_ppb / NS_PER_S;
}

static int64_t uncertainty(const struct pps2shm_segment_snapshot *segment, int64_t age_ns)
{
	const struct pps2shm_segment_page *page = &segment->page;
	const bool measured = segment->head.settings.pps_offset_ns != 0 ||
			      page->stamps.kind != PPS2SHM_SEGMENT_STAMPED;
	const int64_t jitter_ns = page->jitter_ns > 0 && page->jitter_ns < NS_PER_S
					  ? SIGMAS * page->jitter_ns
					  : JITTER_UNKNOWN_NS;
	const int64_t drift_ppb = page->period_error_ppb ? DRIFT_PPB : DRIFT_UNKNOWN_PPB;

	return (measured ? BIAS_MEASURED_NS : BIAS_NS) + jitter_ns + age_ns * drift_ppb / NS_PER_S;
}

json_t *mcp_tool_time(const struct mcp_world *world, const json_t *arguments, struct error *err)
{
	struct status status;
	int64_t utc_ns, maxerr_us = 0;
	char text[NTPSHM_TEXT];

	(void)arguments;
	(void)err;
	world->status(world->arg, &status, &utc_ns);
	const bool carried = is_carried(&status);
	const bool simulated = carried && status_simulated(&status);
	json_t *judged = status_json(&status);
	json_t *offset = json_null(), *bound = json_null();

	if (carried) {
		const int64_t age_ns = status.raw_ns - status.segment.page.label_raw_ns;
		const int64_t system_ns = utc_ns;

		utc_ns = carry(&status.segment.page, age_ns);
		offset = json_integer((int64_t)((uint64_t)system_ns - (uint64_t)utc_ns));
		bound = json_integer(uncertainty(&status.segment, age_ns));
	} else if (world->clock(world->arg, &maxerr_us)) {
		bound = json_integer(maxerr_us * 1000);
	}
	json_t *made =
		json_pack("{s:s, s:I, s:s, s:b, s:o, s:o}", "utc", ntpshm_format(utc_ns, text),
			  "utc_ns", (json_int_t)utc_ns, "source",
			  simulated ? "simulated"
			  : carried ? "gps_pps"
				    : "system_clock",
			  "pps_disciplined", carried && !simulated, "uncertainty_ns", bound,
			  "system_clock_offset_ns", offset);

	mcp_move(made, judged, "state");
	if (status.alive) {
		mcp_move(made, judged, "leap");
	} else {
		json_object_set_new(made, "leap", json_null());
	}
	json_decref(judged);
	return made;
}
