/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>

#include "chance_draw.h"

/* Boards and receivers as people have them. */

static void draw_line_of_people(struct draw *d)
{
	int64_t *p = d->p;

	p[WORLD_BPS] = draw_of(d, 9600, 9600, 9600, 9600, 9600, 38400, 38400, 115200, 115200, 4800);
	p[WORLD_READ] = one_in(d, 5) ? READ_PIECES : READ_LOOP;
	if (one_in(d, 10)) {
		p[WORLD_BPS] = 1000000; /* USB */
		p[WORLD_BPS_KNOWN] = 0;
	}
	if (p[WORLD_BPS] >= 38400 && one_in(d, 3)) {
		p[WORLD_RATE] = draw_of(d, 2, 5, 10);
		p[WORLD_DIGITS] = draw(d, 1, 3);
		p[WORLD_READ] = READ_LOOP;
	}
	if (p[WORLD_RATE] == 10) {
		p[WORLD_READ] = one_in(d, 2) ? READ_LOOP : READ_FIFO;
	}
	p[WORLD_LAG_JITTER] = draw(d, 0, 20) * MS_NS;
	p[WORLD_LAG] = draw(d, 100, one_in(d, 3) ? 700 : 250) * MS_NS;
	if (p[WORLD_RATE] > 1) {
		p[WORLD_LAG_JITTER] /= 10;
		p[WORLD_LAG] = draw(d, 40, 40 + 300 / p[WORLD_RATE]) * MS_NS;
	}
	if (p[WORLD_BPS_KNOWN] && p[WORLD_BPS] <= 38400) {
		int64_t percent = one_in(d, 4) ? draw(d, 70, 105) : draw(d, 10, 70);

		draw_fill(d, percent);
		if (percent > 95) {
			/* What does not fit queues: neither late nor lying can be told from it. */
			d->late = d->moved = d->lag_odd = d->lag_moved = true;
		}
	}
	say(d, "lag %" PRId64 " ms at %" PRId64 " baud, %" PRId64 " Hz, read %" PRId64 "; ",
	    p[WORLD_LAG] / MS_NS, p[WORLD_BPS], p[WORLD_RATE], p[WORLD_READ]);
}

/* From what the clock has at boot to how it is put right later. */
static void draw_clock_of_people(struct draw *d)
{
	int64_t put_right_s = draw(d, 25, 70);

	switch (draw(d, 0, 6)) {
	case 0:
	case 1: /* no network, no clock: as of the last shutdown, or 1970 */
		d->config->clock_start_ns =
			one_in(d, 3)
				? draw(d, 0, 100) * SECOND_NS
				: d->config->clock_start_ns - draw(d, 60, 30 * DAY_S) * SECOND_NS;
		draw_false_witness(d, draw(d, 0, 20));
		break;
	case 2: /* a clock of its own */
		d->config->clock_start_ns += draw(d, -3 * SECOND_NS, 3 * SECOND_NS);
		draw_false_witness(d, draw(d, 0, 20));
		break;
	case 3:
	case 4:
		draw_witness(d, 100000);
		return;
	default:
		d->config->clock_start_ns += draw(d, -3 * SECOND_NS, 3 * SECOND_NS);
		break;
	}
	if (one_in(d, 2)) {
		/* ntpd sets it by what we say, and follows us. */
		int64_t at_ns = (d->fine_s + put_right_s) * SECOND_NS + draw(d, 0, SECOND_NS);

		change(d, at_ns, WORLD_STEP_TO, draw(d, -20 * MS_NS, 20 * MS_NS));
		change(d, at_ns + SECOND_NS, WORLD_UPDATE, 16 * SECOND_NS);
		change(d, at_ns + SECOND_NS, WORLD_MAXERR_US, draw(d, 2000, 30000));
		change(d, at_ns + SECOND_NS, WORLD_SYNC, 1);
		trouble(d, at_ns, at_ns);
	}
}

static void draw_leap_count(struct draw *d)
{
	int64_t *p = d->p, learned_s = one_in(d, 20) ? draw(d, 60, 750) : draw(d, 5, 60);

	p[WORLD_LIE] = one_in(d, 2) ? draw(d, 1, 18) : draw(d, 2, 3);
	d->fine_s += learned_s;
	change(d, d->fine_s * SECOND_NS, WORLD_LIE, 0);
	d->lie = true;
	say(d, "leap count off by %" PRId64 " until %" PRId64 "; ", p[WORLD_LIE], d->fine_s);
}

