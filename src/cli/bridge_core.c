/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>

#include "cli/bridge.h"
#include "common/log.h"
#include "ntpshm/ntpshm.h"
#include "sources/source.h"

/* Longer without a sample is no longer one after the other. */
#define GAP_NS (NTPSHM_S * 5 / 2)

static bool hold_off(struct bridge *b)
{
	if (b->run_raw_ns == 0 || b->raw_ns - b->sample_raw_ns > GAP_NS) {
		b->run_raw_ns = b->raw_ns;
		b->released = false;
	}
	b->sample_raw_ns = b->raw_ns;
	if (!b->released && b->raw_ns - b->run_raw_ns >= b->holdoff_ns) {
		b->released = true;
		log_notice("hold-off over: unit %d is written from now on", b->outlet.number);
	}
	return !b->released;
}

static void on_sample(void *arg, const struct core_sample *sample)
{
	struct bridge *b = arg;

	if (sample->unit != CORE_COARSE) {
		return;
	}
	if (hold_off(b)) {
		b->held++;
		return;
	}
	outlet_write(&b->outlet, sample, b->raw_ns);
}

static void on_notice(void *arg, const struct core_notice *notice)
{
	struct bridge *b = arg;

	if (notice->kind == CORE_NOTICE_REJECT && !b->released) {
		b->run_raw_ns = 0;
	}
	reporter_notice(&b->reporter, notice);
}

static struct event event_now(const struct bridge *b, enum event_type type)
{
	return (struct event){.type = type, .raw_ns = b->raw_ns, .real_ns = b->real_ns};
}

static void feed_clock(struct bridge *b)
{
	struct event event = event_now(b, EVENT_CLOCK);
	struct clock_view view;

	clock_watch_ask(&view);
	while (clock_watch_changed(&b->clock, &view)) {
		event.clock.sync = b->clock.sync;
		event.clock.maxerr_us = b->clock.maxerr_us;
		core_event(&b->core, &event);
	}
}

static void enter(struct bridge *b)
{
	struct event event;

	clocks_read(&b->raw_ns, &b->real_ns);
	if (clock_watch_was_set(&b->clock)) {
		log_notice("the system clock was set");
		outlet_withdraw(&b->outlet);
		event = event_now(b, EVENT_STEP);
		core_event(&b->core, &event);
	}
}

/* Now a unit that cannot be opened is the end; later it is tried again every second. */
static int check_unit(int unit, struct error *err)
{
	struct ntpshm_error why;
	struct ntpshm *shm = ntpshm_open(unit, NTPSHM_CREATE, &why);

	if (!shm) {
		return error_set(err, "%s", why.text);
	}
	ntpshm_close(shm);
	return 0;
}

int bridge_init(struct bridge *b, int unit, int64_t holdoff_ns, int64_t lag_ns, struct error *err)
{
	struct core_output output = {.arg = b, .sample = on_sample, .notice = on_notice};
	struct core_config config;

	if (check_unit(unit, err)) {
		return -1;
	}
	*b = (struct bridge){.holdoff_ns = holdoff_ns};
	core_config_default(&config);
	config.configured_lag_ns = lag_ns;
	if (clock_watch_open(&b->clock, err)) {
		return -1;
	}
	clocks_read(&b->raw_ns, &b->real_ns);
	outlet_init(&b->outlet, unit, 1, "");
	outlet_keep(&b->outlet, b->raw_ns);
	if (outlet_holds_sample(&b->outlet)) {
		config.published_raw_ns = b->raw_ns;
	}
	core_init(&b->core, &config, &output);
	return 0;
}

void bridge_source(struct bridge *b, bool back)
{
	struct event event;

	enter(b);
	event = event_now(b, EVENT_SOURCE);
	event.source.back = back;
	core_event(&b->core, &event);
}

bool bridge_take(struct bridge *b, uint32_t bps, const uint8_t *data, size_t count)
{
	struct event event;

	enter(b);
	event = event_now(b, count ? EVENT_BYTES : EVENT_TICK);
	if (count) {
		event.bytes.bps = bps;
		event.bytes.data = data;
		event.bytes.len = count;
		b->bytes_raw_ns = b->raw_ns;
	}
	core_event(&b->core, &event);
	if (b->raw_ns - b->keep_raw_ns < NTPSHM_S) {
		return false;
	}
	b->keep_raw_ns = b->raw_ns;
	outlet_keep(&b->outlet, b->raw_ns);
	feed_clock(b);
	return true;
}

bool bridge_in_burst(const struct bridge *b)
{
	return b->bytes_raw_ns && b->raw_ns - b->bytes_raw_ns <= EPOCH_GAP_NS;
}

/* Why nothing was written. */
static const char *reason(const struct bridge *b)
{
	const struct core_status *s = core_status(&b->core);

	if (s->bytes == 0) {
		return "nothing came in";
	}
	if (s->sentences == 0) {
		return "no valid NMEA sentence among what came in (another baud rate?)";
	}
	if (b->held) {
		return "the hold-off (--holdoff) was not over";
	}
	if (b->core.fix_denied) {
		return "the receiver has no fix";
	}
	return "no three seconds in a row, each when it was due (was this a recording?)";
}

bool bridge_end(struct bridge *b)
{
	const struct core_status *s = core_status(&b->core);
	bool wrote = b->outlet.written > 0;

	outlet_keep(&b->outlet, b->raw_ns);
	printf("%" PRIu64 " sentences, %" PRIu64 " with a bad checksum; %" PRIu64
	       " samples written to unit %d, %" PRIu64 " taken by a reader, %" PRIu64 " held off\n",
	       s->sentences, s->rejects[CORE_CHECKSUM], b->outlet.written, b->outlet.number,
	       b->outlet.consumed, b->held);
	if (!wrote) {
		printf("nothing was written: %s\n", reason(b));
	}
	outlet_close(&b->outlet);
	clock_watch_close(&b->clock);
	return wrote;
}
