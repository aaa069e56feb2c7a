/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* The pulse, the edges that do not belong, and how all of them come to the core. */

#define RACE_GAP_NS (20 * US_NS)
#define MHZ         INT64_C(1000)

static void push_edge(struct world *world, struct edge edge)
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

/* An edge that looks like those that mark the second, or the other way up. */
static void push_extra(struct world *world, enum edge_kind kind, int64_t n, int64_t epoch_ns,
		       int64_t late_ns, bool looks)
{
	bool marks = world->p[WORLD_CLEAR_MARKS];
	int64_t t_ns = epoch_ns + late_ns;

	if (late_ns > SECOND_NS / 2) {
		n++; /* it is nearer to the pulse after */
		late_ns -= SECOND_NS;
	}
	push_edge(world, (struct edge){.t_ns = t_ns,
				       .kind = kind,
				       .n = n,
				       .late_ns = late_ns,
				       .clear = looks ? marks : !marks});
}

static void push_glitch(struct world *world, int64_t n, int64_t epoch_ns)
{
	int64_t width = world->p[WORLD_WIDTH], at;
	int64_t unmoved = SECOND_NS - epoch_ns % SECOND_NS;
	bool looks = rng_chance(&world->rng, 500000) == (world->p[WORLD_CLEAR_MARKS] != 0);

	/* Away from both edges that belong, and from where the pulse was before it moved. */
	do {
		at = rng_range(&world->rng, 10 * MS_NS, 990 * MS_NS);
	} while (llabs(at - width) < 2 * MS_NS || llabs(at - unmoved) < MS_NS);
	push_extra(world, EDGE_GLITCH, n, epoch_ns, at, looks);
	if (rng_chance(&world->rng, 300000)) {
		push_extra(world, EDGE_GLITCH, n, epoch_ns, at + 5 * US_NS, !looks);
	}
}

static bool pulse_is_late(struct world *world)
{
	const int64_t *p = world->p;

	if (p[WORLD_CLUSTER] > 1 && world->late_left > 0) {
		world->late_left--;
		return world->late;
	}
	world->late = rng_chance(&world->rng, p[WORLD_POPCORN]);
	world->late_left = (int)p[WORLD_CLUSTER] - 1;
	return world->late;
}

/* How far a pulse that runs free is from the second. */
static int64_t free_offset(struct world *world)
{
	int64_t offset = world->p[WORLD_FREE_PHASE] + world->free_ns;

	if (!world->p[WORLD_FREE]) {
		world->free_ns = 0;
		return 0;
	}
	world->free_ns += world->p[WORLD_FREE_PPB];
	return offset;
}

/* What follows each pulse where it should not. */
static void push_followers(struct world *world, const struct edge *edge, int64_t width)
{
	const int64_t *p = world->p;
	int64_t epoch_ns = edge->t_ns - edge->late_ns;

	if (rng_chance(&world->rng, p[WORLD_RING])) {
		push_extra(world, EDGE_OTHER, edge->n, epoch_ns, width, true);
	}
	if (rng_chance(&world->rng, p[WORLD_ECHO])) {
		push_extra(world, EDGE_GLITCH, edge->n, epoch_ns, p[WORLD_ECHO_NS], true);
	}
	for (int64_t i = 1; i < p[WORLD_TRAIN]; i++) {
		int64_t at = i * SECOND_NS / p[WORLD_TRAIN];

		push_extra(world, EDGE_TRAIN, edge->n, epoch_ns, at, true);
		if (p[WORLD_BOTH_EDGES]) {
			push_extra(world, EDGE_OTHER, edge->n, epoch_ns, at + width, false);
		}
	}
}

static void push_pulse(struct world *world, int64_t n, int64_t epoch_ns)
{
	const int64_t *p = world->p;
	bool marks = p[WORLD_CLEAR_MARKS];
	struct edge edge = {.t_ns = epoch_ns, .n = n, .clear = marks};
	struct edge other = {.t_ns = epoch_ns, .n = n, .clear = !marks, .kind = EDGE_OTHER};
	int64_t width = p[WORLD_WIDTH];

	if (p[WORLD_TRAIN] > 1 && width > SECOND_NS / p[WORLD_TRAIN] / 2) {
		width = SECOND_NS / p[WORLD_TRAIN] / 2;
	}
	if (!p[WORLD_PULSES] || rng_chance(&world->rng, p[WORLD_MISSING])) {
		return;
	}
	edge.t_ns += rng_bell(&world->rng, p[WORLD_JITTER]);
	other.t_ns += width + rng_bell(&world->rng, p[WORLD_JITTER]);
	other.late_ns = width;
	if (rng_chance(&world->rng, p[WORLD_LOST])) {
		world->seq[marks]++;
		return;
	}
	if (p[WORLD_FREE]) {
		int64_t offset = free_offset(world);

		edge.kind = EDGE_FREE;
		edge.late_ns = offset;
		edge.t_ns += offset;
		other.t_ns += offset;
	} else if (pulse_is_late(world)) {
		edge.kind = EDGE_POPCORN;
		edge.late_ns = rng_range(&world->rng, p[WORLD_POPCORN_MIN], p[WORLD_POPCORN_MAX]);
		edge.t_ns += edge.late_ns;
	}
	push_edge(world, edge);
	if (p[WORLD_BOTH_EDGES]) {
		push_edge(world, other);
	}
	push_followers(world, &edge, width);
}

