/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sinks/status.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static const char help[] =
	"usage: pps2shm status [--json] [--watch] [--board-name NAME]\n"
	"\n"
	"Shows what the running daemon knows: whether it gives out GPS time, what is missing, "
	"what\n"
	"to do. Needs no privilege.\n"
	"\n"
	"  --json              for programs; see pps2shm-status(1)\n"
	"  --watch             again every second; with --json, one line each\n"
	"  --board-name NAME   of a daemon started with this option\n"
	"\n"
	"Exit status: 0 PPS time is being published, 1 it is not, 2 wrong use.\n";

struct options {
	const char *board;
	bool json;
	bool watch;
};

static int take_options(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options->json = true;
		} else if (strcmp(argv[i], "--watch") == 0) {
			options->watch = true;
		} else if (strcmp(argv[i], "--board-name") == 0 && i + 1 < argc) {
			options->board = argv[++i];
		} else {
			return cli_usage_error(argv[0], "'%s' is not understood", argv[i]);
		}
	}
	return CLI_OK;
}

static int64_t raw_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* The board is opened anew each time: the daemon may have come, gone or been restarted. */
static void look(const char *name, struct status *status)
{
	struct pps2shm_board_snapshot snapshot;
	char why[200];
	struct pps2shm_board *board = pps2shm_board_open(name, why, sizeof(why));

	if (board && pps2shm_board_read(board, &snapshot, why, sizeof(why)) == 0) {
		status_judge(status, &snapshot, raw_now());
		status_name_rivals(status, "/dev/shm");
	} else {
		status_judge_none(status, why, raw_now());
	}
	pps2shm_board_close(board);
}

static int show_json(const struct status *status, size_t flags)
{
	json_t *json = status_json(status);
	int rc = json ? json_dumpf(json, stdout, flags) : -1;

	json_decref(json);
	putchar('\n');
	return rc;
}

static int show(const struct options *options, const struct status *status)
{
	int rc = 0;

	if (options->json) {
		rc = show_json(status, options->watch ? JSON_COMPACT : JSON_INDENT(2));
	} else {
		if (options->watch && isatty(STDOUT_FILENO)) {
			fputs("\033[H\033[2J", stdout);
		}
		status_print(status, stdout);
		if (options->watch) {
			putchar('\n');
		}
	}
	return rc || fflush(stdout) || ferror(stdout) ? -1 : 0;
}

int cli_status(int argc, char **argv)
{
	static struct status status;
	struct options options = {0};

	if (cli_wants_help(argc, argv)) {
		fputs(help, stdout);
		return CLI_OK;
	}
	int rc = take_options(argc, argv, &options);

	if (rc) {
		return rc;
	}
	for (;;) {
		look(options.board, &status);
		if (show(&options, &status)) {
			return cli_failed(argv[0], "standard output: %s", strerror(errno));
		}
		if (!options.watch) {
			return status.healthy ? CLI_OK : CLI_FAILED;
		}
		sleep(1);
	}
}
