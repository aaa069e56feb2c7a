/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "world.h"

/* What a receiver says in one epoch. */

/* How long a receiver of style 3 goes on without the leap second. */
#define LEAP_LATE_S 30

int64_t world_utc_s(const struct world_config *config, int64_t n, bool *leap)
{
	int64_t utc_s = config->start_utc_s + n;

	*leap = false;
	if (config->leap > 0 && utc_s >= config->leap_utc_s) {
		*leap = utc_s == config->leap_utc_s;
		return *leap ? utc_s : utc_s - 1;
	}
	if (config->leap < 0 && utc_s >= config->leap_utc_s - 1) {
		return utc_s + 1;
	}
	return utc_s;
}

/* The UTC that the receiver prints for second n, and how far that is off. */
static struct stamp stamp_of(struct world *world, int64_t n, struct told *told)
{
	const struct world_config *config = &world->config;
	bool leap;
	struct stamp stamp = {.utc_s = world_utc_s(config, n, &leap)};
	int64_t since = stamp.utc_s - config->leap_utc_s;

	told->n = n;
	told->ahead_s = world->p[WORLD_LIE] + (world->p[WORLD_FIX] ? 0 : world->p[WORLD_RTC_S]);
	if (rng_chance(&world->rng, world->p[WORLD_OLD])) {
		told->ahead_s += world->p[WORLD_OLD_S];
	}
	if (rng_chance(&world->rng, world->p[WORLD_LIE_ONCE])) {
		told->ahead_s += rng_chance(&world->rng, 500000)
					 ? rng_range(&world->rng, 1, 2)
					 : rng_range(&world->rng, -3600, -1);
	}
	if (config->leap != 0 && world->p[WORLD_LEAP_STYLE] == 3) {
		if (since >= 0 && since < LEAP_LATE_S) {
			told->ahead_s += leap ? 0 : config->leap;
		}
	} else if (leap) {
		told->leap = true;
		stamp.sixty = world->p[WORLD_LEAP_STYLE] == 0;
		stamp.utc_s -= world->p[WORLD_LEAP_STYLE] == 1;
	}
	stamp.utc_s += told->ahead_s - world->p[WORLD_ERA] * 604800;
	return stamp;
}

/* A burst in the making. */
struct burst {
	int64_t start_ns;
	struct stamp stamp;
	struct told told;
	size_t bytes;
	bool dropped; /* the buffer was full: nothing more of this burst is taken */
};

/* Whether the receiver's own buffer can take what stands in the line's slot. */
static bool buffer_takes(struct world *world, struct burst *burst, size_t len)
{
	const int64_t *p = world->p;
	int64_t wait_ns = world->line.free_ns - burst->start_ns;
	int64_t waiting = wait_ns > 0 ? wait_ns * p[WORLD_BPS] / (10 * SECOND_NS) : 0;

	burst->bytes += len;
	if (burst->dropped) {
		return false;
	}
	if (p[WORLD_BUFFER] > 0 && waiting + (int64_t)len > p[WORLD_BUFFER]) {
		burst->dropped = p[WORLD_DROP];
		return false;
	}
	return true;
}

static void push_sentence(struct world *world, enum world_sentence kind, int part,
			  struct burst *burst)
{
	bool status = kind == NMEA_RMC || kind == NMEA_GGA || kind == NMEA_GLL;
	bool fix = world->p[WORLD_FIX] != 0;
	struct chunk *chunk = world_line_slot(world, burst->start_ns);

	if (chunk == NULL) {
		return;
	}
	chunk->len = nmea_write(world->p, kind, part, &burst->stamp, chunk->bytes);
	chunk->whole = true;
	chunk->told = burst->told;
	chunk->told.status = status ? fix : -1;
	chunk->told.timed = fix && (status || kind == NMEA_ZDA);
	chunk->told.fraction = burst->stamp.ms != 0;
	chunk->told.day = fix && (kind == NMEA_RMC || kind == NMEA_ZDA);
	if (buffer_takes(world, burst, chunk->len)) {
		world_line_send(world);
	}
}

