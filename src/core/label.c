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
/* Where a label is in dispute, only bursts that come when those before did speak for it. */
#define SAME_PHASE_NS (200 * MS)
/* …and where a leap second is possible, where a late burst could hide one, this near. */
#define LEAP_CONTINUOUS_NS (250 * MS)
/* The same second named again within this is the same fix. */
#define DOUBLE_NS (700 * MS)
/* Fixes in a row that agree on another label, and that agree on none, before there is silence. */
#define DISPUTES_SILENCE 3
#define CONTRARY_SILENCE 8
/* Fixes in a row that show a changed lag under an unchanged label, or a leap second. */
#define LAG_CHANGE_FIXES 10
#define LEAP_FIXES       10
/* A burst so long after its second is late, but may be; without a full line none is later. */
#define LATEST_NS (1000 * MS)
/*
 * A jump of one second that moves the phase too could be bursts that come late for once; but no
 * receiver is a second late for minutes on a line that is not full. So many holds end it.
 */
#define STORY_HOLDS 2
/* A young label that is one second ahead would have lags of no more than this. */
#define YOUNG_NS        (60 * NS_PER_S)
#define YOUNG_LATEST_NS (200 * MS)
/* A label that was counted on pulses for so long is better than a phase seen anew. */
#define SETTLED_NS (20 * NS_PER_S)
/* The pulses moved: with less the label goes along; with more, near to half a second, which of two
 * seconds a pulse is cannot be carried over.
 */
#define MOVED_NS     (20 * MS)
#define CARRIABLE_NS (400 * MS)
/* So many times `agree` fixes that prove nothing, in a row, are called ambiguous. */
#define UNPROVEN_TOLD 4
/* So long has the grid been there when it is found. */
#define GRID_BEFORE_NS (3 * NS_PER_S)
/* Without a pulse for so long there are none. */
#define PULSES_GONE_NS (5 * NS_PER_S)
/* A label no fix or pulse has held up for this long is dropped: 100 ppm make 0.1 s of it. */
#define CARRY_NS (1000 * NS_PER_S)
/* A receiver may need so long after a half-year's end to learn that there was a leap second. */
#define LEAP_LATE_S 60
/* Without pulses the anchor follows the bursts by this part of each one's deviation; once it was
 * on pulses by so little a fix that no change of lag can move it.
 */
#define FOLLOW_PART    16
#define FOLLOW_CARRIED INT64_C(2000)

void label_init(struct label *l)
{
	*l = (struct label){.second_ns = NS_PER_S};
	robust_init(&l->recent, LABEL_RECENT);
}

/* Whole seconds from the anchor to the one nearest to raw_ns; *off_ns: raw_ns after that one. */
static int64_t count_s(const struct label *l, int64_t raw_ns, int64_t *off_ns)
{
	int64_t since = raw_ns - l->anchor_raw_ns;
	int64_t seconds = floor_div(since + l->second_ns / 2, l->second_ns);

	*off_ns = since - seconds * l->second_ns;
	return seconds;
}

int64_t label_lag_ns(const struct label *l, const struct fix *fix)
{
	int64_t off;
	int64_t seconds = count_s(l, fix->raw_ns, &off);

	return off - (fix->utc_s - l->anchor_utc_s - seconds) * NS_PER_S;
}

static int64_t utc_at(const struct label *l, int64_t raw_ns)
{
	int64_t off;

	return l->anchor_utc_s + count_s(l, raw_ns, &off);
}

/* Confirmed often enough, or not (any more). */
static void rate(struct label *l, const struct core_config *config)
{
	if (l->state == LABEL_UNCONFIRMED || l->state == LABEL_DISPUTED) {
		l->state = l->confirms >= config->agree ? LABEL_TRUSTED : l->state;
	}
}

static void doubt(struct label *l, enum label_state state)
{
	if (l->state == LABEL_TRUSTED || l->state == LABEL_UNCONFIRMED) {
		l->state = state;
	}
	l->confirms = 0;
}

static bool held_back(const struct label *l, const struct fix *fix,
		      const struct core_config *config)
{
	return l->suspect_raw_ns && fix->raw_ns - l->suspect_raw_ns < config->relabel_hold_ns;
}

static void suspect(struct label *l, const struct fix *fix)
{
	l->suspect = true;
	l->suspect_raw_ns = fix->raw_ns;
	l->rival.since_raw_ns = fix->raw_ns;
}

