/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/shm.h"

static const char *const leap_names[] = {"nowarning", "addsecond", "delsecond", "notinsync"};

int shm_add_unit(const struct cli_option *option, const char *text, struct error *why)
{
	struct shm_units *units = option->at;
	int unit = 0;
	const struct cli_option number = {.at = &unit, .least = 0, .most = NTPSHM_UNITS - 1};

	if (cli_int(&number, text, why)) {
		return -1;
	}
	units->count += !units->wanted[unit];
	units->wanted[unit] = true;
	return 0;
}

int shm_instant(const struct cli_option *option, const char *text, struct error *why)
{
	if (ntpshm_parse(text, option->at) == 0) {
		return 0;
	}
	if (errno == ERANGE) {
		return error_set(why, "beyond 64-bit nanoseconds (1677 to 2262)");
	}
	return error_set(
		why,
		"must be nanoseconds (1782907200000000000), seconds with a point (1782907200.0) or UTC (2026-07-01T12:00:00Z)");
}

int shm_span(const struct cli_option *option, const char *text, struct error *why)
{
	char seconds[64];
	int length = snprintf(seconds, sizeof(seconds), "%ss", text);

	if (ntpshm_parse(text, option->at) == 0 && strspn(text, "+-0123456789") != strlen(text)) {
		return 0;
	}
	if (length < (int)sizeof(seconds) && ntpshm_parse(seconds, option->at) == 0) {
		return 0;
	}
	return error_set(why, "must be seconds (0.25) or nanoseconds (250ns)");
}

int shm_leap(const struct cli_option *option, const char *text, struct error *why)
{
	for (int i = NTPSHM_LEAP_NOWARNING; i <= NTPSHM_LEAP_NOTINSYNC; i++) {
		if (strcmp(text, leap_names[i]) == 0 || (text[0] == '0' + i && text[1] == '\0')) {
			*(int *)option->at = i;
			return 0;
		}
	}
	return error_set(why, "must be 0 nowarning, 1 addsecond, 2 delsecond or 3 notinsync");
}

int shm_field(const struct cli_option *option, const char *text, struct error *why)
{
	const struct ntpshm_field **field = option->at;

	*field = ntpshm_field(text);
	return *field ? 0
		      : error_set(
				why,
				"no such field; pps2shm-shm(1) lists them, clockTimeStampSec is one");
}

const char *shm_leap_name(int leap)
{
	return leap >= NTPSHM_LEAP_NOWARNING && leap <= NTPSHM_LEAP_NOTINSYNC ? leap_names[leap]
									      : "unknown";
}
