/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>

#include "chance_draw.h"

/* The twists of nasty worlds: how a start, a receiver or a witness can mislead. */

static void twist_free(struct draw *d)
{
	int64_t *p = d->p;

	d->fine_s = draw(d, 4, 30);
	p[WORLD_FIX] = 0;
	p[WORLD_FREE] = draw(d, 1, 2);
	p[WORLD_FREE_PHASE] = one_in(d, 2) ? draw(d, 0, SECOND_NS - 1)
					   : (one_in(d, 2) ? 1 : -1) * draw(d, 5, 250) * MS_NS;
	p[WORLD_FREE_PPB] = draw(d, -20000, 20000);
	change(d, d->fine_s * SECOND_NS, WORLD_FIX, 1);
	change(d, (d->fine_s - draw(d, 0, 3)) * SECOND_NS, WORLD_FREE, 0);
	if (one_in(d, 2) && !d->lag_odd && p[WORLD_RATE] == 1) {
		p[WORLD_LAG] = draw(d, 40, 80) * MS_NS;
		p[WORLD_LAG_JITTER] = 2 * MS_NS;
	}
	say(d, "free from %" PRId64 " us until %" PRId64 "; ", p[WORLD_FREE_PHASE] / 1000,
	    d->fine_s);
}

/*
 * The first edge seen is any. It may be long until the pulse is known; a lag of more than a second
 * from then on is not.
 */
static void open_late(struct draw *d)
{
	d->chance->lively = false;
	d->hidden = true;
	d->p[WORLD_PPS_GONE] = 1;
	change(d, draw(d, 1000, 4000) * MS_NS, WORLD_PPS_GONE, 0);
	d->fine_s = 4;
}

static void twist_trains(struct draw *d)
{
	d->p[WORLD_TRAIN] = draw_of(d, 2, 4, 5, 10);
	open_late(d);
	say(d, "%" PRId64 " pulses a second; ", d->p[WORLD_TRAIN]);
}

static void twist_edges(struct draw *d)
{
	int64_t *p = d->p;

	open_late(d);
	switch (draw(d, 0, 2)) {
	case 0:
		p[WORLD_RING] = one_in(d, 2) ? 1000000 : draw(d, 100000, 900000);
		break;
	case 1:
		p[WORLD_ECHO] = one_in(d, 2) ? 1000000 : draw(d, 100000, 900000);
		p[WORLD_ECHO_NS] = (one_in(d, 3) ? 1 : -1) * draw(d, 2000, 9000) * US_NS;
		break;
	default:
		p[WORLD_HUM] = draw_of(d, 50000, 60000) + (one_in(d, 3) ? 0 : draw(d, -40, 40));
		break;
	}
	say(d, "ring %" PRId64 " echo %" PRId64 " at %" PRId64 " us hum %" PRId64 "; ",
	    p[WORLD_RING], p[WORLD_ECHO], p[WORLD_ECHO_NS] / 1000, p[WORLD_HUM]);
}

static void twist_late_stamps(struct draw *d)
{
	int64_t *p = d->p;

	/* When the grid is known: at the start late pulses among themselves look like a pulse. */
	change(d, 20 * SECOND_NS, WORLD_POPCORN, draw(d, 200000, 500000));
	change(d, draw(d, 30, 90) * SECOND_NS, WORLD_POPCORN, 0);
	trouble(d, 20 * SECOND_NS, 90 * SECOND_NS);
	d->stamps_late = true;
	p[WORLD_POPCORN_MIN] = 100 * US_NS;
	p[WORLD_POPCORN_MAX] = 3 * MS_NS;
	p[WORLD_CLUSTER] = draw(d, 1, 6);
	p[WORLD_JITTER] = (int64_t)100 << draw(d, 0, 5);
	say(d, "late stamps in clusters of %" PRId64 "; ", p[WORLD_CLUSTER]);
}

static void twist_stall(struct draw *d)
{
	int64_t stall_ns = draw(d, 300, 30000) * MS_NS,
		at_ns = one_in(d, 2) ? 0 : draw(d, 0, 3000) * MS_NS;

	change(d, at_ns, WORLD_STALL, stall_ns);
	d->fine_s = (at_ns + stall_ns) / SECOND_NS + 1;
	d->late = true;
	say(d, "stall %" PRId64 " ms at %" PRId64 " ms; ", stall_ns / MS_NS, at_ns / MS_NS);
}

