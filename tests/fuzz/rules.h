/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

/*
 * Whether what a core publishes obeys the rules (docs/architecture.md, "Rules for the time"), for
 * any events whatever. Written from the rules, over core.h alone: it knows what was fed and what
 * came out, and nothing of how. A rule that is broken is told on standard error, with the numbers,
 * and ends the program.
 *
 * What is checked, by name:
 *
 *  one-a-pulse   A PPS sample comes with a pulse event on the configured edge, at most one with
 *                each and none for the sequence number of the edge before; its raw_ns and
 *                receive_ns are that event's.
 *  coarse-whole  A coarse sample is caused by the present event and names a whole second.
 *  counted       The PPS clock is the label that the status tells for that pulse, plus the offset.
 *  too-near      PPS samples lie half a second apart at least.
 *  order         Unless a notice has told of another label, a later PPS sample has a later clock.
 *  coarse-order  The same for coarse samples.
 *  phase         Unless a notice has told of another label, as many seconds are counted from one
 *                PPS sample to the next as passed, and the pulses keep their phase within 20 ms (a
 *                larger shift must be agreed anew) and 0.5 % of the time between.
 *  confirmed     The last burst that confirmed is not older than holdover, nor is the last read,
 *                and as many fixes came before the first sample as must agree.
 *  nofix         After a read that is one whole RMC with status V, nothing is published until more
 *                is read.
 *  nofix-status  ... and the status tells of no fix.
 *  step          No PPS sample stamped at or before the last time that the clock was set, nor any
 *                before something was read after it.
 *  state         A PPS sample leaves the core locked or in holdover.
 *  coarse-state  Time that passes brings coarse samples in no state of silence but ambiguous,
 *                which may be about the pulses alone.
 *  dates         Without a clock that was ever called synchronised nothing is dated before the
 *                pivot.
 *  fields        leap is 0; precision is -30 to -10 for PPS, -10 to -1 for coarse time.
 *  told          Every new edge of the configured kind gives one sample or one cause why not.
 *  notices       No notice is from the future.
 *  next-pulse    The next pulse, where one is expected, is due within the next second.
 *
 * The environment variable RULES_IGNORE holds the names, with spaces between, of rules that are not
 * to be checked: to look beyond what is known.
 */

struct rules {
	const struct core *core;
	struct core_config config;
	uint64_t begun; /* events */

	/* the event in hand, as the core must take it */
	struct event event;
	int64_t given_raw_ns; /* before it was put in order */
	struct core_status before;
	int now[CORE_UNITS]; /* samples it gave */

	/* what was fed */
	bool edge_known;
	uint32_t seq;
	int64_t last_read_raw_ns;
	bool said_no; /* the last read was an RMC with status V */
	bool ever_synced;
	bool stepped, read_since_step;
	int64_t step_raw_ns;

	/* what came out */
	bool relabelled[CORE_UNITS]; /* told since the unit's last sample */
	bool any[CORE_UNITS];
	struct core_sample last[CORE_UNITS];
};

void rules_init(struct rules *rules, const struct core *core, const struct core_config *config);

/* To be called around core_event(), and from its callbacks. */
void rules_before(struct rules *rules, const struct event *event);
void rules_sample(struct rules *rules, const struct core_sample *sample);
void rules_notice(struct rules *rules, const struct core_notice *notice);
void rules_after(struct rules *rules);
