/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <time.h>

#include "chance_draw.h"

/* What both kinds of worlds are made of. */

/* Half-years' ends where a leap second may be. */
static const int64_t half_years[] = {1846022400, 1861920000, 1877558400};

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

void draw_date(struct draw *d)
{
	struct world_config *config = d->config;

	config->start_utc_s = draw(d, 1798761600, 2398377600); /* 2027 to 2045 */
	if (near_half_year(config->start_utc_s)) {
		config->start_utc_s += 10 * DAY_S; /* its silence there is another matter */
	}
	config->clock_start_ns = config->start_utc_s * SECOND_NS;
}

/* A setting changes after one instant and before another. */
static bool changes(const struct world_config *config, enum world_param param, int64_t after_ns,
		    int64_t before_ns)
{
	for (int i = 0; i < config->change_count; i++) {
		const struct world_change *c = &config->changes[i];

		if (c->param == param && c->at_ns > after_ns && c->at_ns < before_ns) {
			return true;
		}
	}
	return false;
}

/* A clock that somebody vouches for does not miss a leap second. */
static bool will_sync(const struct world_config *config)
{
	return changes(config, WORLD_SYNC, INT64_MIN, INT64_MAX);
}

/* Who sets the clock within the leap second sets it by a name that is none. */
static bool is_set_near(const struct world_config *config, int64_t second)
{
	return changes(config, WORLD_STEP_TO, (second - 2) * SECOND_NS, (second + 2) * SECOND_NS);
}

void draw_half_year(struct draw *d, bool leap)
{
	struct world_config *config = d->config;
	int64_t half_year = half_years[draw(d, 0, 2)], ahead_s = draw(d, 15, 55);

	ahead_s += is_set_near(config, ahead_s) ? 5 : 0;
	config->start_utc_s = half_year - ahead_s;
	config->clock_start_ns = config->start_utc_s * SECOND_NS;
	config->leap_utc_s = half_year;
	config->leap = !leap ? 0 : one_in(d, 2) ? 1 : -1;
	config->leap_in_clock = d->witness || will_sync(config) || one_in(d, 2);
	d->p[WORLD_LEAP_STYLE] = draw(d, 0, 3);
	d->half_year = true;
	say(d, "half-year, leap %d style %" PRId64 "; ", config->leap, d->p[WORLD_LEAP_STYLE]);
	/* A receiver of style 3 needs half a minute. */
	trouble(d, (ahead_s - 2) * SECOND_NS,
		(ahead_s + (leap && d->p[WORLD_LEAP_STYLE] == 3 ? 32 : 1)) * SECOND_NS);
}

void draw_raw_clock(struct draw *d)
{
	d->p[WORLD_RAW_PPB] = draw(d, -80000, 80000);
	d->p[WORLD_RAW_WANDER] = draw(d, 0, 20);
	d->p[WORLD_CLOCK_PPB] = draw(d, -100000, 100000);
	d->p[WORLD_STEP_NOTICE] = draw(d, 0, 2 * MS_NS);
	d->config->raw_start_ns = draw(d, 0, 1000000) * SECOND_NS;
}

void draw_pulses(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_JITTER] = (int64_t)100 << draw(d, 0, 9);
	p[WORLD_WIDTH] = draw(d, 10, 500) * MS_NS;
	p[WORLD_BOTH_EDGES] = one_in(d, 3);
	p[WORLD_CLEAR_MARKS] = one_in(d, 5);
}

