/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shm.h"

static const char usage[] =
	"usage: pps2shm shm read --unit N [OPTION]...\n\n"
	"Shows what stands in a unit.\n\n"
	"  --unit N      0 to 255\n"
	"  --consume     take the sample, as ntpd would; fails if there is none\n"
	"  --field NAME  one field only, raw, by its name in ntpd's struct\n"
	"  --json        an object, a line\n";

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
			"unit %d: a writer is at it, or died in the middle of a write; try "
			"again",
			request->unit);
	}
	if (request->consume && result == NTPSHM_BAD_MODE) {
		return cli_failed(request->command,
				  "unit %d: mode is %d, neither 0 nor 1; repair its writer",
				  request->unit, sample.mode);
	}
	if (request->consume && result == NTPSHM_EMPTY) {
		return cli_failed(request->command,
				  "unit %d: no valid sample; it was taken, or none was written yet",
				  request->unit);
	}
	if (request->json) {
		shm_print_json(shm_sample_json(request->unit, &sample, ntpshm_now_ns()));
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

static int parse_field(const char *command, const char *name, const struct ntpshm_field **field)
{
	*field = ntpshm_field(name);
	if (!*field) {
		return cli_usage_error(command,
				       "--field '%s': no such field; pps2shm-shm(1) lists them, "
				       "clockTimeStampSec is one",
				       name);
	}
	return 0;
}

int shm_read(int argc, char **argv)
{
	static const struct option options[] = {
		{"unit", required_argument, NULL, 'u'},  {"consume", no_argument, NULL, 'c'},
		{"field", required_argument, NULL, 'f'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},        {0}};
	struct request request = {.command = argv[0], .unit = -1};
	int option, wrong = 0;

	while (!wrong && (option = cli_next_option(argc, argv, "u:cf:jh", options)) != -1) {
		switch (option) {
		case 'u':
			wrong = shm_parse_unit(argv[0], optarg, &request.unit);
			break;
		case 'c':
			request.consume = true;
			break;
		case 'f':
			wrong = parse_field(argv[0], optarg, &request.field);
			break;
		case 'j':
			request.json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return CLI_OK;
		default:
			wrong = CLI_USAGE;
		}
	}
	if (wrong || cli_no_words(argc, argv)) {
		return CLI_USAGE;
	}
	if (request.field && (request.consume || request.json)) {
		return cli_usage_error(argv[0],
				       "--field shows one number and takes nothing: %s "
				       "does not go with it",
				       request.consume ? "--consume" : "--json");
	}
	if (request.unit < 0) {
		return cli_usage_error(argv[0], "which unit? give --unit");
	}
	return read_unit(&request);
}
