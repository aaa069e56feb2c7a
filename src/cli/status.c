/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/status.h"

#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/ptp.h"
#include "common/clock.h"
#include "common/process.h"
#include "sources/device_user.h"
#include "status/status_json.h"

struct options {
	const char *segment;
	bool json;
	bool watch;
};

const char *status_time_daemon(void)
{
	return device_user_program("/proc", "chronyd") ? "chronyd"
	       : device_user_program("/proc", "ntpd")  ? "ntpd"
	       : processes_hidden("/proc")             ? ""
						       : NULL;
}

/* The segment is opened anew each time: the daemon may have come, gone or been restarted. */
void status_look(const char *name, struct status *status)
{
	struct pps2shm_segment_snapshot snapshot;
	char why[200];
	struct pps2shm_segment *segment = pps2shm_segment_open(name, why, sizeof(why));

	if (segment && pps2shm_segment_read(segment, &snapshot, why, sizeof(why)) == 0) {
		status_judge(status, &snapshot, raw_now_ns());
		status_name_rivals(status, "/dev/shm", "/proc");
		status_advise_unread(status, status_time_daemon());
	} else {
		status_judge_none(status, why, raw_now_ns());
	}
	pps2shm_segment_close(segment);
}

static void show(const struct options *options, const struct status *status)
{
	if (options->json) {
		json_t *json = status_json(status);

		json_object_set_new(json, "ptp", ptp_status_json());
		cli_print_json(json, options->watch ? JSON_COMPACT : JSON_INDENT(2));
	} else {
		if (options->watch && isatty(STDOUT_FILENO)) {
			fputs("\033[H\033[2J", stdout);
		}
		status_print(status, stdout);
		ptp_status_print();
		if (options->watch) {
			putchar('\n');
		}
	}
}

int cli_status(int argc, char **argv)
{
	static struct status status;
	struct options options = {0};
	const struct cli_option rows[] = {
		{"json", 0, NULL, cli_flag, &options.json,
		 .help = "For programs; see pps2shm-status(1)."},
		{"watch", 0, NULL, cli_flag, &options.watch,
		 .help = "Again every second; with --json, one line each."},
		CLI_SEGMENT_NAME(options.segment),
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Shows what the running daemon knows: whether it publishes GPS time, what is missing, what to do. "
			"Needs no privileges.",
		.options = rows,
		.end = "Exit status: 0 PPS time is being published, 1 it is not, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	for (;;) {
		status_look(options.segment, &status);
		show(&options, &status);
		if (cli_flush() || !options.watch) {
			return status.healthy ? CLI_OK : CLI_FAILED;
		}
		sleep(1);
	}
}
