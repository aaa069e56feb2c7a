/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/label_parts.h"

/* Fixes in a row that agree on another label, and that agree on none, before there is silence. */
#define DISPUTES_SILENCE 3
#define CONTRARY_SILENCE 8
/* Fixes in a row that show a changed lag under an unchanged label. */
#define LAG_CHANGE_FIXES 10
/* A dispute that lasts for so many holds is given up. */
#define DISPUTE_HOLDS 5
/* On a line that is not full no burst comes later after its second… */
#define LATEST_NS (1000 * NS_PER_MS)
/* …but if that is near to what it was, it is still rather that. */
#define LATER_NS (1150 * NS_PER_MS)

static bool possible(int64_t lag_ns)
{
	return lag_ns > -CANDIDATE_EARLY_NS && lag_ns < LATEST_NS;
}

/*
 * By how many seconds the label would have to be moved for this lag: so many that the lag is near
 * to what it was; or, where that cannot be one after a pulse, none or the next that makes it one.
 */
static int64_t jump_for(const struct label *l, int64_t lag_ns)
{
	int64_t change = lag_ns - robust_median(&l->recent);
	int64_t jump = -ns_to_nearest_s(change);
	int64_t side = change + jump * NS_PER_S > 0 ? -1 : 1;
	int64_t after = lag_ns + jump * NS_PER_S;
	bool phased = l->attached || l->carried; /* the lag is one after a pulse */
	bool later = after > 0 && after < LATER_NS;

	if (phased && possible(lag_ns) && after < CANDIDATE_LATE_NS &&
	    llabs(change + jump * NS_PER_S) > LABEL_USUAL_NS) {
		return 0; /* rather a late burst than one before its pulse */
	}
	if (!phased || possible(after) || (jump == 0 && later && l->recent_exact)) {
		return jump;
	}
	bool near = later && llabs(change + jump * NS_PER_S) < LABEL_USUAL_NS;

	if (possible(lag_ns) && !(near && l->state == LABEL_LEAPING)) {
		return 0;
	}
	if (near) {
		return jump;
	}
	return possible(after + side * NS_PER_S) ? jump + side : jump;
}

static bool is_vouched(const struct label *l, const struct weighing *w)
{
	int64_t seen;

	return l->attached && witness_second(w->witness, l->anchor_raw_ns, &seen) &&
	       seen == l->anchor_utc_s;
}

/* A witness says what is counted, and by that the burst may have come as bursts do. */
static bool is_vouched_lag(const struct label *l, const struct weighing *w)
{
	int64_t made_lag = w->result.lag_ns - fix_wait_ns(w->fix);

	return w->result.lag_ns > -CANDIDATE_EARLY_NS && made_lag < LATEST_NS + CANDIDATE_LATE_NS &&
	       is_vouched(l, w) && !w->fix->leap_second;
}

/* …and one story is told in one way, where two are possible. */
static int64_t jump_told(const struct label *l, const struct weighing *w)
{
	if (!(l->attached || l->carried) && l->lag_changes > 0 &&
	    llabs(w->result.lag_ns - l->changed_lag_ns) < SAME_PHASE_NS) {
		return 0;
	}

	int64_t jump = jump_for(l, w->result.lag_ns);
	int64_t told = w->result.lag_ns + l->rival.jump_s * NS_PER_S;
	bool one_story = l->rival.votes > 0 && llabs(told - l->rival.lag_ns) < LABEL_USUAL_NS;

	/* But not one of bursts too early. */
	return one_story && (jump != 0 || told >= CANDIDATE_LATE_NS) ? l->rival.jump_s : jump;
}

/* The label stands; the bursts come at another time, for good after enough of them. */
static enum label_verdict change_lag(struct label *l, struct weighing *w)
{
	/* All before it may have waited, it has not: its lag is the true one, and less than theirs. */
	bool first_exact = !l->recent_exact && !label_late(w->fix) &&
			   w->result.lag_ns < robust_median(&l->recent);

	l->changed_lag_ns = w->result.lag_ns;
	if (++l->lag_changes < LAG_CHANGE_FIXES && !first_exact) {
		rival_except(&l->rival);
		return LABEL_ODD;
	}
	robust_init(&l->recent, LABEL_RECENT);
	l->recent_exact = false;
	label_confirm(l, w, w->result.lag_ns);
	w->result.new_lag_ns = label_lag_ns(l, w->fix);
	return LABEL_LAG;
}

