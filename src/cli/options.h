/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <getopt.h>

/*
 * The one way in which commands read their options: getopt_long(), so that "--name VALUE",
 * "--name=VALUE" and "--" mean the same everywhere, and so do the words about what is wrong.
 */

/*
 * The val of the next option, its value in optarg; -1: there are no more, and argv[optind] is the
 * first word that is none. '?': a line has told what is wrong, to be answered with CLI_USAGE.
 * letters are those of short options, as for getopt(); "" for none.
 */
int cli_next_option(int argc, char **argv, const char *letters, const struct option *options);

/* After the last option: 0, or CLI_USAGE after a line if there are words left. */
int cli_no_words(int argc, char **argv);

/* A whole number from least to most. 0, or CLI_USAGE after a line that names option and value. */
int cli_take_int(const char *command, const char *option, const char *text, int least, int most,
		 int *value);
