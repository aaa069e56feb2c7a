/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/label_parts.h"

/* So many times `agree` fixes that prove nothing, in a row, are called ambiguous. */
#define UNPROVEN_TOLD 4
/* A grid is found with the third of its pulses, mostly. */
#define GRID_PULSES 3

/* Rule 3: a burst that may have waited in the receiver tells its phase to nobody. */
bool label_usable(struct label *l, const struct weighing *w)
{
	int64_t seen;

	if (candidate_proven(w->fix, w->pulses)) {
		l->unproven = 0;
		return true;
	}
	l->unproven++;
	l->ambiguous |= l->unproven >= UNPROVEN_TOLD * w->config->agree;
	return w->pulses->locked &&
	       witness_second(w->witness, gate_floor(w->pulses, w->fix->raw_ns), &seen);
}

/*
 * The burst came while the grid was there, though it had not been found: after its first pulse; or
 * in the second before, if that was the first edge of all.
 */
static bool on_early_grid(const struct gate *pulses, const struct fix *fix)
{
	int64_t longest = GRID_PULSES * NS_PER_S + CANDIDATE_EARLY_NS;
	bool first = edges_since(&pulses->edges, pulses->grid_raw_ns - longest) <= GRID_PULSES;

	return pulses->grid_raw_ns - fix->raw_ns < longest - (first ? 0 : NS_PER_S) &&
	       candidate_proven(fix, pulses);
}

/*
 * Counts the newest fix of l->past towards its candidate. A grid that has just been found holds for
 * the fixes of its first pulses, too.
 */
static struct candidate *candidate_add(struct label *l, const struct gate *pulses)
{
	struct candidate *c = pulses->locked ? &l->paired : &l->unpaired;
	bool unpaired_since = !c->on_grid || l->unpaired.utc_s > c->utc_s;
	int from = 1;

	if (pulses->locked && unpaired_since && !candidate_goes_on(c, label_newest(l))) {
		from = l->past_count;
		c->count = 0;
	}
	for (int back = from; back >= 1; back--) {
		const struct fix *fix = &l->past[(l->past_next - back + LABEL_PAST) % LABEL_PAST];

		if (back == 1 || on_early_grid(pulses, fix)) {
			candidate_extend(c, fix, pulses);
		}
	}
	return c;
}

/* Pulses that go on where they left off, as counted on the raw clock: what was counted goes on. */
static bool carries(const struct label *l, const struct weighing *w, int64_t *utc_s)
{
	const struct candidate *c = &l->paired;
	int64_t seen, off;

	*utc_s = label_utc_at(l, c->second_raw_ns, &off);
	int64_t lag = c->phase_ns + (*utc_s - c->utc_s) * NS_PER_S;

	return l->carried && llabs(off) < (l->settled ? CARRIABLE_NS : GATE_MOVED_NS) &&
	       lag >= -LABEL_FAR_EARLY_NS && !witness_second(w->witness, c->second_raw_ns, &seen);
}

/* The candidate becomes the label, if enough fixes agree and nobody who knows better objects. */
static bool take_candidate(struct label *l, struct weighing *w, bool first)
{
	const struct candidate *c = candidate_add(l, w->pulses);
	enum opinion opinion = OPINION_TAKE;
	int64_t utc_s, off;

	w->result.claimed_s = c->utc_s;
	if (c->count < w->config->agree) {
		label_still_suspect(l, w);
		return false;
	}
	if (first || !carries(l, w, &utc_s)) {
		opinion = candidate_judge(c, w->witness, &utc_s, &w->result.witness_s);
	}
	if (opinion == OPINION_VOUCHED && l->carried &&
	    utc_s != label_utc_at(l, c->second_raw_ns, &off)) {
		opinion = OPINION_SUSPECT; /* the bursts go on with what was counted */
	}
	l->ambiguous = opinion == OPINION_AMBIGUOUS;
	if (first) {
		l->suspect = label_held_back(l, w);
	}
	if (opinion == OPINION_SUSPECT) {
		label_suspect(l, w->fix);
	}
	if (label_held_back(l, w) && !c->on_grid && opinion == OPINION_VOUCHED) {
		return false; /* without a pulse that may be a second off */
	}
	if (opinion != OPINION_VOUCHED && (opinion != OPINION_TAKE || label_held_back(l, w))) {
		return false;
	}
	l->attached = c->on_grid;
	l->second_ns = c->on_grid ? gate_period_ns(w->pulses) : NS_PER_S;
	label_adopt(l, w->fix, c->second_raw_ns, utc_s);
	if (opinion == OPINION_VOUCHED) {
		l->vouched = true;
		l->adopted_raw_ns -= YOUNG_NS;
		l->suspect_raw_ns = 0;
	}
	return true;
}

enum label_verdict label_gather(struct label *l, struct weighing *w)
{
	int64_t utc_s;

	if (!take_candidate(l, w, true)) {
		return LABEL_GATHERED;
	}
	utc_s = l->anchor_utc_s;
	l->state = LABEL_TRUSTED;
	l->confirms = w->config->agree;
	label_leap_settled(l, utc_s, w->config);
	if (w->fix->raw_ns - l->adopted_raw_ns < YOUNG_NS && label_leap_window(utc_s, w->config)) {
		label_leap_expect(l, utc_s - LEAP_LATE_S - 1);
	}
	return LABEL_AGREED;
}

bool label_attach(struct label *l, struct weighing *w)
{
	int64_t before = l->adopted_raw_ns;
	bool carried = l->carried;

	if (!w->pulses->locked || !take_candidate(l, w, false)) {
		return false;
	}
	if (carried && before < l->adopted_raw_ns) {
		l->adopted_raw_ns = before;
	}
	return true;
}
