/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "ptp/pps2shm_ptp.h"

/*
 * The writing side of the segment (docs/ptp.md). It writes with pwrite(2) and never maps: a segment that
 * somebody truncates is an error, not a signal.
 */
struct store {
	int fd; /* -1 closed */
	char name[64];
	uint64_t seq;
};

/*
 * Makes the segment and holds a lock (flock) on it. What a dead daemon of this user left is replaced.
 * 0, or -1 with err and errno: EBUSY if a daemon is running, EINVAL for an invalid name, and others,
 * which should not stop the daemon.
 */
int store_open(struct store *store, const char *name, const char *program, uint32_t parts,
	       struct error *err);

/* Writes the page; to be called about once a second. False if no reader can see it any more. */
bool store_write(struct store *store, const struct pps2shm_ptp_page *page);

/* Marks the page as ended, writes it and removes the segment. */
void store_close(struct store *store, struct pps2shm_ptp_page *page);
