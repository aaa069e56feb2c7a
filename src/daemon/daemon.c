/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "core/calendar.h"
#include "daemon/engine.h"
#include "daemon/leap_list.h"
#include "daemon/pulse_thread.h"
#include "daemon/reader.h"
#include "daemon/segment_keeper.h"
#include "daemon/state_file.h"
#include "daemon/totals.h"

/*
 * Housekeeping: once a second, with the end of a burst where one comes, which may be a bit later.
 * While it dozes the pulse thread does what cannot wait for the next burst that is listened to.
 */
#define KEEP_NS       NS_PER_S
#define KEEP_EARLY_NS (NS_PER_S / 2)
#define KEEP_LATE_NS  (NS_PER_S / 4)
#define KEEP_DOZE_NS  (10 * NS_PER_S)
#define SAVE_NS       (600 * NS_PER_S)
/* The pulse thread comes round every three seconds even without pulses. */
#define PULSE_THREAD_DEAD_NS (15 * NS_PER_S)

struct daemon {
	const struct config *config;
	daemon_config *again;
	struct engine engine;
	struct pulse_thread pulses;
	struct reader reader;
	int signals;
	int64_t keep_raw_ns; /* next housekeeping */
	struct state_keeper state;
	int64_t save_raw_ns;
	struct segment_keeper segment;
	int64_t watchdog_ns, fed_raw_ns;
	uint64_t pulse_rounds;
	int64_t pulse_rounds_raw_ns;
	enum core_state told;
};

/* Within enter and leave. */
static struct learned learned_now(const struct daemon *d)
{
	const struct core_status *status = core_status(&d->engine.core);
	struct learned now = d->state.saved;

	if (status->lag_learned) {
		now.lag_ns = status->lag_ns;
	}
	if (d->reader.bps_found) {
		now.bps = d->reader.bps_found;
	}
	now.leap_corrected |= status->leap.corrected;
	return now;
}

/* Within enter and leave: is it time, and do both threads move? */
static bool watchdog_due(struct daemon *d)
{
	int64_t now = d->engine.now_raw_ns;

	if (d->engine.pulse_rounds != d->pulse_rounds) {
		d->pulse_rounds = d->engine.pulse_rounds;
		d->pulse_rounds_raw_ns = now;
	}
	/* Whoever is awake for something else feeds it early. */
	if (!d->watchdog_ns || now - d->fed_raw_ns < d->watchdog_ns / 2) {
		return false;
	}
	if (d->pulses.running && now - d->pulse_rounds_raw_ns > PULSE_THREAD_DEAD_NS) {
		return false; /* systemd will notice, and start us anew */
	}
	d->fed_raw_ns = now;
	return true;
}

static void tell_state(struct daemon *d, enum core_state state)
{
	char text[64];

	if (state != d->told) {
		snprintf(text, sizeof(text), "STATUS=%s", core_state_name(state));
		notify_send(text);
		d->told = state;
	}
}

/* What may take its time comes before engine_enter() or after engine_leave(). */
static void keep(struct daemon *d)
{
	reader_keep(&d->reader, raw_now_ns());
	engine_enter(&d->engine);
	engine_tick(&d->engine);
	reader_show(&d->reader);
	d->keep_raw_ns = d->engine.now_raw_ns + KEEP_NS;

	bool save = d->engine.now_raw_ns >= d->save_raw_ns;
	bool feed = watchdog_due(d);
	struct learned now = learned_now(d);
	/* What must not be lost with the power. */
	save |= now.leap_corrected != d->state.saved.leap_corrected;

	enum core_state state = core_status(&d->engine.core)->state;

	engine_leave(&d->engine);
	engine_keep(&d->engine);
	tell_state(d, state);
	if (feed) {
		notify_send("WATCHDOG=1");
	}
	segment_keeper_look(&d->segment, d->keep_raw_ns - KEEP_NS);
	if (save) {
		d->save_raw_ns = d->keep_raw_ns + SAVE_NS;
		state_keeper_save(&d->state, &now);
	}
}

