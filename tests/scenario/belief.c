/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "belief.h"

#include <string.h>

/* When the truth itself changes, the label before it may linger: bursts end late. */
#define LINGER_NS (5 * SECOND_NS)
/* If it only may have changed, until the core shows what it believes. */
#define OPEN_NS    (INT64_MAX / 4)
#define HALF_DAY_S 43200
/* Fixes of a fraction of a second count where those of a whole one have not come for so long. */
#define WHOLE_RARE_NS (2 * SECOND_NS)

void belief_init(struct belief *belief, const struct core_config *core,
		 const struct world_config *world)
{
	memset(belief, 0, sizeof(*belief));
	belief->core = core;
	belief->world = world;
	belief->said = -1;
	belief->first_fix_ns = -1;
}

static void streak_add(struct belief_streak *streak, const struct told *told)
{
	streak->bursts += streak->bursts == 0 || streak->n != told->n;
	streak->ahead_s = told->ahead_s;
	streak->n = told->n;
}

/* The voice of a label, or the one longest silent. */
static struct belief_voice *voice_of(struct belief *belief, int64_t ahead_s)
{
	struct belief_voice *oldest = belief->voices;

	for (struct belief_voice *v = belief->voices; v < belief->voices + BELIEF_VOICES; v++) {
		if (v->heard && v->ahead_s == ahead_s) {
			return v;
		}
		oldest = v->last_raw_ns < oldest->last_raw_ns ? v : oldest;
	}
	return oldest;
}

static bool voice_is_disputed(const struct belief *belief, const struct belief_voice *v)
{
	return v->contradicted >= BELIEF_DISPUTE_BURSTS &&
	       belief->raw_ns - v->last_raw_ns > BELIEF_DISPUTE_NS;
}

static void voices_hear(struct belief *belief, const struct told *told)
{
	struct belief_voice *voice = voice_of(belief, told->ahead_s);

	for (struct belief_voice *v = belief->voices; v < belief->voices + BELIEF_VOICES; v++) {
		if (v == voice && v->heard && v->ahead_s == told->ahead_s) {
			continue;
		}
		/* Those of a backlog say no more than one. */
		if (belief->raw_ns - v->contradicted_raw_ns > SECOND_NS / 2) {
			v->contradicted++;
			v->contradicted_raw_ns = belief->raw_ns;
		}
		v->repeated = 0;
		v->disputed |= voice_is_disputed(belief, v);
	}
	if (!voice->heard || voice->ahead_s != told->ahead_s) {
		*voice = (struct belief_voice){.heard = true, .ahead_s = told->ahead_s};
	}
	voice->last_raw_ns = belief->raw_ns;
	voice->contradicted = 0;
	voice->repeated += voice->repeated == 0 || voice->n != told->n;
	voice->n = told->n;
	voice->disputed &= voice->repeated < belief->core->agree;
}

static void told_add(struct belief *belief, const struct told *told)
{
	struct belief_told *last = &belief->told[(belief->told_count - 1) % BELIEF_TOLD_BURSTS];

	if (belief->told_count > 0 && last->n == told->n && last->ahead_s == told->ahead_s) {
		return;
	}
	belief->told[belief->told_count++ % BELIEF_TOLD_BURSTS] =
		(struct belief_told){told->ahead_s, told->n, belief->raw_ns};
}

/* A second more or less, where a leap second may be: the one jump that needs no hold. */
static bool rival_leaps(const struct belief *belief)
{
	const struct world_config *world = belief->world;
	int64_t since_ns = belief->t_ns - (world->leap_utc_s - world->start_utc_s) * SECOND_NS;
	int64_t jump_s = belief->rival.ahead_s - belief->believed_s;

	return world->leap_utc_s != 0 && (jump_s == 1 || jump_s == -1) &&
	       since_ns > -BELIEF_LEAP_EARLY_NS && since_ns < BELIEF_LEAP_LATE_NS;
}

/* Nearly all of the hold told it, and all of its last part. */
static bool rival_held(const struct belief *belief)
{
	int64_t hold_ns = belief->core->relabel_hold_ns - BELIEF_SLACK_NS, age_ns = 0,
		oldest_ns = 0;
	unsigned all = 0, of_it = 0;

	for (unsigned i = 1; i <= belief->told_count && i <= BELIEF_TOLD_BURSTS; i++) {
		const struct belief_told *t =
			&belief->told[(belief->told_count - i) % BELIEF_TOLD_BURSTS];
		bool same = t->ahead_s == belief->rival.ahead_s;

		age_ns = belief->raw_ns - t->raw_ns;
		if (!same && age_ns < BELIEF_LAST_NS - BELIEF_SLACK_NS) {
			return false;
		}
		all++;
		of_it += same;
		oldest_ns = same ? age_ns : oldest_ns;
		if (age_ns >= hold_ns) {
			break;
		}
	}
	return oldest_ns >= hold_ns && of_it * 100 >= all * BELIEF_NEARLY_ALL &&
	       (belief->witness_raw_ns == 0 || belief->raw_ns - belief->witness_raw_ns >= hold_ns);
}

static void believe_rival(struct belief *belief, int64_t linger_ns)
{
	belief->older_s = belief->believes ? belief->believed_s : belief->rival.ahead_s;
	belief->older_until_raw_ns = belief->raw_ns + linger_ns;
	belief->believes = true;
	belief->believed_s = belief->rival.ahead_s;
	belief->rival.bursts = 0;
	belief->contradicted = false;
}

