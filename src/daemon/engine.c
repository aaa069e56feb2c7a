/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/engine.h"

#include <stdio.h>
#include <string.h>

#include "common/log.h"

/* Ticks nearer than this, with nothing between, are one. */
#define TICK_NS NS_PER_MS
/* What the segment has room for. */
#define SHOWN_ERROR sizeof(((struct pps2shm_segment_unit *)0)->error)
_Static_assert(SHOWN_ERROR == sizeof(((struct pps2shm_segment_source *)0)->error),
	       "one size for both");

static void on_sample(void *arg, const struct core_sample *sample)
{
	struct engine *e = arg;

	if (sample->unit == CORE_COARSE && !holdoff_passed(&e->holdoff, e->now_raw_ns)) {
		return;
	}
	outlet_write(&e->outlets[sample->unit], sample, e->now_raw_ns);
	if (e->segment) {
		segment_sample(e->segment, sample);
	}
}

static void on_notice(void *arg, const struct core_notice *notice)
{
	struct engine *e = arg;

	/* Causes from there on are of sentences and bursts. */
	if (notice->kind == CORE_NOTICE_REJECT && notice->cause >= CORE_CHECKSUM) {
		holdoff_refused(&e->holdoff);
	}
	reporter_notice(&e->reporter, notice);
}

int engine_init(struct engine *e, const struct core_config *config, struct error *err)
{
	struct core_output output = {.arg = e, .sample = on_sample, .notice = on_notice};
	pthread_mutexattr_t attributes;

	/* The pulse thread may run at a higher priority: whoever holds the lock inherits it. */
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&e->lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
	pthread_mutex_init(&e->keeping, NULL);
	core_init(&e->core, config, &output);
	return doze_init(&e->doze, err) != 0 ? -1 : clock_watch_open(&e->clock, err);
}

void engine_end(struct engine *e)
{
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_close(&e->outlets[i]);
	}
	clock_watch_close(&e->clock);
	doze_close(&e->doze);
	segment_close(e->segment);
	pthread_mutex_destroy(&e->keeping);
	pthread_mutex_destroy(&e->lock);
}

void engine_feed(struct engine *e, const struct event *given)
{
	const struct core_status *now = core_status(&e->core);
	enum core_state state = now->state;
	bool witness = now->clock_witness;
	struct event event = *given;

	/* An edge may come between reading the clocks and reading the edges. */
	if (event.raw_ns < e->core.last_raw_ns) {
		event.raw_ns = e->core.last_raw_ns;
	}
	core_event(&e->core, &event);
	if (e->segment) {
		segment_trace(e->segment, &event);
	}
	if (now->clock_witness != witness) {
		log_info("the system clock is %s",
			 now->clock_witness ? "a witness: its discipline was seen at work"
					    : "no longer a witness");
	}
	if (now->state != state) {
		engine_show(e);
	}
}

static struct event event_now(const struct engine *e, enum event_type type)
{
	return (struct event){.type = type, .raw_ns = e->now_raw_ns, .real_ns = e->now_real_ns};
}

void engine_tick(struct engine *e)
{
	if (e->core.last_raw_ns == e->tick_raw_ns && e->now_raw_ns - e->tick_raw_ns < TICK_NS) {
		return;
	}
	e->tick_raw_ns = e->now_raw_ns;

	struct event tick = event_now(e, EVENT_TICK);

	engine_feed(e, &tick);
}

void engine_offset(struct engine *e, int64_t pps_offset_ns)
{
	struct event event = event_now(e, EVENT_OFFSET);

	event.offset.pps_offset_ns = pps_offset_ns;
	engine_feed(e, &event);
}

static void take_step(struct engine *e)
{
	struct event step = event_now(e, EVENT_STEP);

	e->clock_steps++;
	e->step_raw_ns = e->now_raw_ns;
	e->clock.told = false; /* the core forgets what it was told of the clock */
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_withdraw(&e->outlets[i]);
	}
	log_notice("the system clock was set; the second is carried over on the raw clock");
	engine_feed(e, &step);
}

bool engine_take_pulses(struct engine *e)
{
	struct pulse pulse;
	struct error err;
	int got;

	while ((got = e->pulses->ops->read(e->pulses, &pulse, &err)) > 0) {
		if (pulse.refusal != PULSE_GOOD) {
			e->refused[pulse.refusal]++;
			continue;
		}
		struct event event = {
			.type = EVENT_PULSE,
			.raw_ns = pulse.raw_ns,
			.real_ns = pulse.real_ns,
			.pulse = {.clear = pulse.clear,
				  .seq = pulse.seq,
				  .kind = (uint8_t)pulse.kind,
				  .width_ns = (uint32_t)pulse.width_ns,
				  .bias_ns = (int32_t)pulse.bias_ns},
		};

		e->stamps.count[pulse.kind]++;
		e->stamps.kind = pulse.kind;
		e->stamps.width_ns = pulse.width_ns;
		e->stamps.bias_ns = pulse.bias_ns;

		doze_fetch(e, &pulse);
		engine_feed(e, &event);
	}
	if (got < 0) {
		e->pps.error = err;
	}
	return got == 0;
}

void engine_enter(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	clocks_read(&e->now_raw_ns, &e->now_real_ns);
	if (clock_watch_was_set(&e->clock)) {
		take_step(e);
	}
	if (e->pulses) {
		/* If it is gone, its own thread will find that too, and deal with it. */
		engine_take_pulses(e);
	}
}

void engine_leave(struct engine *e)
{
	pthread_mutex_unlock(&e->lock);
}

