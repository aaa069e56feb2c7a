/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/refclock.h"

#include <stdio.h>

static void chrony_line(char *line, size_t size, bool pps, int unit, const char *socket)
{
	/* chrony does not look at the precision in shared memory. */
	const char *options = pps ? "refid PPS poll 0 precision 1e-7 prefer"
				  : "refid GPS poll 4 delay 0.2 noselect";

	if (socket && socket[0]) {
		snprintf(line, size, "refclock SOCK %s %s", socket, options);
	} else {
		snprintf(line, size, "refclock SHM %d %s", unit, options);
	}
}

const char *refclock_line(char *line, size_t size, enum refclock_daemon daemon, bool pps, int unit,
			  const char *socket)
{
	if (daemon == REFCLOCK_CHRONY) {
		chrony_line(line, size, pps, unit, socket);
	} else if (daemon == REFCLOCK_NTPSEC) {
		snprintf(line, size, "refclock shm unit %d %s", unit,
			 pps ? "refid PPS minpoll 0 maxpoll 0 prefer"
			     : "refid GPS minpoll 4 maxpoll 4 noselect");
	} else {
		snprintf(line, size,
			 "server 127.127.28.%d minpoll 4 maxpoll 4 %s\n"
			 "fudge 127.127.28.%d refid %s",
			 unit, pps ? "prefer" : "noselect", unit, pps ? "PPS" : "GPS");
	}
	return line;
}
