/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* An epoch is made this long before it comes, so a change holds from the first one after that. */
#define PREPARE_NS  (450 * MS_NS)
#define RACE_GAP_NS (20 * US_NS)

void world_config_default(struct world_config *config, uint64_t seed)
{
	int64_t *p = config->p;

	memset(config, 0, sizeof(*config));
	config->seed = seed;
	config->start_utc_s = 1805000000; /* 2027-03-14 */
	config->clock_start_ns = config->start_utc_s * SECOND_NS + 3 * MS_NS;
	config->raw_start_ns = 5 * SECOND_NS;
	config->end_ns = 60 * SECOND_NS;
	p[WORLD_RAW_PPB] = 12000;
	p[WORLD_RAW_WANDER] = 2;
	p[WORLD_CLOCK_PPB] = 5000;
	p[WORLD_MAXERR_US] = 16000000;
	p[WORLD_STEP_NOTICE] = 500 * US_NS;
	p[WORLD_PULSES] = 1;
	p[WORLD_JITTER] = 2 * US_NS;
	p[WORLD_WIDTH] = 100 * MS_NS;
	p[WORLD_POPCORN_MIN] = 200 * US_NS;
	p[WORLD_POPCORN_MAX] = 5 * MS_NS;
	p[WORLD_FIX] = 1;
	p[WORLD_SENTENCES] = 1 << NMEA_RMC | 1 << NMEA_GGA | 1 << NMEA_GSA | 1 << NMEA_GSV;
	p[WORLD_RATE] = 1;
	p[WORLD_DIGITS] = 2;
	p[WORLD_SATELLITES] = 9;
	p[WORLD_SERIAL] = 1;
	p[WORLD_BPS] = 9600;
	p[WORLD_BPS_KNOWN] = 1;
	p[WORLD_READ] = READ_DAEMON;
	p[WORLD_LAG] = 120 * MS_NS;
	p[WORLD_LAG_JITTER] = 5 * MS_NS;
	p[WORLD_LATE_MIN] = 500 * MS_NS;
	p[WORLD_LATE_MAX] = 1400 * MS_NS;
}

void world_change(struct world_config *config, int64_t at_ns, enum world_param param, int64_t value)
{
	int i = config->change_count;

	if (i == WORLD_CHANGES) {
		abort(); /* a scenario too long for its array would test nothing */
	}
	for (; i > 0 && config->changes[i - 1].at_ns > at_ns; i--) {
		config->changes[i] = config->changes[i - 1];
	}
	config->changes[i] = (struct world_change){at_ns, param, value};
	config->change_count++;
}

static int64_t world_raw_ns(const struct world *world, int64_t t_ns)
{
	int64_t since = t_ns - world->base_ns;

	return world->raw_base_ns + since +
	       since * (world->p[WORLD_RAW_PPB] + world->wander_ppb) / SECOND_NS;
}

static int64_t world_real_ns(const struct world *world, int64_t t_ns)
{
	int64_t since = t_ns - world->base_ns;

	return world->real_base_ns + since + since * world->p[WORLD_CLOCK_PPB] / SECOND_NS;
}

static int64_t world_utc_ns(const struct world *world, int64_t t_ns)
{
	bool leap;

	return world_utc_s(&world->config, t_ns / SECOND_NS, &leap) * SECOND_NS + t_ns % SECOND_NS;
}

/* Before a rate changes. */
static void world_rebase(struct world *world)
{
	int64_t raw_ns = world_raw_ns(world, world->now_ns);

	world->real_base_ns = world_real_ns(world, world->now_ns);
	world->raw_base_ns = raw_ns;
	world->base_ns = world->now_ns;
}

static void world_step(struct world *world, int64_t step_ns)
{
	world_rebase(world);
	world->real_base_ns += step_ns;
	world->step_ns += step_ns;
	world->race_ripe = world->race_due;
	world->step_told_ns =
		world->now_ns + rng_range(&world->rng, 0, world->p[WORLD_STEP_NOTICE]);
}