static void push_padding(struct world *world, struct burst *burst, size_t room)
{
	while (room >= NMEA_PAD_MIN) {
		size_t len = room < NMEA_PAD_MAX ? room : NMEA_PAD_MAX;
		struct chunk *chunk = world_line_slot(world, burst->start_ns);

		if (room > NMEA_PAD_MAX && room - len < NMEA_PAD_MIN) {
			len = room - NMEA_PAD_MIN;
		}
		if (chunk == NULL) {
			return;
		}
		nmea_pad(len, chunk->bytes);
		chunk->len = len;
		chunk->whole = true;
		chunk->told = (struct told){.status = -1};
		if (buffer_takes(world, burst, len)) {
			world_line_send(world);
		}
		room -= len;
	}
}

static size_t room_for(const struct world *world, size_t others)
{
	size_t fill = (size_t)world->p[WORLD_FILL];

	return fill > others ? fill - others : 0;
}

static void push_kinds(struct world *world, int sub, struct burst *burst)
{
	const int64_t *p = world->p;

	for (int i = 0; i < NMEA_KINDS; i++) {
		enum world_sentence kind =
			(enum world_sentence)((i + p[WORLD_ROTATE]) % NMEA_KINDS);
		int parts = kind == NMEA_GSV ? 3 : 1;

		if (!(p[WORLD_SENTENCES] & 1 << kind) || (sub > 0 && kind > NMEA_ZDA)) {
			continue;
		}
		for (int part = 0; part < parts; part++) {
			push_sentence(world, kind, part, burst);
		}
	}
}

static void push_sentences(struct world *world, int64_t n, int sub, int64_t start_ns)
{
	const int64_t *p = world->p;
	struct burst burst = {.start_ns = start_ns};

	burst.stamp = stamp_of(world, n, &burst.told);
	burst.stamp.ms = (int)(sub * 1000 / p[WORLD_RATE] + p[WORLD_FRACTION]);
	if (p[WORLD_FILL_FIRST] && world->line.others > 0) {
		push_padding(world, &burst, room_for(world, world->line.others));
		burst.bytes = 0;
	}
	push_kinds(world, sub, &burst);
	world->line.others = burst.bytes;
	if (!p[WORLD_FILL_FIRST] && p[WORLD_FILL] > 0) {
		push_padding(world, &burst, room_for(world, burst.bytes));
	}
}

static int64_t burst_lag(struct world *world)
{
	const int64_t *p = world->p;
	int64_t lag = p[WORLD_LAG] + world->lag_ns + rng_bell(&world->rng, p[WORLD_LAG_JITTER]);

	if (rng_chance(&world->rng, p[WORLD_LATE])) {
		lag += rng_range(&world->rng, p[WORLD_LATE_MIN], p[WORLD_LATE_MAX]);
	}
	return lag;
}

void world_prepare_epoch(struct world *world)
{
	const int64_t *p = world->p;
	int64_t rate = p[WORLD_RATE], n = world->epoch / rate;
	int sub = (int)(world->epoch % rate);
	int64_t epoch_ns, start_ns;

	if (sub < 0) {
		sub += (int)rate;
		n--;
	}
	epoch_ns = n * SECOND_NS + p[WORLD_PHASE] + world->phase_ns;
	start_ns = epoch_ns + sub * SECOND_NS / rate;
	if (p[WORLD_FREE] == 2) {
		start_ns += p[WORLD_FREE_PHASE] + world->free_ns;
	}
	if (sub == 0) {
		world->phase_ns += p[WORLD_PHASE_DRIFT];
		world->lag_ns += p[WORLD_LAG_DRIFT];
		world_push_edges(world, n, epoch_ns);
	}
	if (p[WORLD_SERIAL] && !rng_chance(&world->rng, p[WORLD_SKIP])) {
		push_sentences(world, n, sub, start_ns + burst_lag(world));
	}
	world->epoch++;
}
