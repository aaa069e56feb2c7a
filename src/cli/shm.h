/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"
#include "ntpshm/ntpshm.h"

/* pps2shm shm SUBCOMMAND: a file each; argv[0] is "shm SUBCOMMAND". */
int shm_list(int argc, char **argv);
int shm_create(int argc, char **argv);
int shm_read(int argc, char **argv);
int shm_watch(int argc, char **argv);
int shm_write(int argc, char **argv);
int shm_feed(int argc, char **argv);

/* Gives a socket of chronyd's, if it is there, owner, group and mode, and says so. CLI_OK or CLI_FAILED. */
int shm_give_socket(const char *command, const char *path, const struct ntpshm_want *want);

/* Values of options. */

#define SHM_UNIT(place)                                                                            \
	"unit", 'u', "N", cli_int, place, 0, NTPSHM_UNITS - 1, .needed = true, .help = "0 to 255."

/* Which units --unit names, as often as it is given. */
struct shm_units {
	bool wanted[NTPSHM_UNITS];
	int count;
};
cli_take shm_add_unit;

cli_take shm_instant; /* int64_t ns, as ntpshm_parse() takes it */
cli_take shm_span;    /* the same, but a number without point or unit is seconds */
cli_take shm_leap;    /* int, 0..3 or its name */
cli_take shm_field;   /* const struct ntpshm_field * */

/* Showing. */

#define SHM_TEXT 40
/* "-1.000000250": seconds, exact. */
char *shm_seconds(int64_t ns, bool sign, char *text);
char *shm_user(uid_t uid, char *text);
char *shm_group(gid_t gid, char *text);
const char *shm_leap_name(int leap);

/* A new array with an object for each unit that exists. */
json_t *shm_list_json(void);
/* {"unit": …, "clock_ns": …, …}; age_ns against now_ns. */
json_t *shm_sample_json(int unit, const struct ntpshm_sample *sample, int64_t now_ns);
