/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/core_state.h"
#include "daemon/clock_watch.h"
#include "daemon/reporter.h"
#include "outlets/outlet.h"

/* From bytes to one unit: the core, whose coarse samples go out once the hold-off is over. */
struct bridge {
	struct core core;
	struct outlet outlet;
	struct clock_watch clock;
	struct reporter reporter;
	int64_t raw_ns, real_ns; /* now */
	int64_t keep_raw_ns;     /* when things done once a second were done */
	int64_t bytes_raw_ns;    /* last bytes */

	int64_t holdoff_ns;
	int64_t run_raw_ns;    /* good since; 0: not at present */
	int64_t sample_raw_ns; /* last sample of the core */
	bool released;         /* hold-off over */
	uint64_t held;         /* samples not written for it */
};

/* lag_ns: from the second to its first byte. */
int bridge_init(struct bridge *bridge, int unit, int64_t holdoff_ns, int64_t lag_ns,
		struct error *err);

/* The source came or went. */
void bridge_source(struct bridge *bridge, bool back);

/* What one read returned; 0 bytes: nothing was there. True once a second. */
bool bridge_take(struct bridge *bridge, uint32_t bps, const uint8_t *data, size_t count);

/* Bytes came so lately that more of their burst may follow. */
bool bridge_in_burst(const struct bridge *bridge);

/* Closes everything and says what was done. True if something was written. */
bool bridge_end(struct bridge *bridge);
