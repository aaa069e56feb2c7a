/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/helper.h"
#include "config/config.h"

static void print_help(void)
{
	printf("usage: pps2shm run [--config FILE] [OPTION VALUE]...\n\n"
	       "Turns pulses and sentences into time, in the foreground, until SIGTERM, SIGINT\n"
	       "or SIGHUP.\n"
	       "Options override the configuration (" CONFIG_PATH "); they are:\n\n");
	config_print_options(stdout);
}

/* The daemon is a program of its own, so that what runs for years has in it what it needs. */
int cli_run(int argc, char **argv)
{
	const char *command = argv[0];
	char name[40];
	struct error err;

	if (cli_wants_help(argc, argv)) {
		print_help();
		return CLI_OK;
	}
	snprintf(name, sizeof(name), "pps2shm %s", command); /* it speaks by our name */
	argv[0] = name;
	helper_exec("pps2shmd", argv, &err);
	return cli_failed(command, "%s", err.text);
}
