/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/label.h"

#include <stdlib.h>

#include "core/calendar.h"

#define MS INT64_C(1000000)

/*
 * A lag continues the recent ones if nearer than this. Half a second would be the most that tells
 * one second from the next; late bursts among the recent ones ask for less.
 */
#define CONTINUOUS_NS (350 * MS)
/* …and where a leap second is possible, where a late burst could hide one, this near. */
#define LEAP_CONTINUOUS_NS (250 * MS)
/* The same second named again within this is the same fix. */
#define DOUBLE_NS (700 * MS)
/* Fixes in a row that agree on another label, and that agree on none, before there is silence. */
#define DISPUTES_SILENCE 3
#define CONTRARY_SILENCE 8
/* Fixes in a row that show a changed lag under an unchanged label. */
#define LAG_CHANGE_FIXES 10
/* What also moves the phase by more is late bursts as likely as a leap second. */
#define SAME_PHASE_NS (120 * MS)
/* A label no fix or pulse has held up for this long is dropped: 100 ppm make 0.1 s of it. */
#define CARRY_NS (1000 * NS_PER_S)
/* A receiver may need so long after a half-year's end to learn that there was a leap second. */
#define LEAP_LATE_S 60
/* Without pulses the anchor follows the bursts by this part of each one's deviation. */
#define FOLLOW_PART 16

void label_init(struct label *l)
{
	*l = (struct label){0};
	robust_init(&l->recent, LABEL_RECENT);
}

bool label_disputed(const struct label *l)
{
	return l->disputes >= DISPUTES_SILENCE || l->contrary >= CONTRARY_SILENCE || l->suspect;
}

int64_t label_lag_ns(const struct label *l, const struct fix *fix)
{
	return fix->raw_ns - l->anchor_raw_ns - (fix->utc_s - l->anchor_utc_s) * NS_PER_S;
}

static int64_t utc_at(const struct label *l, int64_t raw_ns)
{
	return l->anchor_utc_s + ns_to_nearest_s(raw_ns - l->anchor_raw_ns);
}

/* The distance of two phases of the second, at most half of one. */
static int64_t phase_distance(int64_t a, int64_t b)
{
	int64_t d = a - b;

	return llabs(d - ns_to_nearest_s(d) * NS_PER_S);
}

/* Counts the newest fix of l->past towards the candidate. */
static void candidate_add(struct label *l, const struct gate *gate)
{
	struct candidate *c = &l->candidate;
	int from = 1;

	if (c->count > 0 && !c->on_grid && gate->locked) {
		/* The pulses' grid has just been found: it holds for the fixes before, too. */
		from = c->count + 1 < l->past_count ? c->count + 1 : l->past_count;
		c->count = 0;
	}
	for (int back = from; back >= 1; back--) {
		candidate_extend(c, &l->past[(l->past_next - back + LABEL_PAST) % LABEL_PAST],
				 gate);
	}
}

/* From here on the second of the candidate is utc_s. */
static void adopt(struct label *l, const struct fix *fix, int64_t utc_s, int confirms)
{
	const struct candidate *c = &l->candidate;

	l->known = true;
	l->grid_moved = false;
	l->attached = c->on_grid;
	l->was_attached = c->on_grid;
	l->anchor_raw_ns = c->second_raw_ns;
	l->anchor_utc_s = utc_s;
	robust_init(&l->recent, LABEL_RECENT);
	robust_add(&l->recent, label_lag_ns(l, fix));
	l->steady_lag_ns = label_lag_ns(l, fix);
	l->confirms = confirms;
	l->disputes = 0;
	l->contrary = 0;
	l->contradicted = 0;
	l->last_confirm_raw_ns = fix->raw_ns;
	l->ambiguous = false;
	l->suspect = false;
	l->candidate.count = 0;
}

/* No leap second is possible before the first half-year's end after utc_s. */
static void leap_settled(struct label *l, int64_t utc_s)
{
	l->half_year_s = calendar_next_half_year_s(utc_s);
	l->leap_pending = false;
}

static enum label_verdict gather(struct label *l, const struct fix *fix, const struct gate *gate,
				 const struct witness *w, const struct core_config *config,
				 struct label_result *result)
{
	int64_t utc_s;

	candidate_add(l, gate);
	l->ambiguous = false;
	l->suspect = false;
	result->claimed_s = l->candidate.utc_s;
	if (l->candidate.count < config->agree) {
		return LABEL_GATHERED;
	}
	switch (candidate_judge(&l->candidate, w, &utc_s, &result->witness_s)) {
	case OPINION_TAKE:
		adopt(l, fix, utc_s, config->agree);
		leap_settled(l, utc_s);
		return LABEL_AGREED;
	case OPINION_SUSPECT:
		l->suspect = true;
		break;
	case OPINION_AMBIGUOUS:
		l->ambiguous = true;
		break;
	}
	return LABEL_GATHERED;
}

