/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "world.h"

/* The serial line: bytes at their pace, what spoils them on the way, and the reads of a loop. */

#define FIFO_LOAD       8
#define WAKE_NS         (60 * US_NS)  /* from the interrupt to the read's return */
#define COLLECT_NS      (150 * MS_NS) /* between reads while a burst comes in */
#define EMPTY_READS     2             /* in a row end it */
#define BEFORE_PULSE_NS (3 * MS_NS)

static struct chunk *chunk_at(struct line *line, unsigned index)
{
	return &line->chunks[index % LINE_CHUNKS];
}

static int64_t chunk_end_ns(const struct chunk *chunk)
{
	return chunk->t_ns + (int64_t)chunk->len * chunk->char_ns;
}

struct chunk *world_line_slot(struct world *world, int64_t start_ns)
{
	struct line *line = &world->line;
	struct chunk *chunk = chunk_at(line, line->head);

	if (line->head - line->tail == LINE_CHUNKS || world->p[WORLD_SERIAL_GONE]) {
		return NULL;
	}
	chunk->t_ns = line->free_ns > start_ns ? line->free_ns : start_ns;
	chunk->char_ns = 10 * SECOND_NS / world->p[WORLD_BPS];
	return chunk;
}

static void chunk_push(struct line *line, struct chunk *chunk)
{
	line->free_ns = chunk_end_ns(chunk);
	line->head++;
	line->stale = true;
}

static int hex_value(uint8_t byte)
{
	const char *digits = "0123456789ABCDEFabcdef", *found = memchr(digits, byte, 22);

	return found == NULL ? -1 : (int)(found - digits) - (found - digits > 15 ? 6 : 0);
}

/* Damage that the checksum does not catch: two changes in a hundred and more cancel out. */
static bool chunk_sums(const struct chunk *chunk)
{
	uint8_t sum = 0;

	for (size_t i = 1; i + 2 < chunk->len && chunk->bytes[0] == '$'; i++) {
		if (chunk->bytes[i] == '*') {
			return hex_value(chunk->bytes[i + 1]) == sum >> 4 &&
			       hex_value(chunk->bytes[i + 2]) == (sum & 15);
		}
		sum = chunk->bytes[i] == '$' ? 0 : sum ^ chunk->bytes[i];
	}
	return false;
}

/*
 * A damaged sentence tells nothing, unless its checksum still holds: then the core may believe it
 * or not, and the judge counts it only where that leaves the core more room.
 */
static void chunk_damaged(struct chunk *chunk)
{
	chunk->whole = chunk->told.status != 0 && chunk_sums(chunk);
}

/* One byte changed. */
static void chunk_corrupt(struct world *world, struct chunk *chunk)
{
	size_t at = (size_t)rng_range(&world->rng, 0, (int64_t)chunk->len - 1);

	chunk->bytes[at] ^= (uint8_t)rng_range(&world->rng, 1, 255);
	chunk_damaged(chunk);
}

/* Bytes changed, and as many lost. */
static void chunk_corrupt_bytes(struct world *world, struct chunk *chunk)
{
	bool damaged = false;
	size_t kept = 0;

	for (size_t i = 0; i < chunk->len; i++) {
		uint8_t byte = chunk->bytes[i];

		if (rng_chance(&world->rng, world->p[WORLD_CORRUPT_BYTE])) {
			damaged = true;
			if (rng_chance(&world->rng, 500000)) {
				continue;
			}
			byte ^= (uint8_t)rng_range(&world->rng, 1, 255);
		}
		chunk->bytes[kept++] = byte;
	}
	chunk->len = kept;
	if (damaged) {
		chunk_damaged(chunk);
	}
}

static void send_noise(struct world *world)
{
	struct chunk *chunk = world_line_slot(world, 0);

	if (chunk == NULL) {
		return;
	}
	chunk->len = (size_t)rng_range(&world->rng, 1, 40);
	chunk->whole = false;
	for (size_t i = 0; i < chunk->len; i++) {
		chunk->bytes[i] = (uint8_t)rng_next(&world->rng);
	}
	chunk_push(&world->line, chunk);
}

void world_line_send(struct world *world)
{
	struct chunk *chunk = chunk_at(&world->line, world->line.head);
	const int64_t *p = world->p;

	if (rng_chance(&world->rng, p[WORLD_CORRUPT])) {
		chunk_corrupt(world, chunk);
	}
	if (p[WORLD_CORRUPT_BYTE] > 0) {
		chunk_corrupt_bytes(world, chunk);
	}
	if (rng_chance(&world->rng, p[WORLD_TRUNCATE]) && chunk->len > 4) {
		chunk->len = (size_t)rng_range(&world->rng, 1, (int64_t)chunk->len - 4);
		chunk->whole = false;
	}
	if (chunk->len > 0) {
		chunk_push(&world->line, chunk);
	}
	if (rng_chance(&world->rng, p[WORLD_NOISE])) {
		send_noise(world);
	}
}

void world_line_clear(struct world *world)
{
	struct line *line = &world->line;

	line->tail = line->head;
	line->taken = 0;
	line->free_ns = world->now_ns;
	line->collect_ns = 0;
	line->stale = true;
}

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
	int64_t at, before;

	if (line->collect_ns != 0) {
		before = (world->now_ns / SECOND_NS + 1) * SECOND_NS - BEFORE_PULSE_NS;
		at = line->collect_ns;
		return before > world->now_ns && before < at ? before : at;
	}
	if (line->tail == line->head) {
		return INT64_MAX;
	}
	at = line_load_ns(line,
			  world->p[WORLD_READ] == READ_BURST ? sizeof(world->buffer) : FIFO_LOAD) +
	     WAKE_NS;
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

static size_t line_take(struct world *world, struct truth *truth)
{
	struct line *line = &world->line;
	size_t len = 0;

	while (line->tail != line->head && len < sizeof(world->buffer)) {
		struct chunk *chunk = chunk_at(line, line->tail);
		int64_t come = (world->now_ns - chunk->t_ns) / chunk->char_ns;
		size_t end = come < 0 ? 0 : (size_t)come < chunk->len ? (size_t)come : chunk->len;
		size_t room = sizeof(world->buffer) - len, take = end - line->taken;

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
		if (chunk->whole && truth->told_count < TOLD_MAX) {
			truth->told[truth->told_count++] = chunk->told;
		}
		line->tail++;
		line->taken = 0;
	}
	return len;
}

bool world_line_read(struct world *world, struct event *event, struct truth *truth)
{
	struct line *line = &world->line;
	size_t len = line_take(world, truth);

	line->empty = len > 0 ? 0 : line->empty + 1;
	line->collect_ns = 0;
	if (world->p[WORLD_READ] == READ_DAEMON && line->empty < EMPTY_READS) {
		line->collect_ns = world->now_ns + COLLECT_NS;
	}
	line->stale = true;
	event->bytes.data = world->buffer;
	event->bytes.len = len;
	event->bytes.bps = world->p[WORLD_BPS_KNOWN] ? (uint32_t)world->p[WORLD_BPS] : 0;
	return len > 0;
}