/* The mains do not know of seconds. */
static void push_hum(struct world *world, int64_t n, int64_t epoch_ns)
{
	int64_t period_ns = SECOND_NS * MHZ / world->p[WORLD_HUM];
	int64_t at = (epoch_ns / period_ns + 1) * period_ns;

	for (; at < epoch_ns + SECOND_NS; at += period_ns) {
		push_extra(world, EDGE_GLITCH, n, epoch_ns, at - epoch_ns, true);
	}
}

void world_push_edges(struct world *world, int64_t n, int64_t epoch_ns)
{
	push_pulse(world, n, epoch_ns);
	if (rng_chance(&world->rng, world->p[WORLD_GLITCH])) {
		push_glitch(world, n, epoch_ns);
	}
	if (world->p[WORLD_HUM] > 0) {
		push_hum(world, n, epoch_ns);
	}
}

static void edges_shift(struct world *world, int count)
{
	world->edge_count -= count;
	memmove(world->edges, world->edges + count,
		(size_t)world->edge_count * sizeof(world->edges[0]));
}

void world_drop_edges(struct world *world)
{
	int count = 0;

	while (count < world->edge_count && world->edges[count].t_ns < world->now_ns) {
		count++;
	}
	edges_shift(world, count);
}

void event_fill(const struct world *world, enum event_type type, struct event *event,
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

static void edge_hold(struct world *world, const struct edge *edge, struct held_edge *held)
{
	*held = (struct held_edge){
		.any = true,
		.edge = *edge,
		.raw_ns = world_raw_ns(world, edge->t_ns),
		.real_ns = world_real_ns(world, edge->t_ns),
		.steps = world->steps,
	};
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
	edge_hold(world, edge, &world->race);
	world->race_due = true;
	return true;
}

/* Only the last edge of a stall can be fetched after it; the numbers count all of them. */
static bool edge_stalls(struct world *world, const struct edge *edge)
{
	struct held_edge *held = &world->held[edge->clear];

	if (world->now_ns >= world->stall_ns || world->p[WORLD_PPS_GONE]) {
		return false;
	}
	world->seq[edge->clear] += held->any;
	edge_hold(world, edge, held);
	return true;
}

bool world_next_edge(struct world *world, struct event *event, struct truth *truth)
{
	struct edge edge = world->edges[0];

	if (world->now_ns >= world->stall_ns &&
	    world_line_fetch(world, edge.clear, 0, event, truth)) {
		world->due = world_next_edge;
		return true;
	}
	edges_shift(world, 1);
	return !edge_stalls(world, &edge) && !edge_races(world, &edge) &&
	       edge_event(world, &edge, event, truth);
}

static bool release(struct world *world, struct held_edge *held, struct event *event,
		    struct truth *truth)
{
	bool given = edge_event(world, &held->edge, event, truth);

	held->any = false;
	event->raw_ns = held->raw_ns;
	event->real_ns = held->real_ns;
	truth->pulse.stale = held->steps != world->steps;
	return given;
}

static bool fetch_first(struct world *world, const struct held_edge *held, struct event *event,
			struct truth *truth)
{
	int64_t back_ns = world_raw_ns(world, world->now_ns) - held->raw_ns;

	return world_line_fetch(world, held->edge.clear, back_ns, event, truth);
}

bool world_next_race(struct world *world, struct event *event, struct truth *truth)
{
	if (fetch_first(world, &world->race, event, truth)) {
		world->due = world_next_race;
		return true;
	}
	world->race_due = false;
	world->race_ripe = false;
	return release(world, &world->race, event, truth);
}

bool world_next_held(struct world *world, struct event *event, struct truth *truth)
{
	struct held_edge *held = world->held;
	bool later = !held[0].any || (held[1].any && held[1].raw_ns < held[0].raw_ns);

	if (fetch_first(world, held + later, event, truth)) {
		world->due = world_next_held;
		return true;
	}
	return release(world, held + later, event, truth);
}
