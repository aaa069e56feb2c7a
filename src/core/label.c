/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/label.h"

#include <stdlib.h>

#include "core/calendar.h"

#define MS INT64_C(1000000)

/* A lag continues the recent ones if nearer than this; narrower than a second by construction. */
#define CONTINUOUS_NS (500 * MS)
/*
 * A first label assumes that a burst follows its pulse within the second. Bursts this near to the
 * second could belong to either pulse: receivers are known that speak up to 10 ms before theirs,
 * and a burst begun late may be past the next one.
 */
#define AMBIGUOUS_BEFORE_NS (50 * MS)
#define AMBIGUOUS_AFTER_NS  (20 * MS)
/* A line this full lets bursts slip from second to second: the phase proves nothing. */
#define SATURATED_NS (900 * MS)
/* The same second named again within this is the same fix. */
#define DOUBLE_NS (700 * MS)
/* Disputes in a row that silence. */
#define DISPUTES_SILENCE 3
/* Fixes in a row that show a changed lag under an unchanged label. */
#define LAG_CHANGE_FIXES 10
/* A one-second jump that also moves the phase by more is a late burst as likely as a new label. */
#define SAME_PHASE_NS (80 * MS)
/* A label no fix or pulse has held up for this long is dropped: 100 ppm make 0.1 s of it. */
#define CARRY_NS (1000 * NS_PER_S)
/* A receiver may need so long after a half-year's end to learn that there was a leap second. */
#define LEAP_LATE_S 60
/* The system clock can vouch for a second if it is surely within this of the truth. */
#define WITNESS_NS (200 * MS)
/* Bursts come no earlier and no later than this after the second they name, for the witness. */
#define LAG_EARLIEST_NS (-250 * MS)
#define LAG_LATEST_NS   (1500 * MS)
/* Without pulses the anchor follows the bursts by this part of each one's deviation. */
#define FOLLOW_PART 16

void label_init(struct label *l)
{
	*l = (struct label){0};
	robust_init(&l->recent, LABEL_RECENT);
}

bool label_disputed(const struct label *l)
{
	return l->disputes >= DISPUTES_SILENCE || l->suspect;
}

static int64_t lag_of(const struct label *l, const struct fix *fix)
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

static void candidate_extend(struct candidate *c, const struct fix *fix, const struct gate *gate)
{
	int64_t second = gate->locked ? gate_floor(gate, fix->raw_ns) : fix->raw_ns;
	int64_t phase = fix->raw_ns - second;
	bool follows = c->count > 0 && c->on_grid == gate->locked &&
		       fix->utc_s - c->utc_s == ns_to_nearest_s(second - c->second_raw_ns);

	if (!follows) {
		*c = (struct candidate){
			.since_raw_ns = fix->raw_ns,
			.phase_min_ns = phase,
			.phase_max_ns = phase,
			.on_grid = gate->locked,
		};
	}
	c->count++;
	c->utc_s = fix->utc_s;
	c->second_raw_ns = second;
	c->phase_min_ns = phase < c->phase_min_ns ? phase : c->phase_min_ns;
	c->phase_max_ns = phase > c->phase_max_ns ? phase : c->phase_max_ns;
	c->length_max_ns = fix->length_ns > c->length_max_ns ? fix->length_ns : c->length_max_ns;
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

static bool candidate_ambiguous(const struct candidate *c)
{
	return c->on_grid && (c->phase_min_ns < AMBIGUOUS_AFTER_NS ||
			      c->phase_max_ns > NS_PER_S - AMBIGUOUS_BEFORE_NS ||
			      c->length_max_ns > SATURATED_NS);
}

/* What a synchronised clock says of the candidate's second; false if it can say nothing. */
static bool witness_says(const struct witness *w, const struct candidate *c, int64_t *utc_s)
{
	int64_t real = c->second_raw_ns + w->real_minus_raw_ns;

	if (!w->usable || w->error_ns > WITNESS_NS) {
		return false;
	}
	*utc_s = ns_to_nearest_s(real);
	if (!c->on_grid) {
		/* Without pulses the burst itself is all there is: any sensible lag will do. */
		int64_t lag = real - c->utc_s * NS_PER_S;

		if (lag > LAG_EARLIEST_NS && lag < LAG_LATEST_NS) {
			*utc_s = c->utc_s;
		}
		return true;
	}
	return llabs(real - *utc_s * NS_PER_S) + w->error_ns < 450 * MS;
}

/* A burst that names c->utc_s after a pulse of utc_s: is that lag physically sensible? */
static bool sensible(const struct candidate *c, int64_t utc_s)
{
	int64_t shift = (utc_s - c->utc_s) * NS_PER_S;

	return c->phase_min_ns + shift > LAG_EARLIEST_NS && c->phase_max_ns + shift < LAG_LATEST_NS;
}

enum opinion { OPINION_AMBIGUOUS, OPINION_SUSPECT, OPINION_TAKE };

/* Whether the candidate may be believed, and as which second of its pulse. */
static enum opinion judge(const struct candidate *c, const struct witness *w, int64_t *utc_s,
			  struct label_result *result)
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
		result->witness_s = seen;
		result->claimed_s = c->utc_s;
		return OPINION_SUSPECT;
	}
	return OPINION_TAKE;
}

