/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/feed_choice.h"

#include "common/ns.h"
#include "core/calendar.h"

#define SYNC_AGE_MAX_NS (3 * NS_PER_S)
#define LEAP_BEFORE_S   3
#define LEAP_AFTER_S    900
/* Without GPS, 1 us for each 10 s. */
#define LOST_DIVISOR    10000000
#define UNLEARNED_NS    NS_PER_MS
#define PRECISION_BEST  (-20)
#define PRECISION_WORST (-1)

const char *feed_why_text(enum feed_why why)
{
	static const char *const texts[FEED_WHYS] = {
		[FEED_ELIGIBLE] = "",
		[FEED_NEW] = "not followed yet",
		[FEED_NO_ANNOUNCE] = "no Announce yet",
		[FEED_ARBITRARY] = "arbitrary timescale",
		[FEED_NO_UTC_OFFSET] = "no valid UTC offset",
		[FEED_CLASS] = "clockClass beyond --max-class",
		[FEED_NO_SYNC] = "no Sync within 3 s",
		[FEED_CONTRADICTS] = "contradicts GPS by more than 0.1 s",
		[FEED_LEAP] = "a leap second may be under way",
		[FEED_UNLEARNED] = "delay not learned against GPS",
		[FEED_UNLEARNED_WAITS] = "delay not learned, another clock's is",
	};

	return texts[why];
}

bool choice_month_ends(int64_t utc_ns)
{
	int year, month, day;
	int64_t utc_s = utc_ns / NS_PER_S;
	int64_t of_day = utc_s % S_PER_DAY;

	if (of_day > LEAP_AFTER_S && of_day < S_PER_DAY - LEAP_BEFORE_S) {
		return false;
	}
	calendar_date(of_day > LEAP_AFTER_S ? utc_s + LEAP_BEFORE_S : utc_s, &year, &month, &day);
	return day == 1;
}

static bool in_leap(const struct ptp_clock *clock)
{
	return clock->flags & (PTP_LEAP61 | PTP_LEAP59) &&
	       choice_month_ends(clock_utc_ns(clock, clock->last.master_ns));
}

/* All but whether its delay is known. */
static enum feed_why judge(const struct feed *feed, const struct ptp_clock *clock,
			   const struct feed_taught *taught, int64_t raw_ns)
{
	if (!clock->followed) {
		return FEED_NEW;
	}
	if (!clock->announced) {
		return FEED_NO_ANNOUNCE;
	}
	if (!(clock->flags & PTP_TIMESCALE)) {
		return FEED_ARBITRARY;
	}
	if (!(clock->flags & PTP_UTC_OFFSET_VALID)) {
		return FEED_NO_UTC_OFFSET;
	}
	if (clock->announce.clock_class > feed->max_class) {
		return FEED_CLASS;
	}
	if (clock->samples == 0 || raw_ns - clock->last.raw_ns > SYNC_AGE_MAX_NS) {
		return FEED_NO_SYNC;
	}
	if (taught->contradicts) {
		return FEED_CONTRADICTS;
	}
	return in_leap(clock) ? FEED_LEAP : FEED_ELIGIBLE;
}

/* The order of IEEE 1588's comparison of data sets, clause 9.3.4, without the topology. */
static bool is_better_master(const struct ptp_announce *a, const struct ptp_announce *b)
{
	const uint64_t rows[][2] = {
		{a->priority1, b->priority1}, {a->clock_class, b->clock_class},
		{a->accuracy, b->accuracy},   {a->variance, b->variance},
		{a->priority2, b->priority2}, {a->grandmaster, b->grandmaster},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i][0] != rows[i][1]) {
			return rows[i][0] < rows[i][1];
		}
	}
	return false;
}

static bool is_better(const struct feed *feed, const struct ptp_clocks *clocks, int a, int b)
{
	const struct feed_taught *ta = &feed->taught[a], *tb = &feed->taught[b];

	if (ta->learned != tb->learned) {
		return ta->learned;
	}
	if (a == feed->selected || b == feed->selected) {
		return a == feed->selected;
	}
	if (ta->learned) {
		return ta->jitter_ns < tb->jitter_ns;
	}
	return is_better_master(&clocks->clocks[a].announce, &clocks->clocks[b].announce);
}

int choice_make(struct feed *feed, const struct ptp_clocks *clocks, int64_t raw_ns)
{
	int best = -1;

	for (int i = 0; i < PTP_CLOCKS; i++) {
		const struct ptp_clock *clock = &clocks->clocks[i];
		struct feed_taught *taught = &feed->taught[i];

		if (!clock->used) {
			continue;
		}
		taught->why = judge(feed, clock, taught, raw_ns);
		if (taught->why == FEED_ELIGIBLE && !taught->learned && !feed->unlearned) {
			taught->why = FEED_UNLEARNED;
		}
		if (taught->why == FEED_ELIGIBLE &&
		    (best < 0 || is_better(feed, clocks, i, best))) {
			best = i;
		}
	}
	for (int i = 0; best >= 0 && feed->taught[best].learned && i < PTP_CLOCKS; i++) {
		if (feed->taught[i].why == FEED_ELIGIBLE && !feed->taught[i].learned) {
			feed->taught[i].why = FEED_UNLEARNED_WAITS;
		}
	}
	return best;
}

int choice_precision(const struct ptp_clock *clock, const struct feed_taught *taught,
		     int64_t lost_ns)
{
	int64_t error_ns = clock->jitter_ns;
	int precision = PRECISION_BEST;

	if (!taught->learned) {
		error_ns = error_ns > UNLEARNED_NS ? error_ns : UNLEARNED_NS;
	} else if (taught->jitter_ns > error_ns) {
		error_ns = taught->jitter_ns;
	}
	error_ns += lost_ns / LOST_DIVISOR;
	while (precision < PRECISION_WORST && NS_PER_S >> -precision < error_ns) {
		precision++;
	}
	return precision;
}
