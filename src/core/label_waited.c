/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/label_parts.h"

/* Bursts that waited are compared with those before for so long. */
#define WAITED_NS (10 * NS_PER_S)

bool label_late(const struct fix *fix)
{
	return fix->made_raw_ns <= fix->raw_ns - CONTINUOUS_NS;
}

bool label_leaves(const struct label *l, const struct weighing *w)
{
	int64_t later = w->result.lag_ns - l->waited_lag_ns;
	int64_t made_later = later - fix_wait_ns(w->fix) + fix_wait_ns(&l->waited);

	return label_late(w->fix) && l->waited.raw_ns &&
	       w->fix->raw_ns - l->waited.raw_ns < WAITED_NS && llabs(later) > NS_PER_S / 2 &&
	       llabs(made_later) > NS_PER_S / 2;
}

bool label_waited(const struct label *l, const struct fix *fix, int64_t lag_ns, int64_t *jump_s)
{
	int64_t usual = robust_median(&l->recent);

	*jump_s = -floor_div(lag_ns - usual, NS_PER_S);
	if (!l->recent_exact && lag_ns < usual && lag_ns > -CANDIDATE_EARLY_NS) {
		*jump_s = 0; /* those before it had waited, too, and for longer */
		return false;
	}
	if (!(l->attached || l->carried) || l->state == LABEL_LEAPING || fix->leap_second ||
	    fix->made_raw_ns == LINE_NEVER) {
		return false;
	}
	int64_t late = lag_ns + *jump_s * NS_PER_S - usual;
	int64_t waited = fix_wait_ns(fix);
	/* In a dispute only those count that come as others did before it. */
	bool as_before =
		l->state != LABEL_DISPUTED || llabs(lag_ns - l->waited_lag_ns) < LABEL_USUAL_NS;
	int64_t most = NS_PER_S - (as_before ? LABEL_USUAL_NS : SAME_PHASE_NS);

	return late < most && waited > late && waited - late < most;
}

enum label_verdict label_bear(struct label *l, struct weighing *w)
{
	rival_except(&l->rival);
	l->contrary = 0;
	l->lag_changes = 0;
	l->last_confirm_raw_ns = w->fix->raw_ns;
	if (++l->confirms >= w->config->agree) {
		l->state = LABEL_TRUSTED;
	}
	label_hear_witness(l, w);
	return LABEL_BORNE;
}

bool label_fits_rival(const struct label *l, const struct fix *fix, int64_t lag_ns)
{
	int64_t late = lag_ns + l->rival.jump_s * NS_PER_S - l->rival.lag_ns;

	return l->rival.votes > 0 && late > 0 &&
	       fix->made_raw_ns < fix->raw_ns - (late - LABEL_USUAL_NS); /* LINE_NEVER is */
}
