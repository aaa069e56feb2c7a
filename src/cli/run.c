/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "common/log.h"
#include "daemon/daemon.h"
#include "version.h"

static void print_help(void)
{
	printf("usage: pps2shm run [--config FILE] [OPTION VALUE]...\n\n"
	       "Turns pulses and sentences into time, in the foreground, until SIGTERM, SIGINT\n"
	       "or SIGHUP.\n"
	       "Options overrule the configuration (" CONFIG_PATH "); they are:\n\n");
	config_print_options(stdout);
}

int cli_run(int argc, char **argv)
{
	struct config config;
	struct error err;

	if (cli_wants_help(argc, argv)) {
		print_help();
		return CLI_OK;
	}
	if (config_load(&config, &argc, argv, CONFIG_PATH, &err) != 0) {
		return cli_usage_error(argv[0], "%s", err.text);
	}
	static const struct cli_option none[] = {{0}};
	struct cli_syntax left = {.about = "", .options = none};

	if (cli_options(argc, argv, &left)) {
		return CLI_USAGE;
	}
	log_set_level((enum log_level)config.log_level);
	if (daemon_run(&config, PPS2SHM_VERSION, &err) != 0) {
		return cli_failed(argv[0], "%s", err.text);
	}
	return CLI_OK;
}
