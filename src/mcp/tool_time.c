/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "common/ns.h"
#include "core/core.h"
#include "mcp/tools.h"
#include "ntpshm/ntpshm.h"
#include "status/status_json.h"

#define GPS_PPS      "gps_pps"
#define SIMULATED    "simulated"
#define SYSTEM_CLOCK "system_clock"

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

static bool within(int64_t value, int64_t limit)
{
	return value > -limit && value < limit;
}

/* Is there a pulse with a second to count on from? */
static bool is_carried(const struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	const int64_t age_ns = (int64_t)((uint64_t)status->raw_ns - (uint64_t)page->label_raw_ns);

	return status->alive && (page->state == CORE_LOCKED || page->state == CORE_HOLDOVER) &&
	       page->label_utc_s > 0 && page->label_utc_s < LABEL_MAX_S && age_ns >= 0 &&
	       age_ns < LABEL_AGE_MAX_NS && within(page->period_error_ppb, PERIOD_MAX_PPB) &&
	       within(status->segment.head.settings.pps_offset_ns, NS_PER_S);
}

/*
 * From the pulse, which was stamped late by the offset that the board was measured or configured
 * for, to now; the raw clock runs period_error_ppb fast.
 */
static int64_t carry(const struct pps2shm_segment_snapshot *segment, int64_t age_ns)
{
	const struct pps2shm_segment_page *page = &segment->page;

	return page->label_utc_s * NS_PER_S + segment->head.settings.pps_offset_ns + age_ns -
	       age_ns * page->period_error_ppb / NS_PER_S;
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

/* Why the time should not be taken for the truth; "" for no reason. */
static void doubt(const struct status *status, const char *source, bool ours, bool bounded,
		  struct error *why)
{
	why->text[0] = '\0';
	if (status->alive && !ours) {
		error_set(
			why,
			"the status segment belongs to user %u, who is neither root, pps2shm nor this user: it was not used",
			status->segment.owner);
	} else if (!bounded) {
		error_set(why, "the system clock is not synchronised");
	} else if (strcmp(source, SIMULATED) == 0) {
		error_set(why, "the receiver is simulated");
	} else if (strcmp(source, GPS_PPS) == 0 && !status->segment.page.leap.confirmed_by) {
		error_set(why, "the receiver may not know the number of leap seconds yet");
	}
}

json_t *mcp_tool_time(const struct mcp_world *world, const json_t *arguments, struct error *err)
{
	struct status status;
	struct error why;
	int64_t utc_ns, maxerr_us;
	char text[NTPSHM_TEXT];
	const char *source = SYSTEM_CLOCK;
	json_t *offset = json_null(), *bound = json_null();

	(void)arguments;
	(void)err;
	world->status(world->arg, &status, &utc_ns);
	const bool ours = world->trusts(world->arg, status.segment.owner);

	if (ours && is_carried(&status)) {
		const int64_t age_ns = status.raw_ns - status.segment.page.label_raw_ns;
		const int64_t system_ns = utc_ns;

		source = status_simulated(&status) ? SIMULATED : GPS_PPS;
		utc_ns = carry(&status.segment, age_ns);
		offset = json_integer((int64_t)((uint64_t)system_ns - (uint64_t)utc_ns));
		bound = json_integer(uncertainty(&status.segment, age_ns));
	} else if (world->clock(world->arg, &maxerr_us)) {
		bound = json_integer(maxerr_us * 1000);
	}
	doubt(&status, source, ours, json_is_integer(bound), &why);

	json_t *judged = status_json(&status);
	json_t *made = json_pack("{s:s, s:I, s:s, s:b, s:o, s:s?, s:o}", "utc",
				 ntpshm_format(utc_ns, text), "utc_ns", (json_int_t)utc_ns,
				 "source", source, "pps_disciplined", strcmp(source, GPS_PPS) == 0,
				 "uncertainty_ns", bound, "doubt", why.text[0] ? why.text : NULL,
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
