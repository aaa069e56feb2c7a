/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "core/calendar.h"
#include "core/core_state.h"

/* Bursts measured before their median replaces the configured or remembered lag. */
#define LAG_LEARNED 8
/* A remembered lag this far from what is seen now is of another baud rate or receiver. */
#define LAG_CREDIBLE_NS (NS_PER_S / 4)
/* No burst waits in a receiver for longer. */
#define WAITED_MOST_NS (5 * NS_PER_S)
/* Nothing was heard for so long after the burst that it is no news any more. */
#define OLD_NS (3 * NS_PER_S)
/* Without a fix of a whole second for so long, those of a fraction are all there is. */
#define WHOLE_RARE_NS (NS_PER_S * 5 / 2)
/* A burst this far from the usual lag says nothing better than a second. */
#define LAG_USABLE_NS (NS_PER_S * 2 / 5)
/* …and while it is being measured, less than that: the burst's first byte was not seen to come. */
#define LAG_MEASURED_NS (NS_PER_S / 20)
/* …and if the usual lag itself is not known, nothing more exact than that. */
#define LAG_UNKNOWN_NS (NS_PER_S / 10)
/* The last bursts are so far beside it: it drifts, and has to be measured more often. */
#define LAG_DRIFTED_NS (NS_PER_S / 40)
/* A lag is measured only against a pulse this fresh. */
#define PULSE_FRESH_NS (NS_PER_S * 5 / 2)
/*
 * log2 s of coarse time: half a second while the lag is unknown, so that ntpd's root distance, and
 * with it the kernel's maxerror, says so to everyone, ourselves included (see core/witness.h).
 */
#define COARSE_PRECISION_UNKNOWN (-1)
#define COARSE_PRECISION_LEAST   (-10)

/* The label hangs on pulses, and they come. */
static bool pulses_fresh(const struct core *core, const struct fix *fix)
{
	return core->label.attached && core->gate.locked &&
	       fix->raw_ns - core->gate.last_good_raw_ns < PULSE_FRESH_NS;
}

/* The lag to go by until enough bursts have been measured. */
static int64_t provisional_lag_ns(const struct core *core)
{
	int64_t recent = robust_median(&core->label.recent);
	int64_t remembered = core->config.learned_lag_ns;
	bool known = remembered != CORE_NO_LAG;

	if (!core->label.attached) {
		return known ? remembered : core->config.configured_lag_ns;
	}
	return known && llabs(remembered - recent) < LAG_CREDIBLE_NS ? remembered : recent;
}

void core_lag_update(struct core *core)
{
	struct core_status *s = &core->status;
	bool measured = core->lags.count >= LAG_LEARNED;
	int64_t median = robust_median(&core->lags);

	s->lag_learned = measured || core->config.learned_lag_ns != CORE_NO_LAG;
	s->lag_jitter_ns = robust_sigma_about(&core->lags, median);
	s->lag_ns = measured ? median : provisional_lag_ns(core);
}

static bool lag_is_usual(const struct core *core, int64_t lag_ns)
{
	return llabs(lag_ns - core->status.lag_ns) <
	       LAG_MEASURED_NS + 4 * core->status.lag_jitter_ns;
}

bool core_lag_steady(const struct core *core)
{
	const struct core_status *status = &core->status;
	int64_t drifted = robust_median(&core->label.recent) - status->lag_ns;

	return lag_is_usual(core, robust_latest(&core->lags, 0)) &&
	       llabs(drifted) < LAG_DRIFTED_NS + 2 * status->lag_jitter_ns;
}

struct witness core_witness(const struct core *core)
{
	return (struct witness){
		.usable = core->discipline.witness,
		.real_minus_raw_ns = core->real_minus_raw_ns,
		.error_ns = core->discipline.maxerr_us * 1000,
	};
}

/* Whether the lag to be taken off is that of this burst, as far as one can know. */
static bool lag_usable(struct core *core, const struct fix *fix, int64_t lag_ns)
{
	const struct label *l = &core->label;
	bool known = core->status.lag_learned;
	bool pulses_come = core->status.last_pulse_raw_ns &&
			   fix->raw_ns - core->status.last_pulse_raw_ns < PULSE_FRESH_NS;
	int64_t usual =
		known && (l->attached || l->carried) ? core->status.lag_ns : l->steady_lag_ns;

	if (!pulses_fresh(core, fix) && !known && !core->config.configured_lag_ns &&
	    (pulses_come || l->attached)) {
		return false; /* pulses will tell it soon, or told it by a grid that has gone */
	}
	int64_t limit = known ? LAG_USABLE_NS : LAG_UNKNOWN_NS;

	if (core->lags.count >= LAG_LEARNED && pulses_fresh(core, fix) &&
	    !lag_is_usual(core, lag_ns)) {
		return false;
	}
	return llabs(lag_ns - usual) < limit;
}

