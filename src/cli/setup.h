/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "cli/options.h"
#include "pi/setup.h"

/* The parts of 'pps2shm setup'. */

struct setup_options {
	struct setup_wish wish;
	const char *root;
	int print_lines; /* only print the lines of this daemon; -1: do the work */
	bool dry_run, undo, force, json, yes;
};

/* As cli_options(). What depends on the model is not judged. */
int setup_take_options(int argc, char **argv, struct setup_options *options);

/* --model, into a const struct pi_model *. */
cli_take setup_model;

/* The plan for people: notes, and each change as a diff. */
void setup_show(const struct plan *plan, const struct setup_options *options);

/* The lines with which ntpsec, chrony, chrony by its sockets or classic ntpd (0 to 3) reads us. */
void setup_print_lines(int daemon);

/* The plan for programs. applied: it has been carried out. */
void setup_show_json(const struct plan *plan, const struct setup_options *options,
		     const struct setup_facts *facts, bool applied);
