/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/feed.h"

#include <stdlib.h>
#include <string.h>

#include "common/ns.h"
#include "ptp/feed_choice.h"

/* More can be no path delay: the clock counts UTC otherwise. */
#define ERROR_MAX_NS (NS_PER_S / 10)
/* A label so old tells nothing about now. */
#define GPS_AGE_MAX_NS (5 * NS_PER_S)
/* Without new errors for so long, what is shown of them is of the past. */
#define ERROR_AGE_MAX_NS (10 * NS_PER_S)

void feed_init(struct feed *feed, bool unlearned, int max_class)
{
	memset(feed, 0, sizeof(*feed));
	feed->unlearned = unlearned;
	feed->max_class = max_class;
	feed->selected = -1;
}

void feed_gps(struct feed *feed, const struct feed_gps *gps, int64_t raw_ns)
{
	feed->gps = *gps;
	if (gps->locked) {
		feed->lost_raw_ns = raw_ns;
	}
}

/* What was taught is of another time, path or count. */
static void forget(struct feed_taught *taught)
{
	robust_init(&taught->errors, FEED_ERRORS);
	robust_init(&taught->batch, FEED_BATCH);
	taught->learned = false;
	taught->first_raw_ns = 0;
}

static uint16_t scale_of(const struct ptp_clock *clock)
{
	return clock->flags & (PTP_TIMESCALE | PTP_UTC_OFFSET_VALID);
}

/* The second by which UTC was announced to fall behind, or to catch up, and no other. */
static bool offset_leapt(const struct feed_taught *taught, const struct ptp_clock *clock)
{
	int step = clock->announce.utc_offset_s - taught->utc_offset_s;

	return ((step == 1 && taught->leap61) || (step == -1 && taught->leap59)) &&
	       choice_month_ends(clock_utc_ns(clock, clock->last.master_ns));
}

static void remember(struct feed_taught *taught, const struct ptp_clock *clock)
{
	taught->grandmaster = clock->announce.grandmaster;
	taught->utc_offset_s = clock->announce.utc_offset_s;
	taught->flags = scale_of(clock);
	taught->leap61 = clock->flags & PTP_LEAP61;
	taught->leap59 = clock->flags & PTP_LEAP59;
}

/* Is it still the clock that was taught about? */
static void compare(struct feed_taught *taught, const struct ptp_clock *clock, bool jumped)
{
	if (taught->serial != clock->serial) {
		memset(taught, 0, sizeof(*taught));
		forget(taught);
		taught->serial = clock->serial;
	} else if (jumped || taught->grandmaster != clock->announce.grandmaster ||
		   taught->flags != scale_of(clock)) {
		forget(taught);
	} else if (taught->utc_offset_s != clock->announce.utc_offset_s) {
		robust_init(&taught->batch, FEED_BATCH);
		if (!offset_leapt(taught, clock)) {
			forget(taught);
		}
	}
	remember(taught, clock);
}

/* GPS time at that instant. False if the label is not near it. */
static bool gps_utc_ns(const struct feed_gps *gps, int64_t raw_ns, int64_t *utc_ns)
{
	int64_t passed = raw_ns - gps->raw_ns;

	if (!gps->locked || llabs(passed) > GPS_AGE_MAX_NS) {
		return false;
	}
	*utc_ns = gps->utc_ns + passed - passed / NS_PER_MS * gps->period_error_ppb / 1000;
	return true;
}

static void learn(struct feed *feed, struct feed_taught *taught, const struct ptp_sample *sample,
		  int64_t utc_ns)
{
	int64_t gps_ns;

	/* Both are not negative; and differences of two errors must not overflow. */
	if (!gps_utc_ns(&feed->gps, sample->raw_ns, &gps_ns) || utc_ns > INT64_MAX / 2) {
		return;
	}
	int64_t error_ns = utc_ns - gps_ns;

	bool contradicts = llabs(error_ns) > ERROR_MAX_NS;

	if (contradicts != taught->contradicts) {
		forget(taught);
		taught->contradicts = contradicts;
	}
	if (taught->errors.count == 0) {
		taught->first_raw_ns = sample->raw_ns;
	}
	taught->error_raw_ns = sample->raw_ns;
	robust_add(&taught->errors, error_ns);
}

