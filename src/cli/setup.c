/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/setup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "pi/apply.h"
#include "pi/user.h"

#define DEVICE_TREE "/proc/device-tree"

/* "y": true. Nobody to ask: no. */
static bool agreed(void)
{
	char answer[16];

	printf("Change these files? [y/N] ");
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int make_plan(struct plan *plan, struct setup_options *options, struct setup_facts *facts,
		     struct error *err)
{
	if (options->undo) {
		return apply_undo_plan(plan, options->force, err);
	}
	if (!options->wish.model && plan->root->path[0]) {
		return error_set(
			err,
			"--root needs --model (pi4, pi5, ...): an image does not say which Pi it is for");
	}
	if (!options->wish.model) {
		options->wish.model = pi_model_read(DEVICE_TREE, err);
	}
	return options->wish.model ? setup_plan(plan, &options->wish, facts, err) : -1;
}

static int carry_out(const struct plan *plan, const struct setup_options *options,
		     struct error *err)
{
	if (options->undo) {
		return apply_undo(plan->root, options->force, err);
	}
	if (plan->user_from[0] && user_make(plan, err)) {
		return -1;
	}
	return plan->count > 0 ? apply_plan(plan, err) : 0;
}

static int work(const char *command, struct setup_options *options, struct plan *plan)
{
	struct setup_facts facts = {.boot = ""};
	struct error err;

	if (make_plan(plan, options, &facts, &err)) {
		return cli_failed(command, "%s", err.text);
	}
	if (!options->json) {
		setup_show(plan, options);
	}
	if (cli_flush()) { /* nothing is changed that was not shown */
		return cli_failed(command, "nothing changed: standard output: %s", strerror(errno));
	}
	bool apply = !options->dry_run && (!plan_is_empty(plan) || options->undo);

	if (apply && !plan_is_empty(plan) && !options->yes) {
		if (options->json || !isatty(STDIN_FILENO)) {
			return cli_failed(command,
					  "nothing changed: no terminal to ask on; use --yes");
		}
		if (!agreed()) {
			return cli_failed(command, "nothing changed");
		}
	}
	if (apply && carry_out(plan, options, &err)) {
		return cli_failed(command, "%s", err.text);
	}
	if (options->json) {
		setup_show_json(plan, options, &facts, apply);
	}
	if (!options->json && apply && !plan_is_empty(plan)) {
		printf("# Done. %s\n", plan->root->path[0]
					       ? "It takes effect when the image is booted."
					       : "Reboot for it to take effect.");
	}
	return CLI_OK;
}

int cli_setup(int argc, char **argv)
{
	struct setup_options options;
	struct root root;
	struct plan plan;
	struct error err;
	int lock = -1;

	int rc = setup_take_options(argc, argv, &options);

	if (rc) {
		return rc;
	}
	if (options.print_lines >= 0) {
		setup_print_lines(options.print_lines);
		return CLI_OK;
	}
	if (root_open(&root, options.root, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	if (!root.path[0] && !options.dry_run && geteuid() != 0) {
		root_close(&root);
		return cli_failed(
			argv[0],
			"changes system files: run it with sudo, or only look with --dry-run");
	}
	if (!options.dry_run) {
		lock = apply_lock(&root, &err);
		if (lock < 0) {
			root_close(&root);
			return cli_failed(argv[0], "%s", err.text);
		}
	}
	plan_init(&plan, &root);
	rc = work(argv[0], &options, &plan);
	plan_free(&plan);
	apply_unlock(lock);
	root_close(&root);
	return rc;
}
