/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/gate.h"

#include <stdlib.h>

#include "core/calendar.h"
#include "core/fit.h"

#define MS INT64_C(1000000)
#define US INT64_C(1000)

/* Edges further than this from the grid are no pulses, but glitches. */
#define NEAR_NS EDGES_REACH_NS
/* Edges of a train, one second apart, that make a first grid; and those that overrule an old one
 * that has had no good pulse for a while: sooner and fewer if they have moved clearly. */
#define TRAIN_FIRST     3
#define TRAIN_CHANGE    5
#define CHANGE_AFTER_NS (INT64_C(4500) * MS)
#define TRAIN_MOVED     3
#define MOVED_AFTER_NS  (INT64_C(2200) * MS)
#define MOVED_NS        (20 * MS)
/* …if its edges lie this near to one line, or as near as good pulses do. */
#define REACH_NS (100 * US)
/* Three pulses make a first grid only if they lie on it like this; else it takes five. */
#define EXACT_NS (15 * US)
/* A grid that was alone for so long bears the second, whatever comes up beside it. */
#define SOLE_NS (30 * NS_PER_S)
/* A second train is gone when it was not seen for so long. */
#define RIVAL_GONE_NS (5 * NS_PER_S)
/* Two edges in one place are chance, but not twice within so long. */
#define CLOSE_AGAIN_NS (8 * NS_PER_S)
/* The grid is given up after this long without a good pulse. */
#define LOST_NS (300 * NS_PER_S)

/*
 * The spread of the pulses is taken from those on the early side, between these quantiles: an
 * interrupt is late, never early, so that up to half of all stamps may be late and not widen it.
 * Of a normal distribution they lie 0.589 sigma apart.
 */
#define EARLY_LOW    200
#define EARLY_HIGH   400
#define EARLY_SPREAD 589
/* A residual beyond so many limits counts as so many: growth has bounds. */
#define RESIDUAL_LIMITS 4

/* The popcorn limit: so many sigma, but no less than the floor (interrupt latency's own tail). */
#define LIMIT_SIGMAS   8
#define LIMIT_FLOOR_NS (10 * US)
/* Whatever the jitter: later is late. */
#define LIMIT_MOST_NS (800 * US)
/* While the grid is fitted to its first pulses, and the jitter not yet known. */
#define LIMIT_START_NS       (500 * US)
#define LIMIT_START_LEAST_NS (30 * US)
#define START_LIMITS         10
#define START_PULSES         8
/* What a second without a pulse adds: crystals wander with the temperature. */
#define WANDER_NS_PER_S 1000

/* A spread above this is worth another look: eight pulses on a line that is so many times better.
 */
#define REFIT_SIGMA_NS (5 * US)
#define REFIT_BETTER   4

/* Longest memory of the filter, in pulses. */
#define MEMORY 16

void gate_init(struct gate *g)
{
	*g = (struct gate){.period_q16 = NS_PER_S << 16};
	robust_init(&g->residuals, GATE_SIGMA);
}

static int64_t early_sigma(const struct robust *residuals)
{
	return (robust_quantile(residuals, EARLY_HIGH) - robust_quantile(residuals, EARLY_LOW)) *
	       1000 / EARLY_SPREAD;
}

int64_t gate_period_ns(const struct gate *g)
{
	return g->period_q16 >> 16;
}

int64_t gate_jitter_ns(const struct gate *g)
{
	return g->residuals.count < START_PULSES ? 0 : g->sigma_ns;
}

static int64_t seconds_to_ns(const struct gate *g, int64_t seconds)
{
	/* In two parts: the product would overflow after 39 hours. */
	return seconds * (g->period_q16 >> 16) + ((seconds * (g->period_q16 & 0xffff)) >> 16);
}

int64_t gate_floor(const struct gate *g, int64_t raw_ns)
{
	int64_t seconds = floor_div(raw_ns - g->grid_raw_ns, gate_period_ns(g));

	return g->grid_raw_ns + seconds_to_ns(g, seconds);
}

/* The period of a line through few pulses is as good as they lie on it, and as it is long. */
static int64_t unlearned(const struct gate *g)
{
	return WANDER_NS_PER_S + g->start_limit_ns / g->updates;
}

static int64_t popcorn_limit(const struct gate *g, int64_t seconds)
{
	int64_t limit = LIMIT_SIGMAS * g->sigma_ns;

	if (g->residuals.count < START_PULSES) {
		limit = g->start_limit_ns;
	}
	if (limit < LIMIT_FLOOR_NS) {
		limit = LIMIT_FLOOR_NS;
	}
	limit += (seconds - 1) * (g->updates < START_PULSES ? unlearned(g) : WANDER_NS_PER_S);
	return limit < LIMIT_MOST_NS ? limit : LIMIT_MOST_NS;
}

static int64_t most_off(const struct robust *residuals)
{
	int64_t most = 0;

	for (int i = 0; i < residuals->count; i++) {
		int64_t off = llabs(residuals->values[i]);

		most = off > most ? off : most;
	}
	return most;
}

