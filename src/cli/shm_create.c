/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shm.h"
#include "config/config.h"

static const char usage[] =
	"usage: pps2shm shm create --unit N... [OPTION]...\n"
	"       pps2shm shm create --from-config[=FILE] [OPTION]...\n\n"
	"Makes units, or adopts those there are, and gives them owner, group and mode; run it\n"
	"as root, before or after ntpd, as often as you like. What is not given stays as it is.\n\n"
	"  --unit N              0 to 255; may be given several times\n"
	"  --from-config[=FILE]  the units that the configuration names (" CONFIG_PATH ")\n"
	"  --owner USER          name or number\n"
	"  --group GROUP         name or number; the mode is 0660 then if not given\n"
	"  --mode OCTAL          who may read and write\n";

/* A name or a number. */
static int parse_user(const char *command, const char *text, uid_t *uid)
{
	const struct passwd *user = getpwnam(text);
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (user) {
		*uid = user->pw_uid;
	} else if (*text >= '0' && *text <= '9' && !*end && number < NTPSHM_KEEP_UID) {
		*uid = (uid_t)number;
	} else {
		return cli_usage_error(command, "--owner '%s': no such user", text);
	}
	return 0;
}

static int parse_group(const char *command, const char *text, gid_t *gid)
{
	const struct group *group = getgrnam(text);
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (group) {
		*gid = group->gr_gid;
	} else if (*text >= '0' && *text <= '9' && !*end && number < NTPSHM_KEEP_GID) {
		*gid = (gid_t)number;
	} else {
		return cli_usage_error(command, "--group '%s': no such group", text);
	}
	return 0;
}

static int parse_mode(const char *command, const char *text, int *mode)
{
	char *end;
	long number = strtol(text, &end, 8);

	if (end == text || *end || number < 0 || number > 0777) {
		return cli_usage_error(command, "--mode '%s': must be octal, like 0660", text);
	}
	*mode = (int)number;
	return 0;
}

/* The units of 'pps2shm run', with FILE as its --config if that is not NULL. */
static int add_configured(const char *command, char *file, struct shm_units *units)
{
	char name[] = "pps2shm", option[] = "--config";
	char *argv[] = {name, option, file, NULL};
	int argc = file ? 3 : 1;
	struct config config;
	struct error err;

	if (config_load(&config, &argc, argv, CONFIG_PATH, &err)) {
		return cli_usage_error(command, "%s", err.text);
	}
	const int named[] = {config.coarse_unit, config.pps_unit};

	for (int i = 0; i < 2; i++) {
		if (named[i] >= 0) {
			units->wanted[named[i]] = true;
			units->count++;
		}
	}
	return 0;
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
	static const struct option options[] = {{"unit", required_argument, NULL, 'u'},
						{"owner", required_argument, NULL, 'o'},
						{"group", required_argument, NULL, 'g'},
						{"mode", required_argument, NULL, 'm'},
						{"help", no_argument, NULL, 'h'},
						{"from-config", optional_argument, NULL, 'c'},
						{0}};
	struct ntpshm_want want = {NTPSHM_KEEP_UID, NTPSHM_KEEP_GID, NTPSHM_KEEP_MODE};
	struct shm_units units = {0};
	bool configured = false;
	char *file = NULL;
	int option, wrong = 0;

	while (!wrong && (option = cli_next_option(argc, argv, "u:o:g:m:h", options)) != -1) {
		switch (option) {
		case 'u':
			wrong = shm_add_unit(argv[0], optarg, &units);
			break;
		case 'c':
			file = optarg;
			configured = true;
			break;
		case 'o':
			wrong = parse_user(argv[0], optarg, &want.uid);
			break;
		case 'g':
			wrong = parse_group(argv[0], optarg, &want.gid);
			break;
		case 'm':
			wrong = parse_mode(argv[0], optarg, &want.mode);
			break;
		case 'h':
			fputs(usage, stdout);
			return CLI_OK;
		default:
			wrong = CLI_USAGE;
		}
	}
	if (wrong || cli_no_words(argc, argv) ||
	    (configured && add_configured(argv[0], file, &units))) {
		return CLI_USAGE;
	}
	if (units.count == 0 && !configured) {
		return cli_usage_error(argv[0], "which unit? give --unit or --from-config");
	}
	if (want.gid != NTPSHM_KEEP_GID && want.mode == NTPSHM_KEEP_MODE) {
		want.mode = 0660;
	}
	return create_all(argv[0], &units, &want);
}
