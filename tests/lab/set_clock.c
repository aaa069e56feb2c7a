/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* usage, in the lab: lab_set_clock SECONDS    sets CLOCK_REALTIME by so much, fractions too. */
#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "true_time.h"

#define SECOND_NS INT64_C(1000000000)

int main(int argc, char **argv)
{
	struct utsname name;

	/* Never the clock of the machine that the lab runs on. */
	if (uname(&name) < 0 || !strstr(name.release, "-pps-lab")) {
		errx(2, "this is not the lab, the clock stays as it is");
	}
	if (argc != 2) {
		errx(2, "usage: lab_set_clock SECONDS");
	}
	int64_t ns = clock_read_ns(CLOCK_REALTIME) + (int64_t)(strtod(argv[1], NULL) * 1e9);
	struct timespec t = {.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};

	if (clock_settime(CLOCK_REALTIME, &t) < 0) {
		err(1, "cannot set the clock by %s s", argv[1]);
	}
	return 0;
}
