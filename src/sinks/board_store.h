/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "sinks/pps2shm_board.h"

/* The shared memory object of the board: made, locked, taken over from the dead, removed. */
struct board_store {
	struct pps2shm_board_layout *layout; /* all zeros after opening */
	int fd;
	char name[64];
};

/* 0, or -1 with err and errno as board_create() has them. One at a time in a process. */
int board_store_open(struct board_store *store, const char *name, struct error *err);
/* Has somebody removed or cut it? Stores go on without harm, but to where nobody sees them. */
bool board_store_lost(const struct board_store *store);
void board_store_remove(struct board_store *store);
