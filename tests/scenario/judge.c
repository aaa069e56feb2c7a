/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A leap second has two names, and clocks may do it a moment apart: both hold for so long. */
#define LEAP_ROUND_NS (3 * SECOND_NS)
/* A coarse sample that knows no lag is as far off as that, and by what the reads add. */
#define LAG_SLACK_NS (120 * MS_NS)
/* A burst that is told may be so old. */
#define BURST_OLD_NS (2 * SECOND_NS)

__attribute__((format(printf, 3, 4))) static void fault(struct judge *judge, enum fault_kind kind,
							const char *format, ...)
{
	va_list args;
	int len;

	judge->kinds[kind]++;
	if (judge->faults++ > 0) {
		return;
	}
	len = snprintf(judge->fault, sizeof(judge->fault),
		       "at %.6f s: ", (double)judge->truth->t_ns / 1e9);
	va_start(args, format);
	vsnprintf(judge->fault + len, sizeof(judge->fault) - (size_t)len, format, args);
	va_end(args);
}

void judge_init(struct judge *judge, const struct core_config *core, const struct world *world)
{
	memset(judge, 0, sizeof(*judge));
	judge->core = core;
	judge->world = world;
	judge->coarse_bound_ns = SECOND_NS / 2;
	belief_init(&judge->belief, core, &world->config);
	judge->last_clock_ns = INT64_MIN;
}

int judge_watch(struct judge *judge, int64_t from_ns, int64_t to_ns)
{
	judge->windows[judge->window_count] = (struct judge_window){
		.from_ns = from_ns, .to_ns = to_ns, .first_ns = -1, .last_ns = -1};
	return judge->window_count++;
}

static bool edge_is_good(const struct truth *truth)
{
	return truth->pulse.kind == EDGE_GOOD && !truth->pulse.leap && !truth->pulse.stale;
}

/* Publishing has begun, the receiver has a fix, and lately it has told nothing but the truth. */
static bool judge_expects(const struct judge *judge)
{
	const struct belief *b = &judge->belief;
	int64_t now = judge->event->raw_ns;

	return judge->samples[CORE_PPS] > 0 && b->said == 1 &&
	       now - b->heard_raw_ns < JUDGE_DUE_NS && b->told_last_s == 0 &&
	       (!b->wrong || now - b->wrong_raw_ns > judge->core->relabel_hold_ns + BELIEF_LAST_NS);
}

static void judge_pulse(struct judge *judge)
{
	const struct truth *truth = judge->truth;

	if (judge->world->p[WORLD_PHASE] != judge->phase_ns) {
		judge->phase_ns = judge->world->p[WORLD_PHASE];
		judge->settled = 0;
	}
	if (!edge_is_good(truth)) {
		return;
	}
	if (judge->belief.first_fix_ns >= 0 && judge->samples[CORE_PPS] == 0) {
		judge->pulses_since_fix++;
	}
	judge->pulse_due = judge_expects(judge);
	judge->due += judge->pulse_due;
	for (struct judge_window *w = judge->windows; w < judge->windows + judge->window_count;
	     w++) {
		if (truth->t_ns >= w->from_ns && truth->t_ns < w->to_ns) {
			w->good++;
		}
	}
}

/* The longest lag that a burst of late may have had. */
static void hear_lag(struct judge *judge)
{
	const int64_t *p = judge->world->p;
	int64_t lag_ns = p[WORLD_LAG] + judge->world->lag_ns + 4 * p[WORLD_LAG_JITTER];

	if (lag_ns >= judge->lag_ns || judge->truth->t_ns - judge->lag_t_ns > BURST_OLD_NS) {
		judge->lag_ns = lag_ns;
		judge->lag_t_ns = judge->truth->t_ns;
	}
}

void judge_event(struct judge *judge, const struct event *event, const struct truth *truth)
{
	judge->event = event;
	judge->truth = truth;
	judge->pulse_due = false;
	hear_lag(judge);
	if (event->type == EVENT_PULSE) {
		judge_pulse(judge);
	}
	belief_hear(&judge->belief, event, truth);
}

static const char *const edge_names[] = {
	[EDGE_GOOD] = "the pulse",
	[EDGE_POPCORN] = "a pulse stamped late",
	[EDGE_GLITCH] = "a glitch",
	[EDGE_OTHER] = "the other edge",
	[EDGE_TRAIN] = "a pulse of another train",
	[EDGE_FREE] = "a free-running pulse",
};

