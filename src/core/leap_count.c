/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/leap_count.h"

#include <stdlib.h>

#include "core/calendar.h"

/* What was said last holds for so long; whoever says better is not contradicted for so long. */
#define WORD_HOLDS_NS LEAP_SURE_NS
#define BETTER_NS     INT64_C(60000000000)
/* What was said this long before the fix came may be of before a start. */
#define WORD_BEFORE_NS INT64_C(5000000000)
/* The clock is as wrong as this after a suspend, and a burst may be late. */
#define STOOD_STILL_NS INT64_C(1500000000)
/* It may say that it has learned the count some seconds before its time shows it. */
#define LEARNED_NS INT64_C(15000000000)

/* It was said since its fix came, or shortly before: in that time none comes from the cold. */
static bool said_since(const struct leap_count *c)
{
	return c->word.by != SAID_NOTHING && c->run_raw_ns &&
	       c->word_raw_ns >= c->run_raw_ns - WORD_BEFORE_NS;
}

void leap_count_hear(struct leap_count *c, const struct said *said, int64_t raw_ns)
{
	bool worse = said->by < c->word.by && raw_ns - c->word_raw_ns < BETTER_NS;

	c->distrusted |= said->old_count && c->by == CORE_LEAP_BY_NOTHING;
	if (said->by == SAID_NOTHING || worse) {
		return;
	}
	bool learned = said->knows != c->word.knows ||
		       (said->count != c->word.count && said->count != SAID_NO_COUNT &&
			c->word.count != SAID_NO_COUNT);

	if (c->word.by == SAID_NOTHING || learned) {
		/* Before the first fix it often says that nothing is valid. */
		c->learned_raw_ns = raw_ns + (c->word_fixed ? LEARNED_NS : 0);
	}
	c->word = *said;
	c->word_raw_ns = raw_ns;
	c->word_fixed = c->fix_raw_ns != 0;
}

void leap_count_fix(struct leap_count *c, int64_t raw_ns)
{
	if (c->run_raw_ns && raw_ns - c->fix_raw_ns > LEAP_BREAK_NS) {
		leap_count_lost(c, c->fix_raw_ns);
	}
	if (!c->run_raw_ns) {
		c->run_raw_ns = raw_ns;
	}
	c->fix_raw_ns = raw_ns;
}

void leap_count_lost(struct leap_count *c, int64_t raw_ns)
{
	if (c->run_raw_ns) {
		c->break_raw_ns = raw_ns;
	}
	c->run_raw_ns = 0;
}

/*
 * Its fix broke, and since then it has told nothing but a later label: it may have forgotten. What
 * it learns makes it earlier, as leap seconds are inserted. After a suspend any label is later.
 */
static void distrust(struct leap_count *c, const struct leap_jump *jump)
{
	bool since_break = c->break_raw_ns && c->confirm_raw_ns <= c->break_raw_ns &&
			   jump->since_raw_ns > c->break_raw_ns;
	bool slept = c->stood_ns && llabs(jump->by_s * NS_PER_S - c->stood_ns) < STOOD_STILL_NS;

	c->distrusted |= since_break && !slept && jump->by_s > 0 && jump->by_s <= LEAP_STEP_MOST_S;
}

void leap_count_gone(struct leap_count *c, int64_t raw_ns)
{
	leap_count_lost(c, raw_ns);
	c->word = (struct said){.by = SAID_NOTHING};
}

void leap_count_stood_still(struct leap_count *c, int64_t for_ns)
{
	int64_t most = (LEAP_STEP_MOST_S + 2) * NS_PER_S;

	c->stood_ns += for_ns < most ? for_ns : most;
	c->stood_ns = c->stood_ns < most ? c->stood_ns : most;
}

void leap_count_anew(struct leap_count *c, const struct leap_jump *jump)
{
	distrust(c, jump);
	c->by = CORE_LEAP_BY_NOTHING;
	c->step_raw_ns = 0;
}

void leap_count_stepped(struct leap_count *c, const struct leap_jump *jump, bool held,
			int64_t raw_ns)
{
	leap_count_anew(c, jump);
	c->step_raw_ns = raw_ns;
	c->corrected |= held;
}

bool leap_count_unknown(const struct leap_count *c, int64_t raw_ns)
{
	return c->word.by != SAID_NOTHING && !c->word.knows &&
	       raw_ns - c->word_raw_ns < WORD_HOLDS_NS;
}

int64_t leap_count_sure_raw_ns(const struct leap_count *c, int64_t raw_ns)
{
	bool late = leap_count_unknown(c, raw_ns);

	if (!c->run_raw_ns || c->by != CORE_LEAP_BY_NOTHING) {
		return 0;
	}
	int64_t sure = c->run_raw_ns + (late ? LEAP_SURE_LATE_NS : LEAP_SURE_NS);
	int64_t held = c->step_raw_ns ? c->step_raw_ns + LEAP_STEP_HOLD_NS : 0;

	return sure > held ? sure : held;
}

static enum core_leap_by confirmed_by(const struct leap_count *c, bool vouched, int listed,
				      int64_t raw_ns)
{
	int64_t sure = leap_count_sure_raw_ns(c, raw_ns);
	bool said = said_since(c) && raw_ns >= c->learned_raw_ns;

	if (vouched) {
		return CORE_LEAP_BY_CLOCK;
	}
	if (said && c->word.knows) {
		return CORE_LEAP_BY_RECEIVER;
	}
	if (said && listed && c->word.count == listed) {
		return CORE_LEAP_BY_LIST;
	}
	return sure && raw_ns >= sure ? CORE_LEAP_BY_TIME : CORE_LEAP_BY_NOTHING;
}

void leap_count_confirm(struct leap_count *c, bool vouched, int listed, int64_t raw_ns)
{
	c->confirm_raw_ns = raw_ns;
	c->stood_ns = 0;
	if (c->by == CORE_LEAP_BY_NOTHING) {
		c->by = confirmed_by(c, vouched, listed, raw_ns);
	}
	c->corrected |= c->step_raw_ns && c->by != CORE_LEAP_BY_NOTHING;
	c->distrusted &= c->by == CORE_LEAP_BY_NOTHING;
}

bool leap_count_withholds(const struct leap_count *c, const struct core_config *config)
{
	if (config->time_leap == CORE_LEAP_TRUST || c->by != CORE_LEAP_BY_NOTHING) {
		return false;
	}
	return config->time_leap == CORE_LEAP_WAIT || config->leap_corrected || c->distrusted ||
	       c->word.by != SAID_NOTHING;
}
