/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Another program that has to do with an NTP shared memory unit, by what the kernel tells everybody
 * of it (/proc/sysvipc/shm): who opened or closed it last, and who made it.
 */
struct unit_user {
	int pid;
	char name[24];   /* "gpsd", safe to print */
	const char *did; /* "last used", "made" */
};

/*
 * The one that used unit last, else the one that made it, if it still runs and is neither the daemon
 * of process `but` nor a time daemon, which only reads. proc is "/proc", or a test's. False: it
 * cannot be known.
 */
bool unit_user_find(const char *proc, int unit, uint32_t but, struct unit_user *user);
