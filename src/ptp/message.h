/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * PTP version 2 messages (IEEE 1588-2008 and 2019, clause 13; 802.1AS sends the same over other
 * ways). Every field is big-endian on the wire. Nothing here is trusted: message_parse() checks every
 * length before it reads.
 */

enum ptp_type {
	PTP_SYNC = 0x0,
	PTP_DELAY_REQ = 0x1,
	PTP_PDELAY_REQ = 0x2,
	PTP_PDELAY_RESP = 0x3,
	PTP_FOLLOW_UP = 0x8,
	PTP_DELAY_RESP = 0x9,
	PTP_PDELAY_RESP_FOLLOW_UP = 0xA,
	PTP_ANNOUNCE = 0xB,
	PTP_SIGNALING = 0xC,
	PTP_MANAGEMENT = 0xD,
	PTP_TYPES = 0x10
};

/* The two octets of the flag field as one number. */
enum ptp_flag {
	PTP_ALTERNATE_MASTER = 0x0100,
	PTP_TWO_STEP = 0x0200,
	PTP_UNICAST = 0x0400,
	PTP_LEAP61 = 0x0001, /* this and the following are of Announce messages */
	PTP_LEAP59 = 0x0002,
	PTP_UTC_OFFSET_VALID = 0x0004,
	PTP_TIMESCALE = 0x0008, /* TAI; if clear, the timescale is arbitrary */
	PTP_TIME_TRACEABLE = 0x0010,
	PTP_FREQUENCY_TRACEABLE = 0x0020,
};

/* The name of one port of one clock. */
struct ptp_port {
	uint64_t clock; /* clockIdentity, its first octet the most significant */
	uint16_t number;
};

struct ptp_announce {
	uint64_t grandmaster;
	int16_t utc_offset_s; /* TAI - UTC; meaningless without PTP_UTC_OFFSET_VALID */
	uint8_t priority1, priority2;
	uint8_t clock_class, accuracy;
	uint16_t variance; /* offsetScaledLogVariance */
	uint16_t steps_removed;
	uint8_t time_source;
};

struct ptp_message {
	enum ptp_type type;
	uint8_t sdo;           /* majorSdoId, once transportSpecific: 1 for 802.1AS */
	uint8_t minor_version; /* of version 2 */
	uint8_t domain;
	uint16_t flags;     /* enum ptp_flag */
	int64_t correction; /* nanoseconds times 65536 */
	struct ptp_port source;
	uint16_t sequence;
	int8_t interval_log2; /* of seconds between two such messages, 0x7F: not said */
	/*
	 * The message's timestamp, since the epoch of the sender's timescale: originTimestamp,
	 * preciseOriginTimestamp or receiveTimestamp. 0 where the type has none.
	 */
	int64_t time_ns;
	struct ptp_port requester;    /* of the three kinds of responses */
	struct ptp_announce announce; /* of PTP_ANNOUNCE */
};

/*
 * Octets behind the message (padding, TLVs) are allowed. False, with *message undefined, for what is
 * no message of version 2: shorter than its type or than it says, an unknown type, a timestamp with
 * 1e9 nanoseconds or more, or beyond the range of int64_t.
 */
bool message_parse(const uint8_t *data, size_t len, struct ptp_message *message);

/* The correction in nanoseconds, rounded down. */
int64_t message_correction_ns(const struct ptp_message *message);
