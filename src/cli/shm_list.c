/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/shm.h"

/* Why there is no sample to show. */
static const char *problem_of(const struct ntpshm_info *info, enum ntpshm_result result,
			      const struct ntpshm_error *err)
{
	if (!ntpshm_layout_ok(info)) {
		return "wrong size for this system";
	}
	if (err->code) {
		return err->code == EACCES ? "no permission to read" : err->text;
	}
	if (result == NTPSHM_CLASH) {
		return "it is being written";
	}
	return result == NTPSHM_BAD_MODE ? "mode is neither 0 nor 1" : NULL;
}

static bool was_written(const struct ntpshm_sample *sample)
{
	return sample->valid || sample->clock_ns || sample->receive_ns;
}

static json_t *unit_json(const struct ntpshm_info *info, const struct ntpshm_sample *sample,
			 const char *problem, int64_t now_ns)
{
	char owner[SHM_TEXT], group[SHM_TEXT], creator[SHM_TEXT], mode[16], key[16];

	snprintf(mode, sizeof(mode), "%04o", info->mode);
	snprintf(key, sizeof(key), "0x%x", NTPSHM_KEY + (unsigned)info->unit);
	return json_pack("{s:i, s:s, s:I, s:b, s:s, s:i, s:s, s:i, s:s, s:s, s:I, s:s?, s:o}",
			 "unit", info->unit, "key", key, "size", (json_int_t)info->size,
			 "layout_ok", ntpshm_layout_ok(info), "owner", shm_user(info->uid, owner),
			 "uid", (int)info->uid, "group", shm_group(info->gid, group), "gid",
			 (int)info->gid, "creator", shm_user(info->cuid, creator), "mode", mode,
			 "attached", (json_int_t)info->attached, "problem", problem, "sample",
			 problem || !was_written(sample)
				 ? json_null()
				 : shm_sample_json(info->unit, sample, now_ns));
}

static void print_unit(const struct ntpshm_info *info, const struct ntpshm_sample *sample,
		       const char *problem, int64_t now_ns)
{
	struct ntpshm_sample age = {.clock_ns = now_ns, .receive_ns = sample->receive_ns};
	char owner[SHM_TEXT], group[SHM_TEXT], both[2 * SHM_TEXT], clock[NTPSHM_TEXT];
	char offset[SHM_TEXT], old[SHM_TEXT];

	snprintf(both, sizeof(both), "%s:%s", shm_user(info->uid, owner),
		 shm_group(info->gid, group));
	printf("%4d  0x%x  %4zu  %-17s  %04o  %8lu  ", info->unit,
	       NTPSHM_KEY + (unsigned)info->unit, info->size, both, info->mode, info->attached);
	if (problem || !was_written(sample)) {
		printf("(%s)\n", problem ? problem : "nothing written yet");
		return;
	}
	printf("%-5s  %10d  %s  %s  %s\n", sample->valid ? "yes" : "no", sample->count,
	       ntpshm_format(sample->clock_ns, clock),
	       shm_seconds(ntpshm_offset_ns(sample), true, offset),
	       shm_seconds(ntpshm_offset_ns(&age), false, old));
}

/* json: NULL for text. */
static void list_unit(const struct ntpshm_info *info, json_t *json)
{
	struct ntpshm_sample sample = {0};
	struct ntpshm_error err = {0};
	enum ntpshm_result result = NTPSHM_EMPTY;
	struct ntpshm *shm = ntpshm_open(info->unit, NTPSHM_READ_ONLY, &err);
	int64_t now_ns = ntpshm_now_ns();
	const char *problem;

	if (shm) {
		result = ntpshm_read(shm, false, &sample);
		ntpshm_close(shm);
	}
	problem = problem_of(info, result, &err);
	if (json) {
		json_array_append_new(json, unit_json(info, &sample, problem, now_ns));
	} else {
		print_unit(info, &sample, problem, now_ns);
	}
}

static int list_all(json_t *json)
{
	int count = 0;

	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		struct ntpshm_info info;

		if (ntpshm_stat(unit, &info, NULL)) {
			continue;
		}
		if (count++ == 0 && !json) {
			printf("unit  key         size  owner:group        mode  attached  valid       count  clock                           offset [s]    age [s]\n");
		}
		list_unit(&info, json);
	}
	return count;
}

json_t *shm_list_json(void)
{
	json_t *json = json_array();

	list_all(json);
	return json;
}

int shm_list(int argc, char **argv)
{
	bool as_json = false;
	const struct cli_option rows[] = {{"json", 'j', NULL, cli_flag, &as_json,
					   .help = "An array of objects, on one line."},
					  {0}};
	struct cli_syntax syntax = {
		.about = "Lists all NTP shared memory units, with owner, mode and last sample.",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (as_json) {
		cli_print_json(shm_list_json(), JSON_COMPACT);
	} else if (list_all(NULL) == 0) {
		printf("no units: no NTP time source or reader has made one yet\n");
	}
	return CLI_OK;
}