/* From here on the second of the candidate is utc_s. */
static void adopt(struct label *l, const struct fix *fix, int64_t utc_s, int confirms)
{
	const struct candidate *c = &l->candidate;

	l->known = true;
	l->attached = c->on_grid;
	l->was_attached = c->on_grid;
	l->anchor_raw_ns = c->second_raw_ns;
	l->anchor_utc_s = utc_s;
	robust_init(&l->recent, LABEL_RECENT);
	robust_add(&l->recent, lag_of(l, fix));
	l->steady_lag_ns = lag_of(l, fix);
	l->confirms = confirms;
	l->disputes = 0;
	l->last_confirm_raw_ns = fix->raw_ns;
	l->half_year_s = calendar_next_half_year_s(utc_s);
	l->leap_pending = false;
	l->ambiguous = false;
	l->suspect = false;
	l->candidate.count = 0;
}

static enum label_verdict gather(struct label *l, const struct fix *fix, const struct gate *gate,
				 const struct witness *w, const struct core_config *config,
				 struct label_result *result)
{
	int64_t utc_s;

	candidate_add(l, gate);
	l->ambiguous = false;
	l->suspect = false;
	if (l->candidate.count < config->agree) {
		return LABEL_GATHERED;
	}
	switch (judge(&l->candidate, w, &utc_s, result)) {
	case OPINION_TAKE:
		adopt(l, fix, utc_s, config->agree);
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
	l->confirms++;
	l->disputes = 0;
	l->suspect = false;
	l->last_confirm_raw_ns = fix->raw_ns;
	if (l->leap_pending && fix->utc_s > l->half_year_s) {
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

static bool in_leap_window(int64_t utc_s)
{
	int64_t boundary = calendar_next_half_year_s(utc_s - LEAP_LATE_S - 1);

	return utc_s >= boundary - 1 && utc_s <= boundary + LEAP_LATE_S;
}

/* A fix that does not continue the lag: gather what contradicts, and see how long it has held. */
static enum label_verdict dispute(struct label *l, const struct fix *fix, const struct gate *gate,
				  const struct witness *w, const struct core_config *config,
				  struct label_result *result)
{
	struct candidate *c = &l->candidate;

	l->disputes++;
	candidate_add(l, gate);

	int64_t counted =
		utc_at(l, c->second_raw_ns - (c->on_grid ? 0 : robust_median(&l->recent)));
	int64_t jump = c->utc_s - counted;
	int64_t claimed;

	result->old_utc_s = counted;
	if (jump == 0) {
		if (c->count < LAG_CHANGE_FIXES || candidate_ambiguous(c)) {
			return LABEL_ODD;
		}
		robust_init(&l->recent, LABEL_RECENT);
		confirm(l, fix, lag_of(l, fix));
		result->new_lag_ns = lag_of(l, fix);
		c->count = 0;
		return LABEL_LAG;
	}
	if (llabs(jump) == 1 && c->count >= config->agree && in_leap_window(c->utc_s)) {
		adopt(l, fix, c->utc_s, config->agree);
		l->half_year_s = calendar_next_half_year_s(c->utc_s + LEAP_LATE_S);
		return LABEL_LEAPED;
	}
	if (llabs(jump) == 1 && c->on_grid &&
	    phase_distance((c->phase_min_ns + c->phase_max_ns) / 2, robust_median(&l->recent)) >
		    SAME_PHASE_NS) {
		return LABEL_ODD;
	}
	if (c->count < config->agree) {
		return LABEL_ODD;
	}
	enum opinion opinion = judge(c, w, &claimed, result);

	l->suspect = opinion == OPINION_SUSPECT;
	if (opinion != OPINION_TAKE || fix->raw_ns - c->since_raw_ns < config->relabel_hold_ns) {
		return LABEL_ODD;
	}
	adopt(l, fix, claimed, config->agree);
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
	int64_t utc_s;
	int confirms = l->confirms;

	candidate_add(l, gate);
	if (!gate->locked || l->candidate.count < config->agree) {
		return false;
	}
	enum opinion opinion = judge(&l->candidate, w, &utc_s, result);

	if (opinion == OPINION_TAKE && !w->usable && carried_elsewhere(l, utc_s) &&
	    fix->raw_ns - l->candidate.since_raw_ns < config->relabel_hold_ns) {
		opinion = OPINION_AMBIGUOUS;
	}
	l->ambiguous = opinion == OPINION_AMBIGUOUS;
	l->suspect = opinion == OPINION_SUSPECT;
	if (opinion != OPINION_TAKE) {
		return false;
	}
	bool pending = l->leap_pending;
	int64_t half_year = l->half_year_s;
	int leap_confirms = l->leap_confirms;

	adopt(l, fix, utc_s, confirms);
	l->leap_pending = pending;
	l->half_year_s = half_year;
	l->leap_confirms = leap_confirms;
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

struct label_result label_weigh(struct label *l, const struct fix *fix, const struct gate *gate,
				const struct witness *w, const struct core_config *config)
{
	struct label_result result = {.verdict = LABEL_DOUBLE};

	if (doubled(l, fix)) {
		return result;
	}
	remember(l, fix);
	label_tick(l, fix->raw_ns);
	if (!l->known) {
		result.verdict = gather(l, fix, gate, w, config, &result);
		return result;
	}
	result.lag_ns = lag_of(l, fix);
	if (llabs(result.lag_ns - robust_median(&l->recent)) >= CONTINUOUS_NS || fix->leap_second) {
		result.verdict = dispute(l, fix, gate, w, config, &result);
		return result;
	}
	confirm(l, fix, result.lag_ns);
	result.verdict = LABEL_CONFIRMED;
	if (l->leap_pending && l->leap_confirms >= config->agree) {
		l->leap_pending = false;
		l->half_year_s = calendar_next_half_year_s(fix->utc_s);
	}
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
		l->leap_pending = true;
		l->leap_confirms = 0;
	}
}
