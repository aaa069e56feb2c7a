/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>

#include "pi/text.h"

/* What a time daemon takes time from, by its own tool: one line of what that prints. */
struct peer {
	char tally; /* ntpd: *, o: the clock follows it; chronyd: *. Both: x, a falseticker */
	bool refclock;
	char name[64];
	char refid[24]; /* ".PPS."; "" from chronyd, which does not say */
	int stratum;
	int poll_s;          /* -1: not said, as jitter_ms and delay_ms, which then are NAN */
	unsigned long reach; /* of the last eight polls, a bit each */
	double offset_ms, delay_ms, jitter_ms;
};

/* Of "ntpq -pn"; false for its head, and for what is no such line. */
bool peers_ntpq(const struct text_line *line, struct peer *peer);

/* Of "chronyc -n -c sources". */
bool peers_chronyc(const struct text_line *line, struct peer *peer);
