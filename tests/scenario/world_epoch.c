/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "world.h"

/* What a receiver does in one epoch: its pulse, the edges that do not belong, its burst. */

/* How long a receiver of style 3 goes on without the leap second. */
#define LEAP_LATE_S 30

int64_t world_utc_s(const struct world_config *config, int64_t n, bool *leap)
{
	int64_t utc_s = config->start_utc_s + n;

	*leap = false;
	if (config->leap > 0 && utc_s >= config->leap_utc_s) {
		*leap = utc_s == config->leap_utc_s;
		return *leap ? utc_s : utc_s - 1;
	}
	if (config->leap < 0 && utc_s >= config->leap_utc_s - 1) {
		return utc_s + 1;
	}
	return utc_s;
}

void world_push_edge(struct world *world, struct edge edge)
{
	int i = world->edge_count;

	if (i == EDGES) {
		return;
	}
	for (; i > 0 && world->edges[i - 1].t_ns > edge.t_ns; i--) {
		world->edges[i] = world->edges[i - 1];
	}
	world->edges[i] = edge;
	world->edge_count++;
}

static void push_glitch(struct world *world, int64_t n, int64_t epoch_ns)
{
	int64_t width = world->p[WORLD_WIDTH], at;
	bool clear = rng_chance(&world->rng, 500000);

	/* 1 ms or more away from both edges that belong. */
	do {
		at = rng_range(&world->rng, 10 * MS_NS, 990 * MS_NS);
	} while (at > width - 2 * MS_NS && at < width + 2 * MS_NS);
	at += epoch_ns;
	world_push_edge(world,
			(struct edge){.t_ns = at, .kind = EDGE_GLITCH, .n = n, .clear = clear});
	if (rng_chance(&world->rng, 300000)) {
		world_push_edge(world, (struct edge){.t_ns = at + 5 * US_NS,
						     .kind = EDGE_GLITCH,
						     .n = n,
						     .clear = !clear});
	}
}

static void push_pulse(struct world *world, int64_t n, int64_t epoch_ns)
{
	const int64_t *p = world->p;
	bool marks = p[WORLD_CLEAR_MARKS];
	struct edge edge = {.t_ns = epoch_ns, .n = n, .clear = marks};
	struct edge other = {.t_ns = epoch_ns + p[WORLD_WIDTH], .n = n, .clear = !marks};

	if (!p[WORLD_PULSES] || rng_chance(&world->rng, p[WORLD_MISSING])) {
		return;
	}
	other.kind = EDGE_OTHER;
	edge.t_ns += rng_bell(&world->rng, p[WORLD_JITTER]);
	other.t_ns += rng_bell(&world->rng, p[WORLD_JITTER]);
	if (rng_chance(&world->rng, p[WORLD_LOST])) {
		world->seq[marks]++;
		return;
	}
	if (rng_chance(&world->rng, p[WORLD_POPCORN])) {
		edge.kind = EDGE_POPCORN;
		edge.late_ns = rng_range(&world->rng, p[WORLD_POPCORN_MIN], p[WORLD_POPCORN_MAX]);
		edge.t_ns += edge.late_ns;
	}
	world_push_edge(world, edge);
	if (p[WORLD_BOTH_EDGES]) {
		world_push_edge(world, other);
	}
}

/* The UTC that the receiver prints for second n, and how far that is off. */
static struct stamp stamp_of(struct world *world, int64_t n, struct told *told)
{
	const struct world_config *config = &world->config;
	bool leap;
	struct stamp stamp = {.utc_s = world_utc_s(config, n, &leap)};
	int64_t since = stamp.utc_s - config->leap_utc_s;

	told->n = n;
	told->ahead_s = world->p[WORLD_LIE];
	if (rng_chance(&world->rng, world->p[WORLD_LIE_ONCE])) {
		told->ahead_s += rng_chance(&world->rng, 500000)
					 ? rng_range(&world->rng, 1, 2)
					 : rng_range(&world->rng, -3600, -1);
	}
	if (config->leap != 0 && world->p[WORLD_LEAP_STYLE] == 3) {
		if (since >= 0 && since < LEAP_LATE_S) {
			told->ahead_s += leap ? 0 : config->leap;
		}
	} else if (leap) {
		told->leap = true;
		stamp.sixty = world->p[WORLD_LEAP_STYLE] == 0;
		stamp.utc_s -= world->p[WORLD_LEAP_STYLE] == 1;
	}
	stamp.utc_s += told->ahead_s - world->p[WORLD_ERA] * 604800;
	return stamp;
}

static void push_sentence(struct world *world, enum world_sentence kind, int part,
			  const struct stamp *stamp, const struct told *of, int64_t start_ns)
{
	bool status = kind == NMEA_RMC || kind == NMEA_GGA || kind == NMEA_GLL;
	struct chunk *chunk = world_line_slot(world, start_ns);

	if (chunk == NULL) {
		return;
	}
	chunk->len = nmea_write(world->p, kind, part, stamp, chunk->bytes);
	chunk->whole = true;
	chunk->told = *of;
	chunk->told.status = status ? world->p[WORLD_FIX] != 0 : -1;
	chunk->told.timed = world->p[WORLD_FIX] && stamp->ms == 0 && (status || kind == NMEA_ZDA);
	chunk->told.day = world->p[WORLD_FIX] && (kind == NMEA_RMC || kind == NMEA_ZDA);
	world_line_send(world);
}

static void push_sentences(struct world *world, int64_t n, int sub, int64_t start_ns)
{
	const int64_t *p = world->p;
	struct told told = {0};
	struct stamp stamp = stamp_of(world, n, &told);

	stamp.ms = (int)(sub * 1000 / p[WORLD_RATE] + p[WORLD_FRACTION]);
	for (int i = 0; i < NMEA_KINDS; i++) {
		enum world_sentence kind =
			(enum world_sentence)((i + p[WORLD_ROTATE]) % NMEA_KINDS);
		int parts = kind == NMEA_GSV ? 3 : 1;

		if (!(p[WORLD_SENTENCES] & 1 << kind) || (sub > 0 && kind > NMEA_ZDA)) {
			continue;
		}
		for (int part = 0; part < parts; part++) {
			push_sentence(world, kind, part, &stamp, &told, start_ns);
		}
	}
}

static int64_t burst_lag(struct world *world)
{
	const int64_t *p = world->p;
	int64_t lag = p[WORLD_LAG] + world->lag_ns + rng_bell(&world->rng, p[WORLD_LAG_JITTER]);

	if (rng_chance(&world->rng, p[WORLD_LATE])) {
		lag += rng_range(&world->rng, p[WORLD_LATE_MIN], p[WORLD_LATE_MAX]);
	}
	return lag;
}

void world_prepare_epoch(struct world *world)
{
	const int64_t *p = world->p;
	int64_t rate = p[WORLD_RATE], n = world->epoch / rate;
	int sub = (int)(world->epoch % rate);
	int64_t epoch_ns = n * SECOND_NS + p[WORLD_PHASE] + world->phase_ns;

	if (sub == 0) {
		world->phase_ns += p[WORLD_PHASE_DRIFT];
		world->lag_ns += p[WORLD_LAG_DRIFT];
		push_pulse(world, n, epoch_ns);
		if (rng_chance(&world->rng, p[WORLD_GLITCH])) {
			push_glitch(world, n, epoch_ns);
		}
	}
	if (p[WORLD_SERIAL]) {
		push_sentences(world, n, sub, epoch_ns + sub * SECOND_NS / rate + burst_lag(world));
	}
	world->epoch++;
}
