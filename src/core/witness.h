/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/epoch.h"

/* Bursts come no earlier and no later than this after the second they name, for the witness. */
#define WITNESS_LAG_EARLIEST_NS INT64_C(-250000000)
#define WITNESS_LAG_LATEST_NS   INT64_C(1500000000)

/* The system clock as witness: true time is within error_ns of it. */
struct witness {
	bool usable;
	int64_t real_minus_raw_ns;
	int64_t error_ns;
};

/*
 * The system clock's word on which second began at second_raw_ns, a pulse; and on whether a burst
 * can name the second it does (else the second it should have named). False: it can say nothing.
 */
bool witness_second(const struct witness *witness, int64_t second_raw_ns, int64_t *utc_s);
bool witness_burst(const struct witness *witness, const struct fix *fix, int64_t *utc_s);
