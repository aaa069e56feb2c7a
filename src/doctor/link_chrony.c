/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/ntp_lines.h"
#include "doctor/peers.h"

/* The same for chrony: its lines, and what it makes of our units. */

static bool uses_chrony(const struct doctor_world *world)
{
	return world->keeper == KEEPER_CHRONY &&
	       (world->config.pps_unit >= 0 || world->config.pps_socket[0]);
}

void link_chrony_conf(struct doctor_world *world, struct doctor_finding *finding)
{
	struct ntp_lines lines;

	if (!uses_chrony(world)) {
		return;
	}
	ntp_lines_chrony(world, &lines);
	long long started_s = world_start_s(world, world->keeper_pid);

	if (!lines.there) {
		doctor_unknown(finding, "%s cannot be read", lines.file);
	} else if (!lines.pps && world->config.pps_socket[0]) {
		doctor_broken(finding, "%s has no 'refclock SOCK %s'", lines.file,
			      world->config.pps_socket);
		ntp_lines_add(world, &lines, true, finding);
	} else if (!lines.pps) {
		doctor_broken(finding, "%s has no 'refclock SHM %d'", lines.file,
			      world->config.pps_unit);
		ntp_lines_add(world, &lines, true, finding);
	} else if (started_s && lines.newest_s > started_s) {
		doctor_warning(finding, "%s was changed after chronyd started", lines.newest);
		doctor_remedy(finding, "%s", world_restart_keeper(world));
	} else {
		doctor_ok(finding, "%s reads what we write; the pulse is %s there", lines.file,
			  lines.pps_refid);
	}
}

static bool find_source(const struct text *text, const char *refid, struct peer *source, int *all)
{
	struct text_line line = {0};
	bool found = false;

	*all = 0;
	while (!found && text_next_line(text, &line)) {
		bool is_source = peers_chronyc(&line, source);

		*all += is_source;
		found = is_source && source->refclock && strcmp(source->name, refid) == 0;
	}
	return found;
}

static void judge(const struct doctor_world *world, const struct peer *source,
		  struct doctor_finding *finding)
{
	if (source->reach == 0) {
		doctor_broken(finding,
			      "%s: reach 0: chronyd got no valid sample in its last eight polls",
			      source->name);
		doctor_remedy(finding, "fix what is named above; if all is well there, %s",
			      world_restart_keeper(world));
	} else if (source->tally == '*') {
		doctor_ok(finding, "%s is selected: reach %lo, offset %+.4f ms", source->name,
			  source->reach, source->offset_ms);
	} else if (source->tally == 'x') {
		doctor_broken(
			finding,
			"%s is a falseticker (x): offset %+.3f ms: the other sources agree on another time",
			source->name, source->offset_ms);
		doctor_remedy(
			finding,
			"an offset of whole seconds: the receiver; of 1 to 500 ms: the pulse's other edge (edge above); else the servers are at fault");
	} else {
		doctor_warning(finding,
			       "%s is not selected (state '%c'): reach %lo, offset %+.3f ms",
			       source->name, source->tally, source->reach, source->offset_ms);
		if (source->reach < 0100) {
			doctor_remedy(finding,
				      "it was started recently: look again in a few minutes");
		} else {
			doctor_remedy(
				finding,
				"add 'prefer' to its refclock line in chrony's configuration, then %s",
				world_restart_keeper(world));
		}
	}
}

void link_chrony_sources(struct doctor_world *world, struct doctor_finding *finding)
{
	struct doctor_output output;
	struct ntp_lines lines;
	struct peer source;
	int all;

	if (!uses_chrony(world) || !world->keeper_pid) {
		return;
	}
	ntp_lines_chrony(world, &lines);
	bool ran = world_run(world, &output, "chronyc", "-n", "-c", "sources", NULL);

	if (output.how == DOCTOR_NOT_ASKED) {
		finding->verdict = DOCTOR_SKIP;
	} else if (output.how == DOCTOR_NO_TOOL) {
		doctor_unknown(finding, "chronyc is not installed, so chronyd cannot be asked");
		doctor_remedy(finding, "sudo apt install chrony");
	} else if (!ran) {
		doctor_broken(finding, "chronyd does not answer: '%.*s'",
			      (int)strcspn(output.text.at, "\n"), output.text.at);
		doctor_remedy(finding, "%s", world_restart_keeper(world));
	} else if (find_source(&output.text, lines.pps_refid, &source, &all)) {
		judge(world, &source, finding);
	} else if (all > 0 && lines.pps_refid[0]) {
		doctor_broken(finding, "%s is not among chronyd's sources", lines.pps_refid);
		doctor_remedy(finding, "%s", world_restart_keeper(world));
	} else if (lines.pps_refid[0]) {
		doctor_unknown(finding, "chronyc's answer was not understood: '%.*s'",
			       (int)strcspn(output.text.at, "\n"), output.text.at);
	}
	text_free(&output.text);
}
