/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ptp/stamp.h"

/*
 * The clocks of network interfaces (PTP hardware clocks, /dev/ptpN), which their stamps are of. They
 * are only read. Where one cannot be, a line in the log says so, and the kernel's own stamps are used.
 */

enum { PHC_MAX = 16 };

struct phc {
	uint32_t interface; /* 0: this place is free */
	int fd;             /* of /dev/ptpN; -1 it cannot be read */
	char path[32];
};

struct phcs {
	struct phc known[PHC_MAX];
};

/*
 * What the clock of this interface shows, and the pair at that instant. False if it cannot be read.
 * socket: any, to ask by.
 */
bool phc_read(struct phcs *phcs, uint32_t interface, int socket, int64_t *phc_ns,
	      struct stamp_pair *now);

void phc_close(struct phcs *phcs);
