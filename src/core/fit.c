/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/fit.h"

#include <stdlib.h>

static int64_t slope_q16(const struct robust *phase, int i, int j)
{
	return (phase->values[i] - phase->values[j]) * 65536 / (j - i);
}

/* How far the edge k seconds ago is from the line through that of i seconds ago. */
static int64_t distance(const struct robust *phase, int64_t error_q16, int i, int k)
{
	return phase->values[k] - phase->values[i] + ((k - i) * error_q16 >> 16);
}

/* The edges on that line, as bits. */
static unsigned on_line(const struct robust *phase, int64_t error_q16, int i, int64_t reach_ns)
{
	unsigned edges = 0;

	for (int k = 0; k < phase->count; k++) {
		if (llabs(distance(phase, error_q16, i, k)) <= reach_ns) {
			edges |= 1U << k;
		}
	}
	return edges;
}

/* The most edges on one credible line; of two lines with as many the earlier one's. */
static unsigned best_line(const struct robust *phase, int64_t error_ns, int64_t reach_ns)
{
	unsigned best = 0;
	int64_t best_offset = 0;

	for (int i = 0; i < phase->count; i++) {
		for (int j = i + 1; j < phase->count; j++) {
			int64_t error = slope_q16(phase, i, j);
			int64_t offset = phase->values[i] + (i * error >> 16);
			unsigned edges = on_line(phase, error, i, reach_ns);
			int more = __builtin_popcount(edges) - __builtin_popcount(best);

			if (llabs(error) < error_ns * 65536 &&
			    (more > 0 || (more == 0 && offset < best_offset))) {
				best = edges;
				best_offset = offset;
			}
		}
	}
	return best;
}

bool fit_train(struct fit *fit, const struct robust *phase, int64_t error_ns, int64_t reach_ns,
	       int needed)
{
	unsigned edges = best_line(phase, error_ns, reach_ns);
	struct robust values;

	if (__builtin_popcount(edges) < needed) {
		return false;
	}
	/* Among those, medians: of all slopes (Theil and Sen), and of the distances. */
	robust_init(&values, ROBUST_MAX);
	for (int i = 0; i < phase->count; i++) {
		for (int j = i + 1; j < phase->count; j++) {
			if (edges >> i & edges >> j & 1) {
				robust_add(&values, slope_q16(phase, i, j));
			}
		}
	}
	fit->error_q16 = robust_median(&values);
	robust_init(&values, ROBUST_MAX);
	for (int i = 0; i < phase->count; i++) {
		if (edges >> i & 1) {
			robust_add(&values, phase->values[i] + (i * fit->error_q16 >> 16));
		}
	}
	fit->offset_ns = robust_median(&values);
	fit->residuals = values;
	robust_shift(&fit->residuals, -fit->offset_ns);
	fit->newest = edges & 1;
	fit->seconds = 31 - __builtin_clz(edges) - __builtin_ctz(edges);
	return llabs(fit->error_q16) < error_ns * 65536;
}