/* While the jitter is not known: a multiple of what the few pulses on the line are off it. */
static int64_t start_limit_ns(const struct robust *residuals)
{
	int64_t most = most_off(residuals);

	/* Three hardly leave the line that is made from them. */
	most *= residuals->count > TRAIN_FIRST + 1 ? START_LIMITS / 2 : START_LIMITS;
	if (most < LIMIT_START_LEAST_NS) {
		return LIMIT_START_LEAST_NS;
	}
	return most < LIMIT_START_NS ? most : LIMIT_START_NS;
}

static int64_t reach_ns(const struct gate *g)
{
	int64_t limit = g->locked ? popcorn_limit(g, 1) : 0;

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

/* Starts the grid from the train that ends at raw_ns, if there is one long enough. */
static void find_grid(struct gate *g, int64_t raw_ns, int needed, struct gate_result *result)
{
	bool first = !g->locked;
	int64_t old_grid = first ? 0 : gate_floor(g, raw_ns + gate_period_ns(g) / 2);
	struct robust phase;
	struct fit fit;

	edges_train(&g->edges, first ? FIT_MAX : needed, &phase);
	if (edges_rival(&g->edges) || (first && gate_doubtful(g, raw_ns)) ||
	    !fit_train(&fit, &phase, reach_ns(g), needed) || !fit.newest ||
	    edges_earlier(&g->edges, raw_ns + fit.offset_ns, NS_PER_S + (fit.error_q16 >> 16),
			  LIMIT_START_NS)) {
		return;
	}
	if (first && fit.residuals.count < TRAIN_CHANGE && most_off(&fit.residuals) > EXACT_NS) {
		return; /* three late ones lie on a line by chance, but not exactly */
	}
	take_line(g, &fit, raw_ns);
	result->verdict = GATE_FOUND;
	result->first = first;
	result->shift_ns = first ? 0 : g->grid_raw_ns - old_grid;
	g->locked = true;
	g->updates = needed - 1;
	g->last_good_raw_ns = raw_ns;
	g->sole_raw_ns = raw_ns;
	g->near_raw_ns = 0;
}

/* Two edges where one should be, and the same not long ago: more than chance. */
static bool doubled(struct gate *g, int64_t raw_ns)
{
	bool close = edges_close(&g->edges, NEAR_NS);
	bool again = close && g->close_raw_ns && raw_ns - g->close_raw_ns < CLOSE_AGAIN_NS &&
		     raw_ns - g->close_raw_ns > NS_PER_S / 2;

	if (close) {
		g->close_raw_ns = raw_ns;
	}
	return again;
}

/* Does the edge belong to a second regular train, and does that make the grid doubtful? */
static void hear_rival(struct gate *g, int64_t raw_ns, int64_t residual)
{
	bool far = llabs(residual) > NEAR_NS;
	bool rival = doubled(g, raw_ns) || (far && edges_paired(&g->edges));

	if (!rival || raw_ns - g->last_good_raw_ns > GATE_LIVE_NS) {
		return;
	}
	g->heard_raw_ns = raw_ns;
	if (raw_ns - g->sole_raw_ns < SOLE_NS) {
		g->rival_raw_ns = raw_ns;
		g->sole_raw_ns = raw_ns;
	}
}

bool gate_doubtful(const struct gate *g, int64_t raw_ns)
{
	return g->rival_raw_ns && raw_ns - g->rival_raw_ns < RIVAL_GONE_NS;
}

bool gate_live(const struct gate *g, int64_t raw_ns)
{
	return g->locked && raw_ns - g->last_good_raw_ns <= GATE_LIVE_NS &&
	       !gate_doubtful(g, raw_ns);
}

static void take_residual(struct gate *g, int64_t residual)
{
	int64_t most = RESIDUAL_LIMITS * popcorn_limit(g, 1);

	robust_add(&g->residuals, residual > most ? most : residual < -most ? -most : residual);
	g->sigma_due = true;
}

/*
 * A refused edge near the grid, earlier than it should be: what it says of the spread waits until
 * no nearer one can come. One that is later says nothing: interrupts are.
 */
static void hold_residual(struct gate *g, int64_t point, int64_t residual)
{
	if (g->near_raw_ns && point - g->near_raw_ns > NS_PER_S / 2) {
		take_residual(g, g->near_ns);
		g->near_raw_ns = 0;
	}
	if (!g->near_raw_ns || llabs(residual) < llabs(g->near_ns)) {
		g->near_raw_ns = point;
		g->near_ns = residual;
	}
}

/*
 * A good pulse: the first few are fitted together; then an alpha-beta filter, whose memory grows
 * with the pulses to MEMORY, follows.
 */
static void follow(struct gate *g, int64_t raw_ns, int64_t seconds, int64_t residual)
{
	if (g->near_raw_ns && raw_ns - g->near_raw_ns > NS_PER_S / 2) {
		take_residual(g, g->near_ns);
	}
	g->near_raw_ns = 0;
	take_residual(g, residual);

	int64_t k = g->updates < MEMORY ? ++g->updates : MEMORY;
	int64_t scale = (k + 1) * (k + 2);

	g->grid_raw_ns += seconds_to_ns(g, seconds) + residual * 2 * (2 * k + 1) / scale;
	g->period_q16 += residual * 65536 * 6 / scale / seconds;
}

/*
 * While the grid is young, each pulse near it is one more to fit it to; but late ones, even many,
 * do not make it later.
 */
static bool fitted(struct gate *g, int64_t raw_ns)
{
	struct robust phase;
	struct fit fit;

	if (g->updates + 1 >= START_PULSES) {
		return false;
	}
	g->updates++;
	edges_train(&g->edges, FIT_MAX, &phase);
	if (!fit_train(&fit, &phase, reach_ns(g), TRAIN_FIRST) ||
	    raw_ns + fit.offset_ns > gate_floor(g, raw_ns + NS_PER_S / 2) + REACH_NS) {
		return false;
	}
	take_line(g, &fit, raw_ns);
	return true;
}

/* All but the edges. */
static void forget_grid(struct gate *g)
{
	struct edges edges = g->edges;

	gate_init(g);
	g->edges = edges;
}

/*
 * A grid that was fitted to late pulses makes the good ones look noisy: where those of late keep
 * far better to a line of their own, that is the grid.
 */
static void refit(struct gate *g, int64_t raw_ns)
{
	struct robust phase;
	struct fit fit;

	if (g->sigma_ns < REFIT_SIGMA_NS || g->updates < START_PULSES ||
	    g->residuals.next % FIT_MAX != 0) {
		return;
	}
	edges_train(&g->edges, FIT_MAX, &phase);
	if (fit_train(&fit, &phase, g->sigma_ns / REFIT_BETTER, FIT_MAX)) {
		take_line(g, &fit, raw_ns);
	}
}

/* Another phase altogether; or a little early, which no interrupt is. */
static bool moved(const struct gate_result *result, bool near)
{
	return llabs(result->residual_ns) > MOVED_NS ||
	       (near && result->residual_ns < 0 && result->residual_ns > -LIMIT_START_NS);
}

struct gate_result gate_edge(struct gate *g, int64_t raw_ns)
{
	struct gate_result result = {.verdict = GATE_UNSETTLED};

	gate_tick(g, raw_ns);
	edges_add(&g->edges, raw_ns);
	if (!g->locked) {
		if (doubled(g, raw_ns) || edges_rival(&g->edges)) {
			g->rival_raw_ns = raw_ns;
		}
		find_grid(g, raw_ns, TRAIN_FIRST, &result);
		return result;
	}

	int64_t dt = raw_ns - g->grid_raw_ns;
	int64_t seconds = (dt + gate_period_ns(g) / 2) / gate_period_ns(g);

	result.residual_ns = dt - seconds_to_ns(g, seconds);
	result.limit_ns = popcorn_limit(g, seconds > 0 ? seconds : 1);
	bool near = seconds >= 1 && llabs(result.residual_ns) <= NEAR_NS;

	hear_rival(g, raw_ns, result.residual_ns);

	if (near && llabs(result.residual_ns) <= result.limit_ns) {
		if (!fitted(g, raw_ns)) {
			follow(g, raw_ns, seconds, result.residual_ns);
		}
		refit(g, raw_ns);
		result.verdict = GATE_GOOD;
		g->last_good_raw_ns = raw_ns;
		return result;
	}
	result.verdict = near ? GATE_POPCORN : GATE_GLITCH;
	if (near && result.residual_ns < -LIMIT_START_NS && raw_ns - g->sole_raw_ns < SOLE_NS) {
		/* No interrupt is early: the pulses that made the grid were late. */
		forget_grid(g);
		return result;
	}
	if (near && !fitted(g, raw_ns) && result.residual_ns < 0) {
		hold_residual(g, raw_ns - result.residual_ns, result.residual_ns);
	}

	int64_t silent = raw_ns - g->last_good_raw_ns;

	if (moved(&result, near) && silent > MOVED_AFTER_NS) {
		find_grid(g, raw_ns, TRAIN_MOVED, &result);
	} else if (silent > CHANGE_AFTER_NS) {
		find_grid(g, raw_ns, TRAIN_CHANGE, &result);
	}
	return result;
}

void gate_tick(struct gate *g, int64_t raw_ns)
{
	if (g->sigma_due) {
		g->sigma_ns = early_sigma(&g->residuals);
		g->sigma_due = false;
	}
	if (g->locked && (raw_ns - g->last_good_raw_ns > LOST_NS ||
			  !fit_credible(g->period_q16 - (NS_PER_S << 16)))) {
		gate_init(g);
	}
}
