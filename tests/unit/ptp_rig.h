/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <string.h>

#include "common/ns.h"
#include "ptp/clocks.h"

/* A PTP master, written down octet by octet from the standard, and its packets. */

enum { RIG_SYNC = 44, RIG_ANNOUNCE = 64, RIG_RESPONSE = 54 };

struct master {
	uint64_t identity, grandmaster;
	uint16_t port;
	uint8_t domain;
	uint8_t address[4];
	uint32_t interface;
	uint16_t flags; /* of Announce */
	int16_t utc_offset_s;
	uint8_t class, priority1;
	bool one_step;
	uint16_t sync_sequence, announce_sequence;
	int64_t error_ns; /* its time - the true one */
	int64_t delay_ns; /* of its packets */
};

#define MASTER(number)                                                                             \
	{                                                                                          \
		.identity = 0x1122330000000000U + (uint64_t)(number), .grandmaster = 0x99U,        \
		.port = 1, .address = {10, 0, (uint8_t)((number) >> 8), (uint8_t)(number)},        \
		.interface = 2, .flags = PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, .utc_offset_s = 37, \
		.class = 6, .priority1 = 128, .delay_ns = 20000                                    \
	}

/* True time is the system clock's; the raw clock counts from here. */
#define RIG_EPOCH_NS (INT64_C(1795816000) * NS_PER_S)

static inline void put_number(uint8_t *at, uint64_t value, int octets)
{
	for (int i = octets - 1; i >= 0; i--) {
		at[i] = (uint8_t)value;
		value >>= 8;
	}
}

static inline void put_time(uint8_t *at, int64_t ns)
{
	put_number(at, (uint64_t)(ns / NS_PER_S), 6);
	put_number(at + 6, (uint64_t)(ns % NS_PER_S), 4);
}

/* The header, with 8 Syncs a second. */
static inline void put_header(uint8_t *data, enum ptp_type type, size_t len, const struct master *m,
			      uint16_t flags, uint16_t sequence)
{
	memset(data, 0, len);
	data[0] = (uint8_t)type;
	data[1] = 0x12; /* 2.1 */
	put_number(data + 2, len, 2);
	data[4] = m->domain;
	put_number(data + 6, flags, 2);
	put_number(data + 20, m->identity, 8);
	put_number(data + 28, m->port, 2);
	put_number(data + 30, sequence, 2);
	data[33] = (uint8_t)-3;
}

static inline struct ptp_packet packet_of(const struct master *m, const uint8_t *data, size_t len,
					  int64_t raw_ns)
{
	struct ptp_packet packet = {
		.raw_ns = raw_ns,
		.real_ns = RIG_EPOCH_NS + raw_ns,
		.stamp = PTP_STAMP_SOFTWARE,
		.from.family = 4,
		.interface = m->interface,
		.from_port = (data[0] & 0xF) < 8 ? PTP_EVENT_PORT : PTP_GENERAL_PORT,
		.local_port = (data[0] & 0xF) < 8 ? PTP_EVENT_PORT : PTP_GENERAL_PORT,
		.len = len,
		.data = data,
	};

	memcpy(packet.from.bytes, m->address, 4);
	return packet;
}

static inline void put_announce(uint8_t *data, const struct master *m, uint16_t sequence)
{
	put_header(data, PTP_ANNOUNCE, RIG_ANNOUNCE, m, m->flags, sequence);
	put_number(data + 44, (uint16_t)m->utc_offset_s, 2);
	data[47] = m->priority1;
	data[48] = m->class;
	data[49] = 0x21;
	put_number(data + 50, 0x4E5D, 2);
	data[52] = 128;
	put_number(data + 53, m->grandmaster, 8);
	data[63] = 0x20;
}

static inline struct ptp_taken say_announce(struct ptp_clocks *clocks, struct master *m,
					    int64_t raw_ns)
{
	uint8_t data[RIG_ANNOUNCE];
	struct ptp_message message;
	struct ptp_taken taken;

	put_announce(data, m, m->announce_sequence++);
	struct ptp_packet packet = packet_of(m, data, sizeof(data), raw_ns);

	clocks_packet(clocks, &packet, &message, &taken);
	return taken;
}

/* The master's time at a raw instant. */
static inline int64_t master_time_ns(const struct master *m, int64_t raw_ns)
{
	return RIG_EPOCH_NS + raw_ns + m->error_ns + (m->flags & PTP_TIMESCALE ? 37 * NS_PER_S : 0);
}

/* Arrives at raw_ns, and so was sent delay_ns before. */
static inline struct ptp_taken say_sync(struct ptp_clocks *clocks, struct master *m, int64_t raw_ns)
{
	uint8_t data[RIG_SYNC];
	struct ptp_message message;
	struct ptp_taken taken;
	uint16_t sequence = m->sync_sequence++;
	int64_t sent_ns = master_time_ns(m, raw_ns - m->delay_ns);
	struct ptp_packet packet;

	put_header(data, PTP_SYNC, sizeof(data), m, m->one_step ? 0 : PTP_TWO_STEP, sequence);
	if (m->one_step) {
		put_time(data + 34, sent_ns);
	}
	packet = packet_of(m, data, sizeof(data), raw_ns);
	clocks_packet(clocks, &packet, &message, &taken);
	if (!m->one_step) {
		put_header(data, PTP_FOLLOW_UP, sizeof(data), m, 0, sequence);
		put_time(data + 34, sent_ns);
		packet = packet_of(m, data, sizeof(data), raw_ns + NS_PER_MS);
		clocks_packet(clocks, &packet, &message, &taken);
	}
	return taken;
}
