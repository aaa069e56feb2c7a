/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * The one way in which commands read and explain their options: a table says of each its name, how
 * its value is read, where that goes, and what the help says of it. getopt_long() reads them, so
 * that "--name VALUE", "--name=VALUE" and "--" mean the same everywhere.
 */

struct cli_option;

/* Reads text into option->at. 0, or -1 and why: "must be a whole number from 1 to 9". */
typedef int cli_take(const struct cli_option *option, const char *text, struct error *why);

struct cli_option {
	const char *name;  /* without "--"; NULL: a word by itself, in the order of the table */
	char letter;       /* of the short form; 0: none */
	const char *value; /* its name in the help; NULL: takes none; "[=FILE]": may go without */
	cli_take *take;    /* NULL ends the table */
	void *at;
	int least, most;          /* of cli_int */
	const char *const *words; /* of cli_word, ends with NULL */
	bool needed;
	const char *help; /* a sentence or more, to be wrapped */
};

cli_take cli_flag; /* bool */
cli_take cli_text; /* const char *, not copied; NULL where the value was left out */
cli_take cli_int;  /* int, least to most */
cli_take cli_word; /* int, the index of one of words */

/* The row of every command that looks at a running daemon; place: const char *. */
#define CLI_SEGMENT_NAME(place)                                                                    \
	{                                                                                          \
		"segment-name", 0, "NAME", cli_text, &(place),                                     \
			.help = "The segment of a daemon started with this option."                \
	}

struct cli_syntax {
	const char *about; /* sentences, to be wrapped */
	const struct cli_option *options;
	const char *end; /* the same after the options, of the exit status; NULL: none */
	uint64_t given;  /* out: a bit for each row that was there */
};

/*
 * Reads all of argv[1..]; argv[0] is the command's name. CLI_OK, CLI_USAGE after a line that says
 * what is wrong, or CLI_HELPED.
 */
int cli_options(int argc, char **argv, struct cli_syntax *syntax);

/* Was the option of this name there? */
bool cli_given(const struct cli_syntax *syntax, const char *name);
