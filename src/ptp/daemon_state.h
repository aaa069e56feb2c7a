/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/clock_watch.h"
#include "outlets/outlet.h"
#include "ptp/clocks.h"
#include "ptp/control.h"
#include "ptp/daemon.h"
#include "ptp/feed.h"
#include "ptp/gps.h"
#include "ptp/groups.h"
#include "ptp/receive.h"
#include "ptp/store.h"

/* All that the daemon has, for the files that it is made of. */
struct ptp_daemon {
	const struct daemon_options *options;
	struct receive receive;
	struct groups groups;
	struct clock_watch watch;
	int unsure; /* so many more looks at the sockets may find stamps of before the clock was set */
	struct gps gps;
	struct ptp_clocks clocks;
	struct feed feed;
	struct control control;
	struct outlet outlet;
	struct store store;
	struct error store_told; /* what was said last of the segment */
	int64_t store_look_raw_ns;
	struct pps2shm_ptp_page page;
	int32_t precision, leap;
	int64_t tick_raw_ns;
	uint64_t refused_told;
	int64_t refused_raw_ns;
};

/* Makes the segment. -1 with err if the daemon cannot start so; else it is tried again later. */
int second_open_store(struct ptp_daemon *d, int64_t raw_ns, struct error *err);

/* What is done once a second: GPS is looked at, the unit fed, all shown. */
void second_do(struct ptp_daemon *d, int64_t raw_ns);
