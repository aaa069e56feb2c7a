/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any packets at any time. The input is a row of: what (bits below), sender, length, octets. Two masters
 * that the input cannot name are heard in between, once a second: they must keep their places and
 * their offsets. No packet may cost any followed clock its place, and nothing feeds the unit that does
 * not tell UTC.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "ptp/feed.h"
#include "ptp_rig.h"

enum {
	GENERAL = 1,
	UNSTAMPED = 2,
	LATER = 4,
	SECOND = 8,
	CLOCK_SET = 16,
	LOCKED = 32,
	PREFER = 64
};

enum { KEEPERS = 2 };

static struct ptp_clocks clocks;
static struct feed feed;
static struct master keepers[KEEPERS];
static int64_t raw_ns;

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void hear_keepers(void)
{
	for (int i = 0; i < KEEPERS; i++) {
		struct ptp_taken taken = say_announce(&clocks, &keepers[i], raw_ns);

		must(taken.clock != NULL);
		feed_taken(&feed, &clocks, &taken);
		taken = say_sync(&clocks, &keepers[i], raw_ns + 1000);
		must(taken.clock != NULL && taken.sampled);
		feed_taken(&feed, &clocks, &taken);
		must(clock_utc_ns(taken.clock, taken.sample.master_ns) - taken.sample.real_ns ==
		     -keepers[i].delay_ns);
	}
}

static void one_second(bool locked)
{
	struct feed_gps gps = {.locked = locked, .raw_ns = raw_ns, .utc_ns = RIG_EPOCH_NS + raw_ns};
	struct feed_sample sample;

	raw_ns += NS_PER_S;
	hear_keepers();
	feed_gps(&feed, &gps, raw_ns);
	clocks_tick(&clocks, raw_ns);
	if (feed_tick(&feed, &clocks, raw_ns, &sample)) {
		const struct ptp_clock *clock = &clocks.clocks[feed.selected];

		must(clock->used && clock->followed && clock_tells_utc(clock));
		must(clock->announce.clock_class <= 7 && feed.taught[feed.selected].learned);
		must(sample.precision >= -20 && sample.precision <= -1);
		must(sample.leap >= 0 && sample.leap <= 2);
	}
}

static void begin(void)
{
	clocks_init(&clocks);
	feed_init(&feed, false, 7);
	raw_ns = 100 * NS_PER_S;
	for (int i = 0; i < KEEPERS; i++) {
		keepers[i] = (struct master)MASTER(i);
		keepers[i].one_step = i == 0;
	}
	for (int i = 0; i < PTP_FOLLOW_SECONDS; i++) {
		one_second(true);
	}
}

/* Serials of all followed clocks; 0 in other places. */
static void followed(uint32_t serials[PTP_CLOCKS])
{
	for (int i = 0; i < PTP_CLOCKS; i++) {
		const struct ptp_clock *clock = &clocks.clocks[i];

		serials[i] = clock->used && clock->followed ? clock->serial : 0;
	}
}

static void take(uint8_t what, uint8_t sender, const uint8_t *data, size_t len)
{
	struct ptp_packet packet = {
		.raw_ns = raw_ns,
		.real_ns = RIG_EPOCH_NS + raw_ns,
		.stamp = what & UNSTAMPED ? PTP_STAMP_NONE : PTP_STAMP_SOFTWARE,
		.from = {.family = sender & 1 ? 4 : 6, .bytes = {192, sender}},
		.interface = sender >> 6,
		.local_port = what & GENERAL ? PTP_GENERAL_PORT : PTP_EVENT_PORT,
		.len = len,
		.data = data,
	};
	uint32_t before[PTP_CLOCKS];
	struct ptp_message message;
	struct ptp_taken taken;

	followed(before);
	bool good = clocks_packet(&clocks, &packet, &message, &taken);

	must(good || !taken.clock);
	must(!taken.sampled || packet.stamp != PTP_STAMP_NONE || message.type == PTP_FOLLOW_UP);
	if (taken.clock) {
		must(taken.clock >= clocks.clocks && taken.clock < clocks.clocks + PTP_CLOCKS);
		feed_taken(&feed, &clocks, &taken);
	}
	for (int i = 0; i < PTP_CLOCKS; i++) {
		must(!before[i] || (clocks.clocks[i].used && clocks.clocks[i].serial == before[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin();
	while (size >= 3) {
		uint8_t what = data[0], sender = data[1];
		size_t len = data[2] < size - 3 ? data[2] : size - 3;
		struct ptp_address address = {.family = 4, .bytes = {192, sender}};

		raw_ns += what & LATER ? 100 * NS_PER_MS : 1000;
		if (what & CLOCK_SET) {
			clocks_set(&clocks);
			feed_set(&feed);
		}
		if (what & PREFER) {
			clocks_prefer(&clocks, &address, 1);
		}
		take(what, sender, data + 3, len);
		if (what & SECOND) {
			one_second(what & LOCKED);
		}
		data += 3 + len;
		size -= 3 + len;
	}
	one_second(true);
	return 0;
}
