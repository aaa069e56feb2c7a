/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * The list of leap seconds that tzdata installs, in the format of NIST and IERS that ntpd calls a
 * leapfile. Seconds in it are NTP's, since 1900:
 *
 *	#@ 3991593600                       the list has all leap seconds until then
 *	3692217600  37  # 1 Jan 2017        from then on TAI - UTC is this many seconds
 *	#h 49db2447 571e5e1b ...            SHA-1 of the digits above
 *
 * All other lines that begin with # are comments. A list is accepted as a whole or not at all: lines
 * in order, each one second more or less than the previous, from the first of a month on. The hash
 * is not verified: it does not stop anybody who can write the file, and packages have better checks.
 * But it must be there, after the last second, so that a truncated list is not taken for complete.
 */

struct leap_list {
	int64_t known_until_s; /* UTC; from from_s until then there is no leap second but this: */
	int64_t utc_s;         /* the first UTC second after it */
	int leap;              /* +1 inserted, -1 deleted, 0 none */
	int count_s;           /* GPS time minus UTC at from_s; 0: nothing is known */
};

/*
 * What the text says of the time from from_s on. Two leap seconds in it: it is known until before
 * the second. 0, or -1 with a line in err; the list then knows nothing.
 */
int leap_list_parse(struct leap_list *list, const char *text, size_t len, int64_t from_s,
		    struct error *err);

/*
 * The same of a file; only a regular one is read. An empty path, or no file: nothing is known, 0.
 */
int leap_list_read(struct leap_list *list, const char *path, int64_t from_s, struct error *err);
