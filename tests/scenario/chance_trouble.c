/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>

#include "chance_draw.h"

/* One kind of trouble: a setting and its range while it lasts. */
struct kind {
	const char *name;
	enum world_param param;
	int64_t low, high;
	bool stays;     /* does not end by itself */
	bool unsettles; /* cannot be had with a witness that must stay right */
};

/* Troubles lie within so many seconds. */
#define MIDDLE_S 45

static const struct kind kinds[] = {
	{"glitches", WORLD_GLITCH, 50000, 1000000, false, false},
	{"late stamps", WORLD_POPCORN, 20000, 200000, false, false},
	{"missing pulses", WORLD_MISSING, 20000, 300000, false, false},
	{"lost pulses", WORLD_LOST, 20000, 300000, false, false},
	{"no pulses", WORLD_PULSES, 0, 0, false, false},
	{"pulse source gone", WORLD_PPS_GONE, 1, 1, false, false},
	{"pulse moved", WORLD_PHASE, -120 * MS_NS, 120 * MS_NS, true, false},
	{"raw clock bent", WORLD_RAW_PPB, -1000, 1000, true, false},
	{"no fix", WORLD_FIX, 0, 0, false, false},
	{"line silent", WORLD_SERIAL, 0, 0, false, false},
	{"line gone", WORLD_SERIAL_GONE, 1, 1, false, false},
	{"late bursts", WORLD_LATE, 20000, 500000, false, false},
	{"lag moved", WORLD_LAG, 40 * MS_NS, 440 * MS_NS, true, false},
	{"lag drifts", WORLD_LAG_DRIFT, -10 * MS_NS, 20 * MS_NS, false, false},
	{"lag jitters", WORLD_LAG_JITTER, 20 * MS_NS, 80 * MS_NS, false, false},
	{"short lie", WORLD_LIE, -3, 3, false, false},
	{"long lie", WORLD_LIE, -400000, 400000, false, false},
	{"odd bursts", WORLD_LIE_ONCE, 10000, 100000, false, false},
	{"repeated epochs", WORLD_OLD, 20000, 200000, false, false},
	{"skipped epochs", WORLD_SKIP, 20000, 500000, false, false},
	{"wrong era", WORLD_ERA, 1024, 1024, true, false},
	{"corrupt sentences", WORLD_CORRUPT, 20000, 300000, false, false},
	{"corrupt bytes", WORLD_CORRUPT_BYTE, 1000, 100000, false, false},
	{"cut sentences", WORLD_TRUNCATE, 20000, 300000, false, false},
	{"noise", WORLD_NOISE, 20000, 500000, false, false},
	{"ringing", WORLD_RING, 20000, 300000, false, false},
	{"echo", WORLD_ECHO, 20000, 1000000, false, false},
	{"stall", WORLD_STALL, 300 * MS_NS, 25 * SECOND_NS, true, false},
	{"suspend", WORLD_SUSPEND, 100 * MS_NS, 3600 * SECOND_NS, true, true},
	{"clock stepped a little", WORLD_STEP, -2 * SECOND_NS, 2 * SECOND_NS, true, true},
	{"clock stepped far", WORLD_STEP, -400 * SECOND_NS, 86400 * SECOND_NS, true, true},
	{"clock put right", WORLD_STEP_TO, -50 * MS_NS, 50 * MS_NS, true, true},
	{"clock slewed", WORLD_CLOCK_PPB, -90000000, 90000000, false, true},
};

static bool is_lag(enum world_param param)
{
	return param == WORLD_LAG || param == WORLD_LAG_DRIFT || param == WORLD_LAG_JITTER;
}

static bool is_lie(enum world_param param)
{
	return param == WORLD_LIE || param == WORLD_LIE_ONCE || param == WORLD_OLD;
}

bool hides(enum world_param param)
{
	return param == WORLD_FIX || param == WORLD_SERIAL || param == WORLD_SERIAL_GONE ||
	       param == WORLD_CORRUPT_BYTE || param == WORLD_STALL || param == WORLD_SUSPEND ||
	       param == WORLD_SKIP;
}

static bool clouds_pulses(enum world_param param)
{
	return param == WORLD_ECHO || param == WORLD_RING || param == WORLD_GLITCH ||
	       param == WORLD_MISSING || param == WORLD_LOST;
}

static bool fits(const struct draw *d, const struct kind *kind)
{
	enum world_param param = kind->param;
	bool lag = is_lag(param), moves = lag || param == WORLD_PHASE;

	if (kind->unsettles && d->witness) {
		return false;
	}
	/* A wrong second is what a leap second looks like, or a burst that is late or early. */
	if (is_lie(param) && (d->half_year || d->late || d->moved || d->lag_odd)) {
		return false;
	}
	if (d->lie && (param == WORLD_LATE || param == WORLD_STALL || moves)) {
		return false;
	}
	if ((is_lie(param) && d->slept) || (param == WORLD_SUSPEND && d->lie) ||
	    (param == WORLD_PHASE && d->stamps_late) ||
	    (param == WORLD_POPCORN && d->phase_moved)) {
		return false;
	}
	/* Nor can the label be agreed anew on bursts whose lag is not what it was. */
	if ((param == WORLD_LATE || moves) && d->half_year) {
		return false;
	}
	if ((param == WORLD_LATE && (d->phase_moved || d->slept || d->wanders)) ||
	    ((param == WORLD_PHASE || param == WORLD_SUSPEND) && d->late)) {
		return false;
	}
	/* Where either label fits, one must be carried on without a break. */
	if ((param == WORLD_LATE || param == WORLD_STALL || param == WORLD_PHASE ||
	     param == WORLD_PULSES || param == WORLD_PPS_GONE) &&
	    d->lag_odd) {
		return false;
	}
	/* A lag that wanders over the second is a second more where a label must be agreed anew. */
	if ((clouds_pulses(param) || param == WORLD_PHASE) && d->wanders) {
		return false;
	}
	/* A lag that moves unseen has jumped. */
	if ((hides(param) && d->lag_moved) || (lag && d->hidden)) {
		return false;
	}
	return !lag || (d->p[WORLD_RATE] == 1 && !d->lag_moved && d->p[WORLD_FILL] == 0);
}

