/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/status_json.h"

#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "common/raw_clock.h"

static const char help[] =
	"usage: pps2shm status [--json] [--watch] [--segment-name NAME]\n"
	"\n"
	"Shows what the running daemon knows: whether it gives out GPS time, what is missing, "
	"what\n"
	"to do. Needs no privilege.\n"
	"\n"
	"  --json              for programs; see pps2shm-status(1)\n"
	"  --watch             again every second; with --json, one line each\n"
	"  --segment-name NAME of a daemon started with this option\n"
	"\n"
	"Exit status: 0 PPS time is being published, 1 it is not, 2 wrong use.\n";

struct options {
	const char *segment;
	bool json;
	bool watch;
};

/* CLI_OK, CLI_USAGE, or -1: help was asked for and given. */
static int take_options(int argc, char **argv, struct options *options)
{
	static const struct option all[] = {{"json", no_argument, NULL, 'j'},
					    {"watch", no_argument, NULL, 'w'},
					    {"segment-name", required_argument, NULL, 'b'},
					    {"help", no_argument, NULL, 'h'},
					    {0}};
	int option;

	while ((option = cli_next_option(argc, argv, "h", all)) != -1) {
		switch (option) {
		case 'j':
			options->json = true;
			break;
		case 'w':
			options->watch = true;
			break;
		case 'b':
			options->segment = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return -1;
		default:
			return CLI_USAGE;
		}
	}
	return cli_no_words(argc, argv);
}

/* The segment is opened anew each time: the daemon may have come, gone or been restarted. */
static void look(const char *name, struct status *status)
{
	struct pps2shm_segment_snapshot snapshot;
	char why[200];
	struct pps2shm_segment *segment = pps2shm_segment_open(name, why, sizeof(why));

	if (segment && pps2shm_segment_read(segment, &snapshot, why, sizeof(why)) == 0) {
		status_judge(status, &snapshot, raw_now_ns());
		status_name_rivals(status, "/dev/shm");
	} else {
		status_judge_none(status, why, raw_now_ns());
	}
	pps2shm_segment_close(segment);
}

static void show_json(const struct status *status, size_t flags)
{
	json_t *json = status_json(status);

	json_dumpf(json, stdout, flags);
	json_decref(json);
	putchar('\n');
}

static void show(const struct options *options, const struct status *status)
{
	if (options->json) {
		show_json(status, options->watch ? JSON_COMPACT : JSON_INDENT(2));
	} else {
		if (options->watch && isatty(STDOUT_FILENO)) {
			fputs("\033[H\033[2J", stdout);
		}
		status_print(status, stdout);
		if (options->watch) {
			putchar('\n');
		}
	}
}

int cli_status(int argc, char **argv)
{
	static struct status status;
	struct options options = {0};

	int rc = take_options(argc, argv, &options);

	if (rc) {
		return rc < 0 ? CLI_OK : rc;
	}
	for (;;) {
		look(options.segment, &status);
		show(&options, &status);
		if (cli_flush() || !options.watch) {
			return status.healthy ? CLI_OK : CLI_FAILED;
		}
		sleep(1);
	}
}
