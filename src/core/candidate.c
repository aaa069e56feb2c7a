/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/candidate.h"

#include <stdlib.h>

#include "core/calendar.h"

#define OUTLIER_NS (10 * NS_PER_MS)
/* Two bursts tell no train, whatever is asked for. */
#define LEAST 3
/* Receivers that speak before their pulse are rare; few bursts of the others come sooner. */
#define ON_TIME_NS (5 * NS_PER_MS)
#define FEW        16
/*
 * Fewer than this may all be late by chance: the earliest must be so many times as far from the
 * pulse as from the next earliest.
 */
#define VERY_FEW    8
#define CLEAR_TIMES 4
/* Where they jitter, so many (permille), but two, must come too early for a pulse to rule it out. */
#define SOME 166
/* A train that wanders has shown where it goes after so many bursts. */
#define WANDERED 48
/* Bursts nearer than this continue one another; without pulses, if the second they name can. */
#define CONTINUOUS_NS (250 * NS_PER_MS)
#define UNPAIRED_NS   (500 * NS_PER_MS)
/* …as do those that clearly are of one pulse, where every other burst has more to say first. */
#define CLEAR_TO_NS (800 * NS_PER_MS)
/* What is told more rarely is no train of bursts. */
#define APART_S 30
/*
 * Phases this far from the second they began in are no story any more, but a stall's backlog; where
 * there are several fixes a second, whose arrival is not known that exactly, any outside of it.
 */
#define STRAYED_NS (NS_PER_S * 3 / 2)
/*
 * A receiver that tells its fix several times a second is not a second late; nor are the arrivals
 * known that exactly, as one read may hold several bursts.
 */
#define OFTEN_EARLY_NS  (100 * NS_PER_MS)
#define OFTEN_LATEST_NS (900 * NS_PER_MS)
/* So long may a burst have waited in the receiver if there is no pulse to miss meanwhile. */
#define WAITED_NS (250 * NS_PER_MS)

static void begin(struct candidate *c, const struct fix *fix, const struct gate *gate)
{
	*c = (struct candidate){
		.second_raw_ns = gate->locked ? gate_floor(gate, fix->raw_ns) : fix->raw_ns,
		.on_grid = gate->locked,
	};
	c->phase_ns = fix->raw_ns - c->second_raw_ns;
	robust_init(&c->phases, CANDIDATE_RECENT);
}

static bool strayed(const struct fix *fix, int64_t phase)
{
	return fix->often ? phase < 0 || phase >= NS_PER_S : llabs(phase) >= STRAYED_NS;
}

/* The phase of a burst that may have waited: of those that are possible, the nearest to the last. */
static int64_t phase_near(const struct candidate *c, const struct fix *fix, int64_t second_raw_ns)
{
	int64_t late = fix->raw_ns - second_raw_ns;

	if (!c->on_grid || fix->made_raw_ns == LINE_NEVER || c->phase_ns >= late) {
		return late;
	}
	int64_t early = fix->made_raw_ns - second_raw_ns;

	return c->phase_ns < early ? early : c->phase_ns;
}

bool candidate_goes_on(const struct candidate *c, const struct fix *fix)
{
	return c->count > 0 && fix->utc_s - c->utc_s < APART_S;
}

static bool is_clear(int64_t phase)
{
	return phase > CANDIDATE_LATE_NS && phase < CLEAR_TO_NS;
}

/* Near to the one before; or both clearly speak of the same pulse. */
static bool goes_with(const struct candidate *c, const struct fix *fix, int64_t phase)
{
	if (!c->on_grid) {
		return llabs(phase) < UNPAIRED_NS;
	}
	return !strayed(fix, phase) && (llabs(phase - c->phase_ns) < CONTINUOUS_NS ||
					(!fix->often && is_clear(phase) && is_clear(c->phase_ns)));
}

void candidate_extend(struct candidate *c, const struct fix *fix, const struct gate *gate)
{
	int64_t second = c->second_raw_ns + (fix->utc_s - c->utc_s) * NS_PER_S;

	if (c->on_grid && gate->locked) {
		second = gate_floor(gate, second + gate_period_ns(gate) / 2);
	}
	int64_t phase = phase_near(c, fix, second);

	if (candidate_goes_on(c, fix) && c->on_grid == gate->locked && goes_with(c, fix, phase)) {
		c->second_raw_ns = c->on_grid ? second : fix->raw_ns;
		c->phase_ns = c->on_grid ? phase : 0;
	} else {
		begin(c, fix, gate);
	}
	robust_add(&c->phases, c->phase_ns);
	c->often = fix->often;
	c->waited_ns = fix_wait_ns(fix);
	c->count++;
	c->utc_s = fix->utc_s;
}

void candidate_hear_waited(struct candidate *c, const struct fix *fix)
{
	int64_t second = c->second_raw_ns + (fix->utc_s - c->utc_s) * NS_PER_S;
	int64_t phase = fix->raw_ns - second;

	if (c->on_grid && phase < -CANDIDATE_EARLY_NS && phase < c->phase_ns - CONTINUOUS_NS) {
		c->count = 0;
	}
}

/* The earliest two. */
static void earliest(const struct robust *phases, int64_t *first, int64_t *second)
{
	*first = *second = INT64_MAX;
	for (int i = 0; i < phases->count; i++) {
		int64_t at = phases->values[i];

		if (at < *first) {
			*second = *first;
			*first = at;
		} else if (at < *second) {
			*second = at;
		}
	}
}

