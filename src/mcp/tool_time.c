/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "mcp/tools.h"
#include "ntpshm/ntpshm.h"
#include "status/status_json.h"

#define GPS_PPS      "gps_pps"
#define SIMULATED    "simulated"
#define SYSTEM_CLOCK "system_clock"

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
	struct pps2shm_segment_time gps;
	struct error why;
	int64_t utc_ns, maxerr_us;
	char text[NTPSHM_TEXT];
	const char *source = SYSTEM_CLOCK;
	json_t *offset = json_null(), *bound = json_null();

	(void)arguments;
	(void)err;
	world->status(world->arg, &status, &utc_ns);
	const bool ours = world->trusts(world->arg, status.segment.owner);

	if (ours && status.alive &&
	    pps2shm_segment_time(&status.segment, status.raw_ns, &gps, why.text,
				 sizeof(why.text)) == 0) {
		const int64_t system_ns = utc_ns;

		source = status_simulated(&status) ? SIMULATED : GPS_PPS;
		utc_ns = gps.utc_ns;
		offset = json_integer((int64_t)((uint64_t)system_ns - (uint64_t)utc_ns));
		bound = json_integer(gps.uncertainty_ns);
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