/* Counts the newest fix of l->past towards the candidate. */
static void candidate_add(struct label *l, const struct gate *gate)
{
	struct candidate *c = &l->candidate;
	int from = 1;

	if (gate->locked && !c->on_grid) {
		/* The grid has just been found: it holds for the fixes of its first pulses, too. */
		from = l->past_count;
		c->count = 0;
	}
	for (int back = from; back >= 1; back--) {
		const struct fix *fix = &l->past[(l->past_next - back + LABEL_PAST) % LABEL_PAST];

		if (back == 1 || (gate->grid_raw_ns - fix->raw_ns < GRID_BEFORE_NS &&
				  candidate_proven(fix, gate))) {
			candidate_extend(c, fix, gate);
		}
	}
}

/* From here on the second that begins at raw_ns is utc_s. */
static void adopt(struct label *l, const struct fix *fix, int64_t raw_ns, int64_t utc_s)
{
	l->anchor_raw_ns = raw_ns;
	l->anchor_utc_s = utc_s;
	l->adopted_raw_ns = fix->raw_ns;
	robust_init(&l->recent, LABEL_RECENT);
	robust_add(&l->recent, label_lag_ns(l, fix));
	l->steady_lag_ns = label_lag_ns(l, fix);
	l->latest_ns = l->steady_lag_ns;
	l->contrary = 0;
	l->lag_changes = 0;
	l->contradicted = 0;
	l->last_confirm_raw_ns = fix->raw_ns;
	l->ambiguous = false;
	l->suspect = false;
	l->candidate.count = 0;
	l->rival.votes = 0;
}

/* No leap second is possible before the first half-year's end after utc_s. */
static void leap_settled(struct label *l, int64_t utc_s)
{
	l->half_year_s = calendar_next_half_year_s(utc_s);
}

/* Rule 9: at the half-year's end after utc_s the label must be agreed anew. */
static void expect_leap(struct label *l, int64_t utc_s)
{
	l->half_year_s = calendar_next_half_year_s(utc_s);
	l->state = LABEL_LEAPING;
	l->confirms = 0;
	l->leap_lag_ns = l->steady_lag_ns;
}

static bool in_leap_window(int64_t utc_s)
{
	int64_t boundary = calendar_next_half_year_s(utc_s - LEAP_LATE_S - 1);

	return utc_s >= boundary - 1 && utc_s <= boundary + LEAP_LATE_S;
}

/* A burst that may have waited in the receiver tells its phase to nobody. */
static bool usable(struct label *l, const struct fix *fix, const struct gate *gate,
		   const struct witness *w, const struct core_config *config)
{
	int64_t seen;

	if (candidate_proven(fix, gate)) {
		l->unproven = 0;
		return true;
	}
	l->unproven++;
	l->ambiguous |= l->unproven >= UNPROVEN_TOLD * config->agree;
	return gate->locked && witness_second(w, gate_floor(gate, fix->raw_ns), &seen);
}

/* Rules 1 to 3: UNKNOWN until enough fixes agree. */
static enum label_verdict gather(struct label *l, const struct fix *fix, const struct gate *gate,
				 const struct witness *w, const struct core_config *config,
				 struct label_result *result)
{
	const struct candidate *c = &l->candidate;
	enum opinion opinion;
	int64_t utc_s;

	candidate_add(l, gate);
	result->claimed_s = c->utc_s;
	if (c->count < config->agree) {
		return LABEL_GATHERED;
	}
	opinion = candidate_judge(c, w, &utc_s, &result->witness_s);
	l->ambiguous = opinion == OPINION_AMBIGUOUS;
	l->suspect = false;
	if (opinion == OPINION_SUSPECT) {
		suspect(l, fix);
	}
	if (opinion != OPINION_VOUCHED && (opinion != OPINION_TAKE || held_back(l, fix, config))) {
		return LABEL_GATHERED;
	}
	l->attached = c->on_grid;
	l->second_ns = c->on_grid ? gate_period_ns(gate) : NS_PER_S;
	adopt(l, fix, c->second_raw_ns, utc_s);
	if (opinion == OPINION_VOUCHED) {
		l->adopted_raw_ns -= YOUNG_NS;
		l->suspect_raw_ns = 0;
	}
	l->state = LABEL_TRUSTED;
	l->confirms = config->agree;
	leap_settled(l, utc_s);
	if (opinion != OPINION_VOUCHED && in_leap_window(utc_s)) {
		expect_leap(l, utc_s - LEAP_LATE_S - 1);
	}
	return LABEL_AGREED;
}

