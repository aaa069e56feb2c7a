/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>

#include "common/error.h"

/*
 * Signals as messages to be read. Blocked, and read from a descriptor: every signal that would end
 * the process, except those raised by its own faults (SIGSEGV and the like), and SIGHUP if it was
 * ignored at the start, as by nohup(1). Job control is unchanged, and SIGPIPE and SIGXFSZ become
 * errors of write(2).
 *
 * SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPWR and SIGXCPU ask for a clean end. SIGHUP does because it
 * means that the terminal has gone; to reload the configuration, restart. All others are ignored,
 * with a line in the log.
 */

/*
 * To be called before anything is made, and before there are threads. A descriptor for poll(2), or
 * -1 with err.
 */
int signals_block(struct error *err);

/* Those that ask for the end end the process at once again: for what is left to do when it fails. */
void signals_release(void);

/* Reads what came, says so in the log; true if one of them asks for the end. Never waits. */
bool signals_end(int fd);