static void confirm(struct label *l, const struct fix *fix, int64_t lag_ns)
{
	robust_add(&l->recent, lag_ns);
	l->grid_moved = false;
	l->confirms++;
	l->disputes = 0;
	l->contrary = 0;
	l->last_confirm_raw_ns = fix->raw_ns;
	if (l->leap_pending && fix->utc_s > l->half_year_s &&
	    llabs(lag_ns - l->leap_lag_ns) < LEAP_CONTINUOUS_NS) {
		l->leap_confirms++;
	}
	if (l->attached) {
		l->steady_lag_ns = robust_median(&l->recent);
	} else {
		/* Nothing but bursts holds the anchor: let it follow the raw clock's error. */
		l->anchor_raw_ns += (fix->utc_s - l->anchor_utc_s) * NS_PER_S +
				    (lag_ns - l->steady_lag_ns) / FOLLOW_PART;
		l->anchor_utc_s = fix->utc_s;
	}
}

/* At the half-year's end after utc_s the label must be agreed anew. */
static void expect_leap(struct label *l, int64_t utc_s)
{
	l->half_year_s = calendar_next_half_year_s(utc_s);
	l->leap_pending = true;
	l->leap_confirms = 0;
	l->leap_lag_ns = l->steady_lag_ns;
}

static bool in_leap_window(int64_t utc_s)
{
	int64_t boundary = calendar_next_half_year_s(utc_s - LEAP_LATE_S - 1);

	return utc_s >= boundary - 1 && utc_s <= boundary + LEAP_LATE_S;
}

/* A burst of this phase comes as long after a pulse as those that confirmed, if after another. */
static bool same_phase(const struct label *l, int64_t phase_ns)
{
	return phase_distance(phase_ns, robust_median(&l->recent)) < SAME_PHASE_NS;
}

/* All bursts of the candidate come when those before did. */
static bool leap_phase(const struct label *l, const struct candidate *c)
{
	int64_t first, last;

	candidate_phases(c, &first, &last);
	return !c->on_grid || (same_phase(l, first) && same_phase(l, last));
}

/* It has held for long enough, and by enough fixes. */
static bool held(const struct candidate *c, const struct fix *fix, int64_t hold_ns)
{
	return fix->raw_ns - c->since_raw_ns >= hold_ns && c->count >= hold_ns / NS_PER_S / 2;
}

/* A one-second jump that is the label's, not bursts that from now on come a second late. */
static bool label_jumped(const struct label *l, const struct candidate *c, const struct witness *w)
{
	int64_t first, last;
	int64_t seen;

	candidate_phases(c, &first, &last);
	return !c->on_grid || l->grid_moved || witness_second(w, c->second_raw_ns, &seen) ||
	       same_phase(l, first + (last - first) / 2);
}

/* The label stands, the bursts come at another time. */
static enum label_verdict change_lag(struct label *l, const struct fix *fix,
				     struct label_result *result)
{
	robust_init(&l->recent, LABEL_RECENT);
	confirm(l, fix, label_lag_ns(l, fix));
	l->candidate.count = 0;
	result->new_lag_ns = label_lag_ns(l, fix);
	return LABEL_LAG;
}

/* A fix that does not continue the lag: gather what contradicts, and see how long it has held. */
static enum label_verdict dispute(struct label *l, const struct fix *fix, const struct gate *gate,
				  const struct witness *w, const struct core_config *config,
				  struct label_result *result)
{
	struct candidate *c = &l->candidate;

	candidate_add(l, gate);

	int64_t counted =
		utc_at(l, c->second_raw_ns - (c->on_grid ? 0 : robust_median(&l->recent)));
	int64_t jump = c->utc_s - counted;
	bool contrary = jump != 0 || candidate_ambiguous(c);
	int64_t claimed;

	result->old_utc_s = counted;
	result->claimed_s = c->utc_s;
	l->disputes = contrary ? c->count : 0;
	l->contrary += contrary;
	if (llabs(jump) == 1 && in_leap_window(c->utc_s)) {
		expect_leap(l, c->utc_s - LEAP_LATE_S - 1);
	}
	if (c->count < config->agree) {
		return LABEL_ODD;
	}
	if (llabs(jump) == 1 && in_leap_window(c->utc_s) && leap_phase(l, c)) {
		adopt(l, fix, c->utc_s, config->agree);
		leap_settled(l, c->utc_s + LEAP_LATE_S);
		return LABEL_LEAPED;
	}

	enum opinion opinion = candidate_judge(c, w, &claimed, &result->witness_s);

	/* Only a confirming fix clears it, or a new label. */
	l->suspect |= opinion == OPINION_SUSPECT;
	if (opinion != OPINION_TAKE) {
		return LABEL_ODD;
	}
	if (claimed == counted) {
		return c->count < LAG_CHANGE_FIXES ? LABEL_ODD : change_lag(l, fix, result);
	}
	if (!held(c, fix, config->relabel_hold_ns) ||
	    (llabs(claimed - counted) == 1 && !label_jumped(l, c, w))) {
		return LABEL_ODD;
	}
	adopt(l, fix, claimed, config->agree);
	leap_settled(l, claimed);
	return LABEL_CHANGED;
}

