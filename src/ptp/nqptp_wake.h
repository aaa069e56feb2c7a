/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ptp/packet.h"

/*
 * Phones and speakers let their PTP clock sleep. Two Announce messages to port 320 wake it: the first
 * with a priority1 better than its own, the second, 150 ms later, with a worse one. So no clock that
 * counts Announces takes us for a master. Source: nqptp 1.2.5.
 */
enum { NQPTP_WAKE_BYTES = 64 };

/* To be sent from port 320 to port 320 (PTP_GENERAL_PORT). */
struct nqptp_datagram {
	struct ptp_address to;
	uint32_t interface; /* for a link-local address; 0 any */
	uint8_t data[NQPTP_WAKE_BYTES];
};

struct nqptp_sleeper {
	struct ptp_address address;
	uint32_t interface;
	uint8_t priority1, priority2; /* as it announces them */
};

struct nqptp_wake {
	int left; /* messages to send */
	int64_t due_raw_ns;
	struct nqptp_sleeper sleeper;
};

/* Nothing, where one is under way. */
void nqptp_wake_begin(struct nqptp_wake *wake, const struct nqptp_sleeper *sleeper, int64_t raw_ns);

/* True if a message is due. identity: our clock's. */
bool nqptp_wake_next(struct nqptp_wake *wake, uint64_t identity, int64_t raw_ns,
		     struct nqptp_datagram *out);
