/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "ntpshm/ntpshm.h"

/* The pulses themselves. */

enum { LOOK_MS = 2200 }; /* holds two pulses or three */

/* The last edge in sysfs: "1802260812.000001234#12". */
struct edge {
	int64_t real_ns;
	long seq;
};

static bool read_edge(const struct doctor_world *world, const char *kind, struct edge *edge)
{
	char name[64], line[64];
	long long s;
	long ns;

	snprintf(name, sizeof(name), "/sys/class/pps/%s/%s", world->pps.node, kind);
	if (!world_line(world, name, line, sizeof(line)) ||
	    sscanf(line, "%lld.%9ld#%ld", &s, &ns, &edge->seq) != 3) {
		return false;
	}
	edge->real_ns = s * NTPSHM_S + ns;
	return true;
}

static void say_no_pulse(const struct doctor_world *world, struct doctor_finding *finding)
{
	const struct status *status = &world->status;

	doctor_broken(finding, "no pulse on %s (%s) in %d.%d s", world->pps.node, world->pps.name,
		      LOOK_MS / 1000, LOOK_MS / 100 % 10);
	if (status->alive && !status->segment.page.receiver.fix &&
	    world_recent(world, status->segment.page.last_sentence_raw_ns, 3)) {
		doctor_remedy(
			finding,
			"the receiver has no fix, and most give pulses only with one: give the antenna a clear view of the sky and wait a few minutes");
	} else if (world->pps.gpio >= 0) {
		doctor_remedy(
			finding,
			"check the wire from the receiver's PPS output to GPIO %d (BCM number), and that the receiver has a fix; if it is on another line, sudo pps2shm detect finds it",
			world->pps.gpio);
	} else {
		doctor_remedy(
			finding,
			"check the wire from the receiver's PPS output, and that it has a fix; sudo pps2shm detect looks at all lines");
	}
}

/* Those that only our daemon sees. */
static void look_at_segment(const struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_segment_page *page = &world->status.segment.page;

	if (world_recent(world, page->last_pulse_raw_ns, 3)) {
		doctor_ok(finding, "%" PRIu64 " seen by pps2shm on %s", page->pulses,
			  page->sources[PPS2SHM_SEGMENT_PULSE].name);
		return;
	}
	doctor_broken(finding, "pps2shm sees no pulse on %s",
		      page->sources[PPS2SHM_SEGMENT_PULSE].name);
	doctor_remedy(
		finding,
		"check the wire from the receiver's PPS output, and that it has a fix; stop the service and sudo pps2shm detect looks at all lines");
}

void link_pulses(struct doctor_world *world, struct doctor_finding *finding)
{
	struct edge before, after;
	const char *kind = world->config.core.clear_edge ? "clear" : "assert";

	if (world->config.pps_source == CONFIG_PPS_GPIO && world->status.alive) {
		look_at_segment(world, finding);
	}
	if (!world->pps_found) {
		return;
	}
	if (!read_edge(world, kind, &before)) {
		doctor_broken(finding, "%s gives no %s edges", world->pps.node, kind);
		doctor_remedy(
			finding,
			"remove 'edge = clear' from /etc/pps2shm.conf and let the driver invert the edge: %s",
			world_setup(world, "--edge falling",
				    "assert-falling-edge in the device tree"));
		return;
	}
	world->outside->pause(world->outside->arg, LOOK_MS);
	read_edge(world, kind, &after);
	long count = after.seq - before.seq;

	if (count <= 0) {
		say_no_pulse(world, finding);
	} else if (count > 3) {
		doctor_broken(finding, "%ld edges in %d.%d s on %s: more than one a second", count,
			      LOOK_MS / 1000, LOOK_MS / 100 % 10, world->pps.node);
		doctor_remedy(
			finding,
			"a loose or long wire picks up noise: check its ground, keep it short, or pull the line down%s%s; or the receiver is set to more than one pulse a second",
			world->model ? ": " : "", world_setup(world, "--pull down", ""));
	} else {
		world->pulses_come = true;
		doctor_ok(finding, "%ld in %d.%d s on %s", count, LOOK_MS / 1000,
			  LOOK_MS / 100 % 10, world->pps.node);
	}
}

/* A clock known to the millisecond tells a wrong edge: a pulse is 1 to 500 ms wide. */
#define EDGE_MARGIN_NS    INT64_C(500000)
#define EDGE_NEAR_NS      INT64_C(5000000) /* no wrong edge of any usual pulse is so near */
#define EDGE_CLOCK_MAX_US 200000

void link_edge(struct doctor_world *world, struct doctor_finding *finding)
{
	struct edge edge;
	int64_t maxerr_us = 0;
	bool clear = world->config.core.clear_edge;

	if (!world->pulses_come || !read_edge(world, clear ? "clear" : "assert", &edge)) {
		return;
	}
	int sync = world->outside->clock(world->outside->arg, &maxerr_us);

	if (sync < 1 || maxerr_us > EDGE_CLOCK_MAX_US) {
		doctor_unknown(finding,
			       "the right edge can only be told once the clock is synchronised");
		return;
	}
	int64_t phase = edge.real_ns % NTPSHM_S;

	phase -= phase > NTPSHM_S / 2 ? NTPSHM_S : 0;
	if (llabs(phase) <= maxerr_us * 1000 + EDGE_MARGIN_NS && llabs(phase) > EDGE_NEAR_NS) {
		doctor_unknown(
			finding,
			"the edge is %+.3f ms from the clock's second, and the clock may be off by %.3f ms",
			(double)phase / 1e6, (double)maxerr_us / 1e3);
		return;
	}
	if (llabs(phase) <= maxerr_us * 1000 + EDGE_MARGIN_NS) {
		doctor_ok(finding, "the pulse's edge is %+.3f ms from the clock's second",
			  (double)phase / 1e6);
		return;
	}
	doctor_broken(
		finding,
		"the edge is %+.3f ms from the clock's second, which is accurate to %.3f ms: this is the pulse's other edge, or the clock is wrong",
		(double)phase / 1e6, (double)maxerr_us / 1e3);
	if (world->model) {
		doctor_remedy(finding, "take the other edge: %s, then sudo reboot",
			      world_setup(world,
					  world->boot_falling ? "--edge rising" : "--edge falling",
					  ""));
	} else {
		doctor_remedy(finding,
			      "take the other edge: 'edge = %s' in section [pps] of " CONFIG_PATH
			      ", then %s",
			      clear ? "assert" : "clear", world_restart(world));
	}
}
