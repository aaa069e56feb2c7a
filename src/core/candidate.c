/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/candidate.h"

#include <stdlib.h>

#include "core/calendar.h"

#define MS INT64_C(1000000)

/*
 * A first label assumes that a burst follows its pulse within the second. Bursts this near to the
 * second could belong to either pulse: receivers are known that speak up to 10 ms before theirs,
 * and a burst begun late may be past the next one.
 */
#define AMBIGUOUS_BEFORE_NS (50 * MS)
#define AMBIGUOUS_AFTER_NS  (20 * MS)
/* A line this full lets bursts slip from second to second: the phase proves nothing. */
#define SATURATED_NS (900 * MS)

/* The grid's second nearest to an instant; without a grid every instant is as good. */
static int64_t nearest_second(const struct gate *gate, int64_t raw_ns)
{
	return gate->locked ? gate_floor(gate, raw_ns + gate_period_ns(gate) / 2) : raw_ns;
}

static void begin(struct candidate *c, const struct fix *fix, const struct gate *gate)
{
	int64_t second = gate->locked ? gate_floor(gate, fix->raw_ns) : fix->raw_ns;

	*c = (struct candidate){
		.second_raw_ns = second,
		.since_raw_ns = fix->raw_ns,
		.phase_ns = fix->raw_ns - second,
		.on_grid = gate->locked,
	};
}

void candidate_extend(struct candidate *c, const struct fix *fix, const struct gate *gate)
{
	int64_t second = c->second_raw_ns + (fix->utc_s - c->utc_s) * NS_PER_S;

	/* The pulse that the fixes before would give it; their bursts may lie on both sides of it.
	 */
	if (c->count > 0 && c->on_grid == gate->locked &&
	    llabs(fix->raw_ns - second - c->phase_ns) < NS_PER_S / 2) {
		c->second_raw_ns = gate->locked ? nearest_second(gate, second) : fix->raw_ns;
		c->phase_ns = fix->raw_ns - c->second_raw_ns;
	} else {
		begin(c, fix, gate);
	}
	c->phases_ns[c->count % CANDIDATE_RECENT] = c->phase_ns;
	c->lengths_ns[c->count % CANDIDATE_RECENT] = fix->length_ns;
	c->count++;
	c->utc_s = fix->utc_s;
}

static void extremes(const struct candidate *c, const int64_t *values, int64_t *least,
		     int64_t *most)
{
	*least = INT64_MAX;
	*most = INT64_MIN;
	for (int i = 0; i < c->count && i < CANDIDATE_RECENT; i++) {
		*least = values[i] < *least ? values[i] : *least;
		*most = values[i] > *most ? values[i] : *most;
	}
}

void candidate_phases(const struct candidate *c, int64_t *least_ns, int64_t *most_ns)
{
	extremes(c, c->phases_ns, least_ns, most_ns);
}

bool candidate_ambiguous(const struct candidate *c)
{
	int64_t first, last, shortest, longest;

	candidate_phases(c, &first, &last);
	extremes(c, c->lengths_ns, &shortest, &longest);
	return c->on_grid && (first < AMBIGUOUS_AFTER_NS || last > NS_PER_S - AMBIGUOUS_BEFORE_NS ||
			      longest > SATURATED_NS);
}

/* What a synchronised clock says of the candidate's second; false if it can say nothing. */
static bool witness_says(const struct witness *w, const struct candidate *c, int64_t *utc_s)
{
	struct fix last = {.utc_s = c->utc_s, .raw_ns = c->second_raw_ns};

	return c->on_grid ? witness_second(w, c->second_raw_ns, utc_s)
			  : witness_burst(w, &last, utc_s);
}

/* A burst that names c->utc_s after a pulse of utc_s: is that lag physically sensible? */
static bool sensible(const struct candidate *c, int64_t utc_s)
{
	int64_t shift = (utc_s - c->utc_s) * NS_PER_S;
	int64_t first, last;

	candidate_phases(c, &first, &last);
	return first + shift > WITNESS_LAG_EARLIEST_NS && last + shift < WITNESS_LAG_LATEST_NS;
}

enum opinion candidate_judge(const struct candidate *c, const struct witness *w, int64_t *utc_s,
			     int64_t *witness_s)
{
	int64_t seen;
	bool ambiguous = candidate_ambiguous(c);

	*utc_s = c->utc_s;
	if (!witness_says(w, c, &seen)) {
		return ambiguous ? OPINION_AMBIGUOUS : OPINION_TAKE;
	}
	if (ambiguous && sensible(c, seen)) {
		*utc_s = seen;
		return OPINION_TAKE;
	}
	if (seen != c->utc_s) {
		*witness_s = seen;
		return OPINION_SUSPECT;
	}
	return OPINION_TAKE;
}
