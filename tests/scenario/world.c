/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "world.h"

#include <string.h>

/* An epoch is made this long before it comes, so a change holds from the first one after that. */
#define PREPARE_NS (450 * MS_NS)

/* The next fix of the new rate comes when one of the old could have come. */
static void change_rate(struct world *world, int64_t before)
{
	int64_t next_ns = world->epoch * SECOND_NS / before;

	world->epoch = (next_ns * world->p[WORLD_RATE] + SECOND_NS - 1) / SECOND_NS;
}

static void apply_clock(struct world *world, const struct world_change *change)
{
	switch (change->param) {
	case WORLD_STEP_TO:
		world_step(world, world_utc_ns(world, world->now_ns) + change->value -
					  world->real_base_ns);
		world->p[WORLD_SYNC] = 0;
		world->update_ns = INT64_MAX;
		break;
	case WORLD_STEP:
		world_step(world, change->value);
		world->p[WORLD_SYNC] = 0; /* as the kernel does */
		world->update_ns = INT64_MAX;
		break;
	case WORLD_SYNC:
	case WORLD_MAXERR_US:
	case WORLD_UPDATE:
		world_clock_vouch(world, world->p[WORLD_MAXERR_US]);
		break;
	case WORLD_STALL:
		world->stall_ns = world->now_ns + change->value;
		break;
	case WORLD_SUSPEND:
		world_suspend(world, change->value);
		break;
	default:
		break;
	}
}

static void world_apply(struct world *world, const struct world_change *change)
{
	int64_t before = world->p[change->param];

	world_rebase(world);
	world->p[change->param] = change->value;
	apply_clock(world, change);
	switch (change->param) {
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
	case WORLD_RATE:
		change_rate(world, before);
		break;
	case WORLD_READ:
		world->line.wake_ns = 0;
		world->line.collecting = false;
		world_line_rouse(world);
		world->line.stale = true;
		break;
	default:
		break;
	}
}

/* The receiver has talked before anybody listened, and what it said still waits in it. */
static void world_past(struct world *world)
{
	const int64_t *p = world->p;
	int64_t backlog_ns = p[WORLD_BACKLOG] * 10 * SECOND_NS / p[WORLD_BPS];
	int64_t seconds = backlog_ns / SECOND_NS + 1;

	world->line.free_ns = backlog_ns - seconds * SECOND_NS;
	world->epoch = -seconds * p[WORLD_RATE];
	while (world->epoch < p[WORLD_RATE]) {
		world_prepare_epoch(world);
	}
	world_drop_edges(world);
	world_line_lose(world, INT64_MIN / 2);
}

void world_init(struct world *world, const struct world_config *config)
{
	memset(world, 0, sizeof(*world));
	world->config = *config;
	world->p = world->config.p;
	world->rng.state = config->seed;
	world->epoch = world->p[WORLD_RATE];
	world->tick_ns = rng_range(&world->rng, 0, SECOND_NS - 1);
	world->leap_ns = INT64_MAX;
	world_clock_init(world);
	if (config->leap != 0 && config->leap_in_clock) {
		world->leap_ns =
			(config->leap_utc_s - config->start_utc_s - (config->leap < 0)) * SECOND_NS;
	}
	if (world->p[WORLD_BACKLOG] > 0) {
		world_past(world);
	}
}

static bool next_step(struct world *world, struct event *event, struct truth *truth)
{
	world->step_told_ns = INT64_MAX;
	world->step_ns = 0;
	world->clock_told = true;
	event_fill(world, EVENT_STEP, event, truth);
	return true;
}

static bool next_clock(struct world *world, struct event *event, struct truth *truth)
{
	event_fill(world, EVENT_CLOCK, event, truth);
	world_clock_tell(world, event);
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

static bool stalled(const struct world *world)
{
	return world->now_ns < world->stall_ns;
}

static bool next_tick(struct world *world, struct event *event, struct truth *truth)
{
	world_rebase(world);
	world->wander_ppb += rng_bell(&world->rng, world->p[WORLD_RAW_WANDER]);
	world->tick_ns += SECOND_NS;
	world_clock_tick(world);
	event_fill(world, EVENT_TICK, event, truth);
	return !stalled(world);
}

static bool next_read(struct world *world, struct event *event, struct truth *truth)
{
	event_fill(world, EVENT_BYTES, event, truth);
	if (!world_line_read(world, event, truth)) {
		event->type = EVENT_TICK;
	}
	return true;
}

enum turn {
	TURN_CHANGE,
	TURN_LEAP,
	TURN_UPDATE,
	TURN_EPOCH,
	TURN_STEP,
	TURN_HELD,
	TURN_EDGE,
	TURN_READ,
	TURN_TICK,
	TURNS
};

static int64_t later(int64_t a_ns, int64_t b_ns)
{
	return a_ns > b_ns ? a_ns : b_ns;
}

/* When edges that were held back come out: first it is asked whether the clock was set. */
static int64_t held_ns(const struct world *world)
{
	bool any = world->held[0].any || world->held[1].any;
	bool untold = world->step_told_ns != INT64_MAX;

	return !any ? INT64_MAX : later(world->stall_ns, untold ? world->step_told_ns : 0);
}

/* Whose turn it is, and when. */
static enum turn world_turn(struct world *world, int64_t *at_ns)
{
	const struct world_config *config = &world->config;
	int64_t at[TURNS] = {
		[TURN_CHANGE] = world->change_next < config->change_count
					? config->changes[world->change_next].at_ns
					: INT64_MAX,
		[TURN_UPDATE] = world->update_ns,
		[TURN_STEP] = later(world->step_told_ns, world->stall_ns),
		[TURN_HELD] = held_ns(world),
		[TURN_LEAP] = world->leap_ns,
		[TURN_EPOCH] = world->epoch * SECOND_NS / world->p[WORLD_RATE] - PREPARE_NS,
		[TURN_EDGE] = world->edge_count > 0 ? world->edges[0].t_ns : INT64_MAX,
		[TURN_READ] = later(world_line_next(world), world->stall_ns),
		[TURN_TICK] = world->tick_ns,
	};
	enum turn turn = TURN_CHANGE;

	for (enum turn i = TURN_LEAP; i < TURNS; i++) {
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
	case TURN_UPDATE:
		world_clock_update(world);
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
		return world_next_edge(world, event, truth);
	case TURN_HELD:
		return world_next_held(world, event, truth);
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
		bool untold = world->step_told_ns != INT64_MAX, asleep = stalled(world);

		if (world->due != NULL) {
			bool (*due)(struct world *, struct event *, struct truth *) = world->due;

			world->due = NULL;
			given = due(world, event, truth);
		} else if (!asleep && (world->gone_told[0] || world->gone_told[1])) {
			given = next_gone(world, !world->gone_told[0], event, truth);
		} else if (!asleep && world->clock_told && !untold) {
			given = next_clock(world, event, truth);
		} else if (!asleep && world->race_ripe && !untold) {
			given = world_next_race(world, event, truth);
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
