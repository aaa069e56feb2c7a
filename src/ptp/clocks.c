/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/clocks.h"

#include <string.h>

#include "common/ns.h"
#include "ptp/clock.h"

void clocks_init(struct ptp_clocks *clocks)
{
	memset(clocks, 0, sizeof(*clocks));
}

static bool same_address(const struct ptp_address *a, const struct ptp_address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static bool is_its(const struct ptp_clock *clock, const struct ptp_packet *packet,
		   const struct ptp_message *message)
{
	return clock->used && clock->port.clock == message->source.clock &&
	       clock->port.number == message->source.number && clock->domain == message->domain &&
	       clock->sdo == message->sdo && clock->interface == packet->interface &&
	       same_address(&clock->from, &packet->from);
}

static struct ptp_clock *find(struct ptp_clocks *clocks, const struct ptp_packet *packet,
			      const struct ptp_message *message)
{
	for (int i = 0; i < PTP_CLOCKS; i++) {
		if (is_its(&clocks->clocks[i], packet, message)) {
			return &clocks->clocks[i];
		}
	}
	return NULL;
}

static bool is_preferred(const struct ptp_clocks *clocks, const struct ptp_address *from)
{
	for (uint32_t i = 0; i < clocks->preferred_count; i++) {
		if (same_address(&clocks->preferred[i], from)) {
			return true;
		}
	}
	return false;
}

/* A free place, or that of the new clock that has been silent longest; NULL: none. */
static struct ptp_clock *place(struct ptp_clocks *clocks, int64_t raw_ns, bool preferred)
{
	struct ptp_clock *best = NULL;

	for (int i = 0; i < PTP_CLOCKS; i++) {
		struct ptp_clock *clock = &clocks->clocks[i];

		if (!clock->used) {
			return clock;
		}
		if (!clock->followed && (!best || clock->heard_raw_ns < best->heard_raw_ns)) {
			best = clock;
		}
	}
	return best && (preferred || raw_ns - best->heard_raw_ns >= PTP_REPLACE_NS) ? best : NULL;
}

static struct ptp_clock *admit(struct ptp_clocks *clocks, const struct ptp_packet *packet,
			       const struct ptp_message *message)
{
	bool preferred = is_preferred(clocks, &packet->from);
	struct ptp_clock *clock = place(clocks, packet->raw_ns, preferred);

	if (!clock) {
		clocks->refused++;
		return NULL;
	}
	memset(clock, 0, sizeof(*clock));
	clock->used = true;
	clock->followed = preferred;
	clock->port = message->source;
	clock->domain = message->domain;
	clock->sdo = message->sdo;
	clock->from = packet->from;
	clock->interface = packet->interface;
	clock->serial = ++clocks->serial;
	clock_begin(clock, packet->raw_ns);
	return clock;
}

/* Types 0 to 7 are event messages, and come to their port. */
static bool at_its_port(const struct ptp_packet *packet, const struct ptp_message *message)
{
	return packet->local_port ==
	       (message->type < PTP_FOLLOW_UP ? PTP_EVENT_PORT : PTP_GENERAL_PORT);
}

static bool is_of_a_master(enum ptp_type type)
{
	return type == PTP_SYNC || type == PTP_FOLLOW_UP || type == PTP_ANNOUNCE ||
	       type == PTP_DELAY_RESP;
}

bool clocks_packet(struct ptp_clocks *clocks, const struct ptp_packet *packet,
		   struct ptp_message *message, struct ptp_taken *taken)
{
	memset(taken, 0, sizeof(*taken));
	clocks->packets++;
	if (!message_parse(packet->data, packet->len, message) || !at_its_port(packet, message)) {
		clocks->malformed++;
		return false;
	}
	if (!is_of_a_master(message->type)) {
		return true;
	}
	taken->clock = find(clocks, packet, message);
	if (!taken->clock && (message->type == PTP_SYNC || message->type == PTP_ANNOUNCE)) {
		taken->clock = admit(clocks, packet, message);
	}
	if (taken->clock) {
		clock_message(taken->clock, packet, message, taken);
	}
	return true;
}

void clocks_tick(struct ptp_clocks *clocks, int64_t raw_ns)
{
	for (int i = 0; i < PTP_CLOCKS; i++) {
		struct ptp_clock *clock = &clocks->clocks[i];

		if (!clock->used) {
			continue;
		}
		if (raw_ns - clock->heard_raw_ns >
		    (clock->followed ? PTP_FORGET_NS : PTP_FORGET_NEW_NS)) {
			clock->used = false;
		} else {
			clock_tick(clock, raw_ns);
		}
	}
}

void clocks_set(struct ptp_clocks *clocks)
{
	for (int i = 0; i < PTP_CLOCKS; i++) {
		robust_init(&clocks->clocks[i].offsets, PTP_WINDOW);
		/* Stamped before, told after: its stamps are of two clocks. */
		clocks->clocks[i].waiting = false;
	}
}

void clocks_prefer(struct ptp_clocks *clocks, const struct ptp_address *addresses, uint32_t count)
{
	clocks->preferred_count = count < PTP_PREFERRED ? count : PTP_PREFERRED;
	for (uint32_t i = 0; i < clocks->preferred_count; i++) {
		clocks->preferred[i] = addresses[i];
	}
	for (int i = 0; i < PTP_CLOCKS; i++) {
		struct ptp_clock *clock = &clocks->clocks[i];

		clock->followed |= clock->used && is_preferred(clocks, &clock->from);
	}
}

bool clock_tells_utc(const struct ptp_clock *clock)
{
	return clock->announced && clock->flags & PTP_TIMESCALE &&
	       clock->flags & PTP_UTC_OFFSET_VALID;
}

int64_t clock_utc_ns(const struct ptp_clock *clock, int64_t master_ns)
{
	int64_t utc_ns;

	if (!clock_tells_utc(clock) ||
	    __builtin_sub_overflow(master_ns, clock->announce.utc_offset_s * NS_PER_S, &utc_ns)) {
		return master_ns;
	}
	return utc_ns;
}
