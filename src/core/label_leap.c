/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/label_parts.h"
#include "core/leap_count.h"

/* Where a leap second is possible, where a late burst could hide one, a lag continues so near. */
#define LEAP_CONTINUOUS_NS (250 * NS_PER_MS)
/* …and no wait makes a burst earlier. */
#define LEAP_EARLIER_NS (100 * NS_PER_MS)
/* What a list says is not given up before a receiver would have had its almanac: 12.5 minutes. */
#define LISTED_LATE_S (13 * 60)
/* Fixes in a row that show a leap second of which no list knows. */
#define LEAP_FIXES 10

/* A list of leap seconds says what there is at this half-year's end. */
static bool leap_known(const struct core_config *config, int64_t half_year_s)
{
	return half_year_s >= config->pivot_s && half_year_s <= config->leap_known_until_s;
}

/* …namely one: +1 inserted, -1 deleted. */
static int leap_listed(const struct core_config *config, int64_t half_year_s)
{
	bool listed = leap_known(config, half_year_s) && half_year_s == config->leap_utc_s;

	return listed ? config->leap : 0;
}

static bool leap_possible(const struct core_config *config, int64_t half_year_s)
{
	return !leap_known(config, half_year_s) || leap_listed(config, half_year_s) != 0;
}

void label_leap_settled(struct label *l, int64_t utc_s, const struct core_config *config)
{
	do {
		utc_s = calendar_next_half_year_s(utc_s);
	} while (!leap_possible(config, utc_s));
	l->half_year_s = utc_s;
}

void label_leap_expect(struct label *l, int64_t utc_s)
{
	l->half_year_s = calendar_next_half_year_s(utc_s);
	l->state = LABEL_LEAPING;
	l->confirms = 0;
	l->leap_lag_ns = l->steady_lag_ns;
}

int64_t label_leap_window(int64_t utc_s, const struct core_config *config)
{
	int64_t boundary = calendar_next_half_year_s(utc_s - LEAP_LATE_S - 1);
	bool near = utc_s >= boundary - 1 && utc_s <= boundary + LEAP_LATE_S;

	return near && leap_possible(config, boundary) ? boundary : 0;
}

/* When that second began, or will, by the label. */
static int64_t raw_of(const struct label *l, int64_t utc_s)
{
	return l->anchor_raw_ns + (utc_s - l->anchor_utc_s) * l->second_ns;
}

void label_leap_denied(struct label *l, const struct weighing *w, int64_t lag_ns)
{
	int64_t told_by_s = l->half_year_s;
	int64_t story_s = LEAP_LATE_S + w->config->relabel_hold_ns * 3 / 2 / NS_PER_S;

	if (leap_listed(w->config, l->half_year_s)) {
		/* The receiver may only not have learned of it yet, if it went on as before. */
		bool crossed = l->adopted_raw_ns < raw_of(l, l->half_year_s);

		told_by_s += crossed ? LISTED_LATE_S : LEAP_LATE_S;
	}
	int64_t late = lag_ns - l->leap_lag_ns;
	bool usual = candidate_proven(w->fix, w->pulses) && late < LEAP_CONTINUOUS_NS &&
		     late > -LEAP_EARLIER_NS;

	if (w->fix->utc_s > told_by_s + (usual ? 0 : story_s) &&
	    ++l->confirms >= w->config->agree) {
		l->state = LABEL_TRUSTED;
		label_leap_settled(l, w->fix->utc_s, w->config);
	}
}

/* No leap second is told before its time: the last second of the half-year may be left out. */
static bool told_before(const struct label *l, int64_t boundary_s)
{
	return l->rival.since_raw_ns < raw_of(l, boundary_s) - NS_PER_S - CANDIDATE_EARLY_NS;
}

bool label_leap_told(struct label *l, const struct weighing *w)
{
	int64_t boundary = label_leap_window(w->fix->utc_s, w->config);
	int listed = leap_listed(w->config, boundary);

	/* What a list knows is settled by it: the listed one is taken, sooner, and no other. */
	if (llabs(l->rival.jump_s) != 1 || !boundary || l->rival.jump_s == listed ||
	    told_before(l, boundary)) {
		return false;
	}
	if (listed && l->half_year_s > boundary) {
		return false; /* it is done */
	}
	if (l->state != LABEL_LEAPING) {
		label_leap_expect(l, w->fix->utc_s - LEAP_LATE_S - 1);
	}
	return l->rival.streak >= (listed ? w->config->agree : LEAP_FIXES) &&
	       llabs(l->rival.lag_ns - robust_median(&l->recent)) < SAME_PHASE_NS;
}

bool label_stepped(const struct label *l)
{
	return l->provisional && l->rival.jump_s && llabs(l->rival.jump_s) <= LEAP_STEP_MOST_S &&
	       llabs(l->rival.lag_ns - robust_median(&l->recent)) < SAME_PHASE_NS;
}

bool label_step_told(const struct label *l, const struct weighing *w)
{
	/* Where the label is published it may as well be a fault of the receiver's. */
	return label_stepped(l) && l->withheld && l->rival.streak >= w->config->agree;
}
