/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "pi/root.h"

/*
 * Writes a measured offset and what it was measured on into pps2shm.conf, and has the running daemon
 * of this segment (NULL: the usual) take it over. now: a line that says how that went. -1 with err:
 * nothing is changed.
 */
int calibrate_apply(const struct root *root, int64_t offset_ns, const char *segment,
		    struct error *now, struct error *err);

/* Does the running daemon poll the line? */
bool calibrate_is_polled(const char *segment);

/* Can it be written at all? To be asked before minutes of measuring. */
int calibrate_may_apply(const struct root *root, struct error *err);
