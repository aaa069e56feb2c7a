/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/label_parts.h"

bool label_late(const struct fix *fix)
{
	return fix->headless || fix->made_raw_ns <= fix->raw_ns - CONTINUOUS_NS;
}

/* For some wait it comes as usual; and for none that is possible would it under another label. */
bool label_bears(const struct label *l, const struct weighing *w)
{
	int64_t late = w->result.lag_ns - robust_median(&l->recent);
	int64_t waited = fix_wait_ns(w->fix);
	int64_t most = NS_PER_S - LABEL_USUAL_NS;

	return label_late(w->fix) && (l->attached || l->carried) && !label_in_doubt(l) &&
	       !w->fix->leap_second && late >= 0 && late < most && waited > late &&
	       waited - late < most;
}

enum label_verdict label_bear(struct label *l, struct weighing *w)
{
	label_uphold(l, w);
	label_hear_witness(l, w);
	return LABEL_BORNE;
}
