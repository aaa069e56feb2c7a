/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/shm.h"

struct request {
	const char *command;
	int unit;
	bool consume, json;
	const struct ntpshm_field *field;
};

static void print_sample(int unit, const struct ntpshm_sample *sample)
{
	struct ntpshm_sample age = {.clock_ns = ntpshm_now_ns(), .receive_ns = sample->receive_ns};
	char seconds[SHM_TEXT], date[NTPSHM_TEXT];

	printf("unit       %d\n", unit);
	printf("mode       %d\n", sample->mode);
	printf("count      %d\n", sample->count);
	printf("valid      %s\n", sample->valid ? "yes" : "no");
	printf("clock      %s  %s\n", shm_seconds(sample->clock_ns, false, seconds),
	       ntpshm_format(sample->clock_ns, date));
	printf("receive    %s  %s\n", shm_seconds(sample->receive_ns, false, seconds),
	       ntpshm_format(sample->receive_ns, date));
	printf("offset     %s s\n", shm_seconds(ntpshm_offset_ns(sample), true, seconds));
	printf("age        %s s\n", shm_seconds(ntpshm_offset_ns(&age), false, seconds));
	printf("leap       %d %s\n", sample->leap, shm_leap_name(sample->leap));
	printf("precision  %d\n", sample->precision);
	printf("nsamples   %d\n", sample->nsamples);
}

static int read_sample(const struct request *request, const struct ntpshm *shm)
{
	struct ntpshm_sample sample;
	enum ntpshm_result result = ntpshm_read(shm, request->consume, &sample);

	if (result == NTPSHM_CLASH) {
		return cli_failed(
			request->command,
			"unit %d: it is being written, or its writer died while writing; try again",
			request->unit);
	}
	if (request->consume && result == NTPSHM_BAD_MODE) {
		return cli_failed(request->command,
				  "unit %d: mode is %d, neither 0 nor 1; its writer is at fault",
				  request->unit, sample.mode);
	}
	if (request->consume && result == NTPSHM_EMPTY) {
		return cli_failed(request->command,
				  "unit %d: no valid sample; it was taken, or none was written yet",
				  request->unit);
	}
	if (request->json) {
		cli_print_json(shm_sample_json(request->unit, &sample, ntpshm_now_ns()),
			       JSON_COMPACT);
	} else {
		print_sample(request->unit, &sample);
	}
	return CLI_OK;
}

static int read_unit(const struct request *request)
{
	unsigned flags = request->consume ? NTPSHM_ANY_OWNER : NTPSHM_READ_ONLY;
	struct ntpshm_error err;
	struct ntpshm *shm = ntpshm_open(request->unit, flags, &err);
	int result = CLI_OK;

	if (!shm) {
		return cli_failed(request->command, "%s", err.text);
	}
	if (request->field) {
		printf("%" PRId64 "\n", ntpshm_get(shm, request->field));
	} else {
		result = read_sample(request, shm);
	}
	ntpshm_close(shm);
	return result;
}

int shm_read(int argc, char **argv)
{
	struct request request = {.command = argv[0]};
	const struct cli_option rows[] = {
		{SHM_UNIT(&request.unit)},
		{"consume", 'c', NULL, cli_flag, &request.consume,
		 .help = "Take the sample, as ntpd would; fails if there is none."},
		{"field", 'f', "NAME", shm_field, &request.field,
		 .help = "One field only, raw, by its name in ntpd's struct."},
		{"json", 'j', NULL, cli_flag, &request.json, .help = "An object, on one line."},
		{0},
	};
	struct cli_syntax syntax = {.about = "Shows a unit's content.", .options = rows};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (request.field && (request.consume || request.json)) {
		return cli_usage_error(
			argv[0], "--field only shows one number: it cannot be combined with %s",
			request.consume ? "--consume" : "--json");
	}
	return read_unit(&request);
}
