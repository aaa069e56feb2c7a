/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "world.h"

/* The reads of a loop: when they come, and what they find. */

#define FIFO_LOAD       8
#define WAKE_NS         (60 * US_NS)  /* from the interrupt to the read's return */
#define COLLECT_NS      (150 * MS_NS) /* between reads while a burst comes in */
#define EMPTY_READS     2             /* in a row end it */
#define BEFORE_PULSE_NS (3 * MS_NS)
/* The same of the daemon's own loop, and how it knows a burst's end (READ_LOOP). */
#define LOOP_COLLECT_NS      (160 * MS_NS)
#define LOOP_PAUSE_NS        (20 * MS_NS)
#define LOOP_LONG_NS         (600 * MS_NS)
#define LOOP_QUIET_NS        (182 * MS_NS)
#define LOOP_BEFORE_PULSE_NS (10 * MS_NS)
#define LOOP_FIFO_BYTES      16
#define LOOP_SLEEP_LATE_NS   (4 * MS_NS)
#define LOOP_LONGEST_NS      (800 * MS_NS)
#define LOOP_BUFFER_BYTES    2048
#define DOZE_BURST_OVER_NS   (200 * MS_NS)
#define DOZE_AFTER_BURSTS    32
#define DOZE_UNDONE          8
#define DOZE_LISTEN_EVERY    8
#define DOZE_OVERDUE_NS      (11 * MS_NS)
#define DOZE_PULSE_LATE_NS   (50 * MS_NS)
/* A read that was full is followed by the next at once. */
#define AGAIN_NS (30 * US_NS)

/* When so many unread bytes have come in, or the line has fallen silent before. */
static int64_t line_load_ns(struct line *line, size_t want)
{
	size_t taken = line->taken;

	for (unsigned i = line->tail;; i++) {
		struct chunk *chunk = chunk_at(line, i);
		int64_t silent_ns = chunk_end_ns(chunk) + chunk->char_ns * 16 / 5;

		if (want <= chunk->len - taken) {
			return chunk->t_ns + (int64_t)(taken + want) * chunk->char_ns;
		}
		want -= chunk->len - taken;
		taken = 0;
		if (i + 1 == line->head || chunk_at(line, i + 1)->t_ns > silent_ns) {
			return silent_ns;
		}
	}
}

static int64_t line_next_ns(struct world *world)
{
	struct line *line = &world->line;
	bool burst = world->p[WORLD_READ] == READ_BURST;
	int64_t at;

	if (line->collecting || (line->dozing && !line->listening) || line->tail == line->head) {
		return line->wake_ns != 0 ? line->wake_ns : INT64_MAX;
	}
	at = line_load_ns(line, burst ? sizeof(world->buffer) : FIFO_LOAD) + WAKE_NS;
	at = line->wake_ns != 0 && line->wake_ns < at ? line->wake_ns : at;
	return at > world->now_ns ? at : world->now_ns;
}

int64_t world_line_next(struct world *world)
{
	if (world->line.stale) {
		world->line.next_read_ns = line_next_ns(world);
		world->line.stale = false;
	}
	return world->line.next_read_ns;
}

static bool informs(const struct told *told)
{
	return told->status >= 0 || told->timed || told->day;
}

/* The daemon has room for all that a terminal can hold. */
static size_t read_most(const struct world *world)
{
	return world->p[WORLD_READ] == READ_LOOP ? sizeof(world->buffer)
						 : (size_t)world->p[WORLD_READ_MOST];
}

static size_t line_take(struct world *world, struct truth *truth)
{
	struct line *line = &world->line;
	size_t len = 0, most = read_most(world);

	while (line->tail != line->head && len < most) {
		struct chunk *chunk = chunk_at(line, line->tail);
		int64_t come = (world->now_ns - chunk->t_ns) / chunk->char_ns;
		size_t end = come < 0 ? 0 : (size_t)come < chunk->len ? (size_t)come : chunk->len;
		size_t room = most - len, take = end - line->taken;

		if (end <= line->taken) {
			break;
		}
		take = take < room ? take : room;
		memcpy(world->buffer + len, chunk->bytes + line->taken, take);
		len += take;
		line->taken += take;
		if (line->taken < chunk->len) {
			break;
		}
		if (chunk->whole && informs(&chunk->told) && truth->told_count < TOLD_MAX) {
			truth->told[truth->told_count++] = chunk->told;
		}
		line->tail++;
		line->taken = 0;
	}
	return len;
}

/* The pulse after now, or what the loop takes for it. */
static int64_t before_pulse_ns(const struct world *world, int64_t before_ns)
{
	return (world->now_ns / SECOND_NS + 1) * SECOND_NS - before_ns;
}

