/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/label.h"

#include <stdlib.h>

#include "core/label_parts.h"

/* The same second named again within this is the same fix. */
#define DOUBLE_NS (700 * NS_PER_MS)
/* A young label that is one second ahead would have lags of no more than this. */
#define YOUNG_LATEST_NS (350 * NS_PER_MS)
/* A label that was counted on pulses for so long is better than a phase seen anew. */
#define SETTLED_NS (20 * NS_PER_S)
/* Without a pulse for so long there are none. */
#define PULSES_GONE_NS (5 * NS_PER_S)
/* A label no fix or pulse has held up for this long is dropped: 100 ppm make 0.1 s of it. */
#define CARRY_NS (1000 * NS_PER_S)
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

int64_t label_utc_at(const struct label *l, int64_t raw_ns, int64_t *off_ns)
{
	int64_t since = raw_ns - l->anchor_raw_ns;
	int64_t seconds = floor_div(since + l->second_ns / 2, l->second_ns);

	*off_ns = since - seconds * l->second_ns;
	return l->anchor_utc_s + seconds;
}

int64_t label_lag_ns(const struct label *l, const struct fix *fix)
{
	int64_t off;
	int64_t counted = label_utc_at(l, fix->raw_ns, &off);

	return off - (fix->utc_s - counted) * NS_PER_S;
}

void label_forget_candidates(struct label *l)
{
	l->paired.count = 0;
	l->unpaired.count = 0;
}

void label_doubt(struct label *l, enum label_state state)
{
	if (l->state == LABEL_TRUSTED || l->state == LABEL_UNCONFIRMED) {
		l->state = state;
	}
	l->confirms = 0;
}