static void draw_cold_start(struct draw *d)
{
	int64_t *p = d->p;

	d->fine_s = one_in(d, 2) ? 1 : draw(d, 3, 40);
	if (d->fine_s > 1) {
		p[WORLD_FIX] = 0;
		p[WORLD_RTC_S] = one_in(d, 2) ? 0 : draw(d, -3, 3);
		change(d, d->fine_s * SECOND_NS, WORLD_FIX, 1);
		switch (draw(d, 0, 3)) {
		case 0:
			p[WORLD_PULSES] = 0;
			change(d, (d->fine_s - draw(d, 0, 2)) * SECOND_NS, WORLD_PULSES, 1);
			break;
		case 1:
			p[WORLD_FREE] = draw(d, 1, 2);
			p[WORLD_FREE_PHASE] = draw(d, 0, SECOND_NS - 1);
			p[WORLD_FREE_PPB] = draw(d, -20000, 20000);
			change(d, (d->fine_s - draw(d, 0, 2)) * SECOND_NS, WORLD_FREE, 0);
			break;
		default:
			break;
		}
		say(d, "fix at %" PRId64 ", free %" PRId64 " phase %" PRId64 " ms; ", d->fine_s,
		    p[WORLD_FREE], p[WORLD_FREE_PHASE] / MS_NS);
	}
	if (one_in(d, 8)) {
		int64_t stall_ns = draw(d, 200, 20000) * MS_NS;

		change(d, draw(d, 0, 2) * SECOND_NS, WORLD_STALL, stall_ns);
		d->fine_s += stall_ns / SECOND_NS + 2;
		say(d, "stall at the start %" PRId64 " ms; ", stall_ns / MS_NS);
	}
}

/* What happens to a receiver that works. */
static void draw_mishap(struct draw *d, int64_t at_s)
{
	int64_t at_ns = at_s * SECOND_NS + draw(d, 0, SECOND_NS - 1);
	int64_t lasts_ns = draw(d, 3, 30) * SECOND_NS, to_ns;
	static const struct {
		const char *name;
		enum world_param param;
		int64_t value, back;
	} plain[] = {
		{"no fix", WORLD_FIX, 0, 1},
		{"late stamps", WORLD_POPCORN, 100000, 0},
		{"missing pulses", WORLD_MISSING, 100000, 0},
		{"corrupt bytes", WORLD_CORRUPT_BYTE, 3000, 0},
		{"skipped epochs", WORLD_SKIP, 100000, 0},
		{"glitches", WORLD_GLITCH, 100000, 0},
		{"late bursts", WORLD_LATE, 50000, 0},
		{"line gone", WORLD_SERIAL_GONE, 1, 0},
		{"repeated epochs", WORLD_OLD, 1000000, 0},
		{"stall", WORLD_STALL, 0, 0},
	};
	int64_t i = draw(d, 0, (int64_t)(sizeof(plain) / sizeof(plain[0])) - 1);

	if ((plain[i].param == WORLD_LATE && (d->lie || d->late || d->half_year)) ||
	    (plain[i].param == WORLD_OLD && (d->late || d->half_year || d->lag_odd))) {
		return;
	}
	if (plain[i].param == WORLD_OLD) {
		d->p[WORLD_OLD_S] = -1;
		lasts_ns = draw(d, 1, 5) * SECOND_NS;
		d->lie = true;
	} else if (plain[i].param == WORLD_STALL) {
		lasts_ns /= 10;
	}
	to_ns = at_ns + lasts_ns;
	say(d, "%s from %" PRId64 " for %" PRId64 " ms; ", plain[i].name, at_s, lasts_ns / MS_NS);
	trouble(d, at_ns, to_ns);
	if (plain[i].param == WORLD_STALL) {
		change(d, at_ns, WORLD_STALL, lasts_ns);
		return;
	}
	d->late |= plain[i].param == WORLD_LATE;
	d->hidden |= hides(plain[i].param);
	change(d, at_ns, plain[i].param, plain[i].value);
	change(d, to_ns, plain[i].param, plain[i].back);
}

void draw_realistic(struct draw *d)
{
	int64_t at_s;

	draw_date(d);
	draw_raw_clock(d);
	draw_receiver(d);
	draw_line_of_people(d);
	draw_pulses(d);
	draw_cold_start(d);
	draw_clock_of_people(d);
	if (one_in(d, 20)) {
		draw_leap_count(d);
	} else if (one_in(d, 30) && !d->late && d->fine_s < 10) {
		int64_t clock_off_ns =
			d->config->clock_start_ns - d->config->start_utc_s * SECOND_NS;

		draw_half_year(d, one_in(d, 2));
		d->config->clock_start_ns += clock_off_ns;
	}
	at_s = d->fine_s + d->rest_s + draw(d, 15, 30);
	for (int64_t i = draw(d, 0, 2); i > 0; i--) {
		draw_mishap(d, at_s);
		at_s += draw(d, 35, 70);
	}
}
