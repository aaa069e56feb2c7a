/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/nqptp_filter.h"

#include "common/ns.h"

#define EAGER_NS NS_PER_S            /* how long what is larger is believed at once */
#define CLAMP_NS (5 * NS_PER_MS / 2) /* a message is late by more: it counts as if by this */
#define OFF_NS   (50 * NS_PER_MS)    /* an offset so far away is not let in, ... */
#define AHEAD_NS NS_PER_S            /* ... and after so long it has jumped */
#define BACK_NS  (4 * NS_PER_S)
#define GROUP_NS (4 * NS_PER_S)
#define GAP_NS   (60 * NS_PER_S) /* after such a silence it starts anew */

enum { JUMP_SAMPLES = 4, GROUP_SAMPLES = 32, DRIFT_MAX_PPB = 200000, DRIFT_PART = 8 };

/* Modulo 2^64: what a packet says can be anything. */
static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

void nqptp_filter_restart(struct nqptp_filter *filter)
{
	*filter = (struct nqptp_filter){0};
}

static void start(struct nqptp_filter *filter, int64_t offset_ns, int64_t raw_ns)
{
	*filter = (struct nqptp_filter){.started = true,
					.offset_ns = offset_ns,
					.start_raw_ns = raw_ns,
					.last_raw_ns = raw_ns};
}

/* One more that is off. True if it has jumped. */
static bool has_jumped(struct nqptp_filter *filter, bool ahead, int64_t raw_ns)
{
	if (filter->off == 0 || ahead != (filter->off > 0)) {
		filter->off = 0;
		filter->off_since_raw_ns = raw_ns;
	}
	filter->off += ahead ? 1 : -1;
	return (filter->off >= JUMP_SAMPLES || filter->off <= -JUMP_SAMPLES) &&
	       raw_ns - filter->off_since_raw_ns >= (ahead ? AHEAD_NS : BACK_NS);
}

static void learn_drift(struct nqptp_filter *filter)
{
	const struct nqptp_group *now = &filter->group, *then = &filter->before;
	int64_t apart_us = (now->raw_ns - then->raw_ns) / 1000;
	int64_t ppb = then->count && apart_us > 0
			      ? minus(now->offset_ns, then->offset_ns) * NS_PER_MS / apart_us
			      : DRIFT_MAX_PPB + 1;

	if (ppb >= -DRIFT_MAX_PPB && ppb <= DRIFT_MAX_PPB) {
		filter->drift_ppb += (ppb - filter->drift_ppb) / (filter->drifts ? DRIFT_PART : 1);
		filter->drifts = true;
	}
}

static void put_in_group(struct nqptp_filter *filter, int64_t offset_ns, int64_t raw_ns)
{
	struct nqptp_group *group = &filter->group;

	if (group->count >= GROUP_SAMPLES && raw_ns - group->begin_raw_ns >= GROUP_NS) {
		learn_drift(filter);
		filter->before = *group;
		group->count = 0;
	}
	if (group->count == 0) {
		group->begin_raw_ns = raw_ns;
	}
	if (group->count == 0 || minus(offset_ns, group->offset_ns) > 0) {
		group->offset_ns = offset_ns;
		group->raw_ns = raw_ns;
	}
	group->count++;
}

/* From the instant of the last message to this one. */
static void move_on(struct nqptp_filter *filter, int64_t raw_ns)
{
	int64_t passed_us = (raw_ns - filter->last_raw_ns) / 1000;

	filter->offset_ns = plus(filter->offset_ns, passed_us * filter->drift_ppb / NS_PER_MS);
	filter->last_raw_ns = raw_ns;
}

static void weigh(struct nqptp_filter *filter, int64_t more_ns, int64_t raw_ns)
{
	bool eager = raw_ns - filter->start_raw_ns < EAGER_NS;

	if (more_ns < 0) {
		more_ns = eager ? 0 : (more_ns > -CLAMP_NS ? more_ns : -CLAMP_NS) / 256;
	} else if (!eager) {
		more_ns /= 16;
	}
	filter->offset_ns = plus(filter->offset_ns, more_ns);
}

bool nqptp_filter_feed(struct nqptp_filter *filter, int64_t offset_ns, int64_t raw_ns)
{
	if (!filter->started || raw_ns - filter->last_raw_ns >= GAP_NS) {
		start(filter, offset_ns, raw_ns);
	}
	move_on(filter, raw_ns);
	int64_t more_ns = minus(offset_ns, filter->offset_ns);

	if (more_ns > OFF_NS || more_ns < -OFF_NS) {
		if (!has_jumped(filter, more_ns > 0, raw_ns)) {
			return false;
		}
		start(filter, offset_ns, raw_ns);
		more_ns = 0;
	}
	weigh(filter, more_ns, raw_ns);
	put_in_group(filter, offset_ns, raw_ns);
	filter->off = 0;
	return true;
}