static int64_t keep_due_raw_ns(const struct daemon *d)
{
	int64_t feed_raw_ns = d->fed_raw_ns + d->watchdog_ns;

	if (!reader_dozes(&d->reader)) {
		return d->keep_raw_ns + (reader_comes(&d->reader) ? KEEP_LATE_NS : 0);
	}
	if (d->watchdog_ns && feed_raw_ns < d->keep_raw_ns + KEEP_DOZE_NS) {
		return feed_raw_ns > d->keep_raw_ns ? feed_raw_ns : d->keep_raw_ns;
	}
	return d->keep_raw_ns + KEEP_DOZE_NS;
}

/* Milliseconds to sleep, rounded up. */
static int sleep_ms(const struct daemon *d)
{
	int64_t until = keep_due_raw_ns(d);
	int64_t now = raw_now_ns();

	if (d->reader.wake_raw_ns && d->reader.wake_raw_ns < until) {
		until = d->reader.wake_raw_ns;
	}
	return until <= now ? 0 : (int)((until - now + NS_PER_MS - 1) / NS_PER_MS);
}

static bool due(int64_t raw_ns, int64_t now)
{
	return raw_ns && raw_ns <= now;
}

/* The end of a file or of standard input, where nothing else was to come from. */
static bool sources_ended(const struct daemon *d)
{
	return reader_ended(&d->reader) && !d->engine.pps.configured;
}

/*
 * What may change while we run. The rest is bound to devices, units and what has been learned: it
 * takes a restart.
 */
static void read_again(struct daemon *d)
{
	struct config config;
	struct error err;
	int64_t was_ns = d->segment.config.pps_offset_ns, offset_ns;

	if (d->again(&config, &err) != 0) {
		log_warning("%s; going on as before", err.text);
		return;
	}
	config.pps_poll = d->config->pps_poll;
	offset_ns = config_pps_offset_ns(&config);
	log_notice("pps.offset is %" PRId64 " ns, was %" PRId64 "; any other key takes a restart",
		   offset_ns, was_ns);
	if (offset_ns != was_ns) {
		d->segment.config.pps_offset_ns = offset_ns;
		engine_enter(&d->engine);
		engine_offset(&d->engine, offset_ns);
		engine_leave(&d->engine);
	}
}

/* 0: a signal asked for the end; -1 with err: another end, and nothing was ever written. */
static int loop(struct daemon *d, struct error *err)
{
	for (;;) {
		struct pollfd fds[] = {
			{.fd = d->signals, .events = POLLIN},
			{.fd = d->engine.clock.fd, .events = POLLIN},
			{.fd = reader_fd(&d->reader), .events = POLLIN},
		};

		if (poll(fds, 3, sleep_ms(d)) < 0 && errno != EINTR) {
			return error_set(err, "poll: %s", strerror(errno));
		}
		int64_t now = raw_now_ns();
		bool read_now = fds[2].revents || due(d->reader.wake_raw_ns, now);

		enum signals_ask ask = fds[0].revents ? signals_read(d->signals) : SIGNALS_NOTHING;

		if (ask == SIGNALS_END) {
			return 0;
		}
		if (ask == SIGNALS_RELOAD) {
			read_again(d);
		}
		if (read_now) {
			reader_run(&d->reader);
			if (sources_ended(d)) {
				return totals_check(&d->engine, err);
			}
		} else if (fds[1].revents) {
			/* Entering is what looks at the clock. */
			engine_enter(&d->engine);
			engine_leave(&d->engine);
		}
		if (due(keep_due_raw_ns(d), now) || (read_now && !reader_in_burst(&d->reader) &&
						     now > d->keep_raw_ns - KEEP_EARLY_NS)) {
			keep(d);
		}
		log_flush();
	}
}

