/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <math.h>
#include <stdlib.h>

#include "cli/drift.h"
#include "common/ns.h"

/* Stamps are no better than this, however well a few of them agree. */
#define JITTER_LEAST_NS 200.0

/* Counted from the first pulse: doubles hold that to a fraction of a nanosecond. */
static double second_of(const struct drift_pulse *pulses, int i)
{
	return (double)(pulses[i].utc_s - pulses[0].utc_s);
}

/* How much later than each second is long by the raw clock, since the first pulse. */
static double surplus_of(const struct drift_pulse *pulses, int i)
{
	return (double)(pulses[i].raw_ns - pulses[0].raw_ns -
			(pulses[i].utc_s - pulses[0].utc_s) * NS_PER_S);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), by_size);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* The middle one of the slopes between all pairs (Theil, Sen): late pulses do not bend it. */
static double middle_slope(const struct drift_pulse *pulses, int count)
{
	static double slopes[DRIFT_PULSES_MAX * (DRIFT_PULSES_MAX - 1) / 2];
	int n = 0;

	for (int i = 0; i < count; i++) {
		for (int j = i + 1; j < count; j++) {
			slopes[n++] = (surplus_of(pulses, j) - surplus_of(pulses, i)) /
				      (second_of(pulses, j) - second_of(pulses, i));
		}
	}
	return median(slopes, n);
}

/* Which pulses lie on the line of the middle slope. */
static int choose(const struct drift_pulse *pulses, int count, bool *good)
{
	double off[DRIFT_PULSES_MAX], sorted[DRIFT_PULSES_MAX];
	double slope = middle_slope(pulses, count);
	int n = 0;

	for (int i = 0; i < count; i++) {
		off[i] = sorted[i] = surplus_of(pulses, i) - slope * second_of(pulses, i);
	}
	double middle = median(sorted, count);

	for (int i = 0; i < count; i++) {
		off[i] = sorted[i] = fabs(off[i] - middle);
	}
	/* 1.4826 of the median are the standard deviation. */
	double limit = 4 * fmax(1.4826 * median(sorted, count), JITTER_LEAST_NS);

	for (int i = 0; i < count; i++) {
		good[i] = off[i] <= limit;
		n += good[i];
	}
	return n;
}

static void least_squares(const struct drift_pulse *pulses, int count, const bool *good,
			  struct drift *drift)
{
	double n = drift->pulses, x = 0, y = 0, xx = 0, xy = 0, rest = 0;

	for (int i = 0; i < count; i++) {
		x += good[i] ? second_of(pulses, i) / n : 0;
		y += good[i] ? surplus_of(pulses, i) / n : 0;
	}
	for (int i = 0; i < count; i++) {
		double dx = good[i] ? second_of(pulses, i) - x : 0;

		xx += dx * dx;
		xy += dx * (surplus_of(pulses, i) - y);
	}
	double slope = xy / xx;

	for (int i = 0; i < count; i++) {
		double off = surplus_of(pulses, i) - y - slope * (second_of(pulses, i) - x);

		rest += good[i] ? off * off : 0;
	}
	drift->jitter_ns = sqrt(rest / (n - 2));
	drift->error_ppm = 3 * fmax(drift->jitter_ns, JITTER_LEAST_NS) / sqrt(xx) / 1e3;
	/* A raw second is 1 + slope / 1e9 true ones; the clock is to be made right by a factor. */
	drift->ppm = (1 / (1 + slope / 1e9) - 1) * 1e6;
}

bool drift_fit(const struct drift_pulse *pulses, int count, struct drift *drift)
{
	bool good[DRIFT_PULSES_MAX];

	*drift = (struct drift){0};
	if (count < DRIFT_PULSES_MIN || count > DRIFT_PULSES_MAX) {
		return false;
	}
	drift->pulses = choose(pulses, count, good);
	if (drift->pulses < DRIFT_PULSES_MIN || drift->pulses * 4 < count * 3) {
		return false;
	}
	least_squares(pulses, count, good, drift);
	return true;
}
