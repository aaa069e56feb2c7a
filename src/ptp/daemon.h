/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/* The daemon pps2shm-ptp. */

struct daemon_options {
	uint32_t parts;                /* PPS2SHM_PTP_MONITOR ... */
	const char *const *interfaces; /* ends with NULL; empty: all */
	int unit;                      /* -1: none */
	bool unlearned;
	int max_class;
	const char *segment_name;
	const char *gps_segment;
	const char *program; /* version, for readers */
};

/* Runs until a signal ends it: 0. -1 with err if it could not start. */
int daemon_run(const struct daemon_options *options, struct error *err);
