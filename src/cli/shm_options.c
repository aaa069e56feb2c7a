/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shm.h"

static const char *const leap_names[] = {"nowarning", "addsecond", "delsecond", "notinsync"};

int shm_parse_unit(const char *command, const char *text, int *unit)
{
	return cli_take_int(command, "--unit", text, 0, NTPSHM_UNITS - 1, unit);
}

int shm_add_unit(const char *command, const char *text, struct shm_units *units)
{
	int unit = 0;

	if (shm_parse_unit(command, text, &unit)) {
		return CLI_USAGE;
	}
	units->count += !units->wanted[unit];
	units->wanted[unit] = true;
	return 0;
}

int shm_parse_instant(const char *command, const char *option, const char *text, int64_t *ns)
{
	if (ntpshm_parse(text, ns) == 0) {
		return 0;
	}
	if (errno == ERANGE) {
		return cli_usage_error(command, "%s '%s': beyond 64-bit nanoseconds (1677 to 2262)",
				       option, text);
	}
	return cli_usage_error(command,
			       "%s '%s': give nanoseconds (1782907200000000000), seconds with a "
			       "point (1782907200.0) or UTC (2026-07-01T12:00:00Z)",
			       option, text);
}

int shm_parse_span(const char *command, const char *option, const char *text, int64_t *ns)
{
	char seconds[64];
	int length = snprintf(seconds, sizeof(seconds), "%ss", text);

	if (ntpshm_parse(text, ns) == 0 && strspn(text, "+-0123456789") != strlen(text)) {
		return 0;
	}
	if (length < (int)sizeof(seconds) && ntpshm_parse(seconds, ns) == 0) {
		return 0;
	}
	return cli_usage_error(command, "%s '%s': give seconds (0.25) or nanoseconds (250ns)",
			       option, text);
}

int shm_parse_leap(const char *command, const char *text, int *leap)
{
	for (int i = NTPSHM_LEAP_NOWARNING; i <= NTPSHM_LEAP_NOTINSYNC; i++) {
		if (strcmp(text, leap_names[i]) == 0 || (text[0] == '0' + i && text[1] == '\0')) {
			*leap = i;
			return 0;
		}
	}
	return cli_usage_error(command,
			       "--leap '%s': must be 0 nowarning, 1 addsecond, 2 delsecond or 3 "
			       "notinsync",
			       text);
}

const char *shm_leap_name(int leap)
{
	return leap >= NTPSHM_LEAP_NOWARNING && leap <= NTPSHM_LEAP_NOTINSYNC ? leap_names[leap]
									      : "unknown";
}
