/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "world.h"

/* The serial line: bytes at their pace, and what spoils them on the way. */

/* What a terminal holds for its reader. */
#define TTY_BYTES 4095

struct chunk *chunk_at(struct line *line, unsigned index)
{
	return &line->chunks[index % LINE_CHUNKS];
}

int64_t chunk_end_ns(const struct chunk *chunk)
{
	return chunk->t_ns + (int64_t)chunk->len * chunk->char_ns;
}

struct chunk *world_line_slot(struct world *world, int64_t start_ns)
{
	struct line *line = &world->line;
	struct chunk *chunk;

	if (line->head - line->tail > LINE_CHUNKS / 2) {
		world_line_overflow(world);
	}
	chunk = chunk_at(line, line->head);
	if (line->head - line->tail >= LINE_CHUNKS - 1 || world->p[WORLD_SERIAL_GONE]) {
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

	for (size_t i = 1; i + 3 < chunk->len && chunk->bytes[0] == '$'; i++) {
		if (chunk->bytes[i] == '*') {
			return hex_value(chunk->bytes[i + 1]) == sum >> 4 &&
			       hex_value(chunk->bytes[i + 2]) == (sum & 15) &&
			       (chunk->bytes[i + 3] == '\r' || chunk->bytes[i + 3] == '\n');
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
	line->wake_ns = 0;
	line->collecting = false;
	world_line_rouse(world);
	line->stale = true;
}

static size_t come_in(const struct chunk *chunk, int64_t until_ns)
{
	int64_t count = (until_ns - chunk->t_ns) / chunk->char_ns;

	return count < 0 ? 0 : (size_t)count < chunk->len ? (size_t)count : chunk->len;
}

/* Bytes [from, to) of a chunk are gone. */
static void chunk_lose(struct line *line, unsigned index, size_t from, size_t to)
{
	struct chunk *chunk = chunk_at(line, index);

	if (from >= to) {
		return;
	}
	chunk->whole = false;
	if (from == 0 && to < chunk->len) {
		/* The rest comes when it would have come. */
		memmove(chunk->bytes, chunk->bytes + to, chunk->len - to);
		chunk->t_ns += (int64_t)to * chunk->char_ns;
		chunk->len -= to;
	} else {
		chunk->len = from;
	}
}

/* Chunks of which nothing is left are taken out; only those since the tail's can be. */
static void line_close_ranks(struct line *line)
{
	unsigned kept = line->tail;

	for (unsigned i = line->tail; i != line->head; i++) {
		struct chunk *chunk = chunk_at(line, i);

		if (chunk->len == 0 || (i == line->tail && line->taken >= chunk->len)) {
			line->taken = i == line->tail ? 0 : line->taken;
			continue;
		}
		if (kept != i) {
			*chunk_at(line, kept) = *chunk;
		}
		kept++;
	}
	line->head = kept;
	line->stale = true;
}

void world_line_lose(struct world *world, int64_t from_ns)
{
	struct line *line = &world->line;

	for (unsigned i = line->tail; i != line->head; i++) {
		struct chunk *chunk = chunk_at(line, i);
		size_t from = come_in(chunk, from_ns);

		if (i == line->tail && from < line->taken) {
			from = line->taken;
		}
		chunk_lose(line, i, from, come_in(chunk, world->now_ns));
	}
	line_close_ranks(line);
}

void world_line_overflow(struct world *world)
{
	struct line *line = &world->line;
	size_t held = 0;

	for (unsigned i = line->tail; i != line->head; i++) {
		struct chunk *chunk = chunk_at(line, i);
		size_t skip = i == line->tail ? line->taken : 0;
		size_t come = come_in(chunk, world->now_ns);
		size_t room = TTY_BYTES - held, kept = come - skip < room ? come - skip : room;

		if (come <= skip) {
			break;
		}
		chunk_lose(line, i, skip + kept, come);
		held += kept;
	}
	line_close_ranks(line);
}
