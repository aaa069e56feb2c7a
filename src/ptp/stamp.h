/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ptp/packet.h"

/* The kernel's receive stamps, which are of the system clock, taken to the raw clock. */

struct stamp_pair {
	int64_t raw_ns, real_ns; /* one instant */
};

/* Reads both clocks; of several readings the closest. */
struct stamp_pair stamp_pair_now(void);

/*
 * Places a packet that was stamped at real_ns and read at now. real_ns 0: it has no stamp. One that
 * lies in the future, or further back than a packet may lie in the kernel (10 s), is none either: the
 * clock was set in between.
 */
void stamp_place(struct ptp_packet *packet, int64_t real_ns, const struct stamp_pair *now);

/*
 * The same for a stamp of the interface, whose clock showed clock_ns at now. False, with nothing
 * changed, if it is none.
 */
bool stamp_place_hardware(struct ptp_packet *packet, int64_t stamp_ns, int64_t clock_ns,
			  const struct stamp_pair *now);
