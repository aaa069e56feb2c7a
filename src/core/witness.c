/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/witness.h"

#include <stdlib.h>

#include "core/calendar.h"

/*
 * A pulse lies so near to one of the clock's seconds that no other can be meant. The 50 ms to half
 * a second are the quarter of WITNESS_NS by which a bound may grow before it is told again.
 */
#define CERTAIN_NS (450 * NS_PER_MS)

/*
 * The bound that ntpd sets at its start, its growth each second, and how often it may have grown
 * until the kernel is asked.
 */
#define NTPD_START_US 16
#define GROWTH_US     500
#define SEEN_AFTER    4

/*
 * A leap second is told as soon as it is over, by a clock that was slewed a little since its word.
 */
#define LEAP_TOLD_S 3
#define SLEWED_NS   (200 * NS_PER_MS)

static bool ntpd_started(int64_t maxerr_us)
{
	int64_t grown_us = maxerr_us - NTPD_START_US;

	return grown_us >= 0 && grown_us % GROWTH_US == 0 && grown_us <= SEEN_AFTER * GROWTH_US;
}

void discipline_hear(struct discipline *d, const struct event *event, bool independent)
{
	bool sync = event->clock.sync;
	int64_t maxerr_us = event->clock.maxerr_us;
	bool fell = d->sync && sync && maxerr_us < d->maxerr_us;

	if (!sync || maxerr_us > WITNESS_NS / 1000 || (fell && ntpd_started(maxerr_us))) {
		d->witness = false;
	} else {
		d->witness = d->witness || d->leaping || (fell && independent);
	}
	d->leaping = false;
	d->sync = sync;
	d->maxerr_us = maxerr_us;
	d->real_minus_raw_ns = event->real_ns - event->raw_ns;
}

/* A second, give or take what the clock was slewed since the word before. */
static bool is_leap(const struct discipline *d, const struct event *event)
{
	int64_t s = floor_div(event->real_ns, NS_PER_S);
	int64_t moved;

	if (__builtin_sub_overflow(event->real_ns - event->raw_ns, d->real_minus_raw_ns, &moved)) {
		return false;
	}
	return llabs(llabs(moved) - NS_PER_S) < SLEWED_NS &&
	       llabs(calendar_next_half_year_s(s - LEAP_TOLD_S) - s) <= LEAP_TOLD_S;
}

void discipline_step(struct discipline *d, const struct event *event)
{
	d->leaping = d->witness && is_leap(d, event);
	d->witness = false;
	d->sync = false;
}

int64_t witness_lag_ns(const struct witness *w, int64_t raw_ns, int64_t utc_s)
{
	return raw_ns + w->real_minus_raw_ns - utc_s * NS_PER_S;
}

bool witness_second(const struct witness *w, int64_t second_raw_ns, int64_t *utc_s)
{
	int64_t real = second_raw_ns + w->real_minus_raw_ns;

	*utc_s = ns_to_nearest_s(real);
	return w->usable && w->error_ns <= WITNESS_NS &&
	       llabs(real - *utc_s * NS_PER_S) + w->error_ns < CERTAIN_NS;
}

bool witness_burst(const struct witness *w, const struct fix *fix, int64_t *utc_s)
{
	int64_t lag = witness_lag_ns(w, fix->raw_ns, fix->utc_s);

	*utc_s = fix->utc_s;
	if (lag <= WITNESS_LAG_EARLIEST_NS || lag >= WITNESS_LAG_LATEST_NS) {
		*utc_s += floor_div(lag - WITNESS_LAG_EARLIEST_NS, NS_PER_S);
	}
	return w->usable && w->error_ns <= WITNESS_NS;
}
