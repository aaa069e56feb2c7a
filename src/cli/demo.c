/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"

/*
 * The demo is a script: it mostly starts programs and waits. It lies at the same place relative to
 * this program in the build tree and where it is installed.
 */
#define DEMO_SCRIPT "../libexec/pps2shm/demo"

/* The file we run from; 0, or -1 with errno set. */
static int own_path(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	if (length < 0) {
		return -1;
	}
	path[length] = '\0';
	return 0;
}

int cli_demo(int argc, char **argv)
{
	char self[PATH_MAX];
	char script[PATH_MAX + sizeof(DEMO_SCRIPT)];
	char within[16];
	const char *ntpsec = NULL;
	int seconds = 120;
	const struct cli_option rows[] = {
		{"ntpsec", 0, "DIR", cli_text, &ntpsec,
		 .help = "Where NTPsec's package files are or will be unpacked (default: ~/.cache/pps2shm/ntpsec)."},
		{"seconds", 0, "N", cli_int, &seconds, 1, 99999,
		 .help = "Give up after so long (default 120)."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Shows the whole chain without hardware or privilege: a simulated receiver, the daemon, and the real ntpd of NTPsec beside it, until ntpd selects the PPS unit. "
			"All of it runs in namespaces of its own: it reaches neither this machine's clock nor its shared memory units, and nothing of it is left behind.",
		.options = rows,
		.end = "Exit status: 0 the PPS unit was selected, 1 it was not (a line says why), 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (own_path(self, sizeof(self)) != 0) {
		return cli_failed(argv[0], "/proc/self/exe: %s; is /proc mounted?",
				  strerror(errno));
	}
	snprintf(script, sizeof(script), "%.*s/" DEMO_SCRIPT, (int)(strrchr(self, '/') - self),
		 self);
	if (setenv("PPS2SHM", self, 1) != 0) {
		return cli_failed(argv[0], "%s", strerror(errno));
	}
	snprintf(within, sizeof(within), "%d", seconds);
	execl(script, script, within, ntpsec, NULL);
	return cli_failed(argv[0], "%s: %s; the demo is part of a whole installation", script,
			  strerror(errno));
}