static void twist_full(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_RATE] = draw_of(d, 1, 1, 1, 2, 5, 10);
	p[WORLD_BPS] = p[WORLD_RATE] > 2 ? draw_of(d, 9600, 19200, 38400)
					 : draw_of(d, 4800, 9600, 9600, 19200, 38400);
	p[WORLD_BPS_KNOWN] = 1;
	if (p[WORLD_RATE] > 1) {
		p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	}
	p[WORLD_DIGITS] = p[WORLD_RATE] > 1 ? 2 : p[WORLD_DIGITS];
	p[WORLD_READ] = one_in(d, 4) ? READ_PIECES : READ_LOOP;
	p[WORLD_LAG] = draw(d, 50, 300) * MS_NS / p[WORLD_RATE];
	p[WORLD_LAG_JITTER] = draw(d, 0, 5) * MS_NS / p[WORLD_RATE];
	draw_fill(d, draw(d, 60, 130));
	if (one_in(d, 2)) {
		p[WORLD_BACKLOG] = p[WORLD_BUFFER];
	}
	d->late = d->moved = d->lag_odd = d->lag_moved = true;
	/* A backlog of a line nearly full takes its time. */
	d->chance->lively &= p[WORLD_BACKLOG] == 0;
	/* So near to the pulse either label fits. */
	d->chance->lively &= d->witness || p[WORLD_LAG] >= 20 * MS_NS + p[WORLD_LAG_JITTER] * 7 / 2;
	say(d, "lag %" PRId64 " ms at %" PRId64 " baud, %" PRId64 " Hz, backlog %" PRId64 "; ",
	    p[WORLD_LAG] / MS_NS, p[WORLD_BPS], p[WORLD_RATE], p[WORLD_BACKLOG]);
}

/* Either label fits, and nobody vouches for one. */
static void twist_ambiguous(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_RATE] = 1;
	p[WORLD_LAG_JITTER] = draw(d, 0, 8) * MS_NS;
	p[WORLD_LAG] = (one_in(d, 2) ? draw(d, -10, 30) : draw(d, 945, 985)) * MS_NS;
	d->lag_odd = d->lag_moved = true;
	d->chance->lively = d->witness;
	say(d, "odd lag %" PRId64 " ms, jitter %" PRId64 "; ", p[WORLD_LAG] / MS_NS,
	    p[WORLD_LAG_JITTER] / MS_NS);
}

static void twist_wander(struct draw *d)
{
	int64_t *p = d->p, rate = draw(d, 4, 20), turn_s = 200 / rate;

	p[WORLD_RATE] = 1;
	p[WORLD_LAG] = draw(d, 900, 920) * MS_NS;
	p[WORLD_LAG_JITTER] = draw(d, 0, 4) * MS_NS;
	p[WORLD_LAG_DRIFT] = rate * MS_NS;
	for (int64_t i = 1; i < 12; i++) {
		change(d, i * turn_s * SECOND_NS, WORLD_LAG_DRIFT, (i % 2 ? -rate : rate) * MS_NS);
	}
	change(d, 12 * turn_s * SECOND_NS, WORLD_LAG_DRIFT, 0);
	d->lag_odd = d->lag_moved = d->moved = d->wanders = true;
	say(d, "wanders over 0.9 to 1.1 s by %" PRId64 " ms a second; ", rate);
}

/* Nobody can know until the first is in time. */
static void twist_first_late(struct draw *d)
{
	int64_t count = draw(d, 1, 12), late_ns = draw(d, 1050, 1700) * MS_NS;

	d->p[WORLD_RATE] = 1;
	d->p[WORLD_LATE] = 1000000;
	d->p[WORLD_LATE_MIN] = d->p[WORLD_LATE_MAX] = late_ns - d->p[WORLD_LAG];
	if (d->p[WORLD_LATE_MIN] < 0) {
		d->p[WORLD_LATE_MIN] = d->p[WORLD_LATE_MAX] = SECOND_NS;
	}
	change(d, count * SECOND_NS, WORLD_LATE, 0);
	d->fine_s = count + 1;
	d->chance->forgive_ns = (count + 30) * SECOND_NS;
	d->late = d->lag_moved = d->moved = d->lag_odd = true;
	say(d, "the first %" PRId64 " bursts %" PRId64 " ms late; ", count, late_ns / MS_NS);
}