void engine_source(struct engine *e, bool pps, const char *name, const struct error *err)
{
	struct source_view *view = pps ? &e->pps : &e->serial;
	struct event event = event_now(e, EVENT_SOURCE);
	bool changed = view->up != (name != NULL) || view->since_raw_ns == 0;

	if (err && (changed || strcmp(view->error.text, err->text) != 0)) {
		log_error("%s", err->text);
		view->error = *err;
	}
	if (name) {
		snprintf(view->name, sizeof(view->name), "%s", name);
		log_info("%s: %s", pps ? "pulses" : "sentences", name);
	}
	if (!changed) {
		return;
	}
	view->losses += view->up;
	view->up = name != NULL;
	view->since_raw_ns = e->now_raw_ns;
	event.source.pps = pps;
	event.source.back = view->up;
	engine_feed(e, &event);
}

static void take_view(struct engine *e, const struct clock_view *view)
{
	struct event event = event_now(e, EVENT_CLOCK);

	if (view->raw_ns <= e->step_raw_ns) {
		return; /* said of the clock before it was set */
	}
	while (clock_watch_changed(&e->clock, view)) {
		event.clock.sync = e->clock.sync;
		event.clock.maxerr_us = e->clock.maxerr_us;
		engine_feed(e, &event);
	}
}

void engine_look(const struct engine *e, struct engine_found *found)
{
	clock_watch_ask(&found->clock);
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_look(&e->outlets[i], &found->outlets[i]);
	}
}

void engine_take(struct engine *e, struct engine_found *found)
{
	take_view(e, &found->clock);
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_take(&e->outlets[i], &found->outlets[i], e->now_raw_ns);
	}
	engine_show(e);
}

void engine_drop(struct engine_found *found)
{
	for (int i = 0; i < CORE_UNITS; i++) {
		outlet_drop(&found->outlets[i]);
	}
}

void engine_keep(struct engine *e)
{
	struct engine_found found;

	/* If the other thread is at it, it need not be done twice. */
	if (pthread_mutex_trylock(&e->keeping) != 0) {
		return;
	}
	engine_look(e, &found);
	engine_enter(e);
	engine_take(e, &found);
	engine_leave(e);
	engine_drop(&found);
	pthread_mutex_unlock(&e->keeping);
}

/* Cut to what the segment holds; once a second, so without the machinery of printf. */
static void show_error(const struct error *error, char shown[SHOWN_ERROR])
{
	memcpy(shown, error->text, SHOWN_ERROR - 1);
	shown[SHOWN_ERROR - 1] = '\0';
}

static void show_unit(const struct outlet *outlet, struct pps2shm_segment_unit *shown)
{
	shown->unit = outlet->number;
	shown->writable = outlet->shm != NULL;
	shown->write_raw_ns = outlet->write_raw_ns;
	shown->consumed_raw_ns = outlet->consumed_raw_ns;
	shown->written = outlet->written;
	shown->consumed = outlet->consumed;
	show_error(&outlet->error, shown->error);
}

static void show_socket(const struct chrony_sock *socket, struct pps2shm_segment_socket *shown)
{
	shown->configured = socket->path[0] != '\0';
	shown->connected = socket->fd >= 0;
	shown->since_raw_ns = socket->since_raw_ns;
	shown->sent_raw_ns = socket->sent_raw_ns;
	shown->sent = socket->sent;
	shown->lost = socket->lost;
	shown->losses = socket->losses;
	memccpy(shown->path, socket->path, '\0', sizeof(shown->path) - 1);
	show_error(&socket->error, shown->error);
}

static void show_source(const struct source_view *view, struct pps2shm_segment_source *shown)
{
	shown->configured = view->configured;
	shown->up = view->up;
	shown->bps = view->bps;
	shown->searching = view->searching;
	shown->since_raw_ns = view->since_raw_ns;
	shown->losses = view->losses;
	memcpy(shown->name, view->name, sizeof(shown->name));
	show_error(&view->error, shown->error);
}

void engine_show(struct engine *e)
{
	struct segment_extra extra = {
		.raw_ns = e->now_raw_ns,
		.real_ns = e->now_real_ns,
		.clock_steps = e->clock_steps,
		.foreign = e->refused[PULSE_FOREIGN],
		.unpaired = e->refused[PULSE_UNPAIRED],
		.stamps = e->stamps,
	};

	if (!e->segment) {
		return;
	}
	show_unit(&e->outlets[CORE_COARSE], &extra.units[PPS2SHM_SEGMENT_COARSE]);
	show_unit(&e->outlets[CORE_PPS], &extra.units[PPS2SHM_SEGMENT_PPS]);
	if (e->holdoff.need_ns && !e->holdoff.over &&
	    extra.units[PPS2SHM_SEGMENT_COARSE].writable) {
		extra.units[PPS2SHM_SEGMENT_COARSE].writable = false;
		strcpy(extra.units[PPS2SHM_SEGMENT_COARSE].error,
		       "held off until sentences have been good for time.coarse_holdoff");
	}
	show_socket(&e->outlets[CORE_COARSE].chrony, &extra.sockets[PPS2SHM_SEGMENT_COARSE]);
	show_socket(&e->outlets[CORE_PPS].chrony, &extra.sockets[PPS2SHM_SEGMENT_PPS]);
	show_source(&e->serial, &extra.sources[PPS2SHM_SEGMENT_SERIAL]);
	show_source(&e->pps, &extra.sources[PPS2SHM_SEGMENT_PULSE]);
	segment_update(e->segment, core_status(&e->core), &extra);
}
