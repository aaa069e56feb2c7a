/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/descriptors.h"
#include "daemon/clock_view.h"

/* clock-view FILE: see clock_view.h and systemd/pps2shm-clock.service. */
int main(int argc, char **argv)
{
	const struct timespec second = {.tv_sec = 1};
	struct clock_view view;
	struct error err;

	descriptors_ensure();
	if (argc != 2) {
		fprintf(stderr, "usage: clock-view FILE\n");
		return 2;
	}
	for (;;) {
		if (clock_view_ask(&view) != 0) {
			fprintf(stderr, "clock-view: adjtimex: %s\n", strerror(errno));
			return 1;
		}
		if (clock_view_save(argv[1], &view, &err) != 0) {
			fprintf(stderr, "clock-view: %s\n", err.text);
			return 1;
		}
		nanosleep(&second, NULL);
	}
}
