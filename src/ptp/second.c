/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/notify.h"
#include "ptp/daemon_state.h"
#include "ptp/show.h"

#define LOOK_NS       (10 * NS_PER_S)
#define FLOOD_TOLD_NS (60 * NS_PER_S)

static void tell_flood(struct ptp_daemon *d, int64_t raw_ns)
{
	uint64_t refused = d->clocks.refused - d->refused_told;

	if (refused == 0 || (d->refused_raw_ns && raw_ns - d->refused_raw_ns < FLOOD_TOLD_NS)) {
		return;
	}
	log_warning(
		"%llu packets of clocks for which there is no room: more than %d are heard, or somebody makes them up; followed ones keep their places",
		(unsigned long long)refused, PTP_CLOCKS);
	d->refused_told = d->clocks.refused;
	d->refused_raw_ns = raw_ns;
}

static void look_at_gps(struct ptp_daemon *d, int64_t raw_ns)
{
	struct feed_gps now;
	bool before = d->feed.gps.locked;

	gps_look(&d->gps, &now, d->page.gps_why, sizeof(d->page.gps_why));
	feed_gps(&d->feed, &now, raw_ns);
	d->page.gps_locked = now.locked;
	if (now.locked != before) {
		log_notice("GPS time: %s", now.locked ? "locked, learning by it" : d->page.gps_why);
	}
}

static void tell_selected(struct ptp_daemon *d, int before)
{
	const struct ptp_clock *clock;
	char address[64];

	if (d->feed.selected == before) {
		return;
	}
	if (d->feed.selected < 0) {
		log_notice("unit %d: no clock is fit to feed it any more", d->outlet.number);
		return;
	}
	clock = &d->clocks.clocks[d->feed.selected];
	log_notice("unit %d: fed by the clock %06x.%04x.%06x-%u of %s, domain %u", d->outlet.number,
		   (unsigned int)(clock->port.clock >> 40),
		   (unsigned int)(clock->port.clock >> 24 & 0xFFFF),
		   (unsigned int)(clock->port.clock & 0xFFFFFF), clock->port.number,
		   show_address(&clock->from, address, sizeof(address)), clock->domain);
}

static void feed_unit(struct ptp_daemon *d, int64_t raw_ns)
{
	struct feed_sample sample;
	int before = d->feed.selected;
	bool ready = feed_tick(&d->feed, &d->clocks, raw_ns, &sample);

	if (!(d->options->parts & PPS2SHM_PTP_UNIT)) {
		d->feed.selected = -1;
		return;
	}
	outlet_keep(&d->outlet, raw_ns);
	tell_selected(d, before);
	if (ready) {
		const struct core_sample out = {
			.raw_ns = raw_ns,
			.clock_ns = sample.clock_ns,
			.receive_ns = sample.receive_ns,
			.leap = sample.leap,
			.precision = sample.precision,
		};

		outlet_write(&d->outlet, &out, raw_ns);
		d->precision = sample.precision;
		d->leap = sample.leap;
	}
}

/* Why nothing feeds the unit: what keeps the clock that is nearest to it. */
static const char *unit_why(const struct ptp_daemon *d)
{
	enum feed_why most = FEED_ELIGIBLE;

	if (d->feed.selected >= 0) {
		return "";
	}
	for (int i = 0; i < PTP_CLOCKS; i++) {
		if (d->clocks.clocks[i].used && d->feed.taught[i].why > most) {
			most = d->feed.taught[i].why;
		}
	}
	return most ? feed_why_text(most) : "no clock is heard";
}

static void show_unit(struct ptp_daemon *d)
{
	struct pps2shm_ptp_unit *unit = &d->page.unit;

	unit->unit = d->outlet.number;
	if (!(d->options->parts & PPS2SHM_PTP_UNIT) || d->outlet.number < 0) {
		unit->state = PPS2SHM_PTP_UNIT_OFF;
		return;
	}
	unit->state = d->feed.selected >= 0 ? PPS2SHM_PTP_UNIT_FEEDING
		      : d->feed.fed         ? PPS2SHM_PTP_UNIT_SILENT
					    : PPS2SHM_PTP_UNIT_LEARNING;
	unit->precision = d->precision;
	unit->leap = d->leap;
	unit->written = d->outlet.written;
	unit->write_raw_ns = d->outlet.write_raw_ns;
	snprintf(unit->why, sizeof(unit->why), "%s", unit_why(d));
	snprintf(unit->error, sizeof(unit->error), "%.*s", (int)sizeof(unit->error) - 1,
		 d->outlet.error.text);
}

int second_open_store(struct ptp_daemon *d, int64_t raw_ns, struct error *err)
{
	d->store_look_raw_ns = raw_ns + LOOK_NS;
	if (store_open(&d->store, d->options->segment_name, d->options->program, d->options->parts,
		       err) == 0) {
		d->store_told.text[0] = '\0';
		return 0;
	}
	bool fatal = errno == EBUSY || errno == EINVAL;

	if (!fatal && strcmp(err->text, d->store_told.text) != 0) {
		log_warning("%s; continuing without it, will try again", err->text);
		d->store_told = *err;
	}
	return fatal ? -1 : 0;
}

static void show(struct ptp_daemon *d, int64_t raw_ns)
{
	struct error err;

	if (!(d->options->parts & PPS2SHM_PTP_MONITOR)) {
		return;
	}
	d->page.raw_ns = raw_ns;
	d->page.real_ns = clock_ns(CLOCK_REALTIME);
	show_clocks(&d->page, &d->clocks, &d->feed, &d->groups);
	show_unit(d);
	if (d->store.fd >= 0 && !store_write(&d->store, &d->page)) {
		log_warning("segment %s: it was removed or truncated; recreating it",
			    d->store.name);
		close(d->store.fd);
		d->store.fd = -1;
	}
	if (d->store.fd < 0 && raw_ns >= d->store_look_raw_ns) {
		second_open_store(d, raw_ns, &err);
	}
}

void second_do(struct ptp_daemon *d, int64_t raw_ns)
{
	look_at_gps(d, raw_ns);
	clocks_tick(&d->clocks, raw_ns);
	feed_unit(d, raw_ns);
	show(d, raw_ns);
	tell_flood(d, raw_ns);
	if (notify_watchdog_ns()) {
		notify_send("WATCHDOG=1");
	}
}