/* The anchor, where no pulse holds it, goes with the bursts. */
static void follow(struct label *l, const struct fix *fix, int64_t lag_ns)
{
	int64_t step = (lag_ns - l->steady_lag_ns) / FOLLOW_PART;

	if (l->carried) {
		step = step > FOLLOW_CARRIED    ? FOLLOW_CARRIED
		       : step < -FOLLOW_CARRIED ? -FOLLOW_CARRIED
						: step;
	}
	l->anchor_raw_ns = fix->raw_ns - lag_ns + step;
	l->anchor_utc_s = fix->utc_s;
}

static void confirm(struct label *l, const struct fix *fix, int64_t lag_ns,
		    const struct core_config *config)
{
	robust_add(&l->recent, lag_ns);
	l->contrary = 0;
	l->lag_changes = 0;
	l->latest_ns = lag_ns > l->latest_ns ? lag_ns : l->latest_ns;
	l->last_confirm_raw_ns = fix->raw_ns;
	if (l->state != LABEL_LEAPING) {
		l->confirms++;
	} else if (fix->utc_s > l->half_year_s &&
		   llabs(lag_ns - l->leap_lag_ns) < LEAP_CONTINUOUS_NS &&
		   ++l->confirms >= config->agree) {
		l->state = LABEL_TRUSTED; /* rule 9: no leap second */
		leap_settled(l, fix->utc_s);
	}
	rate(l, config);
	if (l->attached) {
		l->steady_lag_ns = robust_median(&l->recent);
	} else {
		follow(l, fix, lag_ns);
	}
}

static bool possible(int64_t lag_ns)
{
	return lag_ns > -CANDIDATE_EARLY_NS && lag_ns < LATEST_NS;
}

/*
 * By how many seconds the label would have to be moved for this lag: so many that the lag is near
 * to what it was, or, where that cannot be one after a pulse, the next that can.
 */
static int64_t jump_for(const struct label *l, int64_t lag_ns)
{
	int64_t change = lag_ns - robust_median(&l->recent);
	int64_t jump = -ns_to_nearest_s(change);
	int64_t side = change + jump * NS_PER_S > 0 ? -1 : 1;

	if (!l->attached || possible(lag_ns + jump * NS_PER_S)) {
		return jump;
	}
	if (possible(lag_ns)) {
		return 0;
	}
	return possible(lag_ns + (jump + side) * NS_PER_S) ? jump + side : jump;
}

/* A witness says what is counted. */
static bool vouched(const struct label *l, const struct witness *w)
{
	int64_t seen;

	return l->attached && witness_second(w, l->anchor_raw_ns, &seen) && seen == l->anchor_utc_s;
}

/* The label stands, the bursts come at another time. */
static enum label_verdict change_lag(struct label *l, const struct fix *fix,
				     const struct core_config *config, struct label_result *result)
{
	robust_init(&l->recent, LABEL_RECENT);
	confirm(l, fix, result->lag_ns, config);
	result->new_lag_ns = label_lag_ns(l, fix);
	return LABEL_LAG;
}

/* How long the rival must be told. */
static int64_t hold_ns(const struct label *l, int64_t lag_ns, const struct core_config *config)
{
	bool moved = llabs(l->rival.lag_ns - robust_median(&l->recent)) > SAME_PHASE_NS;
	bool early = l->attached && lag_ns < -CANDIDATE_EARLY_NS;

	return llabs(l->rival.jump_s) == 1 && moved && !early
		       ? STORY_HOLDS * config->relabel_hold_ns
		       : config->relabel_hold_ns;
}

/* The second that this fix's pulse is, by the witness. */
static bool witness_says(const struct label *l, const struct fix *fix, const struct witness *w,
			 struct label_result *result)
{
	if (l->attached) {
		result->claimed_s = l->anchor_utc_s + l->rival.jump_s;
		return witness_second(w, l->anchor_raw_ns, &result->witness_s);
	}
	result->claimed_s = fix->utc_s;
	return witness_burst(w, fix, &result->witness_s);
}

static enum label_verdict believe_rival(struct label *l, const struct fix *fix,
					const struct core_config *config,
					enum label_verdict verdict)
{
	bool leaps = verdict == LABEL_LEAPED;

	adopt(l, fix, l->anchor_raw_ns, l->anchor_utc_s + l->rival.jump_s);
	l->settled = false;
	l->state = LABEL_TRUSTED;
	l->confirms = config->agree;
	leap_settled(l, fix->utc_s + (leaps ? LEAP_LATE_S : 0));
	return verdict;
}

