/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/reader.h"

#include "common/ns.h"
#include "core/capture.h"
#include "core/epoch.h"
#include "daemon/open.h"

/* Between two reads of a burst; below EPOCH_GAP_NS, or the core would see a gap that is none. */
#define COLLECT_NS (160 * NS_PER_MS)
_Static_assert(COLLECT_NS < EPOCH_GAP_NS, "a burst must not fall apart");
/* …but so often after so long: of a burst that fills the second the core needs to see the pause. */
#define PAUSE_SHORT_NS (20 * NS_PER_MS)
#define BURST_LONG_NS  (600 * NS_PER_MS)
/* What is longer is no one burst: pauses were missed that the core needs to see. */
#define BURST_LONGEST_NS (800 * NS_PER_MS)
/* After the last byte: now the core sees the gap. */
#define QUIET_NS (EPOCH_GAP_NS + 2 * NS_PER_MS)
/* What a burst says must be known before the next pulse. */
#define BEFORE_PULSE_NS (10 * NS_PER_MS)
/* Dozing, the core needs EPOCH_GAP_NS between a burst and the pulse with which it is fetched. */
#define DOZE_BURST_OVER_NS (EPOCH_GAP_NS + 20 * NS_PER_MS)
/* It dozes no longer than that: if nothing wakes it, the pulse thread does not move. */
#define DOZE_MOST_NS (10 * NS_PER_S)
/* So many bursts must have been over in time, and one that is not undoes so many. */
#define DOZE_AFTER_BURSTS 32
#define DOZE_UNDONE       8
/* A source that is lost sooner than this has not really been there. */
#define STABLE_NS (10 * NS_PER_S)

void reader_init(struct reader *r, struct engine *engine, const struct config *config,
		 uint32_t bps_hint)
{
	*r = (struct reader){.engine = engine, .config = config, .bps_found = bps_hint};
}

int reader_fd(const struct reader *r)
{
	if (r->dozing) {
		return r->engine->doze.wake;
	}
	return r->source && !r->collecting ? r->source->fd : -1;
}

bool reader_ended(const struct reader *r)
{
	return !r->source && r->wake_raw_ns == INT64_MAX;
}

bool reader_comes(const struct reader *r)
{
	return r->source && r->wake_raw_ns;
}

bool reader_dozes(const struct reader *r)
{
	return r->dozing;
}

bool reader_in_burst(const struct reader *r)
{
	return reader_comes(r) && !r->dozing;
}

static void open_source(struct reader *r)
{
	struct error err;

	r->source = open_bytes(r->config, r->bps_found, &err);
	r->may_doze = r->source && doze_can(&r->engine->doze, r->source->fd);
	engine_enter(r->engine);
	engine_source(r->engine, false, r->source ? r->source->name : NULL,
		      r->source ? NULL : &err);
	r->opened_raw_ns = r->engine->now_raw_ns;
	asker_init(&r->asker, !r->config->serial_ask || !r->source || !r->source->ops->write,
		   r->opened_raw_ns);
	r->collecting = false;
	r->in_time = 0;
	r->wake_raw_ns = r->source ? 0 : r->opened_raw_ns + backoff_next_ns(&r->backoff);
	engine_leave(r->engine);
}

/* Within enter and leave; the source is left to be closed. */
static void lose_source(struct reader *r, const struct error *err)
{
	bool end = r->source->end;

	engine_source(r->engine, false, NULL, err);
	r->source = NULL;
	r->collecting = false;
	r->listening = false;
	if (r->engine->now_raw_ns - r->opened_raw_ns > STABLE_NS) {
		r->backoff.failures = 0;
	}
	r->wake_raw_ns = end ? INT64_MAX : r->engine->now_raw_ns + backoff_next_ns(&r->backoff);
}

/* What a UART's FIFO may hold back, and how late a sleep may end. */
#define FIFO_BYTES    16
#define SLEEP_LATE_NS (4 * NS_PER_MS)
/* Half of a terminal's buffer. */
#define BUFFER_BYTES 2048

/* 0 if the line's bit rate is not known. */
static int64_t bytes_ns(const struct reader *r, size_t count)
{
	return !r->source->bps ? 0 : (int64_t)count * 10 * NS_PER_S / r->source->bps;
}

