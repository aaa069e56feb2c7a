/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "config/config.h"

/*
 * Runs until a signal asks for the end (common/signals.h). 0; -1 with err if it could not start.
 * version is shown in the status segment. Missing devices and units are no reason not to start:
 * they are retried, and status tells.
 */
int daemon_run(const struct config *config, const char *version, struct error *err);
