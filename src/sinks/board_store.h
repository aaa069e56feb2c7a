/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>

#include "common/error.h"
#include "sinks/pps2shm_board.h"

/* The shared memory object of the board: made, locked, taken over from the dead, removed. */
struct board_store {
	struct pps2shm_board_layout *layout; /* all zeros after opening */
	int fd;
	char name[64];
};

int board_store_open(struct board_store *store, const char *name, struct error *err);
void board_store_remove(struct board_store *store);
