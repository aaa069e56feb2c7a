/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/setup.h"

/* The parts of 'pps2shm setup'. */

struct setup_options {
	struct setup_wish wish;
	const char *root;
	const char *print_lines; /* the daemon whose lines to print, and do nothing else; NULL */
	bool dry_run, undo, force, json, yes;
};

/*
 * CLI_USAGE, -1 if help was asked for and given, or CLI_OK and the options are filled. What depends
 * on the model is not judged.
 */
int setup_take_options(int argc, char **argv, struct setup_options *options);

extern const char setup_help[];

/* The plan for people: notes, and each change as a diff. */
void setup_show(const struct plan *plan, const struct setup_options *options);

/* The lines for "ntpsec" or "chrony", as setup writes them for units 0 and 1. A CLI_ exit code. */
int setup_print_lines(const char *command, const char *daemon);

/* The plan for programs. applied: it has been carried out. */
void setup_show_json(const struct plan *plan, const struct setup_options *options,
		     const struct setup_facts *facts, bool applied);