/* What does not mark the second, though an edge that happens to lie there does. */
static bool edge_is_off(const struct truth *truth, int64_t limit)
{
	int64_t off = truth->pulse.late_ns % SECOND_NS;

	off = off > SECOND_NS / 2 ? off - SECOND_NS : off < -SECOND_NS / 2 ? off + SECOND_NS : off;
	return truth->pulse.kind != EDGE_GOOD && (off > limit || off < -limit);
}

static void judge_pulse_kind(struct judge *judge)
{
	const struct truth *truth = judge->truth;
	int64_t limit = JUDGE_POPCORN_SIGMAS * judge->world->p[WORLD_JITTER];

	limit = limit > JUDGE_POPCORN_LEAST_NS ? limit : JUDGE_POPCORN_LEAST_NS;
	if (judge->settled < JUDGE_SETTLED_PULSES) {
		limit = JUDGE_POPCORN_NS;
	}
	if (edge_is_off(truth, limit)) {
		fault(judge, FAULT_EDGE, "%s was published, %" PRId64 " ns late",
		      edge_names[truth->pulse.kind], truth->pulse.late_ns);
	} else if (truth->pulse.leap) {
		fault(judge, FAULT_EDGE, "the leap second's own pulse was published");
	} else if (truth->pulse.stale) {
		fault(judge, FAULT_EDGE, "a stamp from before the step was published after it");
	}
}

static void judge_pulse_silence(struct judge *judge, int64_t ahead_s)
{
	int64_t silent_ns = judge->event->raw_ns - judge->belief.heard_raw_ns;
	int disputed = belief_disputed(&judge->belief, ahead_s);

	if (judge->belief.said != 1) {
		fault(judge, FAULT_RULE, "a pulse was published without a fix");
	} else if (silent_ns > judge->core->holdover_ns + JUDGE_SLACK_NS) {
		fault(judge, FAULT_RULE,
		      "a pulse was published %" PRId64 " ms after the last valid sentence",
		      silent_ns / MS_NS);
	} else if (disputed > 0) {
		fault(judge, FAULT_RULE, "a pulse was published in a dispute of %d bursts",
		      disputed);
	}
}

static void judge_pps(struct judge *judge, const struct core_sample *sample)
{
	const struct truth *truth = judge->truth;
	int64_t second_ns = sample->clock_ns - judge->core->pps_offset_ns;
	int64_t ahead_ns = second_ns - truth->pulse.utc_s * SECOND_NS;

	if (judge->event->type != EVENT_PULSE || sample->raw_ns < judge->event->raw_ns) {
		fault(judge, FAULT_RULE, "a PPS sample came without its pulse");
		return;
	}
	judge_pulse_kind(judge);
	judge->settled++;
	judge->covered += judge->pulse_due && edge_is_good(truth);
	if (sample->receive_ns != judge->event->real_ns) {
		fault(judge, FAULT_RULE, "receive is %" PRId64 " ns off the pulse's stamp",
		      sample->receive_ns - judge->event->real_ns);
	}
	if (ahead_ns % SECOND_NS != 0 || (!belief_allows(&judge->belief, ahead_ns / SECOND_NS) &&
					  truth->t_ns >= judge->forgive_ns)) {
		fault(judge, FAULT_SECOND,
		      "a wrong second: pulse labelled %" PRId64 " ns off (told %" PRId64 " s)",
		      ahead_ns, belief_told_s(&judge->belief));
	}
	belief_choose(&judge->belief, ahead_ns / SECOND_NS);
	if (sample->clock_ns <= judge->last_clock_ns && ahead_ns == judge->last_ahead_ns) {
		fault(judge, FAULT_RULE, "a label was published twice or backwards");
	}
	judge->last_clock_ns = sample->clock_ns;
	judge->last_ahead_ns = ahead_ns;
	judge_pulse_silence(judge, ahead_ns / SECOND_NS);
	for (struct judge_window *w = judge->windows; w < judge->windows + judge->window_count;
	     w++) {
		if (truth->t_ns < w->from_ns || truth->t_ns >= w->to_ns) {
			continue;
		}
		w->published += edge_is_good(truth);
		w->last_ns = truth->t_ns;
		if (w->first_ns < 0) {
			w->first_ns = truth->t_ns;
			w->first_pulses = w->good;
		}
	}
}

/* As late as bursts are, if the sample says that it does not know. */
static int64_t unknown_lag_ns(const struct judge *judge, const struct core_sample *sample)
{
	return sample->precision >= -1 ? judge->lag_ns + LAG_SLACK_NS : 0;
}