static void world_apply(struct world *world, const struct world_change *change)
{
	world_rebase(world);
	world->p[change->param] = change->value;
	switch (change->param) {
	case WORLD_STEP_TO:
		world_step(world, world_utc_ns(world, world->now_ns) + change->value -
					  world->real_base_ns);
		world->p[WORLD_SYNC] = 0;
		break;
	case WORLD_STEP:
		world_step(world, change->value);
		world->p[WORLD_SYNC] = 0; /* as the kernel does */
		break;
	case WORLD_SYNC:
	case WORLD_MAXERR_US:
		world->clock_told = 2;
		break;
	case WORLD_SERIAL_GONE:
		world_line_clear(world);
		world->gone_told[0] = true;
		break;
	case WORLD_PPS_GONE:
		world->gone_told[1] = true;
		break;
	case WORLD_PHASE_DRIFT:
		if (change->value == 0) {
			world->phase_ns = 0;
		}
		break;
	case WORLD_READ:
		world->line.collect_ns = 0;
		world->line.stale = true;
		break;
	default:
		break;
	}
}

void world_init(struct world *world, const struct world_config *config)
{
	memset(world, 0, sizeof(*world));
	world->config = *config;
	world->p = world->config.p;
	world->rng.state = config->seed;
	world->raw_base_ns = config->raw_start_ns;
	world->real_base_ns = config->clock_start_ns;
	world->epoch = world->p[WORLD_RATE];
	world->tick_ns = rng_range(&world->rng, 0, SECOND_NS - 1);
	world->step_told_ns = INT64_MAX;
	world->clock_told = 2;
	world->leap_ns = INT64_MAX;
	if (config->leap != 0 && config->leap_in_clock) {
		world->leap_ns =
			(config->leap_utc_s - config->start_utc_s - (config->leap < 0)) * SECOND_NS;
	}
}

static void event_fill(const struct world *world, enum event_type type, struct event *event,
		       struct truth *truth)
{
	event->type = type;
	event->raw_ns = world_raw_ns(world, world->now_ns);
	event->real_ns = world_real_ns(world, world->now_ns);
	truth->t_ns = world->now_ns;
	truth->real_error_ns = event->real_ns - world_utc_ns(world, world->now_ns);
	truth->untold_step_ns = world->step_ns;
}

static bool edge_event(struct world *world, const struct edge *edge, struct event *event,
		       struct truth *truth)
{
	event_fill(world, EVENT_PULSE, event, truth);
	event->pulse.clear = edge->clear;
	event->pulse.seq = ++world->seq[edge->clear];
	truth->pulse.kind = edge->kind;
	truth->pulse.n = edge->n;
	truth->pulse.utc_s = world_utc_s(&world->config, edge->n, &truth->pulse.leap);
	truth->pulse.late_ns = edge->late_ns;
	truth->pulse.stale = false;
	return !world->p[WORLD_PPS_GONE];
}

/* A pulse that will be read only after a step has been told: both come within 20 us of it. */
static bool edge_races(struct world *world, const struct edge *edge)
{
	struct world_change *next = &world->config.changes[world->change_next];

	if (!world->p[WORLD_STEP_RACE] || world->change_next == world->config.change_count ||
	    next->param != WORLD_STEP || next->at_ns > edge->t_ns + SECOND_NS || edge->clear) {
		return false;
	}
	next->at_ns = edge->t_ns + RACE_GAP_NS;
	world->race = *edge;
	world->race_raw_ns = world_raw_ns(world, edge->t_ns);
	world->race_real_ns = world_real_ns(world, edge->t_ns);
	world->race_due = true;
	return true;
}

static bool next_edge(struct world *world, struct event *event, struct truth *truth)
{
	struct edge edge = world->edges[0];

	world->edge_count--;
	memmove(world->edges, world->edges + 1, (size_t)world->edge_count * sizeof(edge));
	return !edge_races(world, &edge) && edge_event(world, &edge, event, truth);
}

static bool next_step(struct world *world, struct event *event, struct truth *truth)
{
	world->step_told_ns = INT64_MAX;
	world->step_ns = 0;
	world->clock_told = 2;
	event_fill(world, EVENT_STEP, event, truth);
	return true;
}

static bool next_race(struct world *world, struct event *event, struct truth *truth)
{
	bool given = edge_event(world, &world->race, event, truth);

	world->race_due = false;
	world->race_ripe = false;
	event->raw_ns = world->race_raw_ns;
	event->real_ns = world->race_real_ns;
	truth->pulse.stale = true;
	return given;
}