/* The receiver is right in the end; where bursts come may change with it. */
static void twist_correction(struct draw *d)
{
	int64_t *p = d->p, at_s = draw(d, 10, 40);

	p[WORLD_LIE] = draw_of(d, -1, 1, -1, 1, 2, -2, 18, -18, 3);
	change(d, at_s * SECOND_NS, WORLD_LIE, 0);
	if (p[WORLD_RATE] == 1 && one_in(d, 2)) {
		/* Not so far that it could be the old second's lag. */
		int64_t lag_ms = p[WORLD_LAG] / MS_NS;
		int64_t least_ms = lag_ms > 700 ? lag_ms - 550 : 150;
		int64_t most_ms = lag_ms < 250 ? lag_ms + 550 : 800;

		change(d, at_s * SECOND_NS, WORLD_LAG, draw(d, least_ms, most_ms) * MS_NS);
		p[WORLD_LAG_JITTER] = draw(d, 0, 20) * MS_NS;
	}
	if (one_in(d, 3)) {
		p[WORLD_OLD_S] = p[WORLD_LIE];
		change(d, at_s * SECOND_NS, WORLD_OLD, draw(d, 10000, 60000));
		change(d, (at_s + 100) * SECOND_NS, WORLD_OLD, 0);
		trouble(d, at_s * SECOND_NS, (at_s + 100) * SECOND_NS);
	}
	d->fine_s = at_s;
	d->lie = d->late = d->lag_moved = d->moved = d->lag_odd = true;
	say(d, "off by %" PRId64 " s until %" PRId64 "; ", p[WORLD_LIE], at_s);
}

/* The witness leaves, and it may be that it comes back. */
static void twist_witness(struct draw *d)
{
	int64_t at_s = draw(d, 20, 60);

	if (!d->witness) {
		int64_t off_ns = d->config->clock_start_ns - d->config->start_utc_s * SECOND_NS;

		d->config->clock_start_ns -= off_ns; /* it is right, and said to be later */
		d->p[WORLD_CLOCK_PPB] = 50;
		d->p[WORLD_MAXERR_US] = 20000;
		change(d, at_s * SECOND_NS, WORLD_MAXERR_US, 20000);
		change(d, at_s * SECOND_NS, WORLD_UPDATE, 4 * SECOND_NS);
		change(d, at_s * SECOND_NS, WORLD_SYNC, 1);
		d->witness = true; /* nothing may unsettle it */
		say(d, "a witness comes at %" PRId64 "; ", at_s);
		return;
	}
	/* Which second a lie names near the second, nobody could tell. */
	if (one_in(d, 2) && !d->lag_odd) {
		d->p[WORLD_LIE] = draw_of(d, -2, -1, 1, 2, 17);
		d->lie = d->late = d->lag_moved = d->moved = true;
		d->fine_s = at_s;
	}
	d->chance->lively &= !d->lag_odd;
	change(d, at_s * SECOND_NS, WORLD_SYNC, 0);
	if (one_in(d, 2)) {
		change(d, (at_s + draw(d, 5, 40)) * SECOND_NS, WORLD_SYNC, 1);
		if (d->p[WORLD_LIE] != 0) {
			d->chance->lively = false; /* held back for good */
		}
	}
	trouble(d, at_s * SECOND_NS, at_s * SECOND_NS);
	say(d, "off by %" PRId64 ", the witness leaves at %" PRId64 "; ", d->p[WORLD_LIE], at_s);
}

