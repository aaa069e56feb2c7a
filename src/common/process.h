/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The name of a process (PID/comm in proc, which is "/proc" or a test's), safe to print. False if it
 * is not known; name is then "?".
 */
bool process_name(const char *proc, int pid, char *name, size_t size);

/* When a process started, in clock ticks since the boot. False if it is not known. */
bool process_start_ticks(const char *proc, int pid, unsigned long long *ticks);

/* Does proc hide other users' processes (hidepid)? That a program is not seen says nothing then. */
bool processes_hidden(const char *proc);
