/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/daemon.h"

#include <poll.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "ptp/daemon_state.h"

#define TICK_NS NS_PER_S
/* The kernel's stamps wait for us: so packets are taken together, and cost fewer wake-ups. */
#define GATHER_NS      (20 * NS_PER_MS)
#define BATCHES_A_LOOK 8

enum {
	SIGNALS,
	CLOCK,
	LINKS,
	SOCKETS,
	CONTROLS = SOCKETS + RECEIVE_SOCKETS,
	DESCRIPTORS = CONTROLS + CONTROL_SOCKETS
};

/* Much memory for a stack, and there is one daemon in a process. */
static struct ptp_daemon the;

/* ---- packets ---- */

static bool clock_was_set(void *arg)
{
	struct ptp_daemon *d = arg;

	if (clock_watch_was_set(&d->watch)) {
		d->unsure = 2; /* this one, and that of what came during it */
		log_notice("the system clock was set: offsets against it are measured anew");
		clocks_set(&d->clocks);
		feed_set(&d->feed);
		outlet_withdraw(&d->outlet);
	}
	return d->unsure > 0;
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
	clock_was_set(d);
	d->unsure -= empty && d->unsure > 0;
	return empty;
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
			second_do(d, raw_ns);
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
	return 0;
}

static int start(struct ptp_daemon *d, struct error *err)
{
	const struct daemon_options *options = d->options;

	if (clock_watch_open(&d->watch, err) || open_network(d, err) ||
	    (options->parts & PPS2SHM_PTP_NQPTP && control_open(&d->control, err)) ||
	    (options->parts & PPS2SHM_PTP_MONITOR && second_open_store(d, raw_now_ns(), err))) {
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
