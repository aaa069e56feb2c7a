/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/status.h"

#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/ptp.h"
#include "cli/view.h"
#include "common/clock.h"
#include "common/process.h"
#include "sources/device_user.h"
#include "status/status_json.h"

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

static int show(const struct view *view)
{
	static struct status status;

	status_look(view->segment, &status);
	if (view->json) {
		json_t *json = status_json(&status);

		json_object_set_new(json, "ptp", ptp_status_json());
		view_json(view, json);
	} else {
		view_begin(view);
		status_print(&status, stdout);
		ptp_status_print();
		view_end(view);
	}
	return status.healthy ? CLI_OK : CLI_FAILED;
}

int cli_status(int argc, char **argv)
{
	struct view view = {0};
	const struct cli_option rows[] = {
		VIEW_OPTIONS(view, "For programs; see pps2shm-status(1)."), {0}};
	struct cli_syntax syntax = {
		.about =
			"Shows what the running daemon knows: whether it publishes GPS time, what is missing, what to do. "
			"Needs no privileges.",
		.options = rows,
		.end = "Exit status: 0 PPS time is being published, 1 it is not, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	return rc ? rc : view_run(&view, show);
}
