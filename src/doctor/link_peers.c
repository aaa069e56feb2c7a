/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/ntp_lines.h"
#include "doctor/peers.h"

/* What ntpd makes of our units: the billboard of "ntpq -pn". */

enum { JITTER_MAX_MS = 1 };

static bool find_peer(const struct text *text, int unit, struct peer *peer)
{
	struct text_line line = {0};
	char name[24], legacy[24];

	snprintf(name, sizeof(name), "SHM(%d)", unit);
	snprintf(legacy, sizeof(legacy), "127.127.28.%d", unit);
	while (text_next_line(text, &line)) {
		if (peers_ntpq(&line, peer) &&
		    (strcmp(peer->name, name) == 0 || strcmp(peer->name, legacy) == 0)) {
			return true;
		}
	}
	return false;
}

static void say_unanswered(const struct doctor_world *world, struct doctor_finding *finding)
{
	struct ntp_lines lines;

	ntp_lines_ntpd(world, &lines);
	doctor_broken(finding, "ntpd does not answer ntpq");
	if (lines.there && (!lines.local4 || !lines.local6)) {
		doctor_remedy(
			finding,
			"add the lines 'restrict 127.0.0.1' and 'restrict ::1' to %s, then %s",
			lines.file, world_restart_keeper(world));
	} else {
		doctor_remedy(
			finding,
			"%s; if it persists: is the loopback network up (ip link set lo up), and does a firewall block UDP port 123?",
			world_restart_keeper(world));
	}
}

/* What ntpq said where no billboard came. */
static void say_no_billboard(const struct doctor_world *world, const struct doctor_output *output,
			     struct doctor_finding *finding)
{
	const char *text = output->text.at;

	if (output->how == DOCTOR_NOT_ASKED) {
		finding->verdict = DOCTOR_SKIP;
	} else if (output->how == DOCTOR_NO_TOOL) {
		doctor_unknown(finding, "ntpq is not installed, so ntpd cannot be asked");
		doctor_remedy(finding, "sudo apt install ntpsec");
	} else if (output->how == DOCTOR_HUNG || strstr(text, "imed out")) {
		say_unanswered(world, finding);
	} else if (strstr(text, "refused")) {
		doctor_broken(finding, "ntpd does not listen on the loopback network");
		doctor_remedy(finding, "%s", world_restart_keeper(world));
	} else if (strstr(text, "No association")) {
		doctor_broken(finding,
			      "ntpd has no sources: it could not open our units when it started");
		doctor_remedy(finding, "fix what is named above, then %s",
			      world_restart_keeper(world));
	} else {
		doctor_unknown(finding, "ntpq's answer was not understood: '%.*s'",
			       (int)strcspn(text, "\n"), text);
	}
}

static void judge_pps(const struct doctor_world *world, const struct peer *peer,
		      struct doctor_finding *finding)
{
	int unit = world->config.pps_unit;
	bool begins = peer->reach < 0100;
	const char *words;

	if (peer->reach == 0) {
		doctor_broken(
			finding,
			"SHM(%d): reach 0: ntpd found no valid sample in its last eight polls",
			unit);
		doctor_remedy(finding, "fix what is named above; if all is well there, %s",
			      world_restart_keeper(world));
		return;
	}
	if (peer->tally == '*' || peer->tally == 'o') {
		if (peer->jitter_ms > JITTER_MAX_MS) {
			doctor_warning(
				finding,
				"SHM(%d) is selected, but its jitter is %.3f ms: pulses are stamped late",
				unit, peer->jitter_ms);
			doctor_remedy(
				finding,
				"look for load on the processor (top), and for noise on the line (rejected: pps2shm status)");
			return;
		}
		doctor_ok(finding,
			  "SHM(%d) is selected: reach %lo, offset %+.4f ms, jitter %.4f ms", unit,
			  peer->reach, peer->offset_ms, peer->jitter_ms);
		return;
	}
	if (peer->tally == 'x') {
		doctor_broken(
			finding,
			"SHM(%d) is a falseticker (x): offset %+.3f ms: the other sources agree on another time",
			unit, peer->offset_ms);
		doctor_remedy(
			finding,
			"an offset of whole seconds: the receiver; of 1 to 500 ms: the pulse's other edge (edge above); else the servers are at fault");
		return;
	}
	words = peer->tally == ' ' ? "not taken ( )" : "taken, but another source is preferred";
	doctor_warning(finding,
		       "SHM(%d) is %s (tally '%c'): reach %lo, offset %+.3f ms, jitter %.3f ms",
		       unit, words, peer->tally, peer->reach, peer->offset_ms, peer->jitter_ms);
	if (begins) {
		doctor_remedy(finding, "it was started recently: look again in a few minutes");
	} else {
		doctor_remedy(finding,
			      "add 'prefer' to its refclock line, and '" REFCLOCK_TOS "'; then %s",
			      world_restart_keeper(world));
	}
}

void link_ntp_peers(struct doctor_world *world, struct doctor_finding *finding)
{
	struct doctor_output output;
	struct peer peer;

	if (world->keeper != KEEPER_NTPD || !world->keeper_pid || world->config.pps_unit < 0) {
		return;
	}
	/* By number: "localhost" may not resolve. */
	world_run(world, &output, "ntpq", "-pn", "127.0.0.1", NULL);
	if (find_peer(&output.text, world->config.pps_unit, &peer)) {
		judge_pps(world, &peer, finding);
	} else if (output.how == DOCTOR_ENDED && strstr(output.text.at, "=====")) {
		doctor_broken(finding, "SHM(%d) is not among ntpd's sources",
			      world->config.pps_unit);
		doctor_remedy(
			finding,
			"the line is missing (ntp.conf above), or ntpd could not open the unit when it started and never tries again: %s",
			world_restart_keeper(world));
	} else {
		say_no_billboard(world, &output, finding);
	}
	text_free(&output.text);
}
