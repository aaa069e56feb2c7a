/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/gate_parts.h"

/* Edges of a train lie on one line if they are this near to it, or as near as good pulses are. */
#define REACH_NS (100 * US)
/* Crystals are within 100 ppm of a second. */
#define CRYSTAL_NS (120 * US)
/*
 * Three pulses in a row make a first grid only if they lie on it like this, fewer than five with
 * gaps the more exactly, as one far from the others hardly leaves the line that it bends; else it
 * takes five.
 */
#define EXACT_NS (15 * US)
/* What the few pulses on the first line are off it, so many times, may others be; but at least. */
#define START_LIMITS         10
#define LIMIT_START_LEAST_NS (30 * US)
/* …whose second differs by no more, and what they are off it, from what it was when well known. */
#define SAME_CRYSTAL_NS (5 * US)
/*
 * A spread above this is worth another look: so many of the last pulses on a line that is so many
 * times better. Pulses that only jitter do that once in months.
 */
#define REFIT_SIGMA_NS (5 * US)
#define REFIT_BETTER   10
#define REFIT_OF       16
#define REFIT_LEAST    12

/* For so long at most are all pulses late but those that made a well known grid. */
#define LATE_MOST_NS (60 * NS_PER_S)
/* Pulses that scatter by more than so many times its sigma, and this, are not those that made it. */
#define KNOWN_SIGMAS   3
#define KNOWN_LEAST_NS (2 * US)

/* How far the worst pulse is off the line; but = 1: the worst but one. */
static int64_t most_off(const struct robust *residuals, int but)
{
	int64_t most[2] = {0, 0};

	for (int i = 0; i < residuals->count; i++) {
		int64_t off = llabs(residuals->values[i]);

		if (off > most[0]) {
			most[1] = most[0];
			most[0] = off;
		} else if (off > most[1]) {
			most[1] = off;
		}
	}
	return most[but];
}

/* Few hardly leave the line that is made from them; of more one may be late. */
static bool one_may_be_late(const struct robust *residuals)
{
	return residuals->count > TRAIN_FIRST + 1;
}

/* While the jitter is not known: a multiple of what the few pulses on the line are off it. */
static int64_t start_limit_ns(const struct robust *residuals)
{
	int64_t most = most_off(residuals, 0);

	if (one_may_be_late(residuals)) {
		int64_t next = most_off(residuals, 1);

		most = most / 2 < next ? most / 2 : next;
	}
	most *= START_LIMITS;
	if (most < LIMIT_START_LEAST_NS) {
		return LIMIT_START_LEAST_NS;
	}
	return most < LIMIT_START_NS ? most : LIMIT_START_NS;
}

static int64_t reach_ns(const struct gate *g)
{
	int64_t limit = g->locked ? gate_limit_ns(g, 1) : 0;

	return limit < REACH_NS ? REACH_NS : limit < 2 * REACH_NS ? limit : 2 * REACH_NS;
}

/* The line through the early pulses of the train that ends at raw_ns becomes the grid. */
static void take_line(struct gate *g, const struct fit *fit, int64_t raw_ns)
{
	g->period_q16 = (NS_PER_S << 16) + fit->error_q16;
	g->grid_raw_ns = raw_ns + fit->offset_ns;
	robust_init(&g->residuals, GATE_SIGMA);
	for (int i = 0; i < fit->residuals.count; i++) {
		robust_add(&g->residuals, fit->residuals.values[i]);
	}
	g->start_limit_ns = start_limit_ns(&fit->residuals);
	g->sigma_due = true;
}

/*
 * A clock that is worse than any crystal, in a virtual machine, needs more pulses and exact ones.
 */
static bool find_line(const struct gate *g, struct fit *fit, const struct robust *phase, int needed)
{
	return fit_train(fit, phase, CRYSTAL_NS, reach_ns(g), needed) ||
	       fit_train(fit, phase, PERIOD_ERROR_NS, EXACT_NS, TRAIN_CHANGE);
}

/*
 * A train a little behind a grid that is well known may be pulses that are late for long; unless it
 * keeps to a line as they did, for a while, and to their period.
 */