/* The label as carried on since it was last attached gives the candidate's pulse another second. */
static bool carried_elsewhere(const struct label *l, int64_t utc_s)
{
	return l->was_attached && utc_at(l, l->candidate.second_raw_ns) != utc_s;
}

/* Pulses beside a label that was agreed without them: attach it once pairs agree. */
static bool attach(struct label *l, const struct fix *fix, const struct gate *gate,
		   const struct witness *w, const struct core_config *config,
		   struct label_result *result)
{
	int64_t utc_s, seen;

	candidate_add(l, gate);
	if (!gate->locked || l->candidate.count < config->agree) {
		return false;
	}
	enum opinion opinion = candidate_judge(&l->candidate, w, &utc_s, &result->witness_s);

	if (opinion == OPINION_TAKE && !witness_second(w, l->candidate.second_raw_ns, &seen) &&
	    carried_elsewhere(l, utc_s) && !held(&l->candidate, fix, config->relabel_hold_ns)) {
		opinion = OPINION_AMBIGUOUS;
	}
	l->ambiguous = opinion == OPINION_AMBIGUOUS;
	l->suspect = opinion == OPINION_SUSPECT;
	if (opinion != OPINION_TAKE) {
		return false;
	}
	adopt(l, fix, utc_s, l->confirms);
	return true;
}

/* A damaged sentence may split an epoch: its second half is no new fix. */
static bool doubled(const struct label *l, const struct fix *fix)
{
	const struct fix *last = &l->past[(l->past_next - 1 + LABEL_PAST) % LABEL_PAST];

	return l->past_count > 0 && fix->utc_s == last->utc_s &&
	       fix->raw_ns - last->raw_ns < DOUBLE_NS;
}

static void remember(struct label *l, const struct fix *fix)
{
	l->past[l->past_next] = *fix;
	l->past_next = (l->past_next + 1) % LABEL_PAST;
	if (l->past_count < LABEL_PAST) {
		l->past_count++;
	}
}

/* A label once agreed is held against a clock that became synchronised later, too. */
static void hear_witness(struct label *l, const struct fix *fix, const struct witness *w,
			 const struct core_config *config, struct label_result *result)
{
	bool heard;

	if (l->attached) {
		result->claimed_s = l->anchor_utc_s;
		heard = witness_second(w, l->anchor_raw_ns, &result->witness_s);
	} else {
		result->claimed_s = fix->utc_s;
		heard = witness_burst(w, fix, &result->witness_s);
	}
	l->contradicted = heard && result->witness_s != result->claimed_s ? l->contradicted + 1 : 0;
	l->suspect = l->contradicted >= config->agree;
}

struct label_result label_weigh(struct label *l, const struct fix *fix, const struct gate *gate,
				const struct witness *w, const struct core_config *config)
{
	struct label_result result = {.verdict = LABEL_DOUBLE};

	label_tick(l, fix->raw_ns);
	if (doubled(l, fix)) {
		return result;
	}
	remember(l, fix);
	if (!l->known) {
		result.verdict = gather(l, fix, gate, w, config, &result);
		return result;
	}
	result.lag_ns = label_lag_ns(l, fix);
	if (llabs(result.lag_ns - robust_median(&l->recent)) >= CONTINUOUS_NS || fix->leap_second) {
		result.verdict = dispute(l, fix, gate, w, config, &result);
		return result;
	}
	confirm(l, fix, result.lag_ns);
	result.verdict = LABEL_CONFIRMED;
	if (l->leap_pending && l->leap_confirms >= config->agree) {
		leap_settled(l, fix->utc_s);
	}
	hear_witness(l, fix, w, config, &result);
	if (l->attached) {
		l->candidate.count = 0;
	} else if (attach(l, fix, gate, w, config, &result)) {
		result.verdict = LABEL_AGREED;
	}
	return result;
}

void label_pulse(struct label *l, const struct gate *gate)
{
	if (l->attached) {
		l->anchor_utc_s += ns_to_nearest_s(gate->grid_raw_ns - l->anchor_raw_ns);
		l->anchor_raw_ns = gate->grid_raw_ns;
	}
	label_tick(l, gate->grid_raw_ns);
}

void label_phase(struct label *l, int64_t shift_ns)
{
	if (llabs(shift_ns) > NS_PER_S / 4) {
		label_detach(l);
		l->was_attached = false;
		return;
	}
	robust_shift(&l->recent, -shift_ns);
	l->grid_moved = true;
	l->confirms = 0;
	l->candidate.count = 0;
}

void label_detach(struct label *l)
{
	l->attached = false;
	l->candidate.count = 0;
	l->ambiguous = false;
}

void label_fix_lost(struct label *l)
{
	l->confirms = 0;
	l->candidate.count = 0;
}

void label_tick(struct label *l, int64_t raw_ns)
{
	if (!l->known) {
		return;
	}
	if (raw_ns - l->anchor_raw_ns > CARRY_NS && raw_ns - l->last_confirm_raw_ns > CARRY_NS) {
		label_init(l);
		return;
	}
	if (!l->leap_pending && utc_at(l, raw_ns) >= l->half_year_s - 1) {
		expect_leap(l, l->half_year_s - 1);
	}
}
