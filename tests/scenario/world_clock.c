/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "world.h"

/* The raw and the system clock, what the kernel says of it, and what happens to both. */

/* What the kernel adds to its error bound each second, and the most it says. */
#define GROWTH_US 500
#define LIMIT_US  16000000
/* Updates leave another bound each time. */
#define UPDATE_SPREAD_US 300
/* Smaller changes of the bound are not told. */
#define TELL_US 1000

int64_t world_raw_ns(const struct world *world, int64_t t_ns)
{
	int64_t since = t_ns - world->base_ns;

	return world->raw_base_ns + since +
	       since * (world->p[WORLD_RAW_PPB] + world->wander_ppb) / SECOND_NS;
}

int64_t world_real_ns(const struct world *world, int64_t t_ns)
{
	int64_t since = t_ns - world->base_ns;

	return world->real_base_ns + since + since * world->p[WORLD_CLOCK_PPB] / SECOND_NS;
}

int64_t world_utc_ns(const struct world *world, int64_t t_ns)
{
	bool leap;

	return world_utc_s(&world->config, t_ns / SECOND_NS, &leap) * SECOND_NS + t_ns % SECOND_NS;
}

void world_rebase(struct world *world)
{
	int64_t raw_ns = world_raw_ns(world, world->now_ns);

	world->real_base_ns = world_real_ns(world, world->now_ns);
	world->raw_base_ns = raw_ns;
	world->base_ns = world->now_ns;
}

static void clock_was_set(struct world *world, int64_t step_ns)
{
	world->step_ns += step_ns;
	world->steps++;
	world->race_ripe = world->race_due;
	world->step_told_ns =
		world->now_ns + rng_range(&world->rng, 0, world->p[WORLD_STEP_NOTICE]);
}

void world_step(struct world *world, int64_t step_ns)
{
	world_rebase(world);
	world->real_base_ns += step_ns;
	clock_was_set(world, step_ns);
}

/* Neither the raw clock nor the process nor the drivers of pulse and line have lived meanwhile. */
void world_suspend(struct world *world, int64_t sleep_ns)
{
	int64_t from_ns = world->now_ns;

	world_rebase(world);
	world->now_ns += sleep_ns;
	world->base_ns = world->now_ns;
	world->real_base_ns += sleep_ns + world->p[WORLD_SUSPEND_ERROR];
	world->tick_ns += sleep_ns;
	world->line.wake_ns += world->line.wake_ns != 0 ? sleep_ns : 0;
	world->line.stale = true;
	while (world->epoch * SECOND_NS < world->now_ns * world->p[WORLD_RATE]) {
		world_prepare_epoch(world);
		world_drop_edges(world);
		world_line_lose(world, from_ns);
	}
	world_drop_edges(world);
	world_line_lose(world, from_ns);
	clock_was_set(world, world->p[WORLD_SUSPEND_ERROR]);
}

static int64_t maxerr_us(const struct world *world)
{
	int64_t seconds = world->now_ns / SECOND_NS - world->maxerr_ns / SECOND_NS;
	int64_t us = world->maxerr_us + seconds * GROWTH_US;

	return us < LIMIT_US ? us : LIMIT_US;
}

static void plan_update(struct world *world)
{
	world->update_ns = world->p[WORLD_SYNC] && world->p[WORLD_UPDATE] > 0
				   ? world->now_ns + world->p[WORLD_UPDATE]
				   : INT64_MAX;
}

void world_clock_vouch(struct world *world, int64_t us)
{
	int64_t before_us = maxerr_us(world);

	/* The loop has seen how it grew before it sees it fall. */
	if (us < before_us && before_us > world->told_us && world->now_ns >= world->stall_ns) {
		world->peak_us = before_us;
	}
	world->maxerr_us = us;
	world->maxerr_ns = world->now_ns;
	world->clock_told = true;
	plan_update(world);
}

void world_clock_update(struct world *world)
{
	world_clock_vouch(world,
			  world->p[WORLD_MAXERR_US] + rng_range(&world->rng, 20, UPDATE_SPREAD_US));
}

void world_clock_tick(struct world *world)
{
	int64_t grown_us = maxerr_us(world) - world->told_us;

	world->clock_told |= grown_us >= TELL_US && grown_us >= world->told_us / 4;
}

void world_clock_tell(struct world *world, struct event *event)
{
	event->clock.sync = world->p[WORLD_SYNC];
	if (world->peak_us != 0) {
		event->clock.maxerr_us = world->peak_us;
		world->peak_us = 0;
	} else {
		event->clock.maxerr_us = maxerr_us(world);
		world->clock_told = false;
	}
	world->told_us = event->clock.maxerr_us;
}

void world_clock_init(struct world *world)
{
	world->raw_base_ns = world->config.raw_start_ns;
	world->real_base_ns = world->config.clock_start_ns;
	world->maxerr_us = world->p[WORLD_MAXERR_US];
	world->clock_told = true;
	world->step_told_ns = INT64_MAX;
	plan_update(world);
}
