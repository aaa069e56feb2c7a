/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"

/*
 * Signals as messages to be read. Blocked, and read from a descriptor: every signal that would end
 * the process, except those raised by its own faults (SIGSEGV and the like), and SIGHUP if it was
 * ignored at the start, as by nohup(1). Job control is unchanged, and SIGPIPE and SIGXFSZ become
 * errors of write(2).
 *
 * SIGTERM, SIGINT, SIGQUIT, SIGPWR and SIGXCPU ask for a clean end. So does SIGHUP where the process
 * has a controlling terminal, as it means that the terminal has gone; a service has none, and is
 * asked to read its configuration again. All others are ignored, with a line in the log.
 */
enum signals_ask { SIGNALS_NOTHING, SIGNALS_RELOAD, SIGNALS_END };

/*
 * To be called before anything is made, and before there are threads. A descriptor for poll(2), or
 * -1 with err.
 */
int signals_block(struct error *err);

/* Those that ask for the end end the process at once again: for what is left to do when it fails. */
void signals_release(void);

/* Reads what came, says so in the log; the most that they ask for. Never waits. */
enum signals_ask signals_read(int fd);
