/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "ntpshm/ntpshm.h"

/* From the driver of the pulse's line to its edges. */

enum { LOOK_MS = 2200 }; /* holds two pulses or three */

static bool wants_kernel(const struct doctor_world *world)
{
	return world->config.pps_source == CONFIG_PPS_KERNEL;
}

/* The line that is meant, or -1: by our configuration, else by the overlay in effect. */
static int wanted_gpio(const struct doctor_world *world)
{
	return world->config.pps_gpio >= 0 ? world->config.pps_gpio : world->boot_gpio;
}

/* "pps@12" holds the line, or whoever. 1 filled, 0 nobody, -1 not known. */
static int holder(const struct doctor_world *world, int gpio, char *name, size_t size)
{
	name[0] = '\0';
	return gpio < 0 ? -1 : world->outside->line_holder(world->outside->arg, gpio, name, size);
}

/* The device tree has the node, but no driver took it. */
static bool unbound(const struct doctor_world *world, int gpio, bool *driver)
{
	char node[80];
	struct stat st;

	snprintf(node, sizeof(node), "/sys/bus/platform/devices/pps@%x",
		 (unsigned int)(gpio < 0 ? PPS_DEFAULT_GPIO : gpio));
	*driver = world_stat(world, "/sys/bus/platform/drivers/pps-gpio", &st);
	return world_stat(world, node, &st);
}

static void say_no_device(struct doctor_world *world, const char *why,
			  struct doctor_finding *finding)
{
	int gpio = wanted_gpio(world);
	char name[40], file[80];
	bool driver;

	snprintf(file, sizeof(file), "%s/config.txt", world->boot_dir);
	doctor_broken(finding, "%.390s", why);
	if (world->boot_gpio >= 0 && world_changed_since_boot(world, file)) {
		doctor_broken(finding, "no /dev/pps yet: %s was changed after the system started",
			      file);
		doctor_fix(finding, "sudo reboot");
	} else if (holder(world, gpio, name, sizeof(name)) == 1 && strncmp(name, "pps", 3) != 0) {
		doctor_broken(finding,
			      "GPIO %d is held by '%s', so the pps-gpio driver cannot have it",
			      gpio, name);
		doctor_fix(finding, "stop that program or remove its overlay, then sudo reboot; "
				    "gpioinfo shows who holds which line");
	} else if (unbound(world, gpio, &driver)) {
		doctor_broken(
			finding,
			"the device tree has pps@%x, but the pps-gpio driver is not bound to it",
			(unsigned int)(gpio < 0 ? PPS_DEFAULT_GPIO : gpio));
		if (driver) {
			doctor_fix(
				finding,
				"echo pps@%x | sudo tee /sys/bus/platform/drivers/pps-gpio/bind; "
				"if that fails, sudo dmesg | grep -i pps says why",
				(unsigned int)(gpio < 0 ? PPS_DEFAULT_GPIO : gpio));
		} else {
			doctor_fix(finding, "sudo modprobe pps-gpio");
		}
	} else if (world->boot_gpio >= 0) {
		doctor_fix(finding,
			   "sudo reboot; if it stays so, sudo vclog --msg | grep -i dtoverlay "
			   "says why the firmware left the overlay out");
	} else {
		char option[24];

		snprintf(option, sizeof(option), "--gpio %d", gpio < 0 ? PPS_DEFAULT_GPIO : gpio);
		doctor_fix(finding, "%s, then sudo reboot", world_setup(world, option));
	}
}

/* The line that our daemon itself watches. */
static void look_at_line(struct doctor_world *world, struct doctor_finding *finding)
{
	int gpio = world->config.pps_gpio < 0 ? PPS_DEFAULT_GPIO : world->config.pps_gpio;
	char name[40];
	int held = holder(world, gpio, name, sizeof(name));

	if (held < 0) {
		doctor_unknown(finding, "who holds GPIO %d is not known: sudo pps2shm doctor",
			       gpio);
	} else if (held && strncmp(name, "pps2shm", 7) == 0) {
		doctor_ok(finding, "GPIO %d is held by pps2shm", gpio);
	} else if (held) {
		doctor_broken(finding, "GPIO %d is held by '%s', so pps2shm cannot watch it", gpio,
			      name);
		doctor_fix(finding,
			   "stop that program or remove its overlay; gpioinfo shows who holds "
			   "which line");
	} else if (world->status.alive) {
		doctor_broken(finding, "nobody watches GPIO %d, though 'source = gpio'", gpio);
		doctor_fix(finding,
			   "pps2shm status says why; the service's user must be in the group of "
			   "/dev/gpiochip*: sudo usermod -aG gpio %s",
			   world_service_user(world));
	} else {
		doctor_ok(finding, "GPIO %d is free for pps2shm", gpio);
	}
}

