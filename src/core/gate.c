/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/gate.h"

#include <stdlib.h>

#include "core/gate_parts.h"

/* A new grid overrules one that has had no good pulse for so long. */
#define CHANGE_AFTER_NS (4500 * NS_PER_MS)
/* The grid is given up after this long without a good pulse. */
#define LOST_NS (300 * NS_PER_S)

/*
 * The spread of the pulses is taken from those on the early side: an interrupt is late, never
 * early, so that up to half of all stamps may be late and not widen it. Few residuals make the
 * distance of two quantiles wander: the smaller of two is taken; but of very few the inner two are
 * neighbours, which by chance are one. Of a normal distribution the two distances are 0.589 and
 * 1.282 sigma.
 */
#define EARLY_INNER        200, 400
#define EARLY_INNER_SPREAD 589
#define EARLY_OUTER        100, 500
#define EARLY_OUTER_SPREAD 1282
#define EARLY_INNER_LEAST  48
/* A residual beyond so many limits counts as so many: growth has bounds. */
#define RESIDUAL_LIMITS 4

/* The popcorn limit: so many sigma, but no less than the floor (interrupt latency's own tail). */
#define LIMIT_SIGMAS 7
/* …and of few residuals, whose sigma is less well known, higher by this over their number squared. */
#define LIMIT_UNSURE   100
#define LIMIT_FLOOR_NS (10 * US)
/* Whatever the jitter: later is late. */
#define LIMIT_MOST_NS (800 * US)
/* What a second without a pulse adds: crystals wander with the temperature. */
#define WANDER_NS_PER_S 1000

/* Longest memory of the filter, in pulses. */
#define MEMORY 16

void gate_init(struct gate *g)
{
	*g = (struct gate){.period_q16 = NS_PER_S << 16};
	robust_init(&g->residuals, GATE_SIGMA);
}

static int64_t early_sigma(const struct robust *residuals)
{
	int64_t inner = robust_spread(residuals, EARLY_INNER) * 1000 / EARLY_INNER_SPREAD;
	int64_t outer = robust_spread(residuals, EARLY_OUTER) * 1000 / EARLY_OUTER_SPREAD;

	return inner < outer && residuals->count >= EARLY_INNER_LEAST ? inner : outer;
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

int64_t gate_limit_ns(const struct gate *g, int64_t seconds)
{
	int64_t limit = LIMIT_SIGMAS * g->sigma_ns;

	if (g->residuals.count < START_PULSES) {
		limit = g->start_limit_ns;
	} else if (g->residuals.count < GATE_SIGMA) {
		limit += limit * LIMIT_UNSURE / (g->residuals.count * g->residuals.count);
	}
	if (limit < LIMIT_FLOOR_NS) {
		limit = LIMIT_FLOOR_NS;
	}
	limit += (seconds - 1) * (g->updates < START_PULSES ? unlearned(g) : WANDER_NS_PER_S);
	return limit < LIMIT_MOST_NS ? limit : LIMIT_MOST_NS;
}

bool gate_live(const struct gate *g, int64_t raw_ns)
{
	return g->locked && raw_ns - g->last_good_raw_ns <= GATE_LIVE_NS &&
	       !gate_doubtful(g, raw_ns);
}

static void take_residual(struct gate *g, int64_t residual)
{
	int64_t most = RESIDUAL_LIMITS * gate_limit_ns(g, 1);

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

	k = k >= seconds ? k - seconds + 1 : 1; /* what nobody saw fades */
	int64_t scale = (k + 1) * (k + 2);

	g->coast_raw_ns = g->grid_raw_ns + seconds_to_ns(g, seconds);
	g->coast_q16 = g->period_q16;
	g->grid_raw_ns += seconds_to_ns(g, seconds) + residual * 2 * (2 * k + 1) / scale;
	g->period_q16 += residual * 65536 * 6 / scale / seconds;
}

/* All but the edges, and how fast the raw clock's crystal is. */
static void forget_grid(struct gate *g)
{
	struct edges edges = g->edges;
	int64_t known_q16 = g->residuals.count < GATE_KNOWN ? g->known_q16 : g->period_q16;

	gate_init(g);
	g->edges = edges;
	g->known_q16 = known_q16;
}

/* Another phase altogether; or a little early, which no interrupt is. */
static bool moved(const struct gate_result *result, bool near)
{
	return llabs(result->residual_ns) > GATE_MOVED_NS ||
	       (near && result->residual_ns < 0 && result->residual_ns > -LIMIT_START_NS);
}

struct gate_result gate_edge(struct gate *g, int64_t raw_ns)
{
	struct gate_result result = {.verdict = GATE_UNSETTLED};

	gate_tick(g, raw_ns);
	edges_add(&g->edges, raw_ns);
	gate_keep_doubt(g, raw_ns);
	if (!g->locked) {
		if (gate_doubled(g, raw_ns) || edges_rival(&g->edges)) {
			g->rival_raw_ns = raw_ns;
		}
		gate_find(g, raw_ns, TRAIN_FIRST, &result);
		return result;
	}

	int64_t dt = raw_ns - g->grid_raw_ns;
	int64_t seconds = (dt + gate_period_ns(g) / 2) / gate_period_ns(g);

	result.residual_ns = dt - seconds_to_ns(g, seconds);
	result.limit_ns = gate_limit_ns(g, seconds > 0 ? seconds : 1);
	bool near = seconds >= 1 && llabs(result.residual_ns) <= NEAR_NS;

	if (raw_ns - g->last_good_raw_ns < LATE_NS) {
		gate_cross(g, raw_ns);
	}
	if (near && g->unsure && raw_ns - g->last_good_raw_ns > ABSENT_NS) {
		forget_grid(g);
		gate_find(g, raw_ns, TRAIN_FIRST, &result);
		return result;
	}
	gate_hear_rival(g, raw_ns, &result);
	if (near) {
		g->last_near_raw_ns = raw_ns;
	}

	if (near && llabs(result.residual_ns) <= result.limit_ns &&
	    !edges_newest_late(&g->edges, g->sole_raw_ns, gate_period_ns(g), LATE_NS)) {
		if (!gate_fitted(g, raw_ns)) {
			follow(g, raw_ns, seconds, result.residual_ns);
		}
		gate_refit(g, raw_ns);
		result.verdict = GATE_GOOD;
		gate_come_back(g, raw_ns);
		return result;
	}
	result.verdict = near ? GATE_POPCORN : GATE_GLITCH;
	if (near && result.residual_ns < -LIMIT_START_NS && raw_ns - g->sole_raw_ns < SOLE_NS) {
		/* No interrupt is early: the pulses that made the grid were late. */
		forget_grid(g);
		return result;
	}
	if (near && !gate_fitted(g, raw_ns) && result.residual_ns < 0 &&
	    result.residual_ns > -LIMIT_MOST_NS) {
		hold_residual(g, raw_ns - result.residual_ns, result.residual_ns);
	}

	int64_t silent = raw_ns - g->last_good_raw_ns;

	if (!near && raw_ns - g->last_near_raw_ns <= MOVED_AFTER_NS) {
		return result; /* the pulses are late, not gone: this is another train */
	}
	if (moved(&result, near) && silent > MOVED_AFTER_NS) {
		gate_find(g, raw_ns, TRAIN_MOVED, &result);
	} else if (silent > CHANGE_AFTER_NS) {
		gate_find(g, raw_ns, TRAIN_CHANGE, &result);
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
			  llabs(g->period_q16 - (NS_PER_S << 16)) >= PERIOD_ERROR_NS * 65536)) {
		gate_init(g);
	}
}
