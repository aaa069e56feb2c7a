/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/rival.h"

#include <stdlib.h>

#include "core/calendar.h"

void rival_vote(struct rival *r, int64_t jump_s, int64_t lag_ns, bool usual, int64_t raw_ns)
{
	if (r->votes > 0 && r->jump_s != jump_s) {
		rival_except(r);
		if (r->votes > 0) {
			return;
		}
	}
	if (r->votes == 0) {
		*r = (struct rival){.jump_s = jump_s, .since_raw_ns = raw_ns};
	}
	if (llabs(jump_s) == 1 && !usual && llabs(lag_ns - r->lag_ns) > RIVAL_LAG_NS) {
		r->streak = 0;
	}
	r->lag_ns = lag_ns;
	r->votes++;
	r->streak++;
}

void rival_except(struct rival *r)
{
	if (r->votes == 0) {
		return;
	}
	r->others++;
	r->streak = 0;
	if ((r->others - 1) * RIVAL_EXCEPTION > r->votes) {
		*r = (struct rival){0};
	}
}

bool rival_held(const struct rival *r, int64_t raw_ns, int64_t hold_ns)
{
	return r->votes > 0 && raw_ns - r->since_raw_ns >= hold_ns && r->streak >= RIVAL_LAST &&
	       r->votes >= hold_ns / NS_PER_S / 2;
}