static void open_outlets(struct daemon *d, struct core_config *core)
{
	const struct config *c = d->config;
	struct outlet *outlets = d->engine.outlets;
	int64_t now = raw_now_ns();

	outlet_init(&outlets[CORE_COARSE], c->coarse_unit, c->shm_mode, c->coarse_socket);
	outlet_init(&outlets[CORE_PPS], c->pps_unit, c->shm_mode, c->pps_socket);
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_keep(&outlets[i], now);
		if (outlet_holds_sample(&outlets[i])) {
			core->published_raw_ns = now;
		}
	}
}

/* What the system knows of leap seconds to come; without it they are looked for. */
static void read_leap_list(const char *path, struct core_config *core)
{
	struct leap_list list;
	struct error err;
	int year, month, day;

	if (leap_list_read(&list, path, core->pivot_s, &err) != 0) {
		log_warning("%s", err.text);
	} else if (list.known_until_s) {
		calendar_date(list.known_until_s, &year, &month, &day);
		log_info("leap-second list %s %s %04d-%02d-%02d", path,
			 list.known_until_s < core->pivot_s ? "expired on" : "holds until", year,
			 month, day);
	} else if (path[0]) {
		log_info("no leap-second list %s", path);
	}
	if (list.leap) {
		calendar_date(list.utc_s - 1, &year, &month, &day);
		log_notice("a leap second is %s at the end of %04d-%02d-%02d",
			   list.leap > 0 ? "inserted" : "deleted", year, month, day);
	}
	core->leap_known_until_s = list.known_until_s;
	core->leap_utc_s = list.utc_s;
	core->leap = list.leap;
	core->leap_count_s = list.count_s;
}

static int start(struct daemon *d, const char *version, struct error *err)
{
	const struct config *c = d->config;
	struct core_config core = c->core;

	core.pps_offset_ns = config_pps_offset_ns(c);

	state_keeper_load(&d->state, c->state_file);
	if (core.learned_lag_ns == CORE_NO_LAG) {
		core.learned_lag_ns = d->state.saved.lag_ns;
	}
	core.leap_corrected = d->state.saved.leap_corrected;
	read_leap_list(c->leap_file, &core);
	open_outlets(d, &core);
	d->engine.serial.configured = c->serial_device[0] || c->pps_source == CONFIG_PPS_SIM;
	d->engine.holdoff.need_ns = c->coarse_holdoff_ns;
	d->engine.pps.configured = c->pps_source != CONFIG_PPS_NONE;
	d->segment = (struct segment_keeper){
		.name = c->use_segment ? c->segment_name : NULL,
		.version = version,
		.config = core,
		.engine = &d->engine,
	};
	if (segment_keeper_start(&d->segment, raw_now_ns(), err) != 0 ||
	    engine_init(&d->engine, &core, err) != 0) {
		return -1;
	}
	reader_init(&d->reader, &d->engine, c, d->state.saved.bps);
	d->reader.wake_raw_ns = d->engine.serial.configured ? 1 : 0;
	/* Only what is touched, so that memory stays small. No privilege, no lock: no matter. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
		log_debug("mlockall: %s", strerror(errno));
	}
	keep(d);
	return d->engine.pps.configured ? pulse_thread_start(&d->pulses, &d->engine, c, err) : 0;
}

int daemon_run(const struct config *config, daemon_config *again, const char *version,
	       struct error *err)
{
	static struct daemon d; /* too large for a stack */

	d = (struct daemon){
		.config = config,
		.again = again,
		.watchdog_ns = notify_watchdog_ns(),
		.told = CORE_STATES,
	};
	log_hold();
	d.signals = signals_block(err);
	if (d.signals < 0 || start(&d, version, err) != 0) {
		segment_close(d.engine.segment);
		log_flush();
		return -1;
	}
	notify_send("READY=1");

	int rc = loop(&d, err);

	notify_send("STOPPING=1");
	pulse_thread_stop(&d.pulses);
	reader_end(&d.reader);

	struct learned last = learned_now(&d); /* the pulse thread has ended */

	state_keeper_save(&d.state, &last);
	totals_tell(&d.engine);
	engine_end(&d.engine);
	close(d.signals);
	log_flush();
	return rc;
}
