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

/* In the one way that the script reads them; words has room for all. */
static int take_options(int argc, char **argv, char **words)
{
	static char ntpsec[] = "--ntpsec", seconds[] = "--seconds", help[] = "--help";
	static const struct option all[] = {{"ntpsec", required_argument, NULL, 'n'},
					    {"seconds", required_argument, NULL, 's'},
					    {"help", no_argument, NULL, 'h'},
					    {0}};
	char *value_of_ntpsec = NULL, *value_of_seconds = NULL;
	int option, n = 1;

	while ((option = cli_next_option(argc, argv, "h", all)) != -1) {
		switch (option) {
		case 'n':
			value_of_ntpsec = optarg;
			break;
		case 's':
			value_of_seconds = optarg;
			break;
		case 'h':
			words[1] = help;
			words[2] = NULL;
			return CLI_OK;
		default:
			return CLI_USAGE;
		}
	}
	if (value_of_ntpsec) {
		words[n++] = ntpsec;
		words[n++] = value_of_ntpsec;
	}
	if (value_of_seconds) {
		words[n++] = seconds;
		words[n++] = value_of_seconds;
	}
	return cli_no_words(argc, argv);
}

int cli_demo(int argc, char **argv)
{
	char self[PATH_MAX];
	char script[PATH_MAX + sizeof(DEMO_SCRIPT)];

	if (own_path(self, sizeof(self)) != 0) {
		return cli_failed(argv[0], "/proc/self/exe: %s; is /proc mounted?",
				  strerror(errno));
	}
	snprintf(script, sizeof(script), "%.*s/" DEMO_SCRIPT, (int)(strrchr(self, '/') - self),
		 self);
	if (setenv("PPS2SHM", self, 1) != 0) {
		return cli_failed(argv[0], "%s", strerror(errno));
	}
	char *words[6] = {script};
	int rc = take_options(argc, argv, words);

	if (rc) {
		return rc;
	}
	execv(script, words);
	return cli_failed("demo", "%s: %s; the demo is part of a whole installation", script,
			  strerror(errno));
}
