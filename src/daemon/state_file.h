/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * What is learned and worth keeping across restarts, as a small text file of "name value" lines.
 * Unknown lines are ignored; the file is always replaced as a whole (rename(2)).
 */
struct learned {
	int64_t lag_ns;      /* CORE_NO_LAG: none */
	uint32_t bps;        /* bit rate found on the line; 0: none */
	bool leap_corrected; /* the receiver was wrong by whole seconds at a start */
};

/* A missing file means nothing learned. -1 with err for one that cannot be read. */
int state_file_load(const char *path, struct learned *learned, struct error *err);
/* Whether it can be saved, as far as can be seen without trying; -1 with err. */
int state_file_check(const char *path, struct error *err);
int state_file_save(const char *path, const struct learned *learned, struct error *err);

/*
 * The same for the daemon, which goes on whatever the file does, and says in its log what is wrong
 * with it: once, at the start if it is known by then.
 */
struct state_keeper {
	const char *path; /* "": nothing is kept */
	struct learned saved;
	bool told; /* that it cannot be saved */
};

/* path is kept, not copied. */
void state_keeper_load(struct state_keeper *keeper, const char *path);

/* Saves what differs from what is saved by so much that it is worth a write to the card. */
void state_keeper_save(struct state_keeper *keeper, const struct learned *now);
