/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/label_parts.h"

/* The pulses moved by the parts of a second for which the raw clock stood still, but for this. */
#define STOOD_STILL_NS (100 * NS_PER_MS)
/* …and if they did not move at all, for less: else it stood for a whole number of seconds. */
#define NOT_MOVED_NS (20 * NS_PER_MS)

void label_stood_still(struct label *l, int64_t raw_ns, int64_t for_ns)
{
	bool leap = l->state == LABEL_LEAPING && llabs(for_ns - NS_PER_S) < STOOD_STILL_NS;

	/* A deleted second sets the clock, too; and what was contradicted before is no suspend. */
	if (!leap && l->contrary == 0 && l->stood_ns < LABEL_STOOD_MOST_NS) {
		l->stood_ns += for_ns;
	}
	l->stood_raw_ns = raw_ns;
}

bool label_shows_suspend(const struct label *l, const struct fix *fix, int64_t lag_ns)
{
	int64_t sooner_ns = robust_median(&l->recent) - lag_ns;
	int64_t left_ns = llabs(sooner_ns - l->stood_ns);

	return l->stood_ns && fix->raw_ns > l->stood_raw_ns && left_ns < SAME_PHASE_NS &&
	       left_ns < llabs(sooner_ns);
}

/* What is left of the second, if the raw clock stood still and something has moved by shift_ns. */
static int64_t unexplained_ns(const struct label *l, int64_t shift_ns)
{
	int64_t left = l->stood_ns + shift_ns;

	return llabs(left - ns_to_nearest_s(left) * NS_PER_S);
}

bool label_moved_by_suspend(const struct label *l, int64_t shift_ns)
{
	return l->stood_ns && unexplained_ns(l, shift_ns) < STOOD_STILL_NS;
}

void label_deny_suspend(struct label *l, int64_t raw_ns)
{
	if (raw_ns > l->stood_raw_ns && unexplained_ns(l, 0) > NOT_MOVED_NS) {
		l->stood_ns = 0;
	}
}