void link_driver(struct doctor_world *world, struct doctor_finding *finding)
{
	char held[40];
	char there[160];
	struct pps_device all[PPS_FIND_MAX];
	struct error err;
	int count = pps_list(world_path(world, "/sys/class/pps"), all);

	if (world->config.pps_source == CONFIG_PPS_GPIO && world_runs(world)) {
		look_at_line(world, finding);
	}
	if (!wants_kernel(world) || !world_runs(world)) {
		return;
	}
	if (strcmp(world->config.pps_device, "auto") != 0) {
		for (int i = 0; i < count; i++) {
			char node[24];

			snprintf(node, sizeof(node), "/dev/%.15s", all[i].node);
			if (strcmp(node, world->config.pps_device) == 0) {
				world->pps = all[i];
				world->pps_found = true;
			}
		}
		snprintf(err.text, sizeof(err.text), "there is no %.255s",
			 world->config.pps_device);
	} else {
		world->pps_found = pps_find(world_path(world, "/sys/class/pps"), wanted_gpio(world),
					    &world->pps, &err) == 0;
	}
	pps_describe(all, count, there, sizeof(there));
	if (!world->pps_found) {
		char why[400];

		snprintf(why, sizeof(why), "no PPS device of a GPIO line%s (present: %.160s)",
			 wanted_gpio(world) >= 0 ? " that is meant" : "", there);
		say_no_device(world, why, finding);
		return;
	}
	int known = holder(world, world->pps.gpio, held, sizeof(held));

	if (known == 1 && held[0]) {
		doctor_ok(finding, "%s is %s, which holds GPIO %d as '%s'", world->pps.node,
			  world->pps.name, world->pps.gpio, held);
	} else {
		doctor_ok(finding, "%s is %s", world->pps.node, world->pps.name);
	}
}

void link_device(struct doctor_world *world, struct doctor_finding *finding)
{
	char node[24];
	struct stat st;

	if (!world->pps_found) {
		return;
	}
	snprintf(node, sizeof(node), "/dev/%s", world->pps.node);
	if (!world_stat(world, node, &st)) {
		doctor_broken(finding, "%s is not there, though the driver has it", node);
		doctor_fix(finding, "sudo udevadm trigger --subsystem-match=pps");
		return;
	}
	int may = world_service_may(world, &st, ACCESS_READ);

	if (may == 0) {
		doctor_broken(finding, "%s has mode %04o: %s may not read it", node,
			      (unsigned int)st.st_mode & 0777, world_service_user(world));
		doctor_fix(finding,
			   "sudo udevadm control --reload && sudo udevadm trigger "
			   "--subsystem-match=pps (our udev rule gives it to the service's "
			   "group)");
	} else if (may > 0) {
		doctor_ok(finding, "%s, mode %04o, may be read by %s", node,
			  (unsigned int)st.st_mode & 0777, world_service_user(world));
	} else {
		doctor_ok(finding, "%s, mode %04o", node, (unsigned int)st.st_mode & 0777);
	}
}

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
	if (status->alive && !status->board.page.receiver.fix &&
	    world_recent(world, status->board.page.last_sentence_raw_ns, 3)) {
		doctor_fix(finding,
			   "the receiver has no fix, and most give pulses only with one: give "
			   "the antenna a free view of the sky and wait some minutes");
	} else if (world->pps.gpio >= 0) {
		doctor_fix(finding,
			   "check the wire from the receiver's PPS output to GPIO %d (BCM number), "
			   "and "
			   "that the receiver has a fix; on another line? sudo pps2shm detect "
			   "finds it",
			   world->pps.gpio);
	} else {
		doctor_fix(finding,
			   "check the wire from the receiver's PPS output, and that it has a "
			   "fix; sudo pps2shm detect looks at all lines");
	}
}

/* Those that only our daemon sees. */
static void look_at_board(const struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_board_page *page = &world->status.board.page;

	if (world_recent(world, page->last_pulse_raw_ns, 3)) {
		doctor_ok(finding, "%" PRIu64 " seen by pps2shm on %s", page->pulses,
			  page->sources[PPS2SHM_BOARD_PULSE].name);
		return;
	}
	doctor_broken(finding, "pps2shm sees no pulse on %s",
		      page->sources[PPS2SHM_BOARD_PULSE].name);
	doctor_fix(finding,
		   "check the wire from the receiver's PPS output, and that it has a fix; stop "
		   "the service and sudo pps2shm detect looks at all lines");
}

void link_pulses(struct doctor_world *world, struct doctor_finding *finding)
{
	struct edge before, after;
	const char *kind = world->config.core.clear_edge ? "clear" : "assert";

	if (world->config.pps_source == CONFIG_PPS_GPIO && world->status.alive) {
		look_at_board(world, finding);
	}
	if (!world->pps_found) {
		return;
	}
	if (!read_edge(world, kind, &before)) {
		doctor_broken(finding, "%s gives no %s edges", world->pps.node, kind);
		doctor_fix(finding,
			   "take 'edge = clear' out of /etc/pps2shm.conf and let the driver "
			   "turn the edge round: %s",
			   world_setup(world, "--edge falling"));
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
		doctor_fix(finding,
			   "a loose or long wire picks up noise: check its ground, keep it "
			   "short, or pull the line down (%s); or "
			   "the receiver is set to more than one pulse a second",
			   world_setup(world, "--pull down"));
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
			       "whether this is the edge on the second cannot be told before "
			       "the clock is synchronised");
		return;
	}
	int64_t phase = edge.real_ns % NTPSHM_S;

	phase -= phase > NTPSHM_S / 2 ? NTPSHM_S : 0;
	if (llabs(phase) <= maxerr_us * 1000 + EDGE_MARGIN_NS && llabs(phase) > EDGE_NEAR_NS) {
		doctor_unknown(finding,
			       "the edge comes %+.3f ms from the clock's second, and the clock "
			       "may be %.3f ms off",
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
		"the edge comes %+.3f ms from the clock's second, which is sure to %.3f ms: the "
		"pulse's other edge, or the clock is wrong",
		(double)phase / 1e6, (double)maxerr_us / 1e3);
	doctor_fix(finding, "take the other edge: %s, then sudo reboot",
		   world_setup(world, world->boot_falling ? "--edge rising" : "--edge falling"));
}
