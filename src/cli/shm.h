/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "ntpshm/ntpshm.h"

/* pps2shm shm SUBCOMMAND: a file each; argv[0] is "shm SUBCOMMAND". */
int shm_list(int argc, char **argv);
int shm_create(int argc, char **argv);
int shm_read(int argc, char **argv);
int shm_watch(int argc, char **argv);
int shm_write(int argc, char **argv);
int shm_feed(int argc, char **argv);

/* Options. 0, or CLI_USAGE after a line that names command, option and value. */

int shm_parse_unit(const char *command, const char *text, int *unit);
/* An instant as ntpshm_parse() takes it. */
int shm_parse_instant(const char *command, const char *option, const char *text, int64_t *ns);
/* A span: as above, but a number without point or unit is seconds. */
int shm_parse_span(const char *command, const char *option, const char *text, int64_t *ns);
/* 0…3 or nowarning, addsecond, delsecond, notinsync. */
int shm_parse_leap(const char *command, const char *text, int *leap);

/* Which units --unit names, as often as it is given. */
struct shm_units {
	bool wanted[NTPSHM_UNITS];
	int count;
};
int shm_add_unit(const char *command, const char *text, struct shm_units *units);

/* Showing. */

#define SHM_TEXT 40
/* "-1.000000250": seconds, exact. */
char *shm_seconds(int64_t ns, bool sign, char *text);
char *shm_user(uid_t uid, char *text);
char *shm_group(gid_t gid, char *text);
const char *shm_leap_name(int leap);

/* {"unit": …, "clock_ns": …, …}; age_ns against now_ns. */
json_t *shm_sample_json(int unit, const struct ntpshm_sample *sample, int64_t now_ns);
/* One line; takes the reference. */
void shm_print_json(json_t *value);

/* Ending: after shm_block_end(), SIGINT and SIGTERM end nothing by themselves. */
void shm_block_end(void);
/* True if one of them came. */
bool shm_sleep(int64_t ns);
