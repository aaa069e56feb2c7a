/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/gate.h"

#include <stdlib.h>

#include "core/calendar.h"

#define MS INT64_C(1000000)
#define US INT64_C(1000)

/* Edges further than this from the grid are no pulses, but glitches. */
#define NEAR_NS (5 * MS)
/* Two edges belong to one train if a whole number of seconds apart, give or take this. */
#define TRAIN_NS (3 * MS)
/* Edges of a train, one second apart, that make a first grid; and those that overrule an old one.
 */
#define TRAIN_FIRST  3
#define TRAIN_CHANGE 5
/* …if these lie this near to one another, or as near as good pulses do. */
#define ONE_PHASE_NS (100 * US)
/* An old grid is not overruled while good pulses come. */
#define CHANGE_AFTER_NS (INT64_C(4500) * MS)
/* How wrong the raw clock's second may be: crystals are within 100 ppm. */
#define PERIOD_ERROR_NS (500 * US)
/* The grid is given up after this long without a good pulse. */
#define LOST_NS (300 * NS_PER_S)

/* The popcorn limit: so many sigma, but no less than the floor (interrupt latency's own tail). */
#define LIMIT_SIGMAS   8
#define LIMIT_FLOOR_NS (10 * US)
/* While the grid is fitted to its first pulses, and the jitter not yet known. */
#define LIMIT_START_NS (500 * US)
#define START_PULSES   8
/* What a second without a pulse adds: crystals wander with the temperature… */
#define WANDER_NS_PER_S 1000
/* …and before the period is learned nothing is known but the crystal's class, 100 ppm. */
#define UNLEARNED_NS_PER_S (100 * US)

/* Longest memory of the filter, in pulses. */
#define MEMORY 16

