/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/shm.h"

#define SETS_MAX 20

struct setting {
	const struct ntpshm_field *field;
	int64_t value;
};

struct request {
	const char *command;
	int unit;
	bool has_receive;
	struct ntpshm_sample sample;
	struct setting sets[SETS_MAX];
	int set_count;
};

/* "precision=-20" */
static int take_set(const struct cli_option *option, const char *text, struct error *why)
{
	struct request *request = option->at;
	struct setting *set = &request->sets[request->set_count];
	const struct cli_option field = {.at = &set->field};
	const char *equals = strchr(text, '=');
	char name[40], *end;

	if (request->set_count == SETS_MAX) {
		return error_set(why, "%d fields at most", SETS_MAX);
	}
	if (!equals) {
		return error_set(why, "must be FIELD=VALUE");
	}
	snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
	if (shm_field(&field, name, why)) {
		return -1;
	}
	errno = 0;
	set->value = strtoll(equals + 1, &end, 10);
	if (errno || end == equals + 1 || *end) {
		return error_set(why, "the value must be a whole number");
	}
	request->set_count++;
	return 0;
}

static int write_fields(const struct request *request, struct ntpshm *shm)
{
	for (int i = 0; i < request->set_count; i++) {
		const struct setting *set = &request->sets[i];

		if (ntpshm_set(shm, set->field, set->value)) {
			return cli_failed(request->command, "%s=%lld: the field cannot hold it",
					  set->field->name, (long long)set->value);
		}
	}
	return CLI_OK;
}

static int write_sample(const struct request *request, struct ntpshm *shm)
{
	struct ntpshm_sample sample = request->sample;

	if (!request->has_receive) {
		sample.receive_ns = ntpshm_now_ns();
	}
	if (ntpshm_write(shm, &sample)) {
		return cli_failed(request->command, "unit %d: %s", request->unit,
				  errno == ERANGE
					  ? "this system's 32-bit time_t cannot hold that instant"
					  : strerror(errno));
	}
	return CLI_OK;
}

static int write_unit(const struct request *request)
{
	struct ntpshm_error err;
	struct ntpshm *shm = ntpshm_open(request->unit, NTPSHM_CREATE, &err);
	int result;

	if (!shm) {
		return cli_failed(request->command, "%s", err.text);
	}
	result = request->set_count ? write_fields(request, shm) : write_sample(request, shm);
	ntpshm_close(shm);
	return result;
}

int shm_write(int argc, char **argv)
{
	struct request request = {.command = argv[0], .sample = {.mode = 1, .precision = -20}};
	struct ntpshm_sample *sample = &request.sample;
	const struct cli_option rows[] = {
		{SHM_UNIT(&request.unit)},
		{"clock", 'c', "T", shm_instant, &sample->clock_ns, .help = "True time."},
		{"receive", 'r', "T", shm_instant, &sample->receive_ns,
		 .help = "The system clock at that instant (default: now)."},
		{"leap", 'l', "L", shm_leap, &sample->leap,
		 .help = "0 nowarning, 1 addsecond, 2 delsecond, 3 notinsync."},
		{"precision", 'p', "P", cli_int, &sample->precision, -32, 31,
		 .help = "log2 of seconds (default -20)."},
		{"mode", 'm', "M", cli_int, &sample->mode, 0, 1,
		 .help = "The handshake: 1 (default) or 0."},
		{"set", 's', "FIELD=VALUE", take_set, &request,
		 .help = "A field by its name in ntpd's struct; may be given several times."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Writes one sample (--clock), or single fields raw (--set). "
			"A unit that is not there is made. "
			"T is nanoseconds (1782907200000000000), seconds with a point (1782907200.0) or UTC (2026-07-01T12:00:00.5Z).",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	request.has_receive = cli_given(&syntax, "receive");
	if (request.set_count == 0 && !cli_given(&syntax, "clock")) {
		return cli_usage_error(argv[0], "give --clock (or --set)");
	}
	if (request.set_count && __builtin_popcountll(syntax.given) > 2) {
		return cli_usage_error(
			argv[0],
			"--set writes single fields: it cannot be combined with other values");
	}
	return write_unit(&request);
}