/* How late a byte may be seen. */
static int64_t late_ns(const struct reader *r)
{
	return bytes_ns(r, FIFO_BYTES) + SLEEP_LATE_NS;
}

/* Of the time since the read before, what the line cannot have been busy for. */
static int64_t idle_ns(const struct reader *r, size_t count, int64_t now)
{
	return now - r->last_raw_ns - bytes_ns(r, count);
}

/* More of the burst is on the way if the line was busy, or as busy as before, since the last read.
 */
static bool burst_goes_on(const struct reader *r, size_t count, int64_t now)
{
	if (!r->collecting) {
		return true;
	}
	if (r->source->bps) {
		return idle_ns(r, count, now) < late_ns(r);
	}
	return count > r->last_count * 9 / 10;
}

/*
 * How long a burst lasts at least, from its first byte to its last. A shorter one counts at once: a
 * burst that is read long after its end looks to the core as if it had fallen apart.
 */
static void learn_length(struct reader *r)
{
	int64_t length = r->end_raw_ns - r->burst_raw_ns;

	if (length > BURST_LONGEST_NS) {
		r->burst_ns = 0;
	} else if (!r->burst_ns || length < r->burst_ns) {
		r->burst_ns = length;
	} else {
		r->burst_ns += (length - r->burst_ns) / 16;
	}
}

/* When this burst should be over, if that can be told: one read takes the rest. */
static int64_t collect_raw_ns(const struct reader *r, int64_t now)
{
	bool is_long = now - r->burst_raw_ns > BURST_LONG_NS;
	int64_t soonest = now + (is_long ? PAUSE_SHORT_NS : COLLECT_NS);

	if (!r->source->bps || !r->burst_ns) {
		return soonest;
	}
	int64_t over = r->burst_raw_ns + r->burst_ns + 2 * late_ns(r);
	int64_t full = now + bytes_ns(r, BUFFER_BYTES);

	over = over < full ? over : full;
	return over > soonest ? over : soonest;
}

static void plan_next_read(struct reader *r, size_t count, int64_t now)
{
	int64_t pulse = core_next_pulse_raw_ns(&r->engine->core) - BEFORE_PULSE_NS;
	bool goes_on = burst_goes_on(r, count, now);

	if (!r->collecting) {
		r->burst_raw_ns = now - bytes_ns(r, count);
		r->end_raw_ns = now;
	} else {
		r->end_raw_ns = now - idle_ns(r, count, now);
	}
	if (!goes_on) {
		learn_length(r);
	}
	/* Where the core cannot tell one second from the next it needs to see each pause. */
	r->collecting = goes_on && core_status(&r->engine->core)->state != CORE_AMBIGUOUS;
	r->last_count = count;
	r->last_raw_ns = now;
	if (!r->collecting) {
		r->wake_raw_ns = now + QUIET_NS;
		return;
	}
	r->wake_raw_ns = collect_raw_ns(r, now);
	if (pulse > now && pulse < r->wake_raw_ns) {
		r->wake_raw_ns = pulse;
	}
}

/* Dozing gives coarse time every eighth second: enough for whoever follows PPS time. */
static bool pps_is_followed(const struct engine *e)
{
	const struct outlet *pps = &e->outlets[CORE_PPS];

	return (pps->number >= 0 || pps->chrony.path[0]) && !e->holdoff.need_ns;
}

/* Bursts that could be read late: one more, or one that could not. */
static void count_in_time(struct reader *r, bool in_time)
{
	int change = in_time ? 1 : -DOZE_UNDONE;

	r->in_time += change;
	r->in_time = r->in_time < 0 ? 0 : r->in_time;
	r->in_time = r->in_time > DOZE_AFTER_BURSTS ? DOZE_AFTER_BURSTS : r->in_time;
}

/* What the line brings from now on the engine fetches with the pulses. */
static void lend(struct reader *r)
{
	doze_lend(r->engine, r->source, r->engine->core.line.whole);
	r->dozing = true;
	r->collecting = false;
	r->wake_raw_ns = r->engine->now_raw_ns + DOZE_MOST_NS;
}

