/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clean.h"
#include "common/descriptors.h"
#include "common/log.h"
#include "common/signals.h"
#include "daemon/daemon.h"
#include "version.h"

/* As of every command of the tool. */
enum { OK, FAILED, USAGE_ERROR };

/* The command that we are, for people: pps2shm hands it over, systemd calls us by our path. */
static const char *command_name(const char *called)
{
	return strchr(called, '/') ? "pps2shm run" : called;
}

static void complain(const char *name, struct error *err)
{
	/* It may name files and words of others. */
	clean_text(err->text, sizeof(err->text), err->text);
	fprintf(stderr, "%s: %s\n", name, err->text);
}

static int take_arguments(struct config *config, int argc, char **argv, struct error *err)
{
	if (config_load(config, &argc, argv, CONFIG_PATH, err) != 0) {
		return -1;
	}
	argv += argc > 1 && strcmp(argv[1], "--") == 0;
	if (argv[1]) {
		return error_set(err, "%s '%s'",
				 argv[1][0] == '-' && argv[1][1] ? "unknown option"
								 : "unexpected argument",
				 argv[1]);
	}
	return 0;
}

/* The arguments as they were given: reading them takes them out of their array. */
static int given_count;
static char **given;

static int read_config(struct config *config, struct error *err)
{
	char **arguments = calloc((size_t)given_count + 1, sizeof(*arguments));

	if (!arguments) {
		return error_set(err, "out of memory");
	}
	memcpy(arguments, given, (size_t)given_count * sizeof(*arguments));
	int rc = take_arguments(config, given_count, arguments, err);

	free(arguments);
	return rc;
}

/* pps2shmd: what 'pps2shm run' starts, with the same arguments; see pps2shm-run(1). */
int main(int argc, char **argv)
{
	const char *name = command_name(argv[0]);
	struct config config;
	struct error err;

	descriptors_ensure();
	given_count = argc;
	given = argv;
	if (read_config(&config, &err) != 0) {
		complain(name, &err);
		fprintf(stderr, "Try '%s --help'.\n", name);
		return USAGE_ERROR;
	}
	log_set_level((enum log_level)config.log_level);
	if (daemon_run(&config, read_config, PPS2SHM_VERSION, &err) != 0) {
		signals_release(); /* nobody may be reading what is said next */
		complain(name, &err);
		return FAILED;
	}
	return OK;
}
