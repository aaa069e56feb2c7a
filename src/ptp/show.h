/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "ptp/clocks.h"
#include "ptp/feed.h"
#include "ptp/groups.h"
#include "ptp/pps2shm_ptp.h"

/* Fills the page with what the table and the feed know: clocks and counts. The rest stays. */
void show_clocks(struct pps2shm_ptp_page *page, const struct ptp_clocks *clocks,
		 const struct feed *feed, const struct groups *groups);

/* "192.0.2.1" or "fe80::1". Returns text. */
char *show_address(const struct ptp_address *address, char *text, size_t size);
