/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/level.h"
#include "sources/poll_edge.h"
#include "sources/pps.h"

/*
 * The GPIO line behind a PPS device, polled around an expected pulse.
 */
struct poll_line {
	struct level level;
	bool falling; /* the edge that marks the second */
	int gpio;
};

struct poll_line_options {
	const struct pps_options *pps; /* the device; its clear edge is polled if it says so */
	int gpio;                      /* the line; -1: the one that the device tree says */
	bool mem;                      /* see sources/level.h, as the next two */
	const char *device_tree;
	const char *dev;
	const char *platform; /* NULL: /sys/bus/platform/devices */
	const char *online;   /* NULL: /sys/devices/system/cpu/online */
};

/*
 * 0, or -1 with err: no such line, no access, or a machine with one processor, on which the pulse's
 * interrupt comes into the polling.
 */
int poll_line_open(struct poll_line *line, const struct poll_line_options *options,
		   struct error *err);
void poll_line_close(struct poll_line *line);

/*
 * Readies the calling thread, as far as is permitted: it wakes without slack, before all ordinary
 * threads, and on the last of its processors, since a Raspberry Pi takes its GPIO interrupts on the
 * first.
 */
void poll_line_prepare_thread(void);

/*
 * Sleeps until half_ns before CLOCK_REALTIME will read expected_ns, then polls, no longer than until
 * half_ns after it. POLL_CLOCK if the clock was set
 * meanwhile; POLL_LATE at once if a signal comes.
 */
struct poll_edge poll_line_watch(const struct poll_line *line, int64_t expected_ns,
				 int64_t half_ns);
