/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "core/core.h"
#include "core/event.h"
#include "sinks/pps2shm_board.h"

/*
 * The writing side of the board (docs/board.md). One thread writes; no call here sleeps, allocates
 * or enters the kernel, save board_create and board_close.
 */

struct board;

/* What the core does not know; the daemon fills it for each board_update. */
struct board_extra {
	int64_t raw_ns; /* now, on both clocks */
	int64_t real_ns;
	uint64_t clock_steps;
	/* The board itself fills clock_ns, receive_ns, leap and precision from board_sample. */
	struct pps2shm_board_unit units[PPS2SHM_BOARD_UNITS];
	struct pps2shm_board_source sources[PPS2SHM_BOARD_SOURCES];
};

/*
 * Makes the board, readable by all, and locks it (flock) for as long as it is open. name begins
 * with "/"; program is the version shown to readers, config what the core was given. What a dead
 * daemon of this user left behind is taken over. NULL with err on failure, and in errno EBUSY if a
 * living daemon of this user has it, EINVAL for a name that can be none; any other failure is to be
 * lived with: something else stands in its place, or there is no room in /dev/shm.
 */
struct board *board_create(const char *name, const char *program, const struct core_config *config,
			   struct error *err);

/* Shows the whole state; to be called about once a second, and when the state changes. */
void board_update(struct board *board, const struct core_status *status,
		  const struct board_extra *extra);

/* A sample that was published. */
void board_sample(struct board *board, const struct core_sample *sample);

/* An event that goes to the core; cheap: it is copied into a ring. Bytes beyond 4096 are cut. */
void board_trace(struct board *board, const struct event *event);

/* Has somebody removed or cut it? Then nobody sees it any more: close it and make a new one. */
bool board_lost(const struct board *board);

/* Marks the board as ended and removes it. NULL is allowed. */
void board_close(struct board *board);
