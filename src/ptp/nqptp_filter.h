/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * From the offsets of single messages to one that audio can follow. What delays a message makes its
 * offset (master time minus receive time) smaller, never larger. So a larger one is believed: at
 * once in the first second, then by a sixteenth. A smaller one counts from then on, by 1/256, and for no
 * more than 2.5 ms. Source: nqptp 1.2.5.
 *
 * nqptp's estimate of a clock that drifts by -50 ppm is 1.6 ms behind. Here the drift is estimated, too:
 * from the largest offsets of groups of messages, and the estimate moves with it.
 *
 * An offset that is off by more than 50 ms is not let in. Where all are so, and to the same side,
 * the master's time has jumped: the filter starts anew after one second if it jumped ahead, which no
 * delay can feign, and after four if it jumped back. So it does after a minute without a message.
 */

/* The quickest message of a group. */
struct nqptp_group {
	int count;
	int64_t begin_raw_ns;
	int64_t offset_ns, raw_ns;
};

struct nqptp_filter {
	bool started;
	int64_t offset_ns;
	int64_t start_raw_ns; /* the first message of this train */
	int64_t last_raw_ns;  /* offset_ns is that of this instant */
	int64_t drift_ppb;    /* of offset_ns: nanoseconds in a second */
	bool drifts;          /* drift_ppb is known */
	struct nqptp_group group, before;
	int off;                  /* messages off in a row: > 0 ahead, < 0 back */
	int64_t off_since_raw_ns; /* the first of them */
};

void nqptp_filter_restart(struct nqptp_filter *filter);

/* A message of the master time that was received at raw_ns. False if it was not let in. */
bool nqptp_filter_feed(struct nqptp_filter *filter, int64_t offset_ns, int64_t raw_ns);