static void remember(struct draw *d, enum world_param param)
{
	d->late |= param == WORLD_LATE || param == WORLD_STALL;
	d->hidden |= hides(param);
	d->slept |= param == WORLD_SUSPEND;
	d->stamps_late |= param == WORLD_POPCORN;
	d->phase_moved |= param == WORLD_PHASE;
	d->moved |= is_lag(param) || param == WORLD_PHASE;
	d->lie |= is_lie(param);
	d->lag_moved |= param == WORLD_LAG || param == WORLD_LAG_DRIFT;
}

static int64_t draw_value(struct draw *d, const struct kind *kind)
{
	int64_t value = draw(d, kind->low, kind->high);
	/* No receiver speaks long before its pulse. */
	int64_t least_ns = d->p[WORLD_LAG_JITTER] * 7 / 2;

	switch (kind->param) {
	case WORLD_LAG:
		/* There and back at once would be too far for lag and pulse together. */
		value = d->p[WORLD_LAG] + (d->p[WORLD_LAG] > 440 * MS_NS ? -value : value);
		return value > least_ns ? value : least_ns;
	case WORLD_LAG_DRIFT:
		return d->p[WORLD_LAG] + value * MIDDLE_S > least_ns ? value : -value;
	case WORLD_LAG_JITTER:
		return value < d->p[WORLD_LAG] / 4 ? value : d->p[WORLD_LAG] / 4;
	case WORLD_LATE:
		return value / d->p[WORLD_RATE]; /* each keeps those behind it waiting */
	case WORLD_RAW_PPB:
		return value + d->p[WORLD_RAW_PPB];
	case WORLD_SUSPEND:
		d->p[WORLD_SUSPEND_ERROR] =
			one_in(d, 2) ? draw(d, -MS_NS, MS_NS) : draw(d, -SECOND_NS, SECOND_NS);
		/* Nearly a whole number of seconds hides it best. */
		return one_in(d, 2) && value >= SECOND_NS
			       ? value / SECOND_NS * SECOND_NS + draw(d, -20, 20) * MS_NS
			       : value;
	case WORLD_OLD:
		d->p[WORLD_OLD_S] = -1;
		return value;
	case WORLD_ECHO:
		d->p[WORLD_ECHO_NS] = (one_in(d, 2) ? -1 : 1) * draw(d, 2 * MS_NS, 40 * MS_NS);
		return value;
	default:
		return value;
	}
}

/* What a setting is when the trouble is over; at the start it may be something else. */
static int64_t usual(const struct draw *d, enum world_param param)
{
	switch (param) {
	case WORLD_FIX:
	case WORLD_PULSES:
	case WORLD_SERIAL:
		return 1;
	case WORLD_CLOCK_PPB:
	case WORLD_LAG_JITTER:
		return d->p[param];
	default:
		return 0;
	}
}

void draw_trouble(struct draw *d, int64_t begin_s)
{
	const struct kind *kind =
		&kinds[draw(d, 0, (int64_t)(sizeof(kinds) / sizeof(kinds[0])) - 1)];
	int64_t from = draw(d, begin_s, begin_s + MIDDLE_S - 5),
		to = draw(d, from + 1, begin_s + MIDDLE_S);
	int64_t value, from_ns = from * SECOND_NS + draw(d, 0, SECOND_NS - 1);

	if (!fits(d, kind) || (kind->param == WORLD_SUSPEND && d->p[WORLD_SUSPEND_ERROR] != 0)) {
		return;
	}
	value = draw_value(d, kind);
	if (kind->param == WORLD_LAG_DRIFT && d->p[WORLD_LAG] + value * MIDDLE_S > 950 * MS_NS) {
		if (d->late || d->phase_moved) {
			return; /* late for long, or for ever */
		}
		d->wanders = true;
	}
	remember(d, kind->param);
	change(d, from_ns, kind->param, value);
	if (kind->stays) {
		int64_t lasts =
			kind->param == WORLD_STALL || kind->param == WORLD_SUSPEND ? value : 0;

		trouble(d, from_ns, from_ns + lasts);
	} else {
		change(d, to * SECOND_NS, kind->param, usual(d, kind->param));
		trouble(d, from_ns, to * SECOND_NS);
	}
	if (kind->param == WORLD_STEP) {
		d->p[WORLD_STEP_RACE] |= one_in(d, 3);
	}
	say(d, "%s %" PRId64 " from %" PRId64 " to %" PRId64 "; ", kind->name, value, from,
	    kind->stays ? from : to);
}
