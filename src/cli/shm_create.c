/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/shm.h"
#include "config/config.h"

/* A number, where it is no name. False if it is neither. */
static bool is_number(const char *text, unsigned long keep, unsigned long *number)
{
	char *end;

	*number = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && *number < keep;
}

static int take_user(const struct cli_option *option, const char *text, struct error *why)
{
	const struct passwd *user = getpwnam(text);
	unsigned long number;

	if (!user && !is_number(text, NTPSHM_KEEP_UID, &number)) {
		return error_set(why, "no such user");
	}
	*(uid_t *)option->at = user ? user->pw_uid : (uid_t)number;
	return 0;
}

static int take_group(const struct cli_option *option, const char *text, struct error *why)
{
	const struct group *group = getgrnam(text);
	unsigned long number;

	if (!group && !is_number(text, NTPSHM_KEEP_GID, &number)) {
		return error_set(why, "no such group");
	}
	*(gid_t *)option->at = group ? group->gr_gid : (gid_t)number;
	return 0;
}

static int take_mode(const struct cli_option *option, const char *text, struct error *why)
{
	char *end;
	long number = strtol(text, &end, 8);

	if (end == text || *end || number < 0 || number > 0777) {
		return error_set(why, "must be octal, like 0660");
	}
	*(int *)option->at = (int)number;
	return 0;
}

/* What 'pps2shm run' writes to, with FILE as its --config if that is not NULL. */
static int load(const char *command, const char *file, struct config *config)
{
	char name[] = "pps2shm", option[] = "--config";
	char *argv[] = {name, option, (char *)file, NULL};
	int argc = file ? 3 : 1;
	struct error err;

	if (config_load(config, &argc, argv, CONFIG_PATH, &err)) {
		return cli_usage_error(command, "%s", err.text);
	}
	return 0;
}

static void add_units(const struct config *config, struct shm_units *units)
{
	const int named[] = {config->coarse_unit, config->pps_unit};

	for (int i = 0; i < 2; i++) {
		if (named[i] >= 0) {
			units->wanted[named[i]] = true;
			units->count++;
		}
	}
}

static int give_sockets(const char *command, const struct config *config,
			const struct ntpshm_want *want)
{
	const char *const named[] = {config->coarse_socket, config->pps_socket};
	int result = CLI_OK;

	for (int i = 0; i < 2; i++) {
		if (named[i][0] && shm_give_socket(command, named[i], want)) {
			result = CLI_FAILED;
		}
	}
	return result;
}

static int create(const char *command, int unit, const struct ntpshm_want *want)
{
	struct ntpshm_info before, after;
	bool existed = ntpshm_stat(unit, &before, NULL) == 0;
	char user[SHM_TEXT], group[SHM_TEXT];
	struct ntpshm_error err;

	if (ntpshm_prepare(unit, want, &err) < 0 || ntpshm_stat(unit, &after, &err)) {
		return cli_failed(command, "%s", err.text);
	}
	printf("unit %d: %s, %s:%s %04o", unit, existed ? "there" : "made",
	       shm_user(after.uid, user), shm_group(after.gid, group), after.mode);
	if (existed &&
	    (before.uid != after.uid || before.gid != after.gid || before.mode != after.mode)) {
		printf(" (was %s:%s %04o)", shm_user(before.uid, user),
		       shm_group(before.gid, group), before.mode);
	}
	putchar('\n');
	return CLI_OK;
}

static int create_all(const char *command, const struct shm_units *units,
		      const struct ntpshm_want *want)
{
	int result = CLI_OK;

	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		if (units->wanted[unit] && create(command, unit, want)) {
			result = CLI_FAILED;
		}
	}
	return result;
}

int shm_create(int argc, char **argv)
{
	struct ntpshm_want want = {NTPSHM_KEEP_UID, NTPSHM_KEEP_GID, NTPSHM_KEEP_MODE};
	struct shm_units units = {0};
	struct config config = {.coarse_socket = ""};
	const char *file = NULL;
	bool only_sockets = false;
	const struct cli_option rows[] = {
		{"unit", 'u', "N", shm_add_unit, &units,
		 .help = "0 to 255; may be given several times."},
		{"from-config", 0, "[=FILE]", cli_text, &file,
		 .help = "The units that the configuration names (" CONFIG_PATH
			 "), and chrony's sockets if they are there."},
		{"only-sockets", 0, NULL, cli_flag, &only_sockets,
		 .help = "With --from-config: leave the units alone."},
		{"owner", 'o', "USER", take_user, &want.uid, .help = "Name or number."},
		{"group", 'g', "GROUP", take_group, &want.gid,
		 .help = "Name or number; sets the mode to 0660 unless --mode is given."},
		{"mode", 'm', "OCTAL", take_mode, &want.mode, .help = "Who may read and write."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Makes units, or adopts existing ones, and sets their owner, group and mode; run it as root, before or after ntpd, as often as you like. "
			"Anything not given stays as it is.",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	bool configured = cli_given(&syntax, "from-config");

	if (configured && load(argv[0], file, &config)) {
		return CLI_USAGE;
	}
	if (units.count == 0 && !configured) {
		return cli_usage_error(argv[0], "give --unit or --from-config");
	}
	if (only_sockets && (units.count || !configured)) {
		return cli_usage_error(argv[0], "--only-sockets goes with --from-config alone");
	}
	if (configured && !only_sockets) {
		add_units(&config, &units);
	}
	if (want.gid != NTPSHM_KEEP_GID && want.mode == NTPSHM_KEEP_MODE) {
		want.mode = 0660;
	}
	rc = create_all(argv[0], &units, &want);
	return give_sockets(argv[0], &config, &want) ? CLI_FAILED : rc;
}
