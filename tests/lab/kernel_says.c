/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * What the kernel says of its clock, once a second, without a line of the project's code:
 *
 *	<seconds since the start> <sync|unsync> <maxerror us> <esterror us> <status, hexadecimal>
 *
 * usage: lab_kernel_says >LOG        ends at SIGTERM
 */
#include <stdio.h>
#include <sys/timex.h>
#include <time.h>

#include "true_time.h"

int main(void)
{
	const struct timespec second = {.tv_sec = 1};
	int64_t first = clock_read_ns(CLOCK_MONOTONIC_RAW);

	setlinebuf(stdout);
	for (;;) {
		struct timex t = {.modes = 0};
		int state = adjtimex(&t);
		int64_t passed = clock_read_ns(CLOCK_MONOTONIC_RAW) - first;

		printf("%6.1f %s %ld %ld %#x\n", (double)passed / 1e9,
		       state == TIME_ERROR ? "unsync" : "sync", t.maxerror, t.esterror, t.status);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &second, NULL);
	}
}
