/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"

/* The machine, the kernel, our configuration; and, at the chain's other end, the clock. */

void link_model(struct doctor_world *world, struct doctor_finding *finding)
{
	char title[100];

	world_line(world, "/proc/device-tree/model", title, sizeof(title));
	if (world->model) {
		doctor_ok(finding, "%s", title[0] ? title : world->model->title);
		return;
	}
	doctor_unknown(finding, "%s%s%s: not a known Raspberry Pi, so boot files are not checked",
		       title[0] ? "'" : "", title[0] ? title : "no device tree",
		       title[0] ? "'" : "");
}

/* Does a list of the kernel's modules name the driver? -1: there is no such list. */
static int lists_driver(const struct doctor_world *world, const char *release, const char *list)
{
	char name[200];
	struct text text;

	snprintf(name, sizeof(name), "/lib/modules/%s/%s", release, list);
	int there = world_read(world, name, &text) ? strstr(text.at, "/pps-gpio.ko") != NULL : -1;

	text_free(&text);
	return there;
}

void link_kernel(struct doctor_world *world, struct doctor_finding *finding)
{
	char release[100];
	struct stat st;

	if (!world_line(world, "/proc/sys/kernel/osrelease", release, sizeof(release))) {
		return; /* a system that does not run */
	}
	if (world->config.pps_source != CONFIG_PPS_KERNEL) {
		doctor_ok(finding, "%s", release);
	} else if (world_stat(world, "/sys/bus/platform/drivers/pps-gpio", &st)) {
		doctor_ok(finding, "%s with the pps-gpio driver", release);
	} else if (lists_driver(world, release, "modules.dep") == 0 &&
		   lists_driver(world, release, "modules.builtin") < 1) {
		doctor_broken(finding, "%s has no pps-gpio driver", release);
		doctor_remedy(
			finding,
			"boot a kernel of Raspberry Pi OS (sudo apt install linux-image-rpi-v8) or of Debian 13; or, without the driver, 'source = gpio' in section [pps] of /etc/pps2shm.conf");
	} else {
		doctor_ok(finding, "%s", release);
	}
}

void link_config(struct doctor_world *world, struct doctor_finding *finding)
{
	static const char *const sources[] = {"kernel PPS", "GPIO line", "simulator",
					      "no pulse source"};
	const struct config *c = &world->config;
	char gpio[24] = "";

	if (world->config_state < 0) {
		doctor_broken(finding, "%s", world->config_error.text);
		doctor_remedy(finding,
			      "fix that line of %s (pps2shm.conf(5) says what is allowed), then %s",
			      CONFIG_PATH, world_restart(world));
		return;
	}
	if (c->pps_source != CONFIG_PPS_SIM && world->simulated) {
		doctor_broken(
			finding,
			"pps2shm runs with simulated pulses: time is simulated, not received");
		doctor_remedy(finding, "end it, then %s",
			      world->without_systemd ? "start 'pps2shm run' without --pps sim"
						     : "sudo systemctl start pps2shm");
		return;
	}
	if (c->pps_source == CONFIG_PPS_SIM) {
		doctor_broken(finding, "%s says 'source = sim': time is simulated, not received",
			      CONFIG_PATH);
		doctor_remedy(finding, "remove 'source = sim' from %s, then %s", CONFIG_PATH,
			      world_restart(world));
		return;
	}
	if (c->pps_gpio >= 0 && c->pps_source != CONFIG_PPS_NONE) {
		snprintf(gpio, sizeof(gpio), " on GPIO %d", c->pps_gpio);
	}
	doctor_ok(finding, "%s: %s%s, sentences from %s",
		  world->config_state ? CONFIG_PATH : "no " CONFIG_PATH ", so the defaults",
		  sources[c->pps_source], gpio, c->serial_device[0] ? c->serial_device : "nowhere");
}

/* How often a daemon may see the clock set before that is odd: once at start, once by ntpd. */
enum { STEPS_MAX = 3 };

void link_clock(struct doctor_world *world, struct doctor_finding *finding)
{
	int64_t maxerr_us = 0;
	int sync = world->outside->clock(world->outside->arg, &maxerr_us);
	uint64_t steps = world->status.alive ? world->status.segment.page.clock_steps : 0;

	if (!world_runs(world)) {
		return;
	}
	if (steps > STEPS_MAX) {
		doctor_warning(finding,
			       "the clock was set %" PRIu64
			       " times while pps2shm ran: two programs set it against each other",
			       steps);
		doctor_remedy(
			finding,
			"find out which: sudo journalctl -b | grep -iE 'time|clock|ntp'; often systemd-timesyncd, ntpdate in a DHCP hook, or a second daemon");
	} else if (sync < 0) {
		doctor_unknown(finding, "the kernel's clock status is not known");
	} else if (!sync) {
		doctor_warning(finding, "the kernel says that the clock is not synchronised");
		doctor_remedy(
			finding,
			"fix what is named above; a time daemon that was just started needs a few minutes");
	} else {
		doctor_ok(finding, "synchronised, error at most %" PRId64 ".%03d ms",
			  maxerr_us / 1000, (int)(maxerr_us % 1000));
	}
}