void draw_receiver(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_SENTENCES] = draw_of(d, 1 << NMEA_RMC, 1 << NMEA_GGA | 1 << NMEA_ZDA,
				     1 << NMEA_RMC | 1 << NMEA_GGA | 1 << NMEA_GSA,
				     1 << NMEA_GLL | 1 << NMEA_ZDA | 1 << NMEA_VTG,
				     1 << NMEA_RMC | 1 << NMEA_GGA | 1 << NMEA_GSA | 1 << NMEA_GSV);
	p[WORLD_ROTATE] = draw(d, 0, NMEA_KINDS - 1);
	p[WORLD_TALKER] = draw(d, 0, 4);
	p[WORLD_DIGITS] = draw(d, 0, 3);
	p[WORLD_NAV] = one_in(d, 2);
	p[WORLD_BLANK] = one_in(d, 2);
	p[WORLD_LATE_MIN] = draw(d, 100, 700) * MS_NS;
	p[WORLD_LATE_MAX] = draw(d, 700, 1400) * MS_NS;
}

void draw_witness(struct draw *d, int64_t most_error_us)
{
	int64_t *p = d->p, bound_us = draw(d, 2000, most_error_us);

	p[WORLD_SYNC] = 1;
	p[WORLD_MAXERR_US] = bound_us;
	p[WORLD_UPDATE] = SECOND_NS;
	p[WORLD_CLOCK_PPB] = draw(d, -100, 100);
	d->config->clock_start_ns +=
		draw(d, -bound_us * 8 / 10, bound_us * 8 / 10) * US_NS; /* within its bound */
	d->witness = true;
	say(d, "witness within %" PRId64 " ms; ", bound_us / 1000);
}

void draw_false_witness(struct draw *d, int64_t at_s)
{
	change(d, at_s * SECOND_NS, WORLD_MAXERR_US, 16);
	change(d, at_s * SECOND_NS, WORLD_SYNC, 1);
	say(d, "false witness from %" PRId64 "; ", at_s);
}

/* About how long bursts are by themselves. */
static int64_t burst_bytes(const int64_t *p)
{
	static const int64_t lengths[NMEA_KINDS] = {
		[NMEA_RMC] = 75, [NMEA_GGA] = 75,  [NMEA_GLL] = 50, [NMEA_ZDA] = 38,
		[NMEA_GSA] = 62, [NMEA_GSV] = 210, [NMEA_VTG] = 45, [NMEA_GST] = 45,
	};
	int64_t bytes = 0;

	for (int kind = 0; kind < NMEA_KINDS; kind++) {
		if (p[WORLD_SENTENCES] & 1 << kind && (p[WORLD_RATE] == 1 || kind <= NMEA_ZDA)) {
			bytes += lengths[kind];
		}
	}
	return bytes;
}

void draw_fill(struct draw *d, int64_t percent)
{
	int64_t *p = d->p;
	int64_t natural = burst_bytes(p) * p[WORLD_RATE] * 1000 / p[WORLD_BPS];

	percent = percent > natural ? percent : natural;
	p[WORLD_FILL] = p[WORLD_BPS] * percent / 1000 / p[WORLD_RATE];
	p[WORLD_FILL_FIRST] = one_in(d, 3);
	p[WORLD_BUFFER] = draw_of(d, 512, 1024, 2048, 4096);
	p[WORLD_DROP] = one_in(d, 2);
	if (p[WORLD_BUFFER] < p[WORLD_FILL] + 100) {
		p[WORLD_BUFFER] = p[WORLD_FILL] + 100; /* who makes such bursts can hold one */
	}
	d->chance->roomy &= percent < 75;
	/* 25 ms at 9600 baud are what an idle line needs to be seen, and bursts jitter. */
	d->chance->lively &= percent <= (p[WORLD_RATE] > 1 ? 60 : 92);
	if (percent > 45 && p[WORLD_READ] == READ_PIECES) {
		p[WORLD_READ] = READ_LOOP; /* the other does not see where the line was idle */
	}
	if (percent > 85) {
		d->chance->lively &=
			p[WORLD_LAG] >= 150 * MS_NS && p[WORLD_LAG_JITTER] <= 5 * MS_NS;
	}
	say(d, "line %" PRId64 " %% full, buffer %" PRId64 "; ", percent, p[WORLD_BUFFER]);
}
