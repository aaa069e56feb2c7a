/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/doctor.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "doctor/report.h"

static const char help[] =
	"usage: pps2shm doctor [--json] [--root DIR [--model NAME]]\n"
	"\n"
	"Walks the chain from the pulse's wire to the time daemon and says of each link whether "
	"it\n"
	"is well, what it saw, and how to fix it. Changes nothing. Takes some seconds. As root it\n"
	"sees more: sudo pps2shm doctor.\n"
	"\n"
	"  --json       for programs; see pps2shm-doctor(1)\n"
	"  --root DIR   the files of a system in DIR, a mounted image, which does not run\n"
	"  --model NAME the Pi that the image is for: pi4, pi5, pi02, ...\n"
	"\n"
	"Exit status: 0 well, 1 warnings, 2 something is broken, 3 wrong use.\n";

struct options {
	const char *root;
	const struct pi_model *model;
	bool json;
};

static int take_model(const char *command, const char *name, struct options *options)
{
	char names[200];

	options->model = pi_model_named(name);
	if (!options->model) {
		pi_model_names(names, sizeof(names));
		cli_usage_error(command, "--model %s: not known; known are %s", name, names);
		return CLI_DOCTOR_UNABLE;
	}
	return 0;
}

/* CLI_OK, CLI_DOCTOR_UNABLE, or -1: help was asked for and given. */
static int take_options(int argc, char **argv, struct options *options)
{
	static const struct option all[] = {{"json", no_argument, NULL, 'j'},
					    {"root", required_argument, NULL, 'r'},
					    {"model", required_argument, NULL, 'm'},
					    {"help", no_argument, NULL, 'h'},
					    {0}};
	int option;

	while ((option = cli_next_option(argc, argv, "h", all)) != -1) {
		switch (option) {
		case 'j':
			options->json = true;
			break;
		case 'r':
			options->root = optarg;
			break;
		case 'm':
			if (take_model(argv[0], optarg, options)) {
				return CLI_DOCTOR_UNABLE;
			}
			break;
		case 'h':
			fputs(help, stdout);
			return -1;
		default:
			return CLI_DOCTOR_UNABLE;
		}
	}
	return cli_no_words(argc, argv) ? CLI_DOCTOR_UNABLE : CLI_OK;
}

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

static void walk(struct doctor_world *world, bool as_json, struct doctor_result *result)
{
	if (!as_json) {
		doctor_walk(world, print_link, NULL, result);
		report_print_result(result, stdout);
		return;
	}
	json_t *links = json_array();

	doctor_walk(world, add_link, links, result);
	json_t *json = report_json(result, links);

	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

int cli_doctor(int argc, char **argv)
{
	static struct doctor_world world;
	struct options options = {0};
	struct doctor_result result;
	struct error err;

	int rc = take_options(argc, argv, &options);

	if (rc) {
		return rc < 0 ? CLI_OK : rc;
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
