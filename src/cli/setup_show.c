/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/setup.h"
#include "common/clean.h"
#include "pi/diff.h"
#include "pi/ntp_conf.h"

void setup_print_lines(int wanted)
{
	static const struct {
		enum refclock_daemon daemon;
		struct ntp_units units;
	} daemons[] = {
		{REFCLOCK_NTPSEC, {.coarse = 0, .pps = 1}},
		{REFCLOCK_CHRONY, {.coarse = 0, .pps = 1}},
		{REFCLOCK_CHRONY,
		 {.coarse_socket = "/run/chrony.pps2shm-coarse.sock",
		  .pps_socket = "/run/chrony.pps2shm.sock"}},
		{REFCLOCK_CLASSIC, {.coarse = 0, .pps = 1}},
	};
	enum refclock_daemon daemon = daemons[wanted].daemon;
	struct text lines;

	text_init(&lines);
	text_addf(&lines, "%s", daemon == REFCLOCK_CHRONY ? "" : REFCLOCK_TOS "\n");
	ntp_conf_lines(&lines, daemon, &daemons[wanted].units);
	fputs(lines.at, stdout);
	text_free(&lines);
}

/* One line, whatever a file that it tells of holds. */
static void print_note(const char *note)
{
	char line[sizeof(((struct notes *)0)->lines[0])];

	clean_text(line, sizeof(line), note);
	printf("# note: %s\n", line);
}

void setup_show(const struct plan *plan, const struct setup_options *options)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct text diff;

		text_init(&diff);
		text_addf(&diff, "# %s%s: %s\n", plan->root->path, plan->changes[i].path,
			  plan->changes[i].why);
		diff_change(&plan->changes[i], &diff);
		clean_print(stdout, diff.at, diff.len);
		text_free(&diff);
	}
	for (int i = 0; i < plan->notes.count; i++) {
		print_note(plan->notes.lines[i]);
	}
	if (plan_is_empty(plan)) {
		printf("# %s\n", options->undo
					 ? "Nothing to undo."
					 : "Everything is set up already: nothing to change.");
	}
}

static json_t *change_json(const struct change *change)
{
	static const char *const kinds[] = {
		[STATE_ABSENT] = "absent", [STATE_FILE] = "file", [STATE_LINK] = "link"};
	struct text diff;
	json_t *text;

	text_init(&diff);
	diff_change(change, &diff);
	text = json_stringn(diff.at, diff.len);
	text_free(&diff);
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "path", change->path, "why", change->why,
			 "before", kinds[change->before.kind], "after", kinds[change->after.kind],
			 "diff", text ? text : json_null()); /* null: not UTF-8 */
}

void setup_show_json(const struct plan *plan, const struct setup_options *options,
		     const struct setup_facts *facts, bool applied)
{
	const struct setup_wish *wish = &options->wish;
	json_t *json =
		json_pack("{s:s, s:b, s:b}", "root", plan->root->path[0] ? plan->root->path : "/",
			  "applied", applied, "reboot_needed", applied && !plan_is_empty(plan));
	json_t *changes = json_array(), *notes = json_array();

	if (!options->undo) {
		json_object_set_new(json, "model", json_string(wish->model->name));
		json_object_set_new(json, "boot", json_string(facts->boot));
		json_object_set_new(json, "gpio", json_integer(wish->gpio));
		json_object_set_new(json, "edge",
				    json_string(wish->falling ? "falling" : "rising"));
		json_object_set_new(json, "serial", json_string(facts->device));
	}
	for (size_t i = 0; i < plan->count; i++) {
		json_array_append_new(changes, change_json(&plan->changes[i]));
	}
	for (int i = 0; i < plan->notes.count; i++) {
		json_array_append_new(notes, json_string(plan->notes.lines[i]));
	}
	json_object_set_new(json, "changes", changes);
	json_object_set_new(json, "notes", notes);
	cli_print_json(json, JSON_INDENT(2));
}
