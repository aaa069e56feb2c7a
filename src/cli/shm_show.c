/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/shm.h"

char *shm_seconds(int64_t ns, bool sign, char *text)
{
	uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

	snprintf(text, SHM_TEXT, "%s%" PRIu64 ".%09" PRIu64,
		 ns < 0 ? "-"
		 : sign ? "+"
			: "",
		 size / (uint64_t)NTPSHM_S, size % (uint64_t)NTPSHM_S);
	return text;
}

char *shm_user(uid_t uid, char *text)
{
	const struct passwd *user = getpwuid(uid);

	if (user) {
		snprintf(text, SHM_TEXT, "%s", user->pw_name);
	} else {
		snprintf(text, SHM_TEXT, "%u", (unsigned)uid);
	}
	return text;
}

char *shm_group(gid_t gid, char *text)
{
	const struct group *group = getgrgid(gid);

	if (group) {
		snprintf(text, SHM_TEXT, "%s", group->gr_name);
	} else {
		snprintf(text, SHM_TEXT, "%u", (unsigned)gid);
	}
	return text;
}

json_t *shm_sample_json(int unit, const struct ntpshm_sample *sample, int64_t now_ns)
{
	char clock[NTPSHM_TEXT], receive[NTPSHM_TEXT];
	struct ntpshm_sample age = {.clock_ns = now_ns, .receive_ns = sample->receive_ns};

	return json_pack(
		"{s:i, s:i, s:i, s:b, s:I, s:I, s:s, s:s, s:I, s:I, s:i, s:i, s:i}", "unit", unit,
		"mode", sample->mode, "count", sample->count, "valid", sample->valid, "clock_ns",
		(json_int_t)sample->clock_ns, "receive_ns", (json_int_t)sample->receive_ns, "clock",
		ntpshm_format(sample->clock_ns, clock), "receive",
		ntpshm_format(sample->receive_ns, receive), "offset_ns",
		(json_int_t)ntpshm_offset_ns(sample), "age_ns", (json_int_t)ntpshm_offset_ns(&age),
		"leap", sample->leap, "precision", sample->precision, "nsamples", sample->nsamples);
}
