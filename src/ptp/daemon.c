/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/daemon.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/clock_watch.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "outlets/outlet.h"
#include "ptp/clocks.h"
#include "ptp/control.h"
#include "ptp/feed.h"
#include "ptp/gps.h"
#include "ptp/groups.h"
#include "ptp/receive.h"
#include "ptp/show.h"
#include "ptp/store.h"

#define TICK_NS NS_PER_S
/* The kernel's stamps wait for us: so packets are taken together, and cost fewer wake-ups. */
#define GATHER_NS      (20 * NS_PER_MS)
#define LOOK_NS        (10 * NS_PER_S)
#define FLOOD_TOLD_NS  (60 * NS_PER_S)
#define BATCHES_A_LOOK 8

enum {
	SIGNALS,
	CLOCK,
	LINKS,
	SOCKETS,
	CONTROLS = SOCKETS + RECEIVE_SOCKETS,
	DESCRIPTORS = CONTROLS + CONTROL_SOCKETS
};

struct ptp_daemon {
	const struct daemon_options *options;
	struct receive receive;
	struct groups groups;
	struct clock_watch watch;
	struct gps gps;
	struct ptp_clocks clocks;
	struct feed feed;
	struct control control;
	struct outlet outlet;
	struct store store;
	struct error store_told; /* what was said last of the segment */
	int64_t store_look_raw_ns;
	struct pps2shm_ptp_page page;
	int32_t precision, leap;
	int64_t tick_raw_ns;
	uint64_t refused_told;
	int64_t refused_raw_ns;
};

/* Much memory for a stack, and there is one daemon in a process. */
static struct ptp_daemon the;

/* ---- packets ---- */

static bool clock_was_set(void *arg)
{
	struct ptp_daemon *d = arg;
	bool was_set = clock_watch_was_set(&d->watch);

	if (was_set) {
		log_notice("the system clock was set: offsets against it are measured anew");
		clocks_set(&d->clocks);
		feed_set(&d->feed);
		outlet_withdraw(&d->outlet);
	}
	return was_set;
}

static void take_packet(void *arg, const struct ptp_packet *packet)
{
	struct ptp_daemon *d = arg;
	struct ptp_message message;
	struct ptp_taken taken;

	if (!groups_wanted(&d->groups, packet->interface)) {
		return;
	}
	if (clocks_packet(&d->clocks, packet, &message, &taken) && taken.clock) {
		feed_taken(&d->feed, &d->clocks, &taken);
		control_taken(&d->control, packet, &message, &taken);
	}
}

/* The event port first: a Follow_Up is told after its Sync. False if there is more than was read. */
static bool read_all(struct ptp_daemon *d)
{
	bool empty = true;

	for (int i = 0; i < RECEIVE_SOCKETS; i++) {
		bool more = d->receive.sockets[i].fd >= 0;

		for (int n = 0; more && n < BATCHES_A_LOOK; n++) {
			more = receive_read(&d->receive, i, clock_was_set, take_packet, d);
		}
		empty = empty && !more;
	}
	return empty;
}

/* ---- once a second ---- */

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

	gps_look(&d->gps, raw_ns, &now, d->page.gps_why, sizeof(d->page.gps_why));
	feed_gps(&d->feed, &now, raw_ns);
	d->page.gps_locked = now.locked;
	if (now.locked != before) {
		log_notice("GPS time: %s", now.locked ? "locked, learning by it" : d->page.gps_why);
	}
}

static void tell_selected(struct ptp_daemon *d, int before)
{
	const struct ptp_clock *clock = &d->clocks.clocks[d->feed.selected];
	char address[64];

	if (d->feed.selected == before) {
		return;
	}
	if (d->feed.selected < 0) {
		log_notice("unit %d: no clock is fit to feed it any more", d->outlet.number);
		return;
	}
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

static int open_store(struct ptp_daemon *d, int64_t raw_ns, struct error *err)
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
		open_store(d, raw_ns, &err);
	}
}

static void tick(struct ptp_daemon *d, int64_t raw_ns)
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

/* ---- the loop ---- */

static void sleep_ns(int64_t ns)
{
	struct timespec span = ns_timespec(ns);

	nanosleep(&span, NULL);
}