static void hear_label(struct belief *belief, const struct told *told)
{
	bool agreed;

	voices_hear(belief, told);
	told_add(belief, told);
	belief->told_last_s = told->ahead_s;
	if (belief->believes && told->ahead_s == belief->believed_s) {
		belief->wrong |= told->ahead_s != 0;
		belief->wrong_raw_ns = told->ahead_s != 0 ? belief->raw_ns : belief->wrong_raw_ns;
		belief->rival.bursts = 0;
		return;
	}
	if (told->ahead_s != belief->rival.ahead_s) {
		belief->rival.bursts = 0;
	}
	streak_add(&belief->rival, told);
	if (belief->witness.is && told->ahead_s != 0) {
		belief->contradicted = true;
		return; /* the witness knows better */
	}
	agreed = belief->rival.bursts >= belief->core->agree &&
		 (told->ahead_s == 0 || !belief->contradicted);
	if (agreed && !belief->believes) {
		believe_rival(belief, OPEN_NS);
	} else if (agreed && !belief->published) {
		believe_rival(belief, LINGER_NS);
	} else if (rival_leaps(belief)) {
		believe_rival(belief, agreed ? LINGER_NS : OPEN_NS); /* either may be right */
	} else if (rival_held(belief)) {
		believe_rival(belief, OPEN_NS);
	}
}

static bool same_day(int64_t a_s, int64_t b_s)
{
	return a_s - b_s < HALF_DAY_S && b_s - a_s < HALF_DAY_S;
}

/* Whether it names a second. Without a date, the day is that of what was dated or is believed. */
static bool told_names(const struct belief *belief, const struct told *told)
{
	return told->timed && !told->leap &&
	       (told->day || (belief->dated && same_day(told->ahead_s, belief->dated_s)) ||
		(belief->believes && same_day(told->ahead_s, belief->believed_s)));
}

static void hear_told(struct belief *belief, const struct told *told)
{
	if (told->status >= 0) {
		belief->said_lost |= belief->said == 1 && told->status == 0;
		belief->said = told->status;
	}
	if (belief->said != 1) {
		return;
	}
	if ((told->timed && !told->fraction) || told->status == 1) {
		belief->heard_raw_ns = belief->raw_ns;
	}
	if (told->day) {
		belief->dated = true;
		belief->dated_s = told->ahead_s;
	}
	if (!told->timed || (told->fraction && belief->believes &&
			     belief->raw_ns - belief->whole_raw_ns < WHOLE_RARE_NS)) {
		return;
	}
	belief->valid_n = told->status == 1 ? told->n : belief->valid_n;
	belief->named_n = told_names(belief, told) ? told->n : belief->named_n;
	/* One and the same burst has to say both, that there is a fix and which second it was. */
	if (belief->valid_n == told->n && belief->named_n == told->n) {
		belief->whole_raw_ns = told->fraction ? belief->whole_raw_ns : belief->raw_ns;
		if (belief->first_fix_ns < 0) {
			belief->first_fix_ns = belief->t_ns;
		}
		hear_label(belief, told);
	}
}

static void hear_kernel(struct belief *belief, const struct event *event)
{
	bool before = belief->witness.is;

	if (event->type == EVENT_STEP) {
		belief->witness.is = false;
		belief->witness.sync = false;
	} else {
		witnessed_hear(&belief->witness, event);
	}
	if (belief->witness.is != before) {
		belief->witness_raw_ns = event->raw_ns;
	}
}

void belief_hear(struct belief *belief, const struct event *event, const struct truth *truth)
{
	belief->t_ns = truth->t_ns;
	belief->raw_ns = event->raw_ns;
	belief->said_lost = false;
	if (event->type == EVENT_CLOCK || event->type == EVENT_STEP) {
		hear_kernel(belief, event);
	}
	for (int i = 0; i < truth->told_count; i++) {
		hear_told(belief, &truth->told[i]);
	}
}

bool belief_allows(const struct belief *belief, int64_t ahead_s)
{
	if (ahead_s == 0) {
		return true;
	}
	if (belief->witness.is && belief->raw_ns - belief->witness_raw_ns > BELIEF_DISPUTE_NS) {
		return false;
	}
	if (!belief->believes) {
		return belief->rival.bursts > 0 && ahead_s == belief->rival.ahead_s &&
		       !belief->contradicted;
	}
	return ahead_s == belief->believed_s ||
	       (ahead_s == belief->older_s && belief->raw_ns < belief->older_until_raw_ns);
}

void belief_sample(struct belief *belief, int64_t raw_ns)
{
	belief->witness.sampled = true;
	belief->witness.sample_raw_ns = raw_ns;
}

void belief_choose(struct belief *belief, int64_t ahead_s)
{
	bool open = belief->older_until_raw_ns - belief->raw_ns > OPEN_NS / 2;

	belief->published = true;
	if (!belief->believes || (ahead_s != belief->believed_s && !open)) {
		return;
	}
	belief->older_until_raw_ns = 0;
	if (ahead_s != belief->believed_s) {
		belief->believed_s = belief->older_s;
		belief->rival.bursts = 0;
	}
}

int belief_disputed(struct belief *belief, int64_t ahead_s)
{
	const struct belief_voice *voice = voice_of(belief, ahead_s);
	bool latched = voice->disputed && ahead_s != 0;

	if (!voice->heard || voice->ahead_s != ahead_s ||
	    !(latched || voice_is_disputed(belief, voice))) {
		return 0;
	}
	return voice->contradicted > 0 ? voice->contradicted : 1;
}

int64_t belief_told_s(const struct belief *belief)
{
	return belief->rival.bursts > 0 ? belief->rival.ahead_s : belief->believed_s;
}