static bool judge_coarse_fits(const struct judge *judge, int64_t error_ns, int64_t lag_ns)
{
	int64_t off = error_ns + (error_ns < 0 ? -SECOND_NS / 2 : SECOND_NS / 2);
	int64_t phase_ns = judge->world->p[WORLD_PHASE] + judge->world->phase_ns;
	int64_t bound_ns = judge->coarse_bound_ns + (phase_ns < 0 ? -phase_ns : phase_ns);
	int64_t late_ns = lag_ns > SECOND_NS / 2 ? bound_ns + lag_ns - SECOND_NS / 2 : bound_ns;

	/* With a bound beyond half a second, any permitted second within it will do. */
	for (int64_t ahead = off / SECOND_NS - 1; ahead <= off / SECOND_NS + 1; ahead++) {
		int64_t rest = error_ns - ahead * SECOND_NS;

		if (rest < bound_ns && rest > -late_ns && belief_allows(&judge->belief, ahead)) {
			return true;
		}
	}
	return false;
}

/* By the clock as it is, or as it was before it was set unknown to the daemon. */
static bool told_or_untold_fits(const struct judge *judge, int64_t error_ns, int64_t lag_ns)
{
	return judge_coarse_fits(judge, error_ns, lag_ns) ||
	       judge_coarse_fits(judge, error_ns - judge->truth->untold_step_ns, lag_ns);
}

static void judge_coarse(struct judge *judge, const struct core_sample *sample)
{
	const struct world_config *world = &judge->world->config;
	const struct truth *truth = judge->truth;
	int64_t error_ns = sample->clock_ns - sample->receive_ns + truth->real_error_ns;
	int64_t leap_ns = (world->leap_utc_s - world->start_utc_s) * SECOND_NS;
	int64_t lag_ns = unknown_lag_ns(judge, sample);
	int64_t age_ns = judge->event->real_ns - sample->receive_ns;
	bool fits = told_or_untold_fits(judge, error_ns, lag_ns);

	/* What the clock was off when the sample was received, it is no more after a leap. */
	if (world->leap != 0 && truth->t_ns - age_ns - leap_ns < LEAP_ROUND_NS &&
	    leap_ns - truth->t_ns < LEAP_ROUND_NS) {
		fits |= told_or_untold_fits(judge, error_ns - SECOND_NS, lag_ns) ||
			told_or_untold_fits(judge, error_ns + SECOND_NS, lag_ns);
	}
	if (!fits && truth->t_ns >= judge->forgive_ns) {
		fault(judge, FAULT_COARSE,
		      "a coarse sample is %" PRId64 " ms off (told %" PRId64 " s)",
		      error_ns / MS_NS, belief_told_s(&judge->belief));
	}
	if (judge->belief.said != 1 && !judge->belief.said_lost) {
		fault(judge, FAULT_RULE, "a coarse sample was published without a fix");
	}
	if (judge->coarse_errors != NULL && judge->coarse_count < judge->coarse_room) {
		judge->coarse_errors[judge->coarse_count++] = error_ns;
	}
	for (struct judge_window *w = judge->windows; w < judge->windows + judge->window_count;
	     w++) {
		w->coarse += truth->t_ns >= w->from_ns && truth->t_ns < w->to_ns;
	}
}

void judge_sample(void *arg, const struct core_sample *sample)
{
	struct judge *judge = arg;
	char text[256];

	if (judge->trace != NULL) {
		core_sample_json(sample, text, sizeof(text));
		fprintf(judge->trace, "%.6f %s\n", (double)judge->truth->t_ns / 1e9, text);
	}
	if (sample->unit == CORE_PPS) {
		judge_pps(judge, sample);
	} else {
		judge_coarse(judge, sample);
	}
	if (sample->leap != 0) {
		fault(judge, FAULT_RULE, "leap is %d, which NMEA cannot know", sample->leap);
	}
	if (sample->precision < -30 || sample->precision > 0) {
		fault(judge, FAULT_RULE, "precision is %d", sample->precision);
	}
	judge->samples[sample->unit]++;
	belief_sample(&judge->belief, judge->event->raw_ns);
}

void judge_notice(void *arg, const struct core_notice *notice)
{
	struct judge *judge = arg;
	char text[256];

	if (judge->trace != NULL) {
		core_notice_json(notice, text, sizeof(text));
		fprintf(judge->trace, "%.6f %s\n", (double)judge->truth->t_ns / 1e9, text);
	}
	judge->notices[notice->kind]++;
	judge->last_notice[notice->kind] = *notice;
	if (notice->kind == CORE_NOTICE_STATE) {
		judge->state = (enum core_state)notice->b;
		judge->been[notice->b] = true;
	} else if (notice->kind == CORE_NOTICE_REJECT) {
		judge->rejects[notice->cause]++;
	}
}
