/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/receiver.h"
#include "pi/apply.h"

enum { LISTEN_MS = 3000 };

static void print_change(const struct setting *setting, bool undo)
{
	bool asked = setting->now[0] || undo;

	printf("# %s: %s%s%s%s\n", setting->name, setting->now, setting->now[0] ? " -> " : "",
	       setting->wanted,
	       asked ? "" : " (what it is now cannot be asked for, so --undo leaves it)");
}

static void print_plan(const struct receiver_work *work)
{
	const struct settings *settings =
		work->options.undo ? &work->before.settings : &work->session.settings;

	for (int i = 0; i < settings->count; i++) {
		if (settings->at[i].differs) {
			print_change(&settings->at[i], work->options.undo);
		}
	}
	for (size_t i = 0; i < work->plan.count; i++) {
		printf("# %s: serial.baud = %s (it was %s), so that the receiver is found at any bit rate\n",
		       work->plan.changes[i].path, work->options.undo ? work->before.baud : "auto",
		       work->baud);
	}
	if (work->options.undo) {
		return;
	}
	if (work->options.save) {
		printf("# note: %s\n", work->session.identity.family->save_note);
	} else if (settings_differ(settings)) {
		printf("# note: without --save the receiver forgets all this when it loses power\n");
	}
}

static bool agreed(void)
{
	char answer[16];

	printf("Change the receiver? [y/N] ");
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* CLI_OK: go on. */
static int ask(const struct receiver_work *work)
{
	if (cli_flush()) { /* nothing is changed that was not shown */
		return cli_failed(work->command, "nothing changed: standard output: %s",
				  strerror(errno));
	}
	if (work->options.yes) {
		return CLI_OK;
	}
	if (work->options.json || !isatty(STDIN_FILENO)) {
		return cli_failed(work->command,
				  "nothing changed: no terminal to ask on; use --yes");
	}
	return agreed() ? CLI_OK : cli_failed(work->command, "nothing changed");
}

static int finish(const struct receiver_work *work)
{
	int rc = work->end.refused ? CLI_FAILED : CLI_OK;
	const struct traffic *traffic = &work->session.traffic;

	if (work->options.json) {
		json_t *json = receiver_json(&work->session, work->device);

		json_object_set_new(json, "applied", json_true());
		json_object_set_new(json, "done", json_integer(work->end.done));
		json_object_set_new(json, "refused", json_integer(work->end.refused));
		cli_print_json(json, JSON_INDENT(2));
		return rc;
	}
	printf(rc ? "# Not all was done. " : "# Done. ");
	if (traffic->bps) {
		printf("The line has %u bit/s and is %d %% full. ", traffic->bps,
		       traffic_percent(traffic));
	}
	printf("'sudo systemctl start pps2shm' if you stopped it.\n");
	return rc;
}

static int nothing(const struct receiver_work *work)
{
	if (!work->options.json && work->session.port && !work->session.identity.family) {
		receiver_print_by_hand(&work->session);
	} else if (work->options.json) {
		json_t *json = work->session.port ? receiver_json(&work->session, work->device)
						  : json_object();

		json_object_set_new(json, "applied", json_false());
		cli_print_json(json, JSON_INDENT(2));
	} else if (!work->options.dry_run) {
		printf("# %s\n", work->options.undo
					 ? "Nothing to undo."
					 : "The receiver is set up already: nothing to change.");
	}
	return CLI_OK;
}

/* One that refuses each question is not set up already. */
static int check_known(const struct settings *settings, struct error *err)
{
	for (int i = 0; i < settings->count; i++) {
		if (settings->at[i].now[0] && !settings->at[i].bps) {
			return 0;
		}
	}
	return error_set(
		err,
		"the receiver says who it is, but refuses to tell its settings: is its configuration locked, or this protocol off on this port?");
}

/* With the receiver found. */
static int work_on(struct receiver_work *work, const struct config *config)
{
	struct error err;

	if (session_look(&work->session, &work->options.wish, LISTEN_MS, &err)) {
		return cli_failed(work->command, "%s", err.text);
	}
	if (!work->options.json) {
		receiver_print_head(&work->session, work->device);
	}
	if (!work->session.identity.family) {
		nothing(work);
		return CLI_FAILED;
	}
	if (check_known(&work->session.settings, &err) || receiver_check_before(work, &err) ||
	    receiver_plan_config(work, config, &err)) {
		return cli_failed(work->command, "%s", err.text);
	}
	if (!work->options.json) {
		print_plan(work);
	}
	bool wanted = work->options.undo || work->options.save || work->plan.count > 0 ||
		      settings_differ(&work->session.settings) > 0;

	if (!wanted || work->options.dry_run) {
		return nothing(work);
	}
	int rc = ask(work);

	if (rc) {
		return rc;
	}
	if (work->options.undo ? receiver_undo(work, &err) : receiver_change(work, &err)) {
		return cli_failed(work->command, "%s", err.text);
	}
	return finish(work);
}

static int begin(struct receiver_work *work)
{
	struct config config;
	struct error err;
	uint32_t likely;

	if (before_load(work->plan.root, &work->before, &err) < 0) {
		return cli_failed(work->command, "%s", err.text);
	}
	work->has_before = work->before.receiver[0];
	if (work->options.undo && !work->has_before) {
		return nothing(work);
	}
	if (work->options.undo && !work->options.serial) {
		work->options.serial = work->before.device;
	}
	if (receiver_place(work->options.serial, &config, &work->device, &likely, &err) ||
	    session_begin(&work->session, work->device, likely, &err)) {
		return cli_failed(work->command, "%s", err.text);
	}
	int rc = work_on(work, &config);

	session_end(&work->session);
	return rc;
}

static int take_options(int argc, char **argv, struct receiver_options *options)
{
	const struct cli_option rows[] = {
		{"serial", 0, "DEVICE", cli_text, &options->serial,
		 .help = "The receiver's port (default: the configured one)."},
		{"bps", 0, "RATE", cli_int, &options->bps, 4800, 460800,
		 .help = "Its bit rate afterwards: 4800 to 460800. Default: 115200, or the most that it has, or what it has now if that is more."},
		{"moving", 0, NULL, cli_flag, &options->wish.moving,
		 .help = "The antenna moves: neither stationary mode nor survey-in."},
		{"save", 0, NULL, cli_flag, &options->save,
		 .help = "Have the receiver keep it in its memory. Otherwise it is as before once it loses power."},
		{"undo", 0, NULL, cli_flag, &options->undo,
		 .help = "Set it as it was before the first setup."},
		{"dry-run", 0, NULL, cli_flag, &options->dry_run,
		 .help = "Only show what would change."},
		{"yes", 'y', NULL, cli_flag, &options->yes, .help = "Do not ask."},
		{"json", 0, NULL, cli_flag, &options->json,
		 .help = "For programs; see pps2shm-receiver(1)."},
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Sets the receiver up for timing: a bit rate that leaves its line nearly empty, only the sentences and frames that are needed, one fix a second, a pulse only with a fix and on the second of UTC, stationary mode, survey-in where it can. "
			"Shows what it will change, and asks before it does. "
			"Running it again changes nothing; --undo sets it as it was. "
			"Stop the daemon first if it is using the port.",
		.options = rows,
		.end = "Exit status: 0 done or nothing to do, 1 it did not work or not all of it, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	options->wish.bps = (uint32_t)options->bps;
	if (options->bps && !port_has_rate(options->wish.bps)) {
		return cli_usage_error(argv[0], "--bps %d: no bit rate of a serial port",
				       options->bps);
	}
	if (options->undo && (options->bps || options->wish.moving || options->save)) {
		return cli_usage_error(
			argv[0],
			"--undo undoes everything: it cannot be combined with --bps, --moving or --save");
	}
	return CLI_OK;
}

int receiver_setup(int argc, char **argv)
{
	static struct receiver_work work;
	struct root root;
	struct error err;
	int lock = -1;
	int rc = take_options(argc, argv, &work.options);

	work.command = argv[0];
	if (rc) {
		return rc;
	}
	if (!work.options.dry_run && geteuid() != 0) {
		return cli_failed(argv[0], "keeps what was before in " BEFORE_PATH
					   ": run it with sudo, or only look with --dry-run");
	}
	if (root_open(&root, NULL, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	if (!work.options.dry_run && (lock = apply_lock(&root, &err)) < 0) {
		root_close(&root);
		return cli_failed(argv[0], "%s", err.text);
	}
	plan_init(&work.plan, &root);
	rc = begin(&work);
	plan_free(&work.plan);
	apply_unlock(lock);
	root_close(&root);
	return rc;
}
