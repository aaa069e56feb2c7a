/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "config/config.h"

/*
 * Runs until a signal asks for the end (common/signals.h), or without pulses until the end of a file
 * or of standard input. 0; -1 with err if it could not start, or ended without a sample written.
 * version is shown in the status segment. Missing devices and units are no reason not to start:
 * they are retried, and status tells.
 *
 * again reads the configuration once more, as at the start, when SIGHUP asks for it: pps.offset is
 * taken over, and nothing else.
 */
typedef int daemon_config(struct config *config, struct error *err);

int daemon_run(const struct config *config, daemon_config *again, const char *version,
	       struct error *err);
