/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The lines with which a time daemon reads us: the one place where they stand. Setup writes them,
 * doctor and status advise them, demo, lab and benchmarks run with them (setup --print-lines), and
 * a test sees to it that README and docs/ show them. docs/accuracy.md has the table they are chosen
 * by.
 */
enum refclock_daemon {
	REFCLOCK_NTPSEC,
	REFCLOCK_CHRONY,
	REFCLOCK_CLASSIC, /* ntpd of ntp.org */
};

/* One good source is enough; Debian's default for ntpd asks for three that agree. */
#define REFCLOCK_TOS "tos minclock 1 minsane 1"

/*
 * The line (of classic ntpd two) for the unit, or where socket is not NULL and not "" for chrony's
 * socket. Without a newline at the end. Returns line.
 */
const char *refclock_line(char *line, size_t size, enum refclock_daemon daemon, bool pps, int unit,
			  const char *socket);
