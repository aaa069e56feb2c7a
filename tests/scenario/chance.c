/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "chance_draw.h"

/* From a draw to a world played and judged. */

int64_t draw(struct draw *d, int64_t low, int64_t high)
{
	return rng_range(&d->rng, low, high);
}

bool one_in(struct draw *d, int64_t many)
{
	return draw(d, 1, many) == 1;
}

int64_t choose(struct draw *d, const int64_t *of, int count)
{
	return of[draw(d, 0, count - 1)];
}

void say(struct draw *d, const char *format, ...)
{
	char *text = d->chance->text;
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, sizeof(d->chance->text) - used, format, args);
	va_end(args);
}

void change(struct draw *d, int64_t at_ns, enum world_param param, int64_t value)
{
	world_change(d->config, at_ns, param, value);
}

void trouble(struct draw *d, int64_t from_ns, int64_t to_ns)
{
	if (d->trouble_count < DRAW_TROUBLES) {
		d->troubles[d->trouble_count++] = (struct span){from_ns, to_ns};
	}
	if (to_ns > d->chance->quiet_ns) {
		d->chance->quiet_ns = to_ns;
	}
}

/* The lag and the pulse have moved so that either label fits in the end. */
static bool ends_near_the_second(const struct draw *d)
{
	int64_t lag_ns = d->p[WORLD_LAG], drift = 0, drift_ns = 0, phase_ns = 0;
	int64_t spare_ns = d->p[WORLD_LAG_JITTER] * 7 / 2;

	if (!d->phase_moved || d->witness) {
		return false;
	}
	for (int i = 0; i < d->config->change_count; i++) {
		const struct world_change *c = &d->config->changes[i];

		if (c->param == WORLD_LAG) {
			lag_ns = c->value;
		} else if (c->param == WORLD_PHASE) {
			phase_ns = c->value;
		} else if (c->param == WORLD_LAG_DRIFT) {
			lag_ns += drift * (c->at_ns - drift_ns) / SECOND_NS;
			drift = c->value;
			drift_ns = c->at_ns;
		}
	}
	lag_ns -= phase_ns;
	return lag_ns < 20 * MS_NS + spare_ns || lag_ns > 950 * MS_NS - spare_ns;
}

static struct judge_window *window(struct play *play, int64_t from_ns, int64_t to_ns)
{
	return &play->judge.windows[judge_watch(&play->judge, from_ns, to_ns)];
}

/* From the end of a trouble to the beginning of the next, if it is over by then. */
static void watch_recovery(struct draw *d, const struct span *of)
{
	struct chance *c = d->chance;
	int64_t until_ns = d->config->end_ns;

	if (of->to_ns < c->fine_ns || c->recoveries == CHANCE_WINDOWS) {
		return;
	}
	for (int i = 0; i < d->trouble_count; i++) {
		const struct span *other = &d->troubles[i];

		if (other->from_ns <= of->to_ns && other->to_ns > of->to_ns) {
			return;
		}
		if (other->from_ns > of->to_ns && other->from_ns < until_ns) {
			until_ns = other->from_ns;
		}
	}
	c->recovery[c->recoveries++] = window(d->play, of->to_ns, until_ns);
}

/*
 * What is told behind a break, and is later by seconds, looks like leap seconds that the receiver has
 * forgotten: that takes 13 minutes.
 */
static bool looks_forgotten(const struct draw *d)
{
	bool later = d->config->leap == -1;

	for (int i = 0; i < d->config->change_count; i++) {
		const struct world_change *c = &d->config->changes[i];

		later |= c->param == WORLD_LIE && c->value && llabs(c->value) <= 18;
	}
	return later && d->hidden;
}

void chance_start(struct chance *chance, struct play *play, enum chance_kind kind, uint64_t seed,
		  int64_t rest_s)
{
	struct draw d = {.chance = chance,
			 .play = play,
			 .config = &play->config,
			 .p = play->config.p,
			 .rest_s = rest_s};

	memset(chance, 0, sizeof(*chance));
	play_init(play, seed);
	d.rng.state = seed * 2654435761u + (uint64_t)kind * 0x5851f42d4c957f2du;
	chance->lively = true;
	chance->roomy = true;
	chance->thorough = one_in(&d, 10);
	if (kind == CHANCE_NASTY) {
		draw_nasty(&d);
	} else {
		draw_realistic(&d);
	}
	chance->lively &= !ends_near_the_second(&d);
	chance->lively &= !looks_forgotten(&d);
	/* A fix is told by the burst of the second after. */
	chance->fine_ns = (d.fine_s + (d.p[WORLD_FIX] == 0)) * SECOND_NS;
	if (chance->quiet_ns < chance->fine_ns) {
		chance->quiet_ns = chance->fine_ns;
	}
	play->config.end_ns = chance->quiet_ns + CHANCE_END_NS;
	play_start(play);
	play->judge.forgive_ns = chance->forgive_ns;
	chance->first = window(play, chance->fine_ns, play->config.end_ns);
	for (int i = 0; i < d.trouble_count; i++) {
		watch_recovery(&d, &d.troubles[i]);
	}
}

static bool publishes(const struct judge_window *w)
{
	return w->good > 0 && w->published * 10 >= w->good * 7;
}

const char *chance_play(struct chance *c, struct play *play)
{
	int64_t soon_ns = c->quiet_ns + CHANCE_SOON_NS, end_ns = play->config.end_ns;

	c->tail = window(play, soon_ns - CHANCE_TAIL_NS, soon_ns);
	play_until(play, soon_ns);
	if (c->thorough || !publishes(c->tail)) {
		c->tail = window(play, end_ns - CHANCE_TAIL_NS, end_ns);
		play_end(play);
	}
	c->dead = c->lively && !publishes(c->tail);
	if (play->judge.faults > 0) {
		return play->judge.fault;
	}
	if (c->dead) {
		snprintf(play->judge.fault, sizeof(play->judge.fault),
			 "dead: %d of %d pulses published at the end, state %s", c->tail->published,
			 c->tail->good, core_state_name(play->judge.state));
		return play->judge.fault;
	}
	return NULL;
}
