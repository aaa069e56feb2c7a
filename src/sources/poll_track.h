/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/poll_edge.h"
#include "sources/source.h"

/*
 * What becomes of a pulse that the kernel stamped and the poller looked at: its stamp, and when and
 * how long to look for the next. Pure.
 *
 * A polled edge is taken if its bracket is about as narrow as usual; a wide one means that the poller
 * was interrupted. Then the kernel's stamp is taken, less what it was late by, in the median, in the
 * last pairs; but not if these scatter by more than half the bracket, as they do on a busy machine.
 * The kernel's stamp always decides whether there is a pulse at all.
 */

struct poll_stamp {
	enum pulse_kind kind; /* PULSE_STAMPED: nothing is known to correct it */
	int64_t at_ns;
	int64_t width_ns; /* of the bracket; 0: no edge was seen */
	int64_t bias_ns;  /* learned so far: kernel's stamp minus edge; 0 unknown */
};

enum { POLL_PAIRS = 64, POLL_WIDTHS = 16 };

struct poll_track {
	int64_t biases[POLL_PAIRS], widths[POLL_WIDTHS]; /* rings */
	unsigned int bias_count, width_count;            /* ever */
	int64_t bias_ns, width_ns;                       /* their medians */
	int64_t spread_ns;            /* half of the biases are nearer to their median; 0 unknown */
	int64_t last_ns, expected_ns; /* the last stamp; where it was expected, 0 nowhere */
	int64_t interval_ns;          /* what a second is on this clock */
	int64_t scatter_ns;           /* how far edges were from where they were expected */
	int64_t half_ns;              /* of the window */
	int strays;                   /* pulses in a row that came elsewhere */
};

/* bias_ns: from an earlier measurement, used until pairs are there; 0 none. */
void poll_track_init(struct poll_track *t, int64_t bias_ns);

/*
 * The next pulse of the kernel, and the edge that was looked for around it. skipped: pulses are
 * missing before it. One that comes elsewhere than expected does not move the window, unless it is
 * the third in a row.
 */
struct poll_stamp poll_track_take(struct poll_track *t, int64_t kernel_ns,
				  const struct poll_edge *edge, bool skipped);

/* Where to look next: around expected_ns, for half_ns to both sides. False: nowhere yet. */
bool poll_track_next(const struct poll_track *t, int64_t *expected_ns, int64_t *half_ns);
