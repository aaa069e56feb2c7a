/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/helper.h"
#include "cli/options.h"

int cli_demo(int argc, char **argv)
{
	char self[PATH_MAX];
	char within[16];
	struct error err;
	const char *ntpsec = NULL;
	int seconds = 120;
	const struct cli_option rows[] = {
		{"ntpsec", 0, "DIR", cli_text, &ntpsec,
		 .help = "Where NTPsec's package files are or will be unpacked (default: ~/.cache/pps2shm/ntpsec)."},
		{"seconds", 0, "N", cli_int, &seconds, 1, 99999,
		 .help = "Give up after this many seconds (default 120)."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Shows the whole chain without hardware or privileges: a simulated receiver, the daemon, and the real ntpd of NTPsec beside it, until ntpd selects the PPS unit. "
			"It all runs in its own namespaces: it cannot reach this machine's clock or shared memory units, and leaves nothing behind.",
		.options = rows,
		.end = "Exit status: 0 the PPS unit was selected, 1 it was not (a line says why), 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (helper_own_path(self, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	if (setenv("PPS2SHM", self, 1) != 0) {
		return cli_failed(argv[0], "%s", strerror(errno));
	}
	snprintf(within, sizeof(within), "%d", seconds);

	/* A script: it mostly starts programs and waits. */
	char *const words[] = {self, within, (char *)ntpsec, NULL};

	helper_exec("demo", words, &err);
	return cli_failed(argv[0], "%s", err.text);
}
