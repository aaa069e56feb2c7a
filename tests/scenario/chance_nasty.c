/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>

#include "chance_draw.h"

/* What an attacker would think of: one twist, and up to four troubles. */

static void draw_core(struct draw *d)
{
	struct core_config *core = &d->play->core_config;

	core->agree = (int)draw(d, 2, 5);
	core->relabel_hold_ns = (one_in(d, 2) ? 60 : draw(d, 20, 60)) * SECOND_NS;
	core->holdover_ns = draw(d, 5, 30) * SECOND_NS;
	core->pps_offset_ns = one_in(d, 4) ? draw(d, -20000, 20000) : 0;
}

static void draw_clock(struct draw *d)
{
	int64_t off_s = one_in(d, 3) ? draw(d, -400 * DAY_S, 86400) : draw(d, -5, 5);

	if (one_in(d, 3)) {
		draw_witness(d, one_in(d, 3) ? 150000 : 30000);
		return;
	}
	d->config->clock_start_ns += off_s * SECOND_NS + draw(d, 0, SECOND_NS);
	if (one_in(d, 3)) {
		draw_false_witness(d, draw(d, 0, 20));
	}
}

/* Bursts that end well before the next one begins, so that the line never falls behind. */
static void draw_line(struct draw *d)
{
	static const int64_t rates[] = {4800, 9600, 38400, 115200, 460800};
	int64_t *p = d->p;
	int slowest = p[WORLD_RATE] > 1 ? 2 : p[WORLD_SENTENCES] & 1 << NMEA_GSV ? 1 : 0;

	p[WORLD_BPS] = rates[draw(d, slowest, 4)];
	p[WORLD_BPS_KNOWN] = p[WORLD_BPS] < 100000 || one_in(d, 2);
	p[WORLD_READ] = p[WORLD_BPS_KNOWN] ? draw(d, READ_PIECES, READ_LOOP) : READ_FIFO;
	if (p[WORLD_RATE] > 1 && p[WORLD_READ] != READ_LOOP) {
		p[WORLD_READ] = READ_FIFO; /* others do not see where one of many bursts begins */
	}
	p[WORLD_READ_MOST] = one_in(d, 4) ? draw(d, 32, 1024) : 4096;
	p[WORLD_LAG_JITTER] = draw(d, 0, 30 * MS_NS);
	p[WORLD_LAG] = draw(d, 30 * MS_NS + p[WORLD_LAG_JITTER] * 7 / 2,
			    850 * MS_NS - p[WORLD_LAG_JITTER] * 7 / 2);
	if (p[WORLD_RATE] > 1) {
		p[WORLD_LAG_JITTER] /= 10;
		p[WORLD_LAG] = draw(d, 40, 100) * MS_NS;
	} else if (d->witness && one_in(d, 3)) {
		p[WORLD_LAG] = draw(d, -20, 1000) * MS_NS;
		d->lag_odd = true;
	}
	say(d, "lag %" PRId64 " ms at %" PRId64 " baud, %" PRId64 " Hz, read %" PRId64 "; ",
	    p[WORLD_LAG] / MS_NS, p[WORLD_BPS], p[WORLD_RATE], p[WORLD_READ]);
}

void draw_nasty(struct draw *d)
{
	int64_t troubles = draw(d, 0, 4);

	draw_core(d);
	draw_date(d);
	draw_raw_clock(d);
	draw_pulses(d);
	draw_receiver(d);
	if (one_in(d, 8)) {
		d->p[WORLD_RATE] = 5;
		d->p[WORLD_DIGITS] = draw(d, 1, 3); /* without it says one second five times */
	}
	draw_clock(d);
	draw_line(d);
	d->fine_s = 1;
	if (!one_in(d, 3)) {
		draw_twist(d);
		troubles /= 2;
	}
	for (int64_t i = troubles; i > 0; i--) {
		draw_trouble(d, d->fine_s + 14 + d->rest_s);
	}
}