/* The burst contradicts; of one that may have waited that is all that counts. */
static void count_contrary(struct label *l, const struct fix *fix)
{
	if (l->state != LABEL_DISPUTED) {
		l->disputed_raw_ns = fix->raw_ns;
	}
	if (++l->contrary >= CONTRARY_SILENCE || l->rival.streak >= DISPUTES_SILENCE) {
		label_doubt(l, LABEL_DISPUTED);
	}
}

/* The burst tells that the label is to be moved by jump seconds: then its lag is lag_ns. */
static void vote(struct label *l, const struct weighing *w, int64_t jump, int64_t lag_ns)
{
	l->lag_changes = 0;
	if (!w->fix->leap_second) {
		bool usual = llabs(lag_ns - robust_median(&l->recent)) < SAME_PHASE_NS;

		rival_vote(&l->rival, jump, lag_ns, usual, w->fix->raw_ns);
	}
	count_contrary(l, w->fix);
}

/* The rival has been told for long enough, and no witness spoke against it meanwhile. */
static bool held(const struct label *l, const struct weighing *w)
{
	bool moved = llabs(l->rival.lag_ns - robust_median(&l->recent)) > SAME_PHASE_NS;
	bool early = l->attached && w->result.lag_ns < -CANDIDATE_EARLY_NS;
	int64_t hold = w->config->relabel_hold_ns;

	if (llabs(l->rival.jump_s) == 1 && moved && !early) {
		hold *= STORY_HOLDS;
	}
	return !label_held_back(l, w) && rival_held(&l->rival, w->fix->raw_ns, hold);
}

static enum label_verdict believe_rival(struct label *l, struct weighing *w,
					enum label_verdict verdict)
{
	w->result.stepped = label_stepped(l);
	label_adopt(l, w->fix, l->anchor_raw_ns, l->anchor_utc_s + l->rival.jump_s);
	l->settled = false;
	l->carried &= l->attached; /* the anchor is none of a pulse any more */
	l->state = LABEL_TRUSTED;
	l->confirms = w->config->agree;
	label_leap_settled(l, w->fix->utc_s + (verdict == LABEL_LEAPED ? LEAP_LATE_S : 0),
			   w->config);
	return verdict;
}

static enum label_verdict hear_contrary(struct label *l, struct weighing *w)
{
	w->result.old_utc_s = l->anchor_utc_s;
	if (is_vouched_lag(l, w)) {
		return change_lag(l, w);
	}
	if (label_late(w->fix)) {
		count_contrary(l, w->fix);
		if (l->attached) {
			label_hear_witness(l, w);
		}
		return LABEL_ODD;
	}

	int64_t jump = jump_told(l, w);
	int64_t lag = w->result.lag_ns + jump * NS_PER_S;

	if (jump == 0 && !w->fix->leap_second) {
		return change_lag(l, w);
	}
	vote(l, w, jump, lag);
	if (l->rival.votes == 0 || l->rival.jump_s != jump) {
		return LABEL_ODD;
	}
	if (l->state == LABEL_DISPUTED) {
		l->confirms = 0;
	}
	if (label_witness(l, jump, w)) {
		if (w->result.witness_s != w->result.claimed_s) {
			label_suspect(l, w->fix);
			return LABEL_ODD;
		}
		return l->rival.streak < w->config->agree ? LABEL_ODD
							  : believe_rival(l, w, LABEL_CHANGED);
	}
	if (label_leap_told(l, w)) {
		return believe_rival(l, w, LABEL_LEAPED);
	}
	return label_step_told(l, w) || held(l, w) ? believe_rival(l, w, LABEL_CHANGED) : LABEL_ODD;
}

/*
 * A label in doubt for which nothing has spoken for minutes is no better than none; nor is one that
 * was in dispute for longer, whatever now and then speaks for it.
 */
static void give_up(struct label *l, const struct weighing *w)
{
	int64_t hold_ns = w->config->relabel_hold_ns, suspect_raw_ns = l->suspect_raw_ns;
	int64_t disputed_ns = w->fix->raw_ns - l->disputed_raw_ns;
	bool never = l->contrary >= (STORY_HOLDS * hold_ns + hold_ns / 2) / NS_PER_S;
	bool rarely = l->state == LABEL_DISPUTED && disputed_ns > DISPUTE_HOLDS * hold_ns;

	if (!label_in_doubt(l) || !(never || rarely) || is_vouched(l, w)) {
		return;
	}
	label_init(l);
	l->suspect_raw_ns = suspect_raw_ns;
}

enum label_verdict label_contradict(struct label *l, struct weighing *w)
{
	enum label_verdict verdict = hear_contrary(l, w);

	if (verdict == LABEL_ODD) {
		give_up(l, w);
	}
	return verdict;
}
