/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/totals.h"

#include <inttypes.h>

#include "common/log.h"

void totals_tell(const struct engine *e)
{
	const struct core_status *s = core_status(&e->core);
	const struct outlet *coarse = &e->outlets[CORE_COARSE], *pps = &e->outlets[CORE_PPS];

	log_info("%" PRIu64 " pulses, %" PRIu64 " sentences, %" PRIu64
		 " with a bad checksum; samples written: %" PRIu64 " coarse (%" PRIu64
		 " taken by a reader, %" PRIu64 " held off), %" PRIu64 " PPS (%" PRIu64 " taken)",
		 s->pulses, s->sentences, s->rejects[CORE_CHECKSUM], coarse->written,
		 coarse->consumed, e->holdoff.held, pps->written, pps->consumed);
}

static const char *reason(const struct engine *e)
{
	const struct core_status *s = core_status(&e->core);

	if (s->bytes == 0) {
		return "no input received";
	}
	if (s->sentences == 0) {
		return "no valid NMEA sentence received (wrong baud rate?)";
	}
	if (e->holdoff.held) {
		return "the hold-off had not ended";
	}
	if (e->core.fix_denied) {
		return "the receiver has no fix";
	}
	return "no three consecutive seconds that arrived on time (is this a recording?)";
}

int totals_check(const struct engine *e, struct error *err)
{
	const struct core_status *s = core_status(&e->core);

	if (s->samples[CORE_COARSE] + s->samples[CORE_PPS] > e->holdoff.held) {
		return 0;
	}
	return error_set(err, "nothing was written: %s", reason(e));
}