void gate_init(struct gate *g)
{
	*g = (struct gate){.period_q16 = NS_PER_S << 16};
	robust_init(&g->residuals, GATE_SIGMA);
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

static int64_t history_at(const struct gate *g, int back)
{
	return g->history[(g->history_next - 1 - back + GATE_HISTORY) % GATE_HISTORY];
}

static void history_add(struct gate *g, int64_t raw_ns)
{
	g->history[g->history_next] = raw_ns;
	g->history_next = (g->history_next + 1) % GATE_HISTORY;
	if (g->history_count < GATE_HISTORY) {
		g->history_count++;
	}
}

/* The remembered edge nearest to an instant, if within TRAIN_NS. */
static bool history_near(const struct gate *g, int64_t raw_ns, int64_t *edge)
{
	bool found = false;

	for (int i = 0; i < g->history_count; i++) {
		int64_t at = history_at(g, i);

		if (llabs(at - raw_ns) <= TRAIN_NS &&
		    (!found || llabs(at - raw_ns) < llabs(*edge - raw_ns))) {
			*edge = at;
			found = true;
		}
	}
	return found;
}

/* Edges at raw_ns and one, two… seconds before, without a gap, up to most; phases in `phase`. */
static int train_length(const struct gate *g, int64_t raw_ns, int most, struct robust *phase)
{
	int length = 0;
	int64_t edge = 0;

	robust_init(phase, most);
	while (length < most && history_near(g, raw_ns - length * NS_PER_S, &edge)) {
		robust_add(phase, edge + length * NS_PER_S - raw_ns);
		length++;
	}
	return length;
}

/* Another train beside the one through raw_ns: two edges a second, and nothing tells which counts.
 */
static bool second_train(const struct gate *g, int64_t raw_ns)
{
	struct robust phase;

	for (int i = 0; i < g->history_count; i++) {
		int64_t edge = history_at(g, i);
		int64_t off = edge - raw_ns - ns_to_nearest_s(edge - raw_ns) * NS_PER_S;

		if (raw_ns - edge > NS_PER_S) {
			break;
		}
		if (llabs(off) > TRAIN_NS &&
		    train_length(g, edge, TRAIN_FIRST, &phase) == TRAIN_FIRST) {
			return true;
		}
	}
	return false;
}

/* A train is one of seconds if its period could be one, measured by a poor crystal. */
static bool credible_period(int64_t error_q16)
{
	return llabs(error_q16) < PERIOD_ERROR_NS * 65536;
}

/*
 * The first pulses, the late ones among them, through a line that a few wild ones cannot bend
 * (Theil and Sen: the median of all slopes): phase, period and residuals anew.
 */
static bool fit_start(struct gate *g, int64_t raw_ns, int most)
{
	struct robust phase;
	struct robust slopes;
	int count = train_length(g, raw_ns, most, &phase);

	if (count < TRAIN_FIRST) {
		return false;
	}
	robust_init(&slopes, ROBUST_MAX);
	for (int i = 0; i < count; i++) {
		for (int j = i + 1; j < count; j++) {
			/* values[i] is the phase i seconds ago */
			robust_add(&slopes, (phase.values[i] - phase.values[j]) * 65536 / (j - i));
		}
	}
	if (!credible_period(robust_median(&slopes))) {
		return false;
	}
	g->period_q16 = (NS_PER_S << 16) + robust_median(&slopes);
	for (int i = 0; i < count; i++) {
		phase.values[i] += (i * (g->period_q16 - (NS_PER_S << 16))) >> 16;
	}
	int64_t offset = robust_median(&phase);

	g->grid_raw_ns = raw_ns + offset;
	robust_init(&g->residuals, GATE_SIGMA);
	for (int i = 0; i < count; i++) {
		robust_add(&g->residuals, phase.values[i] - offset);
	}
	g->sigma_due = true;
	return true;
}

static int64_t popcorn_limit(const struct gate *g, int64_t seconds)
{
	int64_t limit = LIMIT_SIGMAS * g->sigma_ns;

	if (g->residuals.count < START_PULSES) {
		limit = LIMIT_START_NS;
	}
	if (limit < LIMIT_FLOOR_NS) {
		limit = LIMIT_FLOOR_NS;
	}
	limit += (seconds - 1) * (g->updates < START_PULSES ? UNLEARNED_NS_PER_S : WANDER_NS_PER_S);
	return limit < NEAR_NS ? limit : NEAR_NS;
}

/* The edges of the train keep to one phase: late ones, each by its own delay, are no new grid. */
static bool one_phase(const struct gate *g, const struct robust *phase)
{
	int64_t limit = popcorn_limit(g, 1);
	int64_t least = INT64_MAX;
	int64_t most = INT64_MIN;

	for (int i = 0; i < phase->count; i++) {
		int64_t at = phase->values[i] + i * (gate_period_ns(g) - NS_PER_S);

		least = at < least ? at : least;
		most = at > most ? at : most;
	}
	return most - least <= 2 * (limit > ONE_PHASE_NS ? limit : ONE_PHASE_NS);
}

/* Starts the grid from the train that ends at raw_ns, if there is one long enough. */
static void find_grid(struct gate *g, int64_t raw_ns, int needed, struct gate_result *result)
{
	struct robust phase;
	int64_t old_grid = 0;

	if (train_length(g, raw_ns, needed, &phase) < needed || second_train(g, raw_ns)) {
		return;
	}
	if (g->locked) {
		if (!one_phase(g, &phase)) {
			return;
		}
		old_grid = gate_floor(g, raw_ns + gate_period_ns(g) / 2);
	}
	if (!fit_start(g, raw_ns, needed)) {
		return;
	}
	g->updates = needed - 1;
	result->verdict = GATE_FOUND;
	result->first = !g->locked;
	result->shift_ns = g->locked ? g->grid_raw_ns - old_grid : 0;
	g->locked = true;
	g->last_good_raw_ns = raw_ns;
}

/*
 * A pulse near the grid: the first few are fitted together; then an alpha-beta filter, whose memory
 * grows with the pulses to MEMORY, follows the good ones.
 */
static void follow(struct gate *g, int64_t raw_ns, int64_t seconds, int64_t residual, bool good)
{
	if (g->updates + 1 < START_PULSES) {
		g->updates++;
		if (fit_start(g, raw_ns, g->updates + 1)) {
			return;
		}
	}
	robust_add(&g->residuals, residual);
	g->sigma_due = true;
	if (!good) {
		return;
	}
	int64_t k = g->updates < MEMORY ? ++g->updates : MEMORY;
	int64_t scale = (k + 1) * (k + 2);

	g->grid_raw_ns += seconds_to_ns(g, seconds) + residual * 2 * (2 * k + 1) / scale;
	g->period_q16 += residual * 65536 * 6 / scale / seconds;
}

struct gate_result gate_edge(struct gate *g, int64_t raw_ns)
{
	struct gate_result result = {.verdict = GATE_UNSETTLED};

	gate_tick(g, raw_ns);
	history_add(g, raw_ns);
	if (!g->locked) {
		find_grid(g, raw_ns, TRAIN_FIRST, &result);
		return result;
	}

	int64_t dt = raw_ns - g->grid_raw_ns;
	int64_t seconds = (dt + gate_period_ns(g) / 2) / gate_period_ns(g);

	result.residual_ns = dt - seconds_to_ns(g, seconds);
	result.limit_ns = popcorn_limit(g, seconds > 0 ? seconds : 1);
	bool near = seconds >= 1 && llabs(result.residual_ns) <= NEAR_NS;
	bool good = near && llabs(result.residual_ns) <= result.limit_ns;

	if (near) {
		follow(g, raw_ns, seconds, result.residual_ns, good);
	}
	if (good) {
		result.verdict = GATE_GOOD;
		g->last_good_raw_ns = raw_ns;
		return result;
	}
	result.verdict = near ? GATE_POPCORN : GATE_GLITCH;
	if (raw_ns - g->last_good_raw_ns > CHANGE_AFTER_NS) {
		find_grid(g, raw_ns, TRAIN_CHANGE, &result);
	}
	return result;
}

void gate_tick(struct gate *g, int64_t raw_ns)
{
	if (g->sigma_due) {
		g->sigma_ns = robust_sigma(&g->residuals);
		g->sigma_due = false;
	}
	if (g->locked && (raw_ns - g->last_good_raw_ns > LOST_NS ||
			  !credible_period(g->period_q16 - (NS_PER_S << 16)))) {
		gate_init(g);
	}
}