/* Rule 9: one second more or less, told from a half-year's end on by bursts of the usual phase. */
static bool leap_told(struct label *l, const struct fix *fix)
{
	if (llabs(l->rival.jump_s) != 1 || !in_leap_window(fix->utc_s)) {
		return false;
	}
	if (l->state != LABEL_LEAPING) {
		expect_leap(l, fix->utc_s - LEAP_LATE_S - 1);
	}
	return l->rival.streak >= LEAP_FIXES &&
	       llabs(l->rival.lag_ns - robust_median(&l->recent)) < SAME_PHASE_NS;
}

/* Rules 1, 9 and 10: what a fix does that tells another label. */
static enum label_verdict contradict(struct label *l, const struct fix *fix,
				     const struct witness *w, const struct core_config *config,
				     struct label_result *result)
{
	int64_t jump = vouched(l, w) && possible(result->lag_ns) ? 0 : jump_for(l, result->lag_ns);

	result->old_utc_s = l->anchor_utc_s;
	if (jump == 0 && !fix->leap_second) {
		rival_except(&l->rival);
		return ++l->lag_changes < LAG_CHANGE_FIXES ? LABEL_ODD
							   : change_lag(l, fix, config, result);
	}
	l->lag_changes = 0;
	l->contrary++;
	if (fix->made_raw_ns > fix->raw_ns - CONTINUOUS_NS && !fix->leap_second) {
		rival_vote(&l->rival, jump, result->lag_ns + jump * NS_PER_S, fix->raw_ns);
	}
	if (l->rival.streak >= DISPUTES_SILENCE || l->contrary >= CONTRARY_SILENCE) {
		doubt(l, LABEL_DISPUTED);
	}
	if (l->rival.votes == 0 || l->rival.jump_s != jump) {
		return LABEL_ODD;
	}
	l->confirms -= l->state == LABEL_DISPUTED && l->confirms > 0;
	if (witness_says(l, fix, w, result)) {
		if (result->witness_s != result->claimed_s) {
			suspect(l, fix);
			return LABEL_ODD;
		}
		return l->rival.streak < config->agree
			       ? LABEL_ODD
			       : believe_rival(l, fix, config, LABEL_CHANGED);
	}
	if (leap_told(l, fix)) {
		return believe_rival(l, fix, config, LABEL_LEAPED);
	}
	if (held_back(l, fix, config) ||
	    !rival_held(&l->rival, fix->raw_ns, hold_ns(l, result->lag_ns, config))) {
		return LABEL_ODD;
	}
	return believe_rival(l, fix, config, LABEL_CHANGED);
}

/* Rule 4: pulses beside a label that hangs on none: attach it once pairs agree. */
static bool attach(struct label *l, const struct fix *fix, const struct gate *gate,
		   const struct witness *w, const struct core_config *config,
		   struct label_result *result)
{
	const struct candidate *c = &l->candidate;
	int64_t adopted = l->carried ? l->adopted_raw_ns : fix->raw_ns;
	bool carry = false;
	enum opinion opinion;
	int64_t utc_s, seen;

	if (!gate->locked || !usable(l, fix, gate, w, config)) {
		return false;
	}
	candidate_add(l, gate);
	if (c->count < config->agree) {
		return false;
	}
	result->claimed_s = utc_at(l, c->second_raw_ns);
	if (l->carried && !witness_second(w, c->second_raw_ns, &seen)) {
		int64_t off = c->second_raw_ns - l->anchor_raw_ns -
			      (result->claimed_s - l->anchor_utc_s) * l->second_ns;

		carry = llabs(off) < (l->settled ? CARRIABLE_NS : MOVED_NS);
	}
	utc_s = result->claimed_s;
	opinion = carry ? OPINION_TAKE : candidate_judge(c, w, &utc_s, &result->witness_s);
	l->ambiguous = opinion == OPINION_AMBIGUOUS;
	if (opinion == OPINION_SUSPECT) {
		suspect(l, fix);
	}
	if (opinion != OPINION_VOUCHED && (opinion != OPINION_TAKE || held_back(l, fix, config))) {
		return false;
	}
	l->attached = true;
	l->second_ns = gate_period_ns(gate);
	adopt(l, fix, c->second_raw_ns, utc_s);
	l->adopted_raw_ns = opinion == OPINION_VOUCHED ? fix->raw_ns - YOUNG_NS : adopted;
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

/* A label once agreed is held against a clock that became a witness later, too. */
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
	if (heard && result->witness_s == result->claimed_s) {
		l->suspect_raw_ns = 0;
	}
	l->contradicted = heard && result->witness_s != result->claimed_s ? l->contradicted + 1 : 0;
	l->suspect = held_back(l, fix, config);
	if (l->contradicted >= config->agree) {
		suspect(l, fix);
	}
}