/* The last but one of the early ones: one alone may be an error, unless it is clearly earlier. */
static int64_t second_earliest_ns(const struct robust *phases)
{
	int64_t first, second;

	earliest(phases, &first, &second);
	first += OUTLIER_NS;
	return first < second ? first : second;
}

/* Not the earliest alone: that may be a message which came before its burst. */
static int64_t some_earlier_than_ns(const struct robust *phases)
{
	int64_t first, second, some = robust_quantile(phases, SOME);

	earliest(phases, &first, &second);
	return phases->count > 1 && second > some ? second : some;
}

/* They are few, and others of their kind may come before it. */
static bool few_near(const struct robust *phases, int64_t instant_ns)
{
	int64_t first, second;

	earliest(phases, &first, &second);
	return phases->count < VERY_FEW && first - CLEAR_TIMES * (second - first) < instant_ns;
}

/* One in sixteen at most: a train that wanders over the second fits the pulse before, too. */
static bool few_before(const struct robust *phases, int64_t instant_ns)
{
	int before = 0;

	for (int i = 0; i < phases->count; i++) {
		before += phases->values[i] < instant_ns;
	}
	return before * FEW <= phases->count || before < 2;
}

/* Each phase follows the one before: von Neumann's ratio is near 1 where they only jitter. */
static bool is_smooth(const struct robust *phases)
{
	int64_t mean = 0, steps = 0, spread = 0;

	for (int i = 0; i < phases->count; i++) {
		mean += phases->values[i] / phases->count;
	}
	for (int i = 0; i < phases->count; i++) {
		int64_t off_us = (phases->values[i] - mean) / 1000;
		int64_t step_us = i ? (phases->values[i] - phases->values[i - 1]) / 1000 : 0;

		spread += off_us * off_us;
		steps += step_us * step_us / 2;
	}
	return steps * 100 < spread * (phases->count > LEAST ? 35 : 51);
}

/* …and they have come so far that they may have begun before instant_ns. */
static bool wandered_from(const struct robust *phases, int64_t instant_ns)
{
	int64_t low = robust_quantile(phases, 0);
	int64_t high = robust_quantile(phases, 1000);

	return phases->count < WANDERED && low - (high - low) < instant_ns;
}

/*
 * How many seconds after second_raw_ns's pulse the one lies that the bursts name, as far as their
 * phase can tell: the latest that they do not come too early for. False: the one before it fits,
 * too.
 */
static bool phase_says(const struct candidate *c, int64_t *after_s)
{
	int64_t earliest = second_earliest_ns(&c->phases);

	*after_s = 0;
	if (!c->on_grid) {
		return true;
	}
	*after_s = floor_div(earliest + CANDIDATE_EARLY_NS, NS_PER_S);
	bool smooth = is_smooth(&c->phases);

	if (!smooth && floor_div(some_earlier_than_ns(&c->phases) + CANDIDATE_EARLY_NS, NS_PER_S) !=
			       *after_s) {
		return false;
	}
	if (c->often && (*after_s != 0 || robust_median(&c->phases) > OFTEN_LATEST_NS)) {
		return false;
	}

	int64_t pulse_ns = *after_s * NS_PER_S;
	int64_t on_time_ns = pulse_ns + ON_TIME_NS;

	return c->phases.count >= LEAST &&
	       robust_median(&c->phases) - pulse_ns >= CANDIDATE_LATE_NS &&
	       !few_near(&c->phases, on_time_ns) && few_before(&c->phases, on_time_ns) &&
	       !(smooth && wandered_from(&c->phases, on_time_ns));
}

/* What a witness says of the candidate's second; false if there is none. */
static bool witness_says(const struct witness *w, const struct candidate *c, int64_t *utc_s)
{
	struct fix last = {.utc_s = c->utc_s, .raw_ns = c->second_raw_ns};

	return c->on_grid ? witness_second(w, c->second_raw_ns, utc_s)
			  : witness_burst(w, &last, utc_s);
}

/* The last fix names c->utc_s; if its pulse is utc_s, is its lag physically sensible? */
static bool sensible(const struct candidate *c, int64_t utc_s)
{
	if (!c->on_grid) {
		return utc_s == c->utc_s;
	}

	int64_t lag = robust_median(&c->phases) + (utc_s - c->utc_s) * NS_PER_S;

	return lag > WITNESS_LAG_EARLIEST_NS && lag - c->waited_ns < WITNESS_LAG_LATEST_NS;
}

enum opinion candidate_judge(const struct candidate *c, const struct witness *w, int64_t *utc_s,
			     int64_t *witness_s)
{
	int64_t after_s;
	bool clear = phase_says(c, &after_s);

	*utc_s = c->utc_s - after_s;
	if (!witness_says(w, c, witness_s)) {
		return clear ? OPINION_TAKE : OPINION_AMBIGUOUS;
	}
	if (!sensible(c, *witness_s)) {
		return OPINION_SUSPECT;
	}
	*utc_s = *witness_s;
	return OPINION_VOUCHED;
}

bool candidate_proven(const struct fix *fix, const struct gate *gate)
{
	if (fix->made_raw_ns == fix->raw_ns) {
		return true;
	}
	if (!gate->locked) {
		return fix->made_raw_ns > fix->raw_ns - WAITED_NS;
	}
	return fix->made_raw_ns >
	       gate_floor(gate, fix->raw_ns) + (fix->often ? -OFTEN_EARLY_NS : CANDIDATE_LATE_NS);
}
