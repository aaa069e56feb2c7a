/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/nqptp_wake.h"

#include "common/ns.h"

#define PAUSE_NS (150 * NS_PER_MS)

/* Where what stands in an Announce, by IEEE 1588; all else is zero. */
enum {
	AT_TYPE = 0,     /* 802.1AS, Announce */
	AT_VERSION = 1,  /* PTP 2 */
	AT_LENGTH = 2,   /* 2 bytes */
	AT_FLAGS = 6,    /* unicast, PTP timescale */
	AT_SOURCE = 20,  /* clock identity, then 2 bytes of port */
	AT_CONTROL = 32, /* all others */
	AT_INTERVAL = 33,
	AT_UTC_OFFSET = 44, /* 2 bytes */
	AT_PRIORITY1 = 47,
	AT_QUALITY = 48, /* 4 bytes */
	AT_PRIORITY2 = 52,
	AT_GRANDMASTER = 53,
	AT_TIME_SOURCE = 63, /* internal oscillator */
};

enum { OUR_PORT = 32776, UTC_OFFSET_S = 37 };

static void put(uint8_t *at, uint64_t value, int bytes)
{
	while (bytes--) {
		*at++ = (uint8_t)(value >> (8 * bytes));
	}
}

static void write_announce(uint8_t *data, uint64_t identity, uint8_t priority1, uint8_t priority2)
{
	data[AT_TYPE] = 0x1b;
	data[AT_VERSION] = 2;
	put(data + AT_LENGTH, NQPTP_WAKE_BYTES, 2);
	put(data + AT_FLAGS, 0x0408, 2);
	put(data + AT_SOURCE, identity, 8);
	put(data + AT_SOURCE + 8, OUR_PORT, 2);
	data[AT_CONTROL] = 5;
	data[AT_INTERVAL] = 0xfe;
	put(data + AT_UTC_OFFSET, UTC_OFFSET_S, 2);
	data[AT_PRIORITY1] = priority1;
	put(data + AT_QUALITY, 0xf8fe436a, 4);
	data[AT_PRIORITY2] = priority2;
	put(data + AT_GRANDMASTER, identity, 8);
	data[AT_TIME_SOURCE] = 0xa0;
}

void nqptp_wake_begin(struct nqptp_wake *wake, const struct nqptp_sleeper *sleeper, int64_t raw_ns)
{
	if (wake->left == 0) {
		*wake = (struct nqptp_wake){.left = 2, .due_raw_ns = raw_ns, .sleeper = *sleeper};
	}
}

bool nqptp_wake_next(struct nqptp_wake *wake, uint64_t identity, int64_t raw_ns,
		     struct nqptp_datagram *out)
{
	const struct nqptp_sleeper *sleeper = &wake->sleeper;
	int priority1 = wake->left == 2 ? sleeper->priority1 - 1 : sleeper->priority1 + 1;

	if (wake->left == 0 || raw_ns < wake->due_raw_ns) {
		return false;
	}
	priority1 = priority1 < 0 ? 0 : priority1 > 255 ? 255 : priority1;
	*out = (struct nqptp_datagram){.to = sleeper->address, .interface = sleeper->interface};
	write_announce(out->data, identity, (uint8_t)priority1, sleeper->priority2);
	wake->left--;
	wake->due_raw_ns = raw_ns + PAUSE_NS;
	return true;
}
