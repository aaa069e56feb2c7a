/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

#include "common/error.h"

/*
 * What is learned and worth keeping across restarts, as a small text file of "name value" lines.
 * Unknown lines are ignored; the file is always replaced as a whole (rename(2)).
 */
struct learned {
	int64_t lag_ns; /* CORE_NO_LAG: none */
	uint32_t bps;   /* bit rate found on the line; 0: none */
};

/* A missing file means nothing learned. -1 with err for one that cannot be read. */
int state_file_load(const char *path, struct learned *learned, struct error *err);
/* Whether it can be saved, as far as can be seen without trying; -1 with err. */
int state_file_check(const char *path, struct error *err);
int state_file_save(const char *path, const struct learned *learned, struct error *err);
