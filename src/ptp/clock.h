/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "ptp/clocks.h"

/* One clock of the table: what its messages tell, for clocks.c alone. */

/* A new record, all but its key. */
void clock_begin(struct ptp_clock *clock, int64_t raw_ns);

/* Takes a Sync, Follow_Up, Announce or Delay_Resp of this clock. */
void clock_message(struct ptp_clock *clock, const struct ptp_packet *packet,
		   const struct ptp_message *message, struct ptp_taken *taken);

/* About once a second: jitter and rates. */
void clock_tick(struct ptp_clock *clock, int64_t raw_ns);
