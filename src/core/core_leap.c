/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/calendar.h"
#include "core/core_state.h"

/* A receiver that has not repeated for so long that it is spoofed says it no more. */
#define SPOOFED_NS (120 * NS_PER_S)
/* An announced leap second is the one at a half-year's end this near to when it is announced for. */
#define ANNOUNCED_S 60

/* The latest word counts; it may be that there is none. */
static void hear_announcement(struct core *core, const struct said *said, int64_t raw_ns)
{
	struct core_leap *leap = &core->status.leap;
	const struct label *l = &core->label;
	int64_t now_s = l->anchor_utc_s + ns_to_nearest_s(raw_ns - l->anchor_raw_ns);
	int64_t event_s = now_s + said->leap_in_s;
	int64_t half_year_s = calendar_next_half_year_s(event_s - ANNOUNCED_S);
	bool near = said->leap && l->state == LABEL_TRUSTED &&
		    llabs(half_year_s - event_s) < ANNOUNCED_S;

	leap->leap = near ? said->leap : 0;
	leap->leap_utc_s = near ? half_year_s : 0;
}

void core_said(struct core *core, const struct said *said, int64_t raw_ns)
{
	struct core_receiver *receiver = &core->status.receiver;

	leap_count_hear(&core->leap, said, raw_ns);
	if (said->by == SAID_TIMELS && said->knows) {
		hear_announcement(core, said, raw_ns);
	}
	if (said->jamming) {
		receiver->jamming = (int)said->jamming;
	}
	if (said->spoofing) {
		receiver->spoofing = (int)said->spoofing;
		core->spoof_raw_ns = said->spoofing >= SAID_SOME ? raw_ns : 0;
	}
}

bool core_spoofed(const struct core *core, int64_t raw_ns)
{
	return core->spoof_raw_ns && core->config.time_leap != CORE_LEAP_TRUST &&
	       raw_ns - core->spoof_raw_ns < SPOOFED_NS;
}

/* GPS time minus UTC by the list, for the second that is counted; 0: it does not know. */
static int listed(const struct core *core)
{
	const struct core_config *config = &core->config;
	int64_t utc_s = core->label.anchor_utc_s;

	if (!config->leap_count_s || utc_s < config->pivot_s ||
	    utc_s > config->leap_known_until_s) {
		return 0;
	}
	return config->leap_count_s +
	       (config->leap && utc_s >= config->leap_utc_s ? config->leap : 0);
}

static bool vouched(const struct core *core, const struct fix *fix)
{
	struct witness clock = core_witness(core);
	const struct label *l = &core->label;
	int64_t seen;

	if (l->attached) {
		return witness_second(&clock, l->anchor_raw_ns, &seen) && seen == l->anchor_utc_s;
	}
	return witness_burst(&clock, fix, &seen) && seen == fix->utc_s;
}

static void hear_verdict(struct core *core, const struct core_label_before *before,
			 const struct label_result *result)
{
	struct leap_count *c = &core->leap;
	const struct label *l = &core->label;

	if (result->verdict == LABEL_CHANGED && result->stepped && !c->by) {
		leap_count_stepped(c, &before->rival, !before->withheld, core->last_raw_ns);
	} else if (result->verdict == LABEL_CHANGED ||
		   (before->state == LABEL_DISPUTED && l->state == LABEL_UNKNOWN)) {
		leap_count_anew(c, &before->rival);
	} else if (before->state == LABEL_UNKNOWN && l->state != LABEL_UNKNOWN) {
		leap_count_anew(c, &(struct leap_jump){0});
	}
}

struct core_label_before core_leap_before(struct core *core)
{
	struct label *l = &core->label;

	leap_count_fix(&core->leap, core->last_raw_ns);
	l->provisional = !core->leap.by && core->config.time_leap != CORE_LEAP_TRUST;
	l->withheld = leap_count_withholds(&core->leap, &core->config);
	return (struct core_label_before){
		.state = l->state,
		.rival = {l->rival.jump_s, l->rival.since_raw_ns},
		.withheld = l->withheld,
	};
}

void core_leap_weighed(struct core *core, const struct fix *fix,
		       const struct core_label_before *before, const struct label_result *result)
{
	struct leap_count *c = &core->leap;
	enum core_leap_by by = c->by;
	bool corrected = c->corrected;

	hear_verdict(core, before, result);
	if (core->label.last_confirm_raw_ns == fix->raw_ns && !core->label.contrary) {
		leap_count_confirm(c, vouched(core, fix), listed(core), core->last_raw_ns);
	}
	if (core->config.time_leap != CORE_LEAP_TRUST &&
	    ((c->by && c->by != by) || c->corrected != corrected)) {
		core_note(core, CORE_NOTICE_COUNT, core->last_raw_ns, c->by,
			  c->corrected != corrected);
	}
}

/* NTP's word for it is 2. In the month that ends with it. */
int core_leap_field(const struct core *core, int64_t utc_s)
{
	const struct core_leap *leap = &core->status.leap;
	int year, month, day;

	if (!leap->leap || utc_s >= leap->leap_utc_s) {
		return 0;
	}
	calendar_date(leap->leap_utc_s - 1, &year, &month, &day);
	return utc_s < calendar_day_start_s(year, month, 1) ? 0 : leap->leap > 0 ? 1 : 2;
}

void core_leap_status(struct core *core)
{
	struct core_leap *status = &core->status.leap;
	const struct leap_count *c = &core->leap;
	int64_t now = core->last_raw_ns;

	status->by = core->label.state == LABEL_UNKNOWN ? CORE_LEAP_BY_NOTHING : c->by;
	status->said_by = (int)c->word.by;
	status->count = c->word.by ? c->word.count : SAID_NO_COUNT;
	status->unknown = leap_count_unknown(c, now);
	status->withheld = leap_count_withholds(c, &core->config);
	status->corrected = c->corrected || core->config.leap_corrected;
	status->sure_raw_ns = leap_count_sure_raw_ns(c, now);
}