static void twist_half_year(struct draw *d)
{
	int64_t off_ns = d->config->clock_start_ns - d->config->start_utc_s * SECOND_NS;

	draw_half_year(d, one_in(d, 2));
	d->config->clock_start_ns += off_ns;
	if (d->config->leap == 0 && one_in(d, 2)) {
		int64_t at_s = d->config->leap_utc_s - d->config->start_utc_s + draw(d, 0, 4);
		int64_t to_s = at_s + draw(d, 1, 8);

		d->p[WORLD_OLD_S] = -1;
		change(d, at_s * SECOND_NS, one_in(d, 2) ? WORLD_OLD : WORLD_SKIP, 1000000);
		change(d, to_s * SECOND_NS, WORLD_OLD, 0);
		change(d, to_s * SECOND_NS, WORLD_SKIP, 0);
		trouble(d, at_s * SECOND_NS, to_s * SECOND_NS);
		say(d, "epochs repeated or skipped from %" PRId64 " to %" PRId64 "; ", at_s, to_s);
	}
}

static void twist_lag_step(struct draw *d)
{
	int64_t *p = d->p, at_s = draw(d, 20, 40);

	if (p[WORLD_RATE] > 1) {
		return;
	}
	p[WORLD_LAG] = 555 * MS_NS;
	p[WORLD_LAG_JITTER] = draw(d, 0, 3) * MS_NS;
	change(d, at_s * SECOND_NS, WORLD_LAG, 975 * MS_NS);
	d->lag_odd = d->lag_moved = d->moved = d->late = true;
	trouble(d, at_s * SECOND_NS, at_s * SECOND_NS);
	say(d, "lag from 555 to 975 ms at %" PRId64 "; ", at_s);
}

static void twist_replug(struct draw *d)
{
	int64_t *p = d->p, at_s = draw(d, 15, 40), gone_s = draw(d, 2, 90), back_s = at_s + gone_s;
	int64_t fix_s = back_s + draw(d, 0, 20);

	change(d, at_s * SECOND_NS, WORLD_SERIAL_GONE, 1);
	change(d, at_s * SECOND_NS, WORLD_PPS_GONE, 1);
	change(d, at_s * SECOND_NS, WORLD_FIX, 0);
	if (p[WORLD_RATE] == 1 && !d->lag_odd) {
		change(d, at_s * SECOND_NS, WORLD_LAG, draw(d, 140, 750) * MS_NS);
		change(d, at_s * SECOND_NS, WORLD_LAG_JITTER, draw(d, 0, 20) * MS_NS);
	}
	change(d, at_s * SECOND_NS, WORLD_BPS, draw_of(d, p[WORLD_BPS], 115200));
	change(d, back_s * SECOND_NS, WORLD_SERIAL_GONE, 0);
	change(d, back_s * SECOND_NS, WORLD_PPS_GONE, 0);
	change(d, fix_s * SECOND_NS, WORLD_FIX, 1);
	d->hidden = d->moved = d->lag_moved = true;
	trouble(d, at_s * SECOND_NS, fix_s * SECOND_NS);
	say(d, "another receiver from %" PRId64 " to %" PRId64 "; ", at_s, fix_s);
}

static void twist_long_gap(struct draw *d)
{
	int64_t *p = d->p;

	if (p[WORLD_RATE] > 1 || !one_in(d, 4)) {
		return;
	}
	p[WORLD_LAG] = 750 * MS_NS;
	p[WORLD_LAG_JITTER] = draw(d, 0, 5) * MS_NS;
	change(d, 10 * SECOND_NS, WORLD_LAG_DRIFT, 8 * MS_NS);
	change(d, 60 * SECOND_NS, WORLD_LAG_DRIFT, 0);
	change(d, 70 * SECOND_NS, WORLD_PULSES, 0);
	change(d, draw(d, 380, 500) * SECOND_NS, WORLD_PULSES, 1);
	trouble(d, 70 * SECOND_NS, 500 * SECOND_NS);
	d->lag_odd = d->lag_moved = d->moved = d->late = d->wanders = true;
	say(d, "lag to 1150 ms, then no pulses for minutes; ");
}

void draw_twist(struct draw *d)
{
	static void (*const twists[])(struct draw *) = {
		twist_free,    twist_trains,    twist_edges,    twist_late_stamps, twist_stall,
		twist_full,    twist_ambiguous, twist_wander,   twist_first_late,  twist_correction,
		twist_witness, twist_half_year, twist_lag_step, twist_replug,      twist_long_gap,
	};

	twists[draw(d, 0, (int64_t)(sizeof(twists) / sizeof(twists[0])) - 1)](d);
}
