/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/poll_track.h"

#include <stdlib.h>

#include "common/ns.h"

/* The window: from what finds any pulse to what a thread needs to wake up in time. */
#define HALF_MOST_NS  NS_PER_MS
#define HALF_LEAST_NS 100000
/* A polled edge farther from the kernel's stamp is of something else. */
#define FAR_NS NS_PER_MS
/* A bracket so many times as wide as usual, and wider than two reads can be, was interrupted. */
enum { WIDE = 4 };
#define WIDE_LEAST_NS 3000
/* So many pairs make a bias. */
enum { PAIRS_LEAST = 8 };
/* So many pulses elsewhere, and that is where they are. */
enum { STRAYS = 3 };

void poll_track_init(struct poll_track *t, int64_t bias_ns)
{
	*t = (struct poll_track){
		.bias_ns = bias_ns, .interval_ns = NS_PER_S, .half_ns = HALF_MOST_NS};
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Of the distances to zero, or where zero is 0 of the values. */
static int64_t median_about(const int64_t *values, unsigned int count, int64_t zero)
{
	int64_t sorted[POLL_PAIRS] = {0};

	for (unsigned int i = 0; i < count; i++) {
		sorted[i] = zero ? llabs(values[i] - zero) : values[i];
	}
	qsort(sorted, count, sizeof(*sorted), by_size);
	return sorted[count / 2];
}

/* Into a ring of so many; how many it holds then. */
static unsigned int ring_add(int64_t *ring, unsigned int size, unsigned int *count, int64_t value)
{
	ring[(*count)++ % size] = value;
	return *count < size ? *count : size;
}

/* Is it an edge of this pulse, and was the poller not interrupted at it? */
static bool is_usable(struct poll_track *t, int64_t kernel_ns, const struct poll_edge *edge)
{
	if (edge->outcome != POLL_SEEN || llabs(kernel_ns - edge->at_ns) > FAR_NS) {
		return false;
	}
	/* Each counts for what is usual: were it only those that are not wide, none might be left. */
	unsigned int held = ring_add(t->widths, POLL_WIDTHS, &t->width_count, edge->width_ns);

	t->width_ns = median_about(t->widths, held, 0);
	return edge->width_ns <= WIDE * t->width_ns || edge->width_ns <= WIDE_LEAST_NS ||
	       edge->width_ns / 2 < t->spread_ns;
}

static void learn_bias(struct poll_track *t, int64_t bias_ns)
{
	unsigned int held = ring_add(t->biases, POLL_PAIRS, &t->bias_count, bias_ns);

	if (held >= PAIRS_LEAST) {
		t->bias_ns = median_about(t->biases, held, 0);
		t->spread_ns = median_about(t->biases, held, t->bias_ns);
	}
}

/* How well it was foreseen, and so how far around the next one to look. */
static void learn_window(struct poll_track *t, bool seen, int64_t at_ns)
{
	int64_t off_ns = t->expected_ns ? llabs(at_ns - t->expected_ns) : 0;
	int64_t wanted_ns;

	if (!seen) {
		t->half_ns = t->half_ns < HALF_MOST_NS / 2 ? 2 * t->half_ns : HALF_MOST_NS;
		return;
	}
	off_ns = off_ns > HALF_MOST_NS / 8 ? HALF_MOST_NS / 8 : off_ns;
	t->scatter_ns -= t->scatter_ns / 16;
	t->scatter_ns = off_ns > t->scatter_ns ? off_ns : t->scatter_ns;
	wanted_ns = 8 * t->scatter_ns > HALF_LEAST_NS ? 8 * t->scatter_ns : HALF_LEAST_NS;
	t->half_ns -= t->half_ns / 32;
	t->half_ns = t->half_ns < wanted_ns ? wanted_ns : t->half_ns;
}

static void learn_interval(struct poll_track *t, int64_t at_ns, bool skipped)
{
	int64_t interval_ns = at_ns - t->last_ns;

	if (t->last_ns && !skipped && llabs(interval_ns - NS_PER_S) < NS_PER_MS) {
		t->interval_ns += (interval_ns - t->interval_ns) / 4;
	}
	t->last_ns = at_ns;
	t->expected_ns = at_ns + t->interval_ns;
}

/* A glitch, or the first of pulses that have moved; the window goes on from second to second. */
static bool is_stray(struct poll_track *t, int64_t at_ns)
{
	if (!t->expected_ns) {
		return false;
	}
	for (int i = 0; i < STRAYS && at_ns - t->expected_ns > t->interval_ns / 2; i++) {
		t->expected_ns += t->interval_ns; /* a second without a pulse */
	}
	if (llabs(at_ns - t->expected_ns) <= FAR_NS || ++t->strays == STRAYS) {
		t->strays = 0;
		return false;
	}
	t->expected_ns += t->expected_ns <= at_ns ? t->interval_ns : 0;
	return true;
}

struct poll_stamp poll_track_take(struct poll_track *t, int64_t kernel_ns,
				  const struct poll_edge *edge, bool skipped)
{
	bool usable = is_usable(t, kernel_ns, edge);
	struct poll_stamp stamp = {.kind = PULSE_STAMPED,
				   .at_ns = kernel_ns - t->bias_ns,
				   .width_ns = edge->outcome == POLL_SEEN ? edge->width_ns : 0};

	if (usable) {
		learn_bias(t, kernel_ns - edge->at_ns);
		stamp.kind = PULSE_POLLED;
		stamp.at_ns = edge->at_ns;
	} else if (t->bias_ns) {
		stamp.kind = PULSE_CORRECTED;
	}
	stamp.bias_ns = t->bias_ns;
	if (is_stray(t, stamp.at_ns)) {
		return stamp;
	}
	learn_window(t, edge->outcome == POLL_SEEN, stamp.at_ns);
	learn_interval(t, stamp.at_ns, skipped);
	return stamp;
}

bool poll_track_next(const struct poll_track *t, int64_t *expected_ns, int64_t *half_ns)
{
	*expected_ns = t->expected_ns;
	*half_ns = t->half_ns;
	return t->expected_ns != 0;
}
