/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "chance.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Half-years' ends where a leap second may be. */
#define DAY_S INT64_C(86400)

static const int64_t half_years[] = {1846022400, 1861920000, 1877558400};

struct draw {
	struct chance *chance;
	struct play *play;
	struct world_config *config;
	int64_t *p;
	struct rng rng;
	bool witness;            /* a synchronised clock, right from start to end */
	bool moved;              /* the lag, its jitter, or the pulse */
	bool late, lie;          /* a second late and a second ahead look right together */
	bool hidden;             /* bursts fail to come through for a while */
	bool lag_moved, lag_odd; /* in time; from the start not what it is without a witness */
};

/* One kind of trouble: a setting and its range while it lasts. */
struct trouble {
	const char *name;
	enum world_param param;
	int64_t low, high;
	bool stays;     /* does not end by itself */
	bool unsettles; /* cannot be had with a witness that must stay right */
};

static const struct trouble troubles[] = {
	{"glitches", WORLD_GLITCH, 50000, 1000000, false, false},
	{"popcorn", WORLD_POPCORN, 20000, 200000, false, false},
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
	{"wrong era", WORLD_ERA, 1024, 1024, true, false},
	{"corrupt sentences", WORLD_CORRUPT, 20000, 300000, false, false},
	{"corrupt bytes", WORLD_CORRUPT_BYTE, 1000, 100000, false, false},
	{"cut sentences", WORLD_TRUNCATE, 20000, 300000, false, false},
	{"noise", WORLD_NOISE, 20000, 500000, false, false},
	{"clock stepped a little", WORLD_STEP, -2 * SECOND_NS, 2 * SECOND_NS, true, true},
	{"clock stepped far", WORLD_STEP, -400 * SECOND_NS, 86400 * SECOND_NS, true, true},
	{"clock put right", WORLD_STEP_TO, -50 * MS_NS, 50 * MS_NS, true, true},
	{"clock slewed", WORLD_CLOCK_PPB, -90000000, 90000000, false, true},
};

static int64_t draw(struct draw *d, int64_t low, int64_t high)
{
	return rng_range(&d->rng, low, high);
}

static bool one_in(struct draw *d, int64_t many)
{
	return draw(d, 1, many) == 1;
}

__attribute__((format(printf, 2, 3))) static void say(struct draw *d, const char *format, ...)
{
	char *text = d->chance->text;
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, sizeof(d->chance->text) - used, format, args);
	va_end(args);
}

static void draw_core(struct draw *d)
{
	struct core_config *core = &d->play->core_config;

	core->agree = (int)draw(d, 2, 5);
	core->relabel_hold_ns = draw(d, 20, 40) * SECOND_NS;
	core->holdover_ns = draw(d, 5, 30) * SECOND_NS;
	core->pps_offset_ns = one_in(d, 4) ? draw(d, -20000, 20000) : 0;
}

/* Within an hour of the end of June or December. */
static bool near_half_year(int64_t utc_s)
{
	for (int hour = -1; hour <= 1; hour += 2) {
		time_t t = (time_t)(utc_s + hour * 3600);
		struct tm tm;

		gmtime_r(&t, &tm);
		if ((tm.tm_mday == 1 && (tm.tm_mon == 0 || tm.tm_mon == 6) && tm.tm_hour == 0) ||
		    (tm.tm_mday > 29 && (tm.tm_mon == 5 || tm.tm_mon == 11) && tm.tm_hour == 23)) {
			return true;
		}
	}
	return false;
}

static void draw_date(struct draw *d)
{
	struct world_config *config = d->config;
	int64_t half_year;

	config->start_utc_s = draw(d, 1798761600, 2398377600); /* 2027 to 2045 */
	if (near_half_year(config->start_utc_s)) {
		config->start_utc_s += 10 * DAY_S; /* its silence there is another matter */
	}
	if (one_in(d, 12)) {
		half_year = half_years[draw(d, 0, 2)];
		config->start_utc_s = half_year - draw(d, 15, 55);
		config->leap_utc_s = half_year;
		config->leap = one_in(d, 2) ? 1 : -1;
		config->leap_in_clock = d->witness || one_in(d, 2);
		d->p[WORLD_LEAP_STYLE] = draw(d, 0, 3);
		say(d, "leap %d style %" PRId64 "; ", config->leap, d->p[WORLD_LEAP_STYLE]);
	}
}