static bool late_for_long(const struct gate *g, int64_t shift_ns, int64_t raw_ns)
{
	struct robust phase;
	struct fit fit;

	if (shift_ns <= 0 || shift_ns >= NEAR_NS || g->residuals.count < GATE_KNOWN ||
	    raw_ns - g->last_good_raw_ns > LATE_MOST_NS) {
		return false;
	}
	int64_t exact = EXACT_NS + gate_limit_ns(g, 1);

	edges_train(&g->edges, FIT_MAX, &phase);
	if (!fit_train(&fit, &phase, CRYSTAL_NS, exact, FIT_MAX)) {
		return true;
	}
	int64_t drift_ns = (fit.error_q16 + (NS_PER_S << 16) - g->period_q16) >> 16;
	int64_t sigma_ns = robust_sigma_about(&fit.residuals, robust_median(&fit.residuals));

	return llabs(drift_ns) > exact || sigma_ns > KNOWN_SIGMAS * g->sigma_ns + KNOWN_LEAST_NS;
}

/* One edge a second, but for one by chance: of two trains nobody knows which the pulses moved to. */
static bool alone(const struct gate *g, int64_t raw_ns, int pulses)
{
	return edges_since(&g->edges, raw_ns - pulses * NS_PER_S + NS_PER_S / 2) <= pulses + 1;
}

/*
 * Three late ones lie on a line by chance, but not exactly; nor is the second of it, or of more but not
 * all of them, the crystal's.
 */
static bool by_chance(const struct gate *g, const struct fit *fit)
{
	int64_t most_ns = most_off(&fit->residuals, 0);
	int64_t changed_ns = (fit->error_q16 + (NS_PER_S << 16) - g->known_q16) >> 16;

	if (fit->residuals.count < TRAIN_CHANGE &&
	    most_ns * fit->seconds > EXACT_NS * (TRAIN_FIRST - 1)) {
		return true;
	}
	return g->known_q16 && fit->residuals.count < FIT_MAX &&
	       llabs(changed_ns) > SAME_CRYSTAL_NS + most_ns;
}

void gate_find(struct gate *g, int64_t raw_ns, int needed, struct gate_result *result)
{
	bool first = !g->locked;
	int64_t old_grid = first ? 0 : gate_floor(g, raw_ns + gate_period_ns(g) / 2);
	struct robust phase;
	struct fit fit;

	edges_train(&g->edges, first ? FIT_MAX : needed, &phase);
	if (edges_rival(&g->edges) || (first && gate_doubtful(g, raw_ns)) ||
	    (!first && (!alone(g, raw_ns, needed) || gate_beside(g, raw_ns))) ||
	    !find_line(g, &fit, &phase, needed) || !fit.newest ||
	    edges_earlier(&g->edges, raw_ns + fit.offset_ns, NS_PER_S + (fit.error_q16 >> 16),
			  LIMIT_START_NS)) {
		return;
	}
	if (first && by_chance(g, &fit)) {
		return;
	}
	int64_t shift = first ? 0 : raw_ns + fit.offset_ns - old_grid;

	if (late_for_long(g, shift, raw_ns)) {
		return;
	}
	take_line(g, &fit, raw_ns);
	result->verdict = GATE_FOUND;
	result->first = first;
	result->shift_ns = shift;
	g->locked = true;
	g->updates = needed - 1;
	g->last_good_raw_ns = raw_ns;
	g->last_near_raw_ns = raw_ns;
	g->sole_raw_ns = raw_ns;
	g->near_raw_ns = 0;
	g->unsure = false;
}

/* Few that lie on a line exactly are better than one more that does not. */
static bool worse(const struct robust *residuals, const struct robust *than)
{
	return residuals->count <= than->count + 1 &&
	       most_off(than, one_may_be_late(than)) <= EXACT_NS &&
	       most_off(residuals, 0) > 2 * EXACT_NS;
}

bool gate_fitted(struct gate *g, int64_t raw_ns)
{
	struct robust phase;
	struct fit fit;

	if (g->updates + 1 >= START_PULSES) {
		return false;
	}
	g->updates++;
	edges_train(&g->edges, FIT_MAX, &phase);
	if (!fit_train(&fit, &phase, CRYSTAL_NS, reach_ns(g), TRAIN_FIRST) ||
	    raw_ns + fit.offset_ns > gate_floor(g, raw_ns + NS_PER_S / 2) + REACH_NS ||
	    worse(&fit.residuals, &g->residuals)) {
		return false;
	}
	take_line(g, &fit, raw_ns);
	return true;
}

void gate_refit(struct gate *g, int64_t raw_ns)
{
	struct robust phase;
	struct fit fit;

	if (g->sigma_ns < REFIT_SIGMA_NS || g->updates < START_PULSES ||
	    g->residuals.next % FIT_MAX != 0) {
		return;
	}
	edges_train(&g->edges, REFIT_OF, &phase);
	if (fit_train(&fit, &phase, CRYSTAL_NS, g->sigma_ns / REFIT_BETTER, REFIT_LEAST)) {
		take_line(g, &fit, raw_ns);
	}
}
