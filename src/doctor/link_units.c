/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "ntpshm/ntpshm.h"
#include "status/other_daemon.h"
#include "status/unit_user.h"

/* The shared memory units: who may do what with them, and does anyone read them. */

/* The unit as /proc/sysvipc/shm lists it, which needs no permission. */
static bool find_unit(const struct doctor_world *world, int unit, struct ntpshm_info *info)
{
	struct text text;
	struct text_line line = {0};
	bool found = false;

	world_read(world, "/proc/sysvipc/shm", &text);
	while (!found && text_next_line(&text, &line)) {
		char one[300];
		int key, id;
		unsigned int mode, uid, gid, cuid, cgid;
		unsigned long size, attached;

		snprintf(one, sizeof(one), "%.*s", (int)line.len, line.at);
		found = sscanf(one, "%d %d %o %lu %*d %*d %lu %u %u %u %u", &key, &id, &mode, &size,
			       &attached, &uid, &gid, &cuid, &cgid) == 9 &&
			key == NTPSHM_KEY + unit;
		if (found) {
			*info = (struct ntpshm_info){.unit = unit,
						     .id = id,
						     .size = size,
						     .uid = uid,
						     .gid = gid,
						     .cuid = cuid,
						     .cgid = cgid,
						     .mode = mode & 0777,
						     .attached = attached};
		}
	}
	text_free(&text);
	return found;
}

static bool service_may_write(const struct doctor_world *world, const struct ntpshm_info *info)
{
	const struct stat st = {.st_uid = info->uid, .st_gid = info->gid, .st_mode = info->mode};

	return world_service_may(world, &st, ACCESS_READ | ACCESS_WRITE) != 0;
}

static void say_foreign(const struct doctor_world *world, const struct ntpshm_info *info,
			struct doctor_finding *finding)
{
	unsigned int key = NTPSHM_KEY + (unsigned int)info->unit;
	const char *keeper = world_keeper(world);

	if (world->without_systemd) {
		doctor_remedy(finding,
			      "end pps2shm and %s, sudo ipcrm -M 0x%x, and start them again",
			      keeper, key);
	} else {
		doctor_remedy(
			finding,
			"sudo systemctl stop %s pps2shm; sudo ipcrm -M 0x%x; sudo systemctl start pps2shm %s",
			keeper, key, keeper);
	}
}

#define OTHER_UNIT "set another unit in " CONFIG_PATH " and in the time daemon's configuration"

/* The daemon saw that another program writes it, too. */
static void say_rival(const struct doctor_world *world, const struct pps2shm_segment_unit *ours,
		      struct doctor_finding *finding)
{
	const uint32_t own = world->status.segment.head.pid;
	struct other_daemon other;
	struct unit_user user;

	if (other_daemon_find(world_path(world, "/dev/shm"), ours->unit, own, world->status.raw_ns,
			      &other)) {
		doctor_broken(
			finding,
			"unit %d is also written by a second pps2shm (process %u, status segment %s)",
			ours->unit, other.pid, other.segment);
		doctor_remedy(
			finding,
			world->without_systemd
				? "keep one of the two: end process %u"
				: "keep one of the two: 'systemctl status %u' names its service; or sudo kill %u",
			other.pid, other.pid);
	} else if (unit_user_find(world_path(world, "/proc"), ours->unit, own, &user)) {
		doctor_broken(finding, "unit %d: %s; it was %s by %s (process %d)", ours->unit,
			      ours->error, user.did, user.name, user.pid);
		doctor_remedy(finding, "end %s, if it is that program, or " OTHER_UNIT, user.name);
	} else {
		doctor_broken(finding, "unit %d: %s", ours->unit, ours->error);
		doctor_remedy(finding, "end that program (gpsd?), or " OTHER_UNIT);
	}
}