/* Where bursts are over in time, and nothing is in doubt, the next ones need not wake anybody. */
static void try_to_doze(struct reader *r)
{
	int64_t left = core_next_pulse_raw_ns(&r->engine->core) - r->last_raw_ns;

	count_in_time(r, left > DOZE_BURST_OVER_NS && left < NS_PER_S);
	if (r->in_time >= DOZE_AFTER_BURSTS && r->may_doze && doze_is_steady(r->engine) &&
	    pps_is_followed(r->engine)) {
		lend(r);
	}
}

/* The line is ours again; returns since when nobody has looked at it, as doze_take_back(). */
static int64_t wake_up(struct reader *r)
{
	const struct doze *doze = &r->engine->doze;

	doze_woken(doze, r->source->fd);
	engine_enter(r->engine);
	r->dozing = false;
	r->wake_raw_ns = 0;
	r->listening = doze->listening;
	if (!doze->whole) {
		count_in_time(r, false);
	}
	int64_t since = doze_take_back(r->engine);

	engine_leave(r->engine);
	return since;
}

/* Nothing came: the burst is over, and once the core has seen that there is nothing to wake for. */
static void line_quiet(struct reader *r, int64_t now)
{
	if (r->collecting) {
		learn_length(r);
	}
	r->collecting = false;
	if (now - r->last_raw_ns < EPOCH_GAP_NS) {
		r->wake_raw_ns = r->last_raw_ns + QUIET_NS;
		return;
	}
	r->wake_raw_ns = 0;
	engine_tick(r->engine);
	try_to_doze(r);
}

static void feed(struct reader *r, const uint8_t *data, size_t count, int64_t since)
{
	struct engine *e = r->engine;
	int64_t told = since ? doze_since(e->now_raw_ns - since, e->now_raw_ns) : 0;
	struct event event = {
		.type = EVENT_BYTES,
		.raw_ns = e->now_raw_ns,
		.real_ns = e->now_real_ns,
		.bytes = {.bps = r->source->bps, .data = data, .len = count, .since_raw_ns = told},
	};

	engine_feed(e, &event);
}

/* Within enter and leave; since: nobody had looked at the line, 0: not so. */
static void take(struct reader *r, const uint8_t *data, size_t count, int64_t since)
{
	int64_t now = r->engine->now_raw_ns;

	if (count > 0) {
		feed(r, data, count, since);
		r->bps_found = r->source->bps;
	}
	if (since || (r->listening && count == 0)) {
		return; /* what comes next is to wake us */
	}
	if (r->listening && doze_is_steady(r->engine)) {
		lend(r);
	} else if (count > 0) {
		plan_next_read(r, count, now);
	} else {
		line_quiet(r, now);
	}
	r->listening = false;
}

static void read_source(struct reader *r)
{
	uint8_t buffer[CAPTURE_BYTES_MAX];
	struct byte_source *source = r->source;
	struct error err;
	int64_t since = r->dozing ? wake_up(r) : 0;
	ssize_t count = source->ops->read(source, buffer, sizeof(buffer), &err);
	bool ask = false;

	engine_enter(r->engine);
	if (count < 0) {
		lose_source(r, &err);
	} else {
		take(r, buffer, (size_t)count, since);
		ask = asker_due(&r->asker, r->engine, count == 0);
	}
	engine_leave(r->engine);
	if (ask) {
		asker_ask(&r->asker, source);
	}
	if (count < 0) {
		source->ops->close(source); /* may sleep */
	}
}

void reader_run(struct reader *r)
{
	if (!r->source) {
		open_source(r);
	} else {
		read_source(r);
	}
}

void reader_keep(struct reader *r, int64_t raw_ns)
{
	if (r->source && !r->dozing && r->source->ops->tick) {
		r->source->ops->tick(r->source, raw_ns);
	}
}

void reader_show(const struct reader *r)
{
	if (r->source) {
		r->engine->serial.bps = r->source->bps;
		r->engine->serial.searching = r->source->searching;
	}
}

void reader_end(struct reader *r)
{
	if (r->source) {
		r->source->ops->close(r->source);
		r->source = NULL;
	}
}