/* A burst that was torn apart, or told twice; or its second is no later than that of the last. */
static bool told_already(const struct core *core, const struct fix *fix)
{
	int64_t since = fix->raw_ns - core->status.lag_ns - core->coarse_raw_ns;

	return core->coarse_raw_ns &&
	       (since <= 0 || (fix->utc_s <= core->coarse_utc_s && since < PULSE_FRESH_NS));
}

static void publish_coarse(struct core *core, const struct fix *fix, int64_t lag_ns)
{
	int precision = COARSE_PRECISION_UNKNOWN;

	core_lag_update(core);
	if (!lag_usable(core, fix, lag_ns) || told_already(core, fix)) {
		return;
	}
	if (core_withheld(core, CORE_COARSE, core->last_raw_ns) != CORE_CAUSES ||
	    fix->leap_second) {
		return;
	}
	if (core->lags.count >= LAG_LEARNED) {
		precision = core_precision(core->status.lag_jitter_ns, COARSE_PRECISION_LEAST,
					   COARSE_PRECISION_UNKNOWN);
	}
	core->coarse_utc_s = fix->utc_s;
	core->coarse_raw_ns = fix->raw_ns - core->status.lag_ns;
	core_publish(core, &(struct core_sample){
				   .unit = CORE_COARSE,
				   .raw_ns = core->last_raw_ns,
				   .clock_ns = fix->utc_s * NS_PER_S,
				   .receive_ns = fix->real_ns - core->status.lag_ns,
				   .leap = core_leap_field(core, fix->utc_s),
				   .precision = precision,
			   });
}

/* The last bursts all came at another time than those before, and at one. */
static bool lag_moved(const struct core *core)
{
	int64_t newest = robust_latest(&core->lags, 0);

	if (core->lags.count < 2 * LAG_LEARNED) {
		return false;
	}
	for (int i = 0; i < LAG_LEARNED; i++) {
		int64_t lag = robust_latest(&core->lags, i);

		if (lag_is_usual(core, lag) || llabs(lag - newest) > LAG_MEASURED_NS) {
			return false;
		}
	}
	return true;
}

/* What was measured before the lag moved is forgotten. */
static void forget_older_lags(struct core *core)
{
	struct robust newest;

	robust_init(&newest, ROBUST_MAX);
	for (int i = LAG_LEARNED; i-- > 0;) {
		robust_add(&newest, robust_latest(&core->lags, i));
	}
	core_note(core, CORE_NOTICE_LAG, core->last_raw_ns, core->status.lag_ns,
		  robust_median(&newest));
	core->lags = newest;
}

static void learn_lag(struct core *core, const struct fix *fix, int64_t lag_ns)
{
	if (!pulses_fresh(core, fix) || fix->put_off) {
		return;
	}
	robust_add(&core->lags, lag_ns);
	if (lag_moved(core)) {
		forget_older_lags(core);
	}
}

static void note_suspect(struct core *core, const struct label_result *result)
{
	if (core->label.suspect && !core->suspect_told) {
		core_note(core, CORE_NOTICE_SUSPECT, core->last_raw_ns, result->claimed_s,
			  result->witness_s);
	}
	core->suspect_told = core->label.suspect;
}

static void act_on(struct core *core, const struct fix *fix, const struct label_result *result)
{
	const struct label *l = &core->label;
	int64_t now = core->last_raw_ns;

	switch (result->verdict) {
	case LABEL_IGNORED:
	case LABEL_BORNE:
	case LABEL_GATHERED:
		return;
	case LABEL_ODD:
		core_reject(core, CORE_ODD, now, result->lag_ns, 0);
		return;
	case LABEL_CONFIRMED:
		learn_lag(core, fix, result->lag_ns);
		break;
	case LABEL_AGREED:
		core_note(core, CORE_NOTICE_LABEL, now, l->anchor_utc_s, robust_median(&l->recent));
		break;
	case LABEL_LAG:
		core_note(core, CORE_NOTICE_LAG, now, core->status.lag_ns, result->new_lag_ns);
		robust_init(&core->lags, ROBUST_MAX);
		learn_lag(core, fix, result->new_lag_ns);
		break;
	case LABEL_CHANGED:
		core_note(core, CORE_NOTICE_RELABEL, now, result->old_utc_s, l->anchor_utc_s);
		robust_init(&core->lags, ROBUST_MAX);
		break;
	case LABEL_LEAPED:
		core_note(core, CORE_NOTICE_LEAP, now, l->anchor_utc_s,
			  result->old_utc_s - l->anchor_utc_s);
		break;
	}
	if (!fix->put_off) {
		publish_coarse(core, fix, label_lag_ns(l, fix));
	}
}

