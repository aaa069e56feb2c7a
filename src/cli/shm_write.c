/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shm.h"

static const char usage[] =
	"usage: pps2shm shm write --unit N --clock T [OPTION]...\n"
	"       pps2shm shm write --unit N --set FIELD=VALUE...\n\n"
	"Writes one sample, or single fields raw. A unit that is not there is made. T is\n"
	"nanoseconds (1782907200000000000), seconds with a point (1782907200.0) or UTC\n"
	"(2026-07-01T12:00:00.5Z).\n\n"
	"  --unit N           0 to 255\n"
	"  --clock T          true time\n"
	"  --receive T        the system clock at that instant; without it: now\n"
	"  --leap L           0 nowarning, 1 addsecond, 2 delsecond, 3 notinsync\n"
	"  --precision P      log2 of seconds; -20 if not given\n"
	"  --mode M           the handshake, 1 (if not given) or 0\n"
	"  --set FIELD=VALUE  a field by its name in ntpd's struct; may be given several times\n";

#define SETS_MAX 20

struct setting {
	const struct ntpshm_field *field;
	int64_t value;
};

struct request {
	const char *command;
	int unit;
	bool has_clock, has_receive, has_other;
	struct ntpshm_sample sample;
	struct setting sets[SETS_MAX];
	int set_count;
};

/* "precision=-20" */
static int parse_set(struct request *request, char *text)
{
	char *equals = strchr(text, '='), *end;
	struct setting *set = &request->sets[request->set_count];

	if (request->set_count == SETS_MAX) {
		return cli_usage_error(request->command, "--set: %d fields at most", SETS_MAX);
	}
	if (!equals) {
		return cli_usage_error(request->command, "--set '%s': give FIELD=VALUE", text);
	}
	*equals = '\0';
	set->field = ntpshm_field(text);
	if (!set->field) {
		return cli_usage_error(request->command,
				       "--set '%s': no such field; pps2shm-shm(1) lists them",
				       text);
	}
	errno = 0;
	set->value = strtoll(equals + 1, &end, 10);
	if (errno || end == equals + 1 || *end) {
		return cli_usage_error(request->command, "--set %s='%s': must be a whole number",
				       text, equals + 1);
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
				  errno == ERANGE ? "this system's 32-bit time_t cannot hold that "
						    "instant"
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

static int parse_option(struct request *request, int option, char *value)
{
	switch (option) {
	case 'u':
		return shm_parse_unit(request->command, value, &request->unit);
	case 'c':
		request->has_clock = true;
		return shm_parse_instant(request->command, "--clock", value,
					 &request->sample.clock_ns);
	case 'r':
		request->has_receive = true;
		return shm_parse_instant(request->command, "--receive", value,
					 &request->sample.receive_ns);
	case 's':
		return parse_set(request, value);
	default:
		break;
	}
	request->has_other = true;
	switch (option) {
	case 'l':
		return shm_parse_leap(request->command, value, &request->sample.leap);
	case 'p':
		return cli_take_int(request->command, "--precision", value, -32, 31,
				    &request->sample.precision);
	case 'm':
	default:
		return cli_take_int(request->command, "--mode", value, 0, 1, &request->sample.mode);
	}
}

static int check_request(const struct request *request)
{
	if (request->unit < 0) {
		return cli_usage_error(request->command, "which unit? give --unit");
	}
	if (request->set_count == 0 && !request->has_clock) {
		return cli_usage_error(request->command, "what time? give --clock (or --set)");
	}
	if (request->set_count &&
	    (request->has_clock || request->has_receive || request->has_other)) {
		return cli_usage_error(request->command,
				       "--set writes fields and nothing else: give it alone");
	}
	return 0;
}

int shm_write(int argc, char **argv)
{
	static const struct option options[] = {{"unit", required_argument, NULL, 'u'},
						{"clock", required_argument, NULL, 'c'},
						{"receive", required_argument, NULL, 'r'},
						{"leap", required_argument, NULL, 'l'},
						{"precision", required_argument, NULL, 'p'},
						{"mode", required_argument, NULL, 'm'},
						{"set", required_argument, NULL, 's'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	struct request request = {
		.command = argv[0], .unit = -1, .sample = {.mode = 1, .precision = -20}};
	int option, wrong = 0;

	while (!wrong && (option = cli_next_option(argc, argv, "u:c:r:l:p:m:s:h", options)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return CLI_OK;
		}
		wrong = option == '?' ? CLI_USAGE : parse_option(&request, option, optarg);
	}
	if (wrong || cli_no_words(argc, argv) || check_request(&request)) {
		return CLI_USAGE;
	}
	return write_unit(&request);
}