static void plan_pieces(struct world *world, size_t len)
{
	struct line *line = &world->line;
	int64_t before_ns = before_pulse_ns(world, BEFORE_PULSE_NS);

	line->empty = len > 0 ? 0 : line->empty + 1;
	line->collecting = line->empty < EMPTY_READS;
	line->wake_ns = line->collecting ? world->now_ns + COLLECT_NS : 0;
	if (line->collecting && before_ns > world->now_ns && before_ns < line->wake_ns) {
		line->wake_ns = before_ns;
	}
}

static int64_t char_ns(const struct world *world)
{
	return world->p[WORLD_BPS_KNOWN] ? 10 * SECOND_NS / world->p[WORLD_BPS] : 0;
}

static void loop_learn(struct line *line)
{
	int64_t length_ns = line->end_ns - line->burst_ns;

	if (length_ns > LOOP_LONGEST_NS) {
		line->length_ns = 0;
	} else if (line->length_ns == 0 || length_ns < line->length_ns) {
		line->length_ns = length_ns;
	} else {
		line->length_ns += (length_ns - line->length_ns) / 16;
	}
}

static int64_t loop_collect_ns(const struct world *world, int64_t late_ns)
{
	const struct line *line = &world->line;
	bool is_long = world->now_ns - line->burst_ns > LOOP_LONG_NS;
	int64_t soonest_ns = world->now_ns + (is_long ? LOOP_PAUSE_NS : LOOP_COLLECT_NS);
	int64_t one_ns = char_ns(world);
	int64_t over_ns = line->burst_ns + line->length_ns + 2 * late_ns;
	int64_t full_ns = world->now_ns + LOOP_BUFFER_BYTES * one_ns;

	if (one_ns == 0 || line->length_ns == 0) {
		return soonest_ns;
	}
	over_ns = over_ns < full_ns ? over_ns : full_ns;
	return over_ns > soonest_ns ? over_ns : soonest_ns;
}

/* The pulse after the last one, or after now if that is past. */
static int64_t coming_pulse_ns(const struct world *world)
{
	int64_t since_ns = world->now_ns - world->line.pulse_ns;

	return world->line.pulse_ns + (since_ns / SECOND_NS + 1) * SECOND_NS;
}

static void count_in_time(struct line *line, bool in_time)
{
	line->in_time += in_time ? 1 : -DOZE_UNDONE;
	line->in_time = line->in_time < 0 ? 0 : line->in_time;
	line->in_time = line->in_time > DOZE_AFTER_BURSTS ? DOZE_AFTER_BURSTS : line->in_time;
}

static void lend(struct world *world)
{
	struct line *line = &world->line;

	line->lent = line->dozing = true;
	line->since_raw_ns = world_raw_ns(world, world->now_ns);
	line->collecting = line->listening = false;
	line->wake_ns = line->edge_ns + SECOND_NS + DOZE_OVERDUE_NS;
}

static void try_to_doze(struct world *world)
{
	struct line *line = &world->line;
	int64_t left_ns = coming_pulse_ns(world) - line->last_ns;

	count_in_time(line, left_ns > DOZE_BURST_OVER_NS && left_ns < SECOND_NS);
	if (line->in_time >= DOZE_AFTER_BURSTS && line->steady) {
		lend(world);
	}
}

static void loop_quiet(struct world *world)
{
	struct line *line = &world->line;

	if (line->collecting) {
		loop_learn(line);
	}
	line->collecting = false;
	line->wake_ns = line->last_ns + LOOP_QUIET_NS;
	if (line->wake_ns <= world->now_ns) {
		line->wake_ns = 0;
		try_to_doze(world);
	}
}

void world_line_rouse(struct world *world)
{
	struct line *line = &world->line;

	line->dozing = line->lent = line->listening = false;
	count_in_time(line, false);
}

void world_line_pulse(struct world *world, int64_t raw_ns, bool published, bool steady)
{
	struct line *line = &world->line;
	int64_t now_raw_ns = world_raw_ns(world, world->now_ns);

	if (published) {
		line->pulse_ns = world->now_ns;
	}
	line->edge_ns = world->now_ns;
	line->steady =
		steady && now_raw_ns - raw_ns < DOZE_PULSE_LATE_NS && (line->whole || !line->lent);
	if (line->lent && line->steady) {
		line->listening = ++line->fetches % DOZE_LISTEN_EVERY == 0;
		line->wake_ns = world->now_ns + SECOND_NS + DOZE_OVERDUE_NS;
	} else if (line->lent) {
		line->lent = line->listening = false;
		line->wake_ns = world->now_ns + WAKE_NS;
	}
	line->stale = true;
}