void label_adopt(struct label *l, const struct fix *fix, int64_t raw_ns, int64_t utc_s)
{
	l->anchor_raw_ns = raw_ns;
	l->anchor_utc_s = utc_s;
	l->adopted_raw_ns = fix->raw_ns;
	robust_init(&l->recent, LABEL_RECENT);
	robust_add(&l->recent, label_lag_ns(l, fix));
	l->recent_exact = !label_late(fix);
	l->steady_lag_ns = label_lag_ns(l, fix);
	l->latest_ns = l->steady_lag_ns;
	l->contrary = 0;
	l->stood_ns = 0;
	l->vouched = false;
	l->lag_changes = 0;
	l->contradicted = 0;
	l->last_confirm_raw_ns = fix->raw_ns;
	l->ambiguous = false;
	l->suspect = false;
	l->unpaired.count = 0;
	if (l->attached) {
		l->paired.count = 0;
	}
	l->rival = (struct rival){0};
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

/* A burst that may have waited for long teaches the lag only where no better one does. */
static void learn(struct label *l, const struct fix *fix, int64_t lag_ns)
{
	bool late = label_late(fix);

	if (late && l->recent_exact) {
		return;
	}
	if (!late && !l->recent_exact) {
		robust_init(&l->recent, LABEL_RECENT);
		l->recent_exact = true;
	}
	if (!late && lag_ns > l->latest_ns) {
		l->latest_ns = lag_ns;
	}
	robust_add(&l->recent, lag_ns);
}

void label_uphold(struct label *l, const struct weighing *w)
{
	rival_except(&l->rival);
	l->contrary = 0;
	if (w->fix->raw_ns > l->stood_raw_ns) {
		l->stood_ns = 0;
	}
	l->last_confirm_raw_ns = w->fix->raw_ns;
	if (l->state != LABEL_LEAPING && ++l->confirms >= w->config->agree) {
		l->state = LABEL_TRUSTED;
	}
}

void label_confirm(struct label *l, const struct weighing *w, int64_t lag_ns)
{
	if (!w->fix->put_off) {
		learn(l, w->fix, lag_ns);
	}
	label_uphold(l, w);
	l->lag_changes = 0;
	if (l->state == LABEL_LEAPING) {
		label_leap_denied(l, w, lag_ns);
	}
	if (l->attached) {
		l->steady_lag_ns = robust_median(&l->recent);
	} else {
		follow(l, w->fix, lag_ns);
	}
}

const struct fix *label_newest(const struct label *l)
{
	return &l->past[(l->past_next - 1 + LABEL_PAST) % LABEL_PAST];
}

/* A damaged sentence may split an epoch: its second half is no new fix. */
static bool doubled(const struct label *l, const struct fix *fix)
{
	const struct fix *last = label_newest(l);

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

static bool is_young(const struct label *l, const struct fix *fix)
{
	return fix->raw_ns - l->adopted_raw_ns < YOUNG_NS;
}

/*
 * Rule 2: a young label under which bursts come before their pulse is the wrong one, if all of them
 * fit the one before; and any label, if they come so early that no receiver does.
 */
static bool impossible(const struct label *l, const struct fix *fix)
{
	bool all_early =
		l->recent.count == LABEL_RECENT && robust_median(&l->recent) < -LABEL_FAR_EARLY_NS;
	int early = 0;

	for (int i = 0; i < l->recent.count; i++) {
		early += l->recent.values[i] < -CANDIDATE_EARLY_NS;
	}
	bool young = is_young(l, fix) && l->latest_ns < YOUNG_LATEST_NS;

	return l->attached && ((all_early && !l->vouched) || (early >= 2 && young));
}

bool label_in_doubt(const struct label *l)
{
	return l->state == LABEL_DISPUTED || l->state == LABEL_LEAPING;
}

static bool continues(const struct label *l, const struct fix *fix, int64_t lag_ns)
{
	int64_t limit = l->state == LABEL_DISPUTED ? SAME_PHASE_NS : CONTINUOUS_NS;
	int64_t later = lag_ns - robust_median(&l->recent);

	if (label_in_doubt(l) && label_late(fix)) {
		return false;
	}
	if (l->attached && !is_young(l, fix) && lag_ns < -LABEL_FAR_EARLY_NS &&
	    later < -LABEL_USUAL_NS) {
		return false; /* at once before its pulse: rather another second */
	}
	if (l->recent_exact && label_late(fix) && later < -LABEL_USUAL_NS) {
		return false; /* no wait makes a burst earlier */
	}
	if (!l->recent_exact && !label_late(fix) && later > LABEL_USUAL_NS) {
		return false; /* those before it had waited, it has not, and comes later */
	}
	if (llabs(later) >= limit && !label_in_doubt(l) && !label_late(fix)) {
		later = lag_ns - robust_latest(&l->recent, 0); /* the lag may drift fast */
	}
	return llabs(later) < limit && !fix->leap_second;
}

/* Pulses that were there just now are waited for, rather than done without. */
static bool pulses_due(const struct gate *gate, int64_t raw_ns)
{
	return gate->locked && raw_ns - gate->last_good_raw_ns < PULSES_GONE_NS &&
	       !gate_doubtful(gate, raw_ns);
}

/* A fix beside a label that is known: does it confirm or contradict? */
static enum label_verdict weigh_counted(struct label *l, struct weighing *w, bool usable)
{
	static const struct gate no_gate;

	w->result.lag_ns = label_lag_ns(l, w->fix);
	if (label_shows_suspend(l, w->fix, w->result.lag_ns)) {
		label_init(l);
		return LABEL_ODD;
	}
	if (!continues(l, w->fix, w->result.lag_ns)) {
		return label_bears(l, w) ? label_bear(l, w) : label_contradict(l, w);
	}
	if (!l->attached && !candidate_proven(w->fix, &no_gate)) {
		return usable && label_attach(l, w) ? LABEL_AGREED : LABEL_IGNORED;
	}
	label_confirm(l, w, w->result.lag_ns);
	if (impossible(l, w->fix)) {
		label_init(l);
		return LABEL_ODD;
	}
	label_hear_witness(l, w);
	if (!l->attached) {
		return usable && label_attach(l, w) ? LABEL_AGREED : LABEL_CONFIRMED;
	}
	label_forget_candidates(l);
	return LABEL_CONFIRMED;
}

static enum label_verdict weigh(struct label *l, struct weighing *w, bool wait)
{
	bool usable;

	if (w->fix->stale || doubled(l, w->fix)) {
		return LABEL_IGNORED;
	}
	usable = l->attached || label_usable(l, w);
	if (usable) {
		remember(l, w->fix); /* else another of the same second may be */
	}
	if (l->state != LABEL_UNKNOWN) {
		return weigh_counted(l, w, usable);
	}
	if (!wait && usable) {
		return label_gather(l, w);
	}
	candidate_hear_waited(&l->paired, w->fix);
	label_still_suspect(l, w);
	return LABEL_IGNORED;
}

struct label_result label_weigh(struct label *l, const struct fix *fix, int64_t now_raw_ns,
				const struct gate *gate, const struct witness *witness,
				const struct core_config *config)
{
	static const struct gate no_gate;
	bool live = gate_live(gate, now_raw_ns);
	struct weighing w = {
		.fix = fix,
		.pulses = live ? gate : &no_gate,
		.witness = witness,
		.config = config,
	};

	label_tick(l, fix->raw_ns);
	w.result.verdict = weigh(l, &w, !live && pulses_due(gate, now_raw_ns));
	return w.result;
}

void label_pulse(struct label *l, const struct gate *gate)
{
	if (l->attached) {
		label_deny_suspend(l, gate->grid_raw_ns);
		l->anchor_utc_s += ns_to_nearest_s(gate->grid_raw_ns - l->anchor_raw_ns);
		l->anchor_raw_ns = gate->grid_raw_ns;
		l->second_ns = gate_period_ns(gate);
	}
	label_tick(l, gate->grid_raw_ns);
}

/*
 * Bursts that were clearly of one pulse would be of another one: a lag comes there by wandering, not
 * because the pulses move. Then the one label or the other was never theirs.
 */
static bool bursts_contradict(const struct label *l, int64_t shift_ns)
{
	int64_t lag = l->steady_lag_ns, moved = lag - shift_ns;

	return lag >= CANDIDATE_LATE_NS && lag < NS_PER_S &&
	       (moved < CANDIDATE_LATE_NS || moved >= NS_PER_S);
}

void label_phase(struct label *l, int64_t shift_ns)
{
	if (llabs(shift_ns) <= GATE_MOVED_NS) {
		robust_shift(&l->recent, -shift_ns);
		return;
	}
	if (!l->attached && !l->carried && l->state != LABEL_UNKNOWN) {
		label_forget_candidates(l); /* it was counted by bursts alone */
		return;
	}
	label_detach(l);
	label_doubt(l, LABEL_UNCONFIRMED);
	if (!l->settled || l->state == LABEL_DISPUTED || llabs(shift_ns) > CARRIABLE_NS ||
	    bursts_contradict(l, shift_ns) || label_moved_by_suspend(l, shift_ns)) {
		label_init(l);
	}
}

void label_detach(struct label *l)
{
	if (l->attached) {
		l->carried = true;
		l->settled = l->anchor_raw_ns - l->adopted_raw_ns >= SETTLED_NS;
	}
	l->attached = false;
	label_forget_candidates(l);
	l->ambiguous = false;
}

void label_fix_lost(struct label *l)
{
	label_doubt(l, LABEL_UNCONFIRMED);
	label_forget_candidates(l);
}

void label_tick(struct label *l, int64_t raw_ns)
{
	int64_t off;

	if (l->state == LABEL_UNKNOWN) {
		return;
	}
	if (raw_ns - l->anchor_raw_ns > CARRY_NS && raw_ns - l->last_confirm_raw_ns > CARRY_NS) {
		label_init(l);
		return;
	}
	if (l->state != LABEL_LEAPING && label_utc_at(l, raw_ns, &off) >= l->half_year_s - 1) {
		label_leap_expect(l, l->half_year_s - 1);
	}
}
