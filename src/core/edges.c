/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/edges.h"

#include <stdlib.h>

#include "core/calendar.h"

/* A period measured over a few seconds is wrong by no more than this. */
#define PERIOD_DOUBT_NS INT64_C(40000)
/* So far back are earlier ones looked for. */
#define EARLIER_NS (EDGES_EARLIER_S * NS_PER_S + NS_PER_S / 2)
/* Edges of a second train are looked for a little more closely: chance makes pairs, too. */
#define PAIR_NS INT64_C(2000000)

void edges_add(struct edges *e, int64_t raw_ns)
{
	e->raw_ns[e->next] = raw_ns;
	e->next = (e->next + 1) % EDGES_MAX;
	if (e->count < EDGES_MAX) {
		e->count++;
	}
}

static int64_t edge_at(const struct edges *e, int back)
{
	return e->raw_ns[(e->next - 1 - back + EDGES_MAX) % EDGES_MAX];
}

/* How far back the edge nearest to an instant is, -1 if there is none within reach. */
static int edge_near(const struct edges *e, int64_t raw_ns, int64_t reach_ns)
{
	int found = -1;
	int64_t nearest = reach_ns;

	for (int i = 0; i < e->count; i++) {
		int64_t off = edge_at(e, i) - raw_ns;

		if (off < -reach_ns) {
			break; /* and all others are older still */
		}
		if (llabs(off) <= nearest) {
			nearest = llabs(off);
			found = i;
		}
	}
	return found;
}

void edges_train(const struct edges *e, int most, struct robust *phase)
{
	int64_t newest = edge_at(e, 0);

	robust_init(phase, most);
	while (phase->count < most) {
		int64_t before_ns = phase->count * NS_PER_S;
		int near = edge_near(e, newest - before_ns, TRAIN_NS);

		if (near < 0) {
			return;
		}
		robust_add(phase, edge_at(e, near) + before_ns - newest);
	}
}

bool edges_rival(const struct edges *e)
{
	int64_t newest = edge_at(e, 0);
	int own = edge_near(e, newest - NS_PER_S, TRAIN_NS);

	if (own < 0) {
		return false; /* itself of no train */
	}
	for (int i = 1; i < e->count && newest - edge_at(e, i) < NS_PER_S + TRAIN_NS; i++) {
		int partner = edge_near(e, edge_at(e, i) - NS_PER_S, PAIR_NS);

		if (i != own && partner >= 0 && partner != own) {
			return true;
		}
	}
	return false;
}

int edges_since(const struct edges *e, int64_t raw_ns)
{
	int count = 0;

	while (count < e->count && edge_at(e, count) > raw_ns) {
		count++;
	}
	return count;
}

/* The edge came earlier in its second than the train with an instant at raw_ns. */
static bool came_earlier(int64_t edge_ns, int64_t raw_ns, int64_t period_ns, int64_t margin_ns)
{
	int64_t since = raw_ns - edge_ns;
	int64_t seconds = ns_to_nearest_s(since);
	int64_t early = since - seconds * period_ns;

	return early > margin_ns + seconds * PERIOD_DOUBT_NS && early < EDGES_REACH_NS;
}

bool edges_earlier(const struct edges *e, int64_t raw_ns, int64_t period_ns, int64_t margin_ns)
{
	int recent = edges_since(e, raw_ns - EARLIER_NS);

	for (int i = 0; i < recent; i++) {
		if (came_earlier(edge_at(e, i), raw_ns, period_ns, margin_ns)) {
			return true;
		}
	}
	return false;
}

bool edges_newest_late(const struct edges *e, int64_t since_raw_ns, int64_t period_ns,
		       int64_t margin_ns)
{
	int64_t newest = edge_at(e, 0);
	int64_t from = newest - EARLIER_NS;
	int recent = edges_since(e, from >= since_raw_ns ? from : since_raw_ns - 1);

	for (int i = 1; i < recent; i++) {
		if (edge_at(e, i - 1) - edge_at(e, i) > EDGES_REACH_NS &&
		    came_earlier(edge_at(e, i), newest, period_ns, margin_ns)) {
			return true;
		}
	}
	return false;
}

bool edges_paired(const struct edges *e)
{
	return edge_near(e, edge_at(e, 0) - NS_PER_S, PAIR_NS) > 0;
}

int64_t edges_gap(const struct edges *e)
{
	return e->count > 1 ? edge_at(e, 0) - edge_at(e, 1) : 0;
}

bool edges_close(const struct edges *e, int64_t within_ns)
{
	return e->count > 1 && edges_gap(e) < within_ns;
}