void feed_taken(struct feed *feed, const struct ptp_clocks *clocks, const struct ptp_taken *taken)
{
	const struct ptp_clock *clock = taken->clock;
	struct feed_taught *taught = &feed->taught[clock - clocks->clocks];

	compare(taught, clock, taken->jumped);
	if (!taken->sampled || !clock_tells_utc(clock)) {
		return;
	}
	int64_t utc_ns = clock_utc_ns(clock, taken->sample.master_ns);

	if (utc_ns < 0) {
		return;
	}
	learn(feed, taught, &taken->sample, utc_ns);
	robust_add(&taught->batch, utc_ns - taken->sample.real_ns);
	taught->last = taken->sample;
}

static void take_over(const struct feed *feed, struct feed_taught *taught)
{
	if (feed->gps.locked && !taught->contradicts &&
	    taught->errors.count >= FEED_LEARN_SAMPLES &&
	    taught->error_raw_ns - taught->first_raw_ns >= FEED_LEARN_NS) {
		int64_t median = robust_median(&taught->errors);

		taught->delay_ns = -median;
		taught->jitter_ns = robust_sigma_about(&taught->errors, median);
		taught->learned = true;
	}
}

static void fill(const struct feed *feed, const struct ptp_clock *clock,
		 const struct feed_taught *taught, int64_t raw_ns, struct feed_sample *sample)
{
	int64_t lost_ns = feed->gps.locked || !feed->lost_raw_ns ? 0 : raw_ns - feed->lost_raw_ns;

	*sample = (struct feed_sample){
		.clock_ns = taught->last.real_ns + robust_median(&taught->batch) +
			    (taught->learned ? taught->delay_ns : 0),
		.receive_ns = taught->last.real_ns,
		.leap = clock->flags & PTP_LEAP61   ? 1
			: clock->flags & PTP_LEAP59 ? 2
						    : 0,
		.precision = choice_precision(clock, taught, lost_ns),
	};
}

bool feed_tick(struct feed *feed, const struct ptp_clocks *clocks, int64_t raw_ns,
	       struct feed_sample *sample)
{
	bool ready = false;

	for (int i = 0; i < PTP_CLOCKS; i++) {
		if (clocks->clocks[i].used && clocks->clocks[i].serial == feed->taught[i].serial) {
			take_over(feed, &feed->taught[i]);
		}
	}
	feed->selected = choice_make(feed, clocks, raw_ns);
	if (feed->selected >= 0 && feed->taught[feed->selected].batch.count > 0) {
		fill(feed, &clocks->clocks[feed->selected], &feed->taught[feed->selected], raw_ns,
		     sample);
		feed->fed = true;
		ready = true;
	}
	for (int i = 0; i < PTP_CLOCKS; i++) {
		robust_init(&feed->taught[i].batch, FEED_BATCH);
	}
	return ready;
}

void feed_set(struct feed *feed)
{
	for (int i = 0; i < PTP_CLOCKS; i++) {
		robust_init(&feed->taught[i].batch, FEED_BATCH);
	}
}

bool feed_error(const struct feed *feed, int index, int64_t *error_ns, int64_t *jitter_ns)
{
	const struct feed_taught *taught = &feed->taught[index];

	if (!feed->gps.locked || taught->errors.count == 0 ||
	    feed->gps.raw_ns - taught->error_raw_ns > ERROR_AGE_MAX_NS) {
		return false;
	}
	*error_ns = robust_median(&taught->errors);
	*jitter_ns = robust_sigma_about(&taught->errors, *error_ns);
	return true;
}
