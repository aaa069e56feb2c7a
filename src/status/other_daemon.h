/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Another daemon of ours on this system, by the status segment that it shows. */
struct other_daemon {
	uint32_t pid;
	uint32_t uid;
	char segment[64]; /* "/pps2shm", safe to print */
};

/*
 * The first living daemon that writes to an NTP shared memory unit and shows a segment in folder
 * ("/dev/shm"), but the one of process `but`. What anybody may have put there is not waited for,
 * and counts only if the process that it names is its owner's.
 */
bool other_daemon_find(const char *folder, int unit, uint32_t but, int64_t raw_ns,
		       struct other_daemon *other);