/* What the kernel says of it is judged as ntpshm_open() would. */
static void judge_unit(const struct doctor_world *world, const struct ntpshm_info *info,
		       const struct pps2shm_segment_unit *ours, struct doctor_finding *finding)
{
	unsigned int key = NTPSHM_KEY + (unsigned int)info->unit;

	if (!ntpshm_layout_ok(info)) {
		doctor_broken(
			finding,
			"unit %d (0x%x) has %zu bytes, not %zu: it was made by a program with another time_t, or that is no NTP program",
			info->unit, key, info->size, sizeof(struct ntpshm_time));
		say_foreign(world, info, finding);
	} else if (info->cuid != 0) {
		doctor_broken(
			finding,
			"unit %d (0x%x) was made by user %u, not by root: that user can always change it, and ntpd under AppArmor cannot open it",
			info->unit, key, info->cuid);
		say_foreign(world, info, finding);
	} else if (info->uid != 0) {
		doctor_broken(finding, "unit %d (0x%x) belongs to user %u, not to root", info->unit,
			      key, info->uid);
		doctor_remedy(finding, "sudo pps2shm shm create --unit %d --owner root",
			      info->unit);
	} else if (info->mode & 0002 && info->unit < 2) {
		doctor_broken(finding, "unit %d (0x%x) has mode %04o: every user can set the clock",
			      info->unit, key, info->mode);
		doctor_remedy(finding, "sudo pps2shm shm create --unit %d --mode 0660", info->unit);
	} else if ((ours && !ours->writable) || (!ours && !service_may_write(world, info))) {
		doctor_broken(finding,
			      "unit %d (0x%x), user 0, group %u, mode %04o, is not writable by %s",
			      info->unit, key, info->gid, info->mode, world_service_user(world));
		doctor_remedy(
			finding,
			"%s, whose start gives it to the service's group; by hand: sudo pps2shm shm create --unit %d --group GROUP",
			world_restart(world), info->unit);
	} else if (ours && ours->error[0]) {
		say_rival(world, ours, finding);
	} else {
		doctor_ok(finding, "unit %d (0x%x): %zu bytes, root's, group %u, mode %04o",
			  info->unit, key, info->size, info->gid, info->mode);
	}
}

static void look_at_unit(struct doctor_world *world, int unit, int role,
			 struct doctor_finding *finding)
{
	const struct pps2shm_segment_unit *ours = &world->status.segment.page.units[role];
	struct ntpshm_info info;

	if (unit < 0 || !world_runs(world)) {
		return;
	}
	if (find_unit(world, unit, &info)) {
		judge_unit(world, &info, world->status.alive && ours->unit == unit ? ours : NULL,
			   finding);
	} else if (world->status.alive && ours->unit == unit) {
		doctor_broken(finding, "unit %d is gone: it was removed", unit);
		doctor_remedy(finding, "%s%s", world_restart(world),
			      world_then_restart_keeper(world));
	} else {
		doctor_unknown(finding, "unit %d is not there: the service makes it when it starts",
			       unit);
	}
}

void link_coarse_unit(struct doctor_world *world, struct doctor_finding *finding)
{
	look_at_unit(world, world->config.coarse_unit, PPS2SHM_SEGMENT_COARSE, finding);
}

void link_pps_unit(struct doctor_world *world, struct doctor_finding *finding)
{
	look_at_unit(world, world->config.pps_unit, PPS2SHM_SEGMENT_PPS, finding);
}

/* ntpd takes a sample each second, chronyd in its default every 16 at most. */
enum { READER_S = 60, YOUNG_SAMPLES = 30 };

