/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/doctor.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/doctor.h"
#include "cli/options.h"
#include "cli/setup.h"
#include "doctor/report.h"

struct options {
	const char *root;
	const struct pi_model *model;
	bool json;
};

static void print_link(void *arg, const struct doctor_link *link,
		       const struct doctor_finding *finding)
{
	(void)arg;
	report_print_link(link, finding, stdout);
}

static void add_link(void *arg, const struct doctor_link *link,
		     const struct doctor_finding *finding)
{
	json_array_append_new(arg, report_json_link(link, finding));
}

static json_t *walk_json(struct doctor_world *world, struct doctor_result *result)
{
	json_t *links = json_array();

	doctor_walk(world, add_link, links, result);
	return report_json(result, links);
}

static void walk(struct doctor_world *world, bool as_json, struct doctor_result *result)
{
	if (as_json) {
		cli_print_json(walk_json(world, result), JSON_INDENT(2));
		return;
	}
	doctor_walk(world, print_link, NULL, result);
	report_print_result(result, stdout);
}

json_t *doctor_json(struct error *err)
{
	static struct doctor_world world;
	struct doctor_result result;

	if (world_open(&world, NULL, &outside_system, err)) {
		return NULL;
	}
	json_t *json = walk_json(&world, &result);

	world_close(&world);
	return json;
}

int cli_doctor(int argc, char **argv)
{
	static struct doctor_world world;
	struct options options = {0};
	struct doctor_result result;
	struct error err;

	const struct cli_option rows[] = {
		{"json", 0, NULL, cli_flag, &options.json,
		 .help = "For programs; see pps2shm-doctor(1)."},
		{"root", 0, "DIR", cli_text, &options.root,
		 .help = "Check the files of the system in DIR, a mounted image, which is not running."},
		{"model", 0, "NAME", setup_model, &options.model,
		 .help = "The Pi that the image is for: pi4, pi5, pi02, ..."},
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Checks each link of the chain from the pulse's wire to the time daemon: whether it is ok, what was seen, and how to fix it. "
			"Changes nothing. "
			"Takes a few seconds. "
			"As root it sees more: sudo pps2shm doctor.",
		.options = rows,
		.end = "Exit status: 0 all well, 1 warnings, 2 something is broken, 3 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc == CLI_USAGE ? CLI_DOCTOR_UNABLE : rc;
	}
	bool elsewhere = options.root && strcmp(options.root, "/") != 0;

	if (world_open(&world, options.root, elsewhere ? &outside_nothing : &outside_system,
		       &err)) {
		cli_failed(argv[0], "%s", err.text);
		return CLI_DOCTOR_UNABLE;
	}
	world.model = options.model ? options.model : world.model;
	walk(&world, options.json, &result);
	world_close(&world);
	return result.verdict == DOCTOR_BROKEN ? 2 : result.verdict == DOCTOR_WARNING;
}
