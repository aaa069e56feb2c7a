/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "common/process.h"
#include "doctor/doctor.h"

/* Who keeps the clock, and who else would like to. */

static void say_install(const struct doctor_world *world, struct doctor_finding *finding)
{
	doctor_remedy(
		finding, "sudo apt install ntpsec, then %s",
		world_setup(
			world, "",
			"add the lines that pps2shm setup --print-lines ntpsec prints to /etc/ntpsec/ntp.conf"));
}

static void look_for_installed(const struct doctor_world *world, struct doctor_finding *finding)
{
	if (world->keeper != KEEPER_NONE) {
		doctor_ok(finding, "%s is installed", world_keeper(world));
	} else {
		doctor_broken(finding, "no time daemon is installed: neither NTPsec nor chrony");
		say_install(world, finding);
	}
}

void link_daemon(struct doctor_world *world, struct doctor_finding *finding)
{
	bool chrony = world->keeper == KEEPER_CHRONY;
	const char *name = chrony ? "chronyd" : "ntpd";
	int chronyd = world_program(world, "chronyd");

	if (!world->outside->running) {
		look_for_installed(world, finding);
	} else if (!world_runs(world)) {
		return;
	} else if (world->keeper == KEEPER_NTPD && world->keeper_pid && chronyd) {
		doctor_broken(finding,
			      "ntpd (process %d) and chronyd (process %d) both set the clock",
			      world->keeper_pid, chronyd);
		doctor_remedy(finding, "keep one: %s (or ntpsec)",
			      world_service_do(world, "disable --now", "chrony"));
	} else if (world->keeper_pid) {
		doctor_ok(finding, "%s runs (process %d)", name, world->keeper_pid);
	} else if (processes_hidden(world_path(world, "/proc"))) {
		doctor_unknown(finding, "other users' programs are hidden here (hidepid)");
		doctor_remedy(finding, "sudo pps2shm doctor");
	} else if (world->keeper != KEEPER_NONE) {
		doctor_broken(finding, "%s is installed, but %s does not run",
			      chrony ? "chrony" : "NTPsec", name);
		doctor_remedy(finding, "%s; if it ends again, %s says why",
			      world_service_do(world, "enable --now", world_keeper(world)),
			      world->without_systemd ? "/var/log"
			      : chrony               ? "journalctl -u chrony -n 20"
						     : "journalctl -u ntpsec -n 20");
	} else {
		doctor_broken(finding, "no time daemon runs: neither ntpd nor chronyd");
		say_install(world, finding);
	}
}

void link_timesyncd(struct doctor_world *world, struct doctor_finding *finding)
{
	/* The kernel cuts the names of programs at 15 characters. */
	int pid = world_program(world, "systemd-timesyn");

	if (!world_runs(world) || !world->keeper_pid) {
		return;
	}
	if (pid) {
		doctor_broken(finding, "systemd-timesyncd (process %d) sets the clock too", pid);
		doctor_remedy(finding, "sudo systemctl disable --now systemd-timesyncd");
	} else {
		doctor_ok(finding, "systemd-timesyncd does not run");
	}
}

void link_gpsd(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct doctor_service *socket = world_service(world, "gpsd.socket");
	const struct doctor_service *service = world_service(world, "gpsd.service");
	int pid = world_program(world, "gpsd");

	if (!world_runs(world)) {
		return;
	}
	if (pid) {
		doctor_broken(
			finding,
			"gpsd (process %d) runs: it takes receivers, and writes units 0 and 1 itself",
			pid);
		doctor_remedy(finding, "%s",
			      world_service_do(world, "disable --now", "gpsd.socket gpsd.service"));
	} else if (socket && strcmp(socket->active, "active") == 0) {
		doctor_warning(
			finding,
			"gpsd.socket is active: the first program that connects starts gpsd, which takes the receiver and units 0 and 1");
		doctor_remedy(finding, "%s",
			      world_service_do(world, "disable --now", "gpsd.socket gpsd.service"));
	} else if (service && strcmp(service->enabled, "enabled") == 0) {
		doctor_warning(finding,
			       "gpsd is enabled and will take the receiver after the next boot");
		doctor_remedy(finding, "sudo systemctl disable gpsd.socket gpsd.service");
	}
}