/* The loop takes the line back; returns since when nobody has looked at it, 0: it was listened to. */
static int64_t wake_up(struct line *line)
{
	line->lent = line->dozing = false;
	line->wake_ns = 0;
	if (!line->whole) {
		count_in_time(line, false);
	}
	return line->listening ? 0 : line->since_raw_ns;
}

static void plan_loop(struct world *world, size_t len)
{
	struct line *line = &world->line;
	int64_t now = world->now_ns, one_ns = char_ns(world);
	int64_t late_ns = LOOP_FIFO_BYTES * one_ns + LOOP_SLEEP_LATE_NS;
	int64_t idle_ns = now - line->last_ns - (int64_t)len * one_ns;
	int64_t before_ns = before_pulse_ns(world, LOOP_BEFORE_PULSE_NS);
	bool goes_on = true;

	if (!line->collecting) {
		line->burst_ns = now - (int64_t)len * one_ns;
		line->end_ns = now;
	} else {
		goes_on = one_ns != 0 ? idle_ns < late_ns : len > line->last_count * 9 / 10;
		line->end_ns = now - idle_ns;
	}
	if (!goes_on) {
		loop_learn(line);
	}
	goes_on &= !line->ambiguous;
	line->collecting = goes_on;
	line->last_count = len;
	line->last_ns = now;
	line->wake_ns = goes_on ? loop_collect_ns(world, late_ns) : now + LOOP_QUIET_NS;
	if (goes_on && before_ns > now && before_ns < line->wake_ns) {
		line->wake_ns = before_ns;
	}
}

static void plan_daemon(struct world *world, size_t len, bool put_off)
{
	struct line *line = &world->line;

	if (put_off || (line->listening && len == 0)) {
		return;
	}
	if (line->listening && line->steady) {
		lend(world);
	} else if (len > 0) {
		plan_loop(world, len);
	} else {
		loop_quiet(world);
	}
	line->listening = false;
}

static void plan_read(struct world *world, size_t len, bool put_off)
{
	struct line *line = &world->line;

	line->stale = true;
	switch (world->p[WORLD_READ]) {
	case READ_PIECES:
		plan_pieces(world, len);
		break;
	case READ_LOOP:
		plan_daemon(world, len, put_off);
		break;
	default:
		line->wake_ns = 0;
		break;
	}
	if (len > 0 && len == read_most(world) && !line->lent) {
		line->wake_ns = world->now_ns + AGAIN_NS;
	}
}

/* A read, at the event's instant; since_raw_ns: nobody had looked at the line, 0: not so. */
static bool read_now(struct world *world, int64_t since_raw_ns, struct event *event,
		     struct truth *truth)
{
	struct line *line = &world->line;
	int64_t alone_ns = world_raw_ns(world, world->now_ns) - since_raw_ns;
	size_t len;

	/* A backlog may be more than a terminal holds. */
	if (line->head - line->tail > LINE_CHUNKS / 8) {
		world_line_overflow(world);
	}
	if (alone_ns > SECOND_NS && alone_ns < SECOND_NS + DOZE_PULSE_LATE_NS) {
		alone_ns = SECOND_NS;
	}
	len = line_take(world, truth);
	line->reads += len > 0;
	line->put_off += len > 0 && since_raw_ns != 0;
	if (len > 0) {
		line->whole = world->buffer[len - 1] == '\n';
	}
	event->bytes.since_raw_ns = since_raw_ns != 0 ? event->raw_ns - alone_ns : 0;
	event->bytes.data = world->buffer;
	event->bytes.len = len;
	event->bytes.bps = world->p[WORLD_BPS_KNOWN] ? (uint32_t)world->p[WORLD_BPS] : 0;
	return len > 0;
}

bool world_line_read(struct world *world, struct event *event, struct truth *truth)
{
	int64_t since_raw_ns = world->line.dozing ? wake_up(&world->line) : 0;
	bool found = read_now(world, since_raw_ns, event, truth);

	plan_read(world, event->bytes.len, since_raw_ns != 0);
	return found;
}

bool world_line_fetch(struct world *world, bool clear, int64_t back_ns, struct event *event,
		      struct truth *truth)
{
	bool found;

	if (!world->line.lent || world->p[WORLD_PPS_GONE] ||
	    clear != (world->p[WORLD_CLEAR_MARKS] != 0)) {
		return false;
	}
	event_fill(world, EVENT_BYTES, event, truth);
	event->raw_ns -= back_ns;
	event->real_ns -= back_ns;
	found = read_now(world, world->line.since_raw_ns, event, truth);
	world->line.since_raw_ns = world_raw_ns(world, world->now_ns);
	return found;
}