static void look_at_reader(struct doctor_world *world, int role, struct doctor_finding *finding)
{
	const struct pps2shm_segment_unit *unit = &world->status.segment.page.units[role];
	struct ntpshm_info info = {0};

	if (!world_runs(world) || !world->status.alive || unit->unit < 0 ||
	    world->status.segment.page.sockets[role].configured) {
		return; /* chrony need not read it where it has a socket */
	}
	find_unit(world, unit->unit, &info);
	if (world_recent(world, unit->consumed_raw_ns, READER_S)) {
		doctor_ok(finding,
			  "a time daemon takes the samples of unit %d (%" PRIu64 " of %" PRIu64 ")",
			  unit->unit, unit->consumed, unit->written);
	} else if (unit->written == 0) {
		doctor_unknown(finding, "nothing has been written to unit %d yet", unit->unit);
	} else if (unit->written < YOUNG_SAMPLES && unit->consumed == 0) {
		doctor_unknown(finding, "unit %d was started a moment ago", unit->unit);
	} else {
		doctor_broken(
			finding,
			"nobody takes the samples of unit %d: %lu programs have it open, including ours",
			unit->unit, info.attached);
		doctor_remedy(
			finding,
			"'%s' must be in its configuration, and a daemon that could not open the unit when it started does not try again: %s",
			world_refclock(world, role == PPS2SHM_SEGMENT_PPS),
			world_restart_keeper(world));
	}
}

void link_coarse_reader(struct doctor_world *world, struct doctor_finding *finding)
{
	look_at_reader(world, PPS2SHM_SEGMENT_COARSE, finding);
}

void link_pps_reader(struct doctor_world *world, struct doctor_finding *finding)
{
	look_at_reader(world, PPS2SHM_SEGMENT_PPS, finding);
}

/* ---- AppArmor ---- */

/* A denial of a program of ours since since_s: "audit(1802260812.123:4): apparmor="DENIED" …". */
static bool is_denial(const char *line, long long since_s)
{
	const char *audit = strstr(line, "audit(");

	return strstr(line, "apparmor=\"DENIED\"") &&
	       (strstr(line, "ntpd\"") || strstr(line, "chronyd\"") || strstr(line, "pps2shm\"")) &&
	       (!audit || atoll(audit + strlen("audit(")) >= since_s);
}

/* The last denial of a text. */
static bool find_denial(const struct text *text, long long since_s, char *denial, size_t size)
{
	struct text_line line = {0};
	bool found = false;

	while (text_next_line(text, &line)) {
		char one[400];

		snprintf(one, sizeof(one), "%.*s", (int)line.len, line.at);
		if (is_denial(one, since_s)) {
			const char *from = strstr(one, "operation=");

			snprintf(denial, size, "%.*s", (int)size - 1, from ? from : one);
			found = true;
		}
	}
	return found;
}

void link_apparmor(struct doctor_world *world, struct doctor_finding *finding)
{
	long long since_s = world->keeper_pid ? world_start_s(world, world->keeper_pid) : 0;
	struct doctor_output output;
	char enabled[8], denial[250];

	if (!world_runs(world)) {
		return;
	}
	world_line(world, "/sys/module/apparmor/parameters/enabled", enabled, sizeof(enabled));
	if (enabled[0] != 'Y') {
		return;
	}
	/* Not --grep: it fails where nothing matches. */
	bool asked = world_run(world, &output, "journalctl", "-k", "-b", "-q", "-n", "2000", "-o",
			       "cat", "--no-pager", NULL);

	if (!asked || output.text.len == 0) {
		text_free(&output.text);
		asked = world_read(world, "/var/log/kern.log", &output.text);
	}
	if (!asked) {
		doctor_unknown(finding, "only root can read the kernel's log: sudo pps2shm doctor");
	} else if (!find_denial(&output.text, since_s, denial, sizeof(denial))) {
		doctor_ok(finding, "no denials for the time daemon");
	} else if (strstr(denial, "ipc_owner")) {
		doctor_broken(finding, "AppArmor denied: %s", denial);
		doctor_remedy(finding,
			      "the units must be root's: %s%s; see coarse-unit and pps-unit above",
			      world_restart(world), world_then_restart_keeper(world));
	} else {
		doctor_broken(finding, "AppArmor denied: %s", denial);
		doctor_remedy(
			finding,
			"allow it in /etc/apparmor.d/local/usr.sbin.ntpd (or usr.sbin.chronyd), then sudo systemctl reload apparmor and restart the time daemon");
	}
	text_free(&output.text);
}
