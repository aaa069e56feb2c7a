/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>

#include "common/error.h"

/*
 * Signals as words of others that are read, not as blows. Blocked, to be read from a descriptor:
 * every signal that would end the process, save those that a fault of its own raises (SIGSEGV and
 * such), and SIGHUP if it was ignored at the start, as nohup(1) has it. Job control stays as it is,
 * SIGPIPE and SIGXFSZ become errors of write(2).
 *
 * SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPWR and SIGXCPU ask for an orderly end. SIGHUP too: whose
 * terminal has gone is to end, and a configuration is read anew by starting anew. All others are
 * ignored, with a line in the log.
 */

/*
 * To be called before anything is made, and before there are threads. A descriptor for poll(2), or
 * -1 with err.
 */
int signals_block(struct error *err);

/* Reads what came, says so in the log; true if one of them asks for the end. Never waits. */
bool signals_end(int fd);
