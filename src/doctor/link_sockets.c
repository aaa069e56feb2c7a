/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>

#include "doctor/doctor.h"

/* chrony's sockets, where we are to write to them: there, open to us, and samples going in. */

#define GIVE "sudo pps2shm shm create --from-config --only-sockets --group pps2shm"

static const char *path_of(const struct doctor_world *world, int role)
{
	const struct pps2shm_segment_socket *ours = &world->status.segment.page.sockets[role];

	if (world->status.alive) {
		return ours->configured ? ours->path : "";
	}
	return role == PPS2SHM_SEGMENT_PPS ? world->config.pps_socket : world->config.coarse_socket;
}

static void say_not_connected(const struct doctor_world *world, const char *path, const char *why,
			      struct doctor_finding *finding)
{
	struct stat st;
	bool there = world_stat(world, path, &st);

	doctor_broken(finding, "%.300s", why);
	if (there && world_service_may(world, &st, ACCESS_WRITE) == 0) {
		doctor_remedy(
			finding,
			"%s: the package gives it to the service's group then; by hand: " GIVE,
			world_service_do(world, "restart", "chrony"));
	} else {
		doctor_remedy(
			finding,
			"%s, with 'refclock SOCK %s' in its configuration: it makes the socket when it starts",
			world_service_do(world, "restart", "chrony"), path);
	}
}

static void look_at_connection(const struct doctor_world *world, int role,
			       struct doctor_finding *finding)
{
	const struct pps2shm_segment_socket *ours = &world->status.segment.page.sockets[role];

	if (!ours->connected) {
		say_not_connected(world, ours->path,
				  ours->error[0] ? ours->error : "not opened yet", finding);
	} else if (status_socket_stuck(&world->status, role)) {
		doctor_broken(finding,
			      "%s is connected, but nobody reads it: %" PRIu64 " samples lost",
			      ours->path, ours->lost);
		doctor_remedy(finding, "%s", world_service_do(world, "restart", "chrony"));
	} else if (ours->sent == 0) {
		doctor_unknown(finding, "%s is connected, but nothing has been sent yet",
			       ours->path);
	} else {
		doctor_ok(finding, "%s is connected: %" PRIu64 " samples sent, %" PRIu64 " lost",
			  ours->path, ours->sent, ours->lost);
	}
}

static void look_at_socket(const struct doctor_world *world, int role,
			   struct doctor_finding *finding)
{
	const char *path = path_of(world, role);
	char why[200];
	struct stat st;

	if (!path[0] || !world_runs(world)) {
		return;
	}
	if (world->keeper != KEEPER_CHRONY) {
		doctor_warning(finding, "%s is chrony's, but chrony does not keep the clock here",
			       path);
		doctor_remedy(finding,
			      "set the socket to none in section [chrony] of " CONFIG_PATH
			      ", then %s",
			      world_restart(world));
	} else if (!world->keeper_pid) {
		doctor_unknown(finding, "%s: chronyd makes it when it starts", path);
	} else if (world->status.alive) {
		look_at_connection(world, role, finding);
	} else if (!world_stat(world, path, &st) ||
		   world_service_may(world, &st, ACCESS_WRITE) == 0) {
		snprintf(why, sizeof(why), "%s is not there, or %s may not write to it", path,
			 world_service_user(world));
		say_not_connected(world, path, why, finding);
	} else {
		doctor_ok(finding, "%s is there", path);
	}
}

void link_coarse_socket(struct doctor_world *world, struct doctor_finding *finding)
{
	look_at_socket(world, PPS2SHM_SEGMENT_COARSE, finding);
}

void link_pps_socket(struct doctor_world *world, struct doctor_finding *finding)
{
	look_at_socket(world, PPS2SHM_SEGMENT_PPS, finding);
}