static void draw_clocks(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_RAW_PPB] = draw(d, -80000, 80000);
	p[WORLD_RAW_WANDER] = draw(d, 0, 20);
	p[WORLD_CLOCK_PPB] = draw(d, -100000, 100000);
	p[WORLD_STEP_NOTICE] = draw(d, 0, 2 * MS_NS);
	d->config->raw_start_ns = draw(d, 0, 1000000) * SECOND_NS;
	if (d->witness) {
		p[WORLD_SYNC] = 1;
		p[WORLD_MAXERR_US] = 30000;
		p[WORLD_UPDATE] = SECOND_NS;
		p[WORLD_CLOCK_PPB] /= 1000;
		d->config->clock_start_ns =
			d->config->start_utc_s * SECOND_NS + draw(d, -20 * MS_NS, 20 * MS_NS);
		say(d, "witness; ");
	} else if (one_in(d, 3)) {
		d->config->clock_start_ns = draw(d, 0, 100) * SECOND_NS; /* no RTC */
	} else {
		d->config->clock_start_ns =
			d->config->start_utc_s * SECOND_NS + draw(d, -5 * SECOND_NS, 5 * SECOND_NS);
	}
}

static void draw_pulses(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_JITTER] = (int64_t)100 << draw(d, 0, 9);
	p[WORLD_WIDTH] = draw(d, 10, 500) * MS_NS;
	p[WORLD_BOTH_EDGES] = one_in(d, 3);
	p[WORLD_CLEAR_MARKS] = one_in(d, 5);
}

static void draw_receiver(struct draw *d)
{
	static const int sets[] = {
		1 << NMEA_RMC,
		1 << NMEA_RMC | 1 << NMEA_GGA | 1 << NMEA_GSA,
		1 << NMEA_GGA | 1 << NMEA_ZDA,
		1 << NMEA_GLL | 1 << NMEA_ZDA | 1 << NMEA_VTG,
		1 << NMEA_RMC | 1 << NMEA_GGA | 1 << NMEA_GSA | 1 << NMEA_GSV,
	};
	int64_t *p = d->p;

	p[WORLD_SENTENCES] = sets[draw(d, 0, COUNT(sets) - 1)];
	p[WORLD_ROTATE] = draw(d, 0, NMEA_KINDS - 1);
	p[WORLD_TALKER] = draw(d, 0, 4);
	p[WORLD_DIGITS] = draw(d, 0, 3);
	p[WORLD_NAV] = one_in(d, 2);
	p[WORLD_BLANK] = one_in(d, 2);
	if (one_in(d, 8)) {
		p[WORLD_RATE] = 5;
		p[WORLD_DIGITS] = draw(d, 1, 3); /* without it says one second five times */
		say(d, "5 Hz; ");
	}
}

/* Bursts that end well before the next one begins, so that the line never falls behind. */
static void draw_line(struct draw *d)
{
	static const int64_t rates[] = {4800, 9600, 38400, 115200, 460800};
	int64_t *p = d->p;
	int slowest = p[WORLD_RATE] > 1 ? 2 : p[WORLD_SENTENCES] & 1 << NMEA_GSV ? 1 : 0;

	p[WORLD_BPS] = rates[draw(d, slowest, COUNT(rates) - 1)];
	p[WORLD_BPS_KNOWN] = p[WORLD_BPS] < 100000 || one_in(d, 2);
	p[WORLD_READ] = p[WORLD_BPS_KNOWN] ? draw(d, READ_DAEMON, READ_BURST) : READ_FIFO;
	p[WORLD_LAG_JITTER] = draw(d, 0, 30 * MS_NS);
	p[WORLD_LATE_MIN] = draw(d, 100, 700) * MS_NS;
	p[WORLD_LATE_MAX] = draw(d, 700, 1400) * MS_NS;
	p[WORLD_LAG] = draw(d, 30 * MS_NS + p[WORLD_LAG_JITTER] * 7 / 2,
			    850 * MS_NS - p[WORLD_LAG_JITTER] * 7 / 2);
	if (p[WORLD_RATE] > 1) {
		p[WORLD_LAG_JITTER] /= 10;
		p[WORLD_LAG] = draw(d, 40, 100) * MS_NS;
	} else if (d->witness && one_in(d, 3)) {
		p[WORLD_LAG] = draw(d, -20, 1000) * MS_NS;
		d->lag_odd = true;
	}
	say(d, "lag %" PRId64 " ms at %" PRId64 " baud, read %" PRId64 "; ", p[WORLD_LAG] / MS_NS,
	    p[WORLD_BPS], p[WORLD_READ]);
}

static bool trouble_hides(const struct trouble *trouble)
{
	return trouble->param == WORLD_FIX || trouble->param == WORLD_SERIAL ||
	       trouble->param == WORLD_SERIAL_GONE || trouble->param == WORLD_CORRUPT_BYTE;
}