static bool next_clock(struct world *world, struct event *event, struct truth *truth)
{
	world->clock_told--;
	event_fill(world, EVENT_CLOCK, event, truth);
	event->clock.sync = world->p[WORLD_SYNC];
	event->clock.maxerr_us = world->p[WORLD_MAXERR_US] + world->clock_told;
	return true;
}

static bool next_gone(struct world *world, bool pps, struct event *event, struct truth *truth)
{
	world->gone_told[pps] = false;
	event_fill(world, EVENT_SOURCE, event, truth);
	event->source.pps = pps;
	event->source.back = !world->p[pps ? WORLD_PPS_GONE : WORLD_SERIAL_GONE];
	return true;
}

static bool next_tick(struct world *world, struct event *event, struct truth *truth)
{
	world_rebase(world);
	world->wander_ppb += rng_bell(&world->rng, world->p[WORLD_RAW_WANDER]);
	world->tick_ns += SECOND_NS;
	event_fill(world, EVENT_TICK, event, truth);
	return true;
}

static bool next_read(struct world *world, struct event *event, struct truth *truth)
{
	event_fill(world, EVENT_BYTES, event, truth);
	if (!world_line_read(world, event, truth)) {
		event->type = EVENT_TICK;
	}
	return true;
}

enum turn { TURN_CHANGE, TURN_STEP, TURN_LEAP, TURN_EPOCH, TURN_EDGE, TURN_READ, TURN_TICK, TURNS };

/* Whose turn it is, and when. */
static enum turn world_turn(struct world *world, int64_t *at_ns)
{
	const struct world_config *config = &world->config;
	int64_t at[TURNS] = {
		[TURN_CHANGE] = world->change_next < config->change_count
					? config->changes[world->change_next].at_ns
					: INT64_MAX,
		[TURN_STEP] = world->step_told_ns,
		[TURN_LEAP] = world->leap_ns,
		[TURN_EPOCH] = world->epoch * SECOND_NS / world->p[WORLD_RATE] - PREPARE_NS,
		[TURN_EDGE] = world->edge_count > 0 ? world->edges[0].t_ns : INT64_MAX,
		[TURN_READ] = world_line_next(world),
		[TURN_TICK] = world->tick_ns,
	};
	enum turn turn = TURN_CHANGE;

	for (enum turn i = TURN_STEP; i < TURNS; i++) {
		turn = at[i] < at[turn] ? i : turn;
	}
	*at_ns = at[turn];
	return turn;
}

static bool world_take_turn(struct world *world, enum turn turn, struct event *event,
			    struct truth *truth)
{
	switch (turn) {
	case TURN_CHANGE:
		world_apply(world, &world->config.changes[world->change_next++]);
		return false;
	case TURN_STEP:
		return next_step(world, event, truth);
	case TURN_LEAP:
		world->leap_ns = INT64_MAX;
		world_step(world, -world->config.leap * SECOND_NS);
		return false;
	case TURN_EPOCH:
		world_prepare_epoch(world);
		return false;
	case TURN_EDGE:
		return next_edge(world, event, truth);
	case TURN_READ:
		return next_read(world, event, truth);
	case TURN_TICK:
		return next_tick(world, event, truth);
	case TURNS:
		break;
	}
	return false;
}

bool world_next(struct world *world, struct event *event, struct truth *truth)
{
	int64_t at_ns;
	bool given = false;

	truth->told_count = 0;
	while (!given) {
		bool untold = world->step_told_ns != INT64_MAX;

		if (world->gone_told[0] || world->gone_told[1]) {
			given = next_gone(world, !world->gone_told[0], event, truth);
		} else if (world->clock_told && !untold) {
			given = next_clock(world, event, truth);
		} else if (world->race_ripe && !untold) {
			given = next_race(world, event, truth);
		} else {
			enum turn turn = world_turn(world, &at_ns);

			if (at_ns >= world->config.end_ns) {
				return false;
			}
			world->now_ns = at_ns > world->now_ns ? at_ns : world->now_ns;
			given = world_take_turn(world, turn, event, truth);
		}
	}
	return true;
}
