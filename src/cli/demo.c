/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

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

	if (own_path(self, sizeof(self)) != 0) {
		return cli_failed(argv[0], "/proc/self/exe: %s; is /proc mounted?",
				  strerror(errno));
	}
	(void)argc;
	snprintf(script, sizeof(script), "%.*s/" DEMO_SCRIPT, (int)(strrchr(self, '/') - self),
		 self);
	if (setenv("PPS2SHM", self, 1) != 0) {
		return cli_failed(argv[0], "%s", strerror(errno));
	}
	argv[0] = script;
	execv(script, argv);
	return cli_failed("demo", "%s: %s; the demo is part of a whole installation", script,
			  strerror(errno));
}