/*
 * Rule 2: a young label under which bursts come before their pulse is the wrong one, if all of them
 * fit the one before.
 */
static bool impossible(const struct label *l, const struct fix *fix)
{
	int early = 0;

	for (int i = 0; i < l->recent.count; i++) {
		early += l->recent.values[i] < -CANDIDATE_EARLY_NS;
	}
	return l->attached && early >= 2 && l->latest_ns < YOUNG_LATEST_NS &&
	       fix->raw_ns - l->adopted_raw_ns < YOUNG_NS;
}

static bool continues(const struct label *l, const struct fix *fix, int64_t lag_ns)
{
	int64_t limit = l->state == LABEL_DISPUTED ? SAME_PHASE_NS : CONTINUOUS_NS;

	return llabs(lag_ns - robust_median(&l->recent)) < limit && !fix->leap_second;
}

/* Pulses that were there just now are waited for, rather than done without. */
static bool pulses_due(const struct gate *gate, int64_t raw_ns)
{
	return gate->locked && raw_ns - gate->last_good_raw_ns < PULSES_GONE_NS &&
	       !gate_doubtful(gate, raw_ns);
}

struct label_result label_weigh(struct label *l, const struct fix *fix, const struct gate *gate,
				const struct witness *w, const struct core_config *config)
{
	struct label_result result = {.verdict = LABEL_IGNORED};
	static const struct gate no_gate;
	const struct gate *pulses = gate_live(gate, fix->raw_ns) ? gate : &no_gate;

	label_tick(l, fix->raw_ns);
	if (fix->stale || doubled(l, fix)) {
		return result;
	}
	if (l->state == LABEL_UNKNOWN && !usable(l, fix, pulses, w, config)) {
		return result;
	}
	remember(l, fix);
	if (l->state == LABEL_UNKNOWN) {
		if (pulses == &no_gate && pulses_due(gate, fix->raw_ns)) {
			return result;
		}
		result.verdict = gather(l, fix, pulses, w, config, &result);
		return result;
	}
	result.lag_ns = label_lag_ns(l, fix);
	if (!continues(l, fix, result.lag_ns)) {
		result.verdict = contradict(l, fix, w, config, &result);
		return result;
	}
	if (!l->attached && !candidate_proven(fix, &no_gate)) {
		return result;
	}
	rival_except(&l->rival);
	confirm(l, fix, result.lag_ns, config);
	if (impossible(l, fix)) {
		label_init(l);
		result.verdict = LABEL_ODD;
		return result;
	}
	result.verdict = LABEL_CONFIRMED;
	hear_witness(l, fix, w, config, &result);
	if (l->attached) {
		l->candidate.count = 0;
	} else if (attach(l, fix, pulses, w, config, &result)) {
		result.verdict = LABEL_AGREED;
	}
	return result;
}

void label_pulse(struct label *l, const struct gate *gate)
{
	if (l->attached) {
		l->anchor_utc_s += ns_to_nearest_s(gate->grid_raw_ns - l->anchor_raw_ns);
		l->anchor_raw_ns = gate->grid_raw_ns;
		l->second_ns = gate_period_ns(gate);
	}
	label_tick(l, gate->grid_raw_ns);
}

void label_phase(struct label *l, int64_t shift_ns, int64_t raw_ns)
{
	if (llabs(shift_ns) <= MOVED_NS) {
		robust_shift(&l->recent, -shift_ns);
		return;
	}
	label_detach(l, raw_ns);
	if (!l->settled || llabs(shift_ns) > CARRIABLE_NS) {
		label_init(l);
	}
}

void label_detach(struct label *l, int64_t raw_ns)
{
	if (l->attached) {
		l->carried = true;
		l->settled = raw_ns - l->adopted_raw_ns >= SETTLED_NS;
		doubt(l, LABEL_UNCONFIRMED);
	}
	l->attached = false;
	l->candidate.count = 0;
	l->ambiguous = false;
}

void label_fix_lost(struct label *l)
{
	doubt(l, LABEL_UNCONFIRMED);
	l->candidate.count = 0;
}

void label_tick(struct label *l, int64_t raw_ns)
{
	if (l->state == LABEL_UNKNOWN) {
		return;
	}
	if (raw_ns - l->anchor_raw_ns > CARRY_NS && raw_ns - l->last_confirm_raw_ns > CARRY_NS) {
		label_init(l);
		return;
	}
	if (l->state != LABEL_LEAPING && utc_at(l, raw_ns) >= l->half_year_s - 1) {
		expect_leap(l, l->half_year_s - 1);
	}
}