static bool trouble_fits(const struct draw *d, const struct trouble *trouble)
{
	enum world_param param = trouble->param;
	bool lag = param == WORLD_LAG || param == WORLD_LAG_DRIFT || param == WORLD_LAG_JITTER;
	bool moves = lag || param == WORLD_PHASE;
	bool lie = param == WORLD_LIE || param == WORLD_LIE_ONCE;
	bool hides = trouble_hides(trouble);

	if (trouble->unsettles && d->witness) {
		return false;
	}
	/* A wrong second is what a leap second looks like, or a burst that is late or early. */
	if (lie && (d->config->leap != 0 || d->late || d->moved || d->lag_odd)) {
		return false;
	}
	if (d->lie && (param == WORLD_LATE || moves)) {
		return false;
	}
	/* Nor can the label be agreed anew on bursts whose lag is not what it was. */
	if ((param == WORLD_LATE || lag) && d->config->leap != 0) {
		return false;
	}
	/* A lag that moves unseen has jumped. */
	if ((hides && d->lag_moved) || (lag && d->hidden)) {
		return false;
	}
	return !lag || (d->p[WORLD_RATE] == 1 && !d->lag_moved);
}

static void draw_trouble(struct draw *d)
{
	const struct trouble *trouble = &troubles[draw(d, 0, COUNT(troubles) - 1)];
	int64_t from = draw(d, 15, CHANCE_QUIET_S - 5), to = draw(d, from + 1, CHANCE_QUIET_S);
	int64_t value = draw(d, trouble->low, trouble->high);

	if (!trouble_fits(d, trouble)) {
		return;
	}
	if (trouble->param == WORLD_LAG) {
		/* There and back at once would be too far for lag and pulse together. */
		value = d->p[WORLD_LAG] + (d->p[WORLD_LAG] > 440 * MS_NS ? -value : value);
	}
	if (trouble->param == WORLD_RAW_PPB) {
		value += d->p[WORLD_RAW_PPB];
	}
	d->late |= trouble->param == WORLD_LATE;
	d->hidden |= trouble_hides(trouble);
	d->moved |= trouble->param == WORLD_PHASE || trouble->param == WORLD_LAG_JITTER ||
		    trouble->param == WORLD_LAG || trouble->param == WORLD_LAG_DRIFT;
	d->lie |= trouble->param == WORLD_LIE || trouble->param == WORLD_LIE_ONCE;
	d->lag_moved |= trouble->param == WORLD_LAG || trouble->param == WORLD_LAG_DRIFT;
	world_change(d->config, from * SECOND_NS + draw(d, 0, SECOND_NS - 1), trouble->param,
		     value);
	if (!trouble->stays) {
		world_change(d->config, to * SECOND_NS, trouble->param, d->p[trouble->param]);
	}
	if (trouble->param == WORLD_STEP) {
		d->p[WORLD_STEP_RACE] |= one_in(d, 3);
	}
	say(d, "%s %" PRId64 " from %" PRId64 "; ", trouble->name, value, from);
	if (!trouble->stays) {
		say(d, "to %" PRId64 "; ", to);
	}
}

void chance_start(struct chance *chance, struct play *play, uint64_t seed)
{
	struct draw d = {
		.chance = chance, .play = play, .config = &play->config, .p = play->config.p};
	int64_t end_s;

	memset(chance, 0, sizeof(*chance));
	play_init(play, seed);
	d.rng.state = seed * 2654435761u;
	d.witness = one_in(&d, 3);
	draw_core(&d);
	draw_date(&d);
	draw_clocks(&d);
	draw_pulses(&d);
	draw_receiver(&d);
	draw_line(&d);
	for (int64_t i = draw(&d, 0, 4); i > 0; i--) {
		draw_trouble(&d);
	}
	end_s = CHANCE_QUIET_S + play->core_config.relabel_hold_ns / SECOND_NS + 30 + CHANCE_TAIL_S;
	play->config.end_ns = end_s * SECOND_NS;
	play_start(play);
	chance->tail = &play->judge.windows[judge_watch(
		&play->judge, (end_s - CHANCE_TAIL_S) * SECOND_NS, end_s * SECOND_NS)];
	chance->lively = !d.lag_moved;
}

const char *chance_verdict(const struct chance *chance, struct play *play)
{
	if (play->judge.faults > 0) {
		return play->judge.fault;
	}
	if (chance->lively && chance->tail->published * 10 < chance->tail->good * 8) {
		snprintf(play->judge.fault, sizeof(play->judge.fault),
			 "does not come back: %d of %d pulses published at the end, state %s",
			 chance->tail->published, chance->tail->good,
			 core_state_name(play->judge.state));
		return play->judge.fault;
	}
	return NULL;
}