static void wait_for(struct ptp_daemon *d, struct pollfd *fds)
{
	int64_t due_raw_ns = control_due_raw_ns(&d->control);
	int64_t until = due_raw_ns < d->tick_raw_ns ? due_raw_ns : d->tick_raw_ns;
	int64_t left = until - raw_now_ns();
	struct timespec span = ns_timespec(left > 0 ? left : 0);

	ppoll(fds, DESCRIPTORS, &span, NULL);
}

static void loop(struct ptp_daemon *d, int signals)
{
	struct pollfd fds[DESCRIPTORS] = {
		[SIGNALS] = {.fd = signals, .events = POLLIN},
		[CLOCK] = {.fd = d->watch.fd, .events = POLLIN},
		[LINKS] = {.fd = d->groups.netlink, .events = POLLIN},
	};

	for (int i = 0; i < RECEIVE_SOCKETS; i++) {
		fds[SOCKETS + i] =
			(struct pollfd){.fd = d->receive.sockets[i].fd, .events = POLLIN};
	}
	for (int i = 0; i < CONTROL_SOCKETS; i++) {
		fds[CONTROLS + i] = (struct pollfd){.fd = d->control.fds[i], .events = POLLIN};
	}
	d->tick_raw_ns = raw_now_ns();
	while (!fds[SIGNALS].revents || signals_read(signals) != SIGNALS_END) {
		if (read_all(d)) {
			sleep_ns(GATHER_NS);
		}
		groups_look(&d->groups);
		control_read(&d->control, &d->clocks);
		int64_t raw_ns = raw_now_ns();

		control_look(&d->control, &d->receive, raw_ns);
		if (raw_ns >= d->tick_raw_ns) {
			tick(d, raw_ns);
			d->tick_raw_ns = raw_ns + TICK_NS - raw_ns % TICK_NS;
		}
		wait_for(d, fds);
	}
}

/* ---- start and end ---- */

static int open_network(struct ptp_daemon *d, struct error *err)
{
	if (receive_open(&d->receive, err) ||
	    groups_open(&d->groups, d->options->interfaces, err)) {
		return -1;
	}
	for (int i = 0; i < RECEIVE_SOCKETS; i++) {
		if (d->receive.sockets[i].fd >= 0) {
			groups_add(&d->groups, d->receive.sockets[i].fd,
				   d->receive.sockets[i].family);
		}
	}
	return 0;
}

static int start(struct ptp_daemon *d, struct error *err)
{
	const struct daemon_options *options = d->options;

	if (clock_watch_open(&d->watch, err) || open_network(d, err) ||
	    (options->parts & PPS2SHM_PTP_NQPTP && control_open(&d->control, err)) ||
	    (options->parts & PPS2SHM_PTP_MONITOR && open_store(d, raw_now_ns(), err))) {
		return -1;
	}
	groups_look(&d->groups);
	log_info("listening on UDP ports %d and %d, on %u interfaces", PTP_EVENT_PORT,
		 PTP_GENERAL_PORT, groups_count(&d->groups));
	notify_send("READY=1");
	return 0;
}

static void end(struct ptp_daemon *d)
{
	outlet_withdraw(&d->outlet);
	outlet_close(&d->outlet);
	control_close(&d->control);
	store_close(&d->store, &d->page);
	gps_close(&d->gps);
	groups_close(&d->groups);
	receive_close(&d->receive);
}

int daemon_run(const struct daemon_options *options, struct error *err)
{
	struct ptp_daemon *d = &the;
	int signals = signals_block(err);

	if (signals < 0) {
		return -1;
	}
	d->options = options;
	d->store.fd = -1;
	d->gps.name = options->gps_segment;
	control_off(&d->control);
	clocks_init(&d->clocks);
	feed_init(&d->feed, options->unlearned, options->max_class);
	outlet_init(&d->outlet, options->parts & PPS2SHM_PTP_UNIT ? options->unit : -1, 1, "");
	int rc = start(d, err);

	if (rc == 0) {
		loop(d, signals);
		notify_send("STOPPING=1");
	}
	end(d);
	return rc;
}