/*
 * A fix of a fraction of a second says as much of the second as one of the whole. It is made use of
 * where there are no others, or where the arrival of those proves nothing.
 */
static bool fraction_wanted(const struct core *core, const struct fix *fix)
{
	return core->label.state == LABEL_UNKNOWN || !core->label.attached ||
	       fix->raw_ns - core->whole_raw_ns > WHOLE_RARE_NS;
}

/*
 * Several fixes a second; and how far apart, as two in a row tell it, where there are no pulses: with
 * them bursts need not be long to be proven, and should begin in one way.
 */
static void learn_rate(struct core *core, const struct fix *fix)
{
	struct epoch *e = &core->epoch;
	int64_t told_ns = fix->dated ? fix->utc_s * NS_PER_S + fix->fraction_ns : 0;
	int64_t apart_ns = told_ns - core->told_ns;

	core->told_ns = told_ns;
	if (fix->fraction_ns) {
		core->fraction_raw_ns = fix->raw_ns;
	}
	e->often = core->fraction_raw_ns && fix->raw_ns - core->fraction_raw_ns < NS_PER_S;
	if (!e->often || core->gate.locked) {
		e->apart_ns = 0;
	} else if (apart_ns > 0 && apart_ns < NS_PER_S &&
		   (e->apart_ns == 0 || apart_ns < e->apart_ns)) {
		e->apart_ns = apart_ns;
	}
}

/* The fix of the whole second before, as if made that much earlier. */
static struct fix whole(const struct fix *given)
{
	struct fix fix = *given;

	fix.raw_ns -= fix.fraction_ns;
	fix.real_ns -= fix.fraction_ns;
	fix.made_raw_ns -= fix.made_raw_ns == LINE_NEVER ? 0 : fix.fraction_ns;
	fix.fraction_ns = 0;
	return fix;
}

void core_fix(struct core *core, const struct fix *given)
{
	struct witness clock = core_witness(core);
	struct fix whole_fix = whole(given);
	const struct fix *fix = &whole_fix;

	if (!fix->valid) {
		return;
	}
	whole_fix.stale |= core->last_raw_ns - given->raw_ns > OLD_NS;
	learn_rate(core, given);
	whole_fix.often = core->epoch.often;
	core->status.fixes++;
	if (!fix->dated) {
		core_reject(core, CORE_DATE, core->last_raw_ns, 0, 0);
		return;
	}
	if (given->fraction_ns == 0) {
		core->whole_raw_ns = given->raw_ns;
	} else if (!fraction_wanted(core, given)) {
		core_reject(core, CORE_FRACTION, core->last_raw_ns, given->fraction_ns, 1);
		return;
	}
	if (!core->fix_denied || given->raw_ns > core->denied_raw_ns) {
		if (core->fix_denied) {
			gate_ran_free(&core->gate, core->last_raw_ns);
		}
		core->fix = true;
		core->fix_denied = false;
	}
	core->status.receiver.utc_s = fix->utc_s;
	if (fix->era_weeks != core->era_weeks) {
		core->era_weeks = fix->era_weeks;
		core_note(core, CORE_NOTICE_ERA, core->last_raw_ns, fix->era_weeks, 0);
	}

	struct core_label_before before = core_leap_before(core);
	struct label_result result = label_weigh(&core->label, fix, core->last_raw_ns, &core->gate,
						 &clock, &core->config);

	if (core->label.last_confirm_raw_ns == fix->raw_ns) {
		int64_t least = given->raw_ns - WAITED_MOST_NS;

		core->confirm_made_raw_ns = given->made_raw_ns > least ? given->made_raw_ns : least;
		core->status.last_confirm_raw_ns = fix->raw_ns;
	}
	core_leap_weighed(core, fix, &before, &result);
	if (fix->stale) {
		core_reject(core, CORE_BACKLOG, core->last_raw_ns, 0, 0);
	}
	if (result.verdict != LABEL_ODD && result.verdict != LABEL_IGNORED) {
		epoch_date(&core->epoch, fix);
	}
	act_on(core, fix, &result);
	note_suspect(core, &result);
}
