/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/ntp_lines.h"

/* What NTPsec was told. */

#define COPY   "/run/ntpsec/ntp.conf.dhcp"
#define IGNORE "echo 'IGNORE_DHCP=\"yes\"' | sudo tee -a /etc/default/ntpsec && %s"

static bool uses_ntpd(const struct doctor_world *world)
{
	return world->keeper == KEEPER_NTPD && world->config.pps_unit >= 0;
}

/* The last word of /etc/default/ntpsec on it. */
static bool ignores_dhcp(const struct doctor_world *world)
{
	struct text_line line = {0};
	struct text text;
	bool ignores = false;

	world_read(world, "/etc/default/ntpsec", &text);
	while (text_next_line(&text, &line)) {
		static const char key[] = "IGNORE_DHCP=";
		const char *value = line.at + strlen(key);

		if (line.len > strlen(key) && strncmp(line.at, key, strlen(key)) == 0) {
			value += *value == '"' || *value == '\'';
			ignores = strncmp(value, "yes", 3) == 0;
		}
	}
	text_free(&text);
	return ignores;
}

/* Do files that a daemon with the copy does not read have our line? */
static bool drop_in_has_it(const struct doctor_world *world)
{
	struct ntp_lines lines;

	memset(&lines, 0, sizeof(lines));
	ntp_lines_folder(world, "/etc/ntpsec/ntp.d", &lines);
	return lines.pps;
}

void link_ntp_dhcp(struct doctor_world *world, struct doctor_finding *finding)
{
	struct ntp_lines lines;
	struct stat st;

	if (!uses_ntpd(world)) {
		return;
	}
	ntp_lines_ntpd(world, &lines);
	if (lines.dhcp && !lines.pps && drop_in_has_it(world)) {
		doctor_broken(
			finding,
			"ntpd runs with " COPY
			", for servers from DHCP: it reads nothing of /etc/ntpsec/ntp.d, where our lines are");
		doctor_remedy(finding, IGNORE, world_restart_keeper(world));
	} else if (!lines.dhcp && world_stat(world, COPY, &st) && !ignores_dhcp(world) &&
		   drop_in_has_it(world)) {
		doctor_warning(
			finding,
			"the next start of ntpd takes " COPY
			" (servers from DHCP), and leaves out /etc/ntpsec/ntp.d, where our lines are");
		doctor_remedy(finding, IGNORE, world_restart_keeper(world));
	} else if (!world->outside->running && !ignores_dhcp(world) && drop_in_has_it(world)) {
		doctor_warning(
			finding,
			"where DHCP hands out time servers, ntpd will leave out /etc/ntpsec/ntp.d, where our lines are");
		doctor_remedy(finding, "write IGNORE_DHCP=\"yes\" into /etc/default/ntpsec");
	} else {
		doctor_ok(finding, "ntpd's configuration is %s%s", lines.file,
			  lines.dhcp ? ", with our lines in it" : "");
	}
}

void link_ntp_conf(struct doctor_world *world, struct doctor_finding *finding)
{
	struct ntp_lines lines;

	if (!uses_ntpd(world)) {
		return;
	}
	ntp_lines_ntpd(world, &lines);
	long long started_s = world_start_s(world, world->keeper_pid);

	if (!lines.there) {
		doctor_unknown(finding, "%s cannot be read", lines.file);
	} else if (!lines.pps && lines.dhcp && drop_in_has_it(world)) {
		doctor_unknown(finding, "depends on dhcp above");
	} else if (!lines.pps) {
		doctor_broken(finding, "%s and %s have no 'refclock shm unit %d'", lines.file,
			      lines.folder, world->config.pps_unit);
		ntp_lines_add(world, &lines, true, finding);
	} else if (world->config.coarse_unit >= 0 && !lines.coarse) {
		doctor_warning(
			finding,
			"no 'refclock shm unit %d' (coarse time): without other servers ntpd has nothing to check the pulse against",
			world->config.coarse_unit);
		ntp_lines_add(world, &lines, false, finding);
	} else if (started_s && lines.newest_s > started_s) {
		doctor_warning(finding, "%s was changed after ntpd started", lines.newest);
		doctor_remedy(finding, "%s", world_restart_keeper(world));
	} else {
		doctor_ok(finding, "our units are in %s or %s", lines.file, lines.folder);
	}
}

void link_ntp_minsane(struct doctor_world *world, struct doctor_finding *finding)
{
	struct ntp_lines lines;

	if (!uses_ntpd(world)) {
		return;
	}
	ntp_lines_ntpd(world, &lines);
	if (!lines.there || !lines.pps) {
		return;
	}
	if (lines.minsane <= 1) {
		doctor_ok(finding, "one good source is enough (minsane %d)", lines.minsane);
		return;
	}
	int ours = 1 + (lines.coarse && !lines.coarse_noselect);

	if (lines.others + ours < lines.minsane) {
		doctor_broken(
			finding,
			"'tos minsane %d' (%s): ntpd wants %d sources that agree, and can select only %d of ours and %d more",
			lines.minsane, lines.minsane_in, lines.minsane, ours, lines.others);
	} else {
		doctor_warning(
			finding,
			"'tos minsane %d' (%s): without network the pulse alone will not set the clock",
			lines.minsane, lines.minsane_in);
	}
	const char *setup = world_setup(world, "", "");

	doctor_remedy(finding, "%s%s'" REFCLOCK_TOS "' as the last tos line of %s%s", setup,
		      setup[0] ? "; by hand " : "write ", lines.minsane_in,
		      world_then_restart_keeper(world));
}
