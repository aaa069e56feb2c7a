/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/shm.h"

struct subcommand {
	const char *name;
	char *full;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static struct subcommand subcommands[] = {
	{"list", (char[]){"shm list"}, shm_list, "list all units"},
	{"create", (char[]){"shm create"}, shm_create, "make or adopt units: owner, group, mode"},
	{"read", (char[]){"shm read"}, shm_read, "show a unit's content"},
	{"watch", (char[]){"shm watch"}, shm_watch, "show every new sample"},
	{"write", (char[]){"shm write"}, shm_write, "write one sample, or single fields"},
	{"feed", (char[]){"shm feed"}, shm_feed,
	 "write the system clock plus an offset, every second"},
	{NULL, NULL, NULL, NULL},
};

static void print_help(void)
{
	printf("usage: pps2shm shm COMMAND [OPTION]...\n\n");
	for (const struct subcommand *s = subcommands; s->name; s++) {
		printf("  %-7s %s\n", s->name, s->summary);
	}
	printf("\nSee 'pps2shm help shm COMMAND' and pps2shm-shm(1).\n");
}

int cli_shm(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help();
		return argc < 2 ? CLI_USAGE : CLI_OK;
	}
	for (const struct subcommand *s = subcommands; s->name; s++) {
		if (strcmp(argv[1], s->name) == 0) {
			argv[1] = s->full;
			return s->run(argc - 1, argv + 1);
		}
	}
	return cli_usage_error("shm", "unknown command '%s'", argv[1]);
}
