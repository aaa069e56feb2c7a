/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/world.h"

/* The call of setup that keeps what is set up, so that it can be said as it stands. */

static int known_gpio(const struct doctor_world *world)
{
	if (world->config.pps_gpio >= 0) {
		return world->config.pps_gpio;
	}
	return world->boot_gpio >= 0 ? world->boot_gpio : world->pps_found ? world->pps.gpio : -1;
}

const char *world_setup(const struct doctor_world *world, const char *more)
{
	static char line[500];
	const struct config *c = &world->config;
	bool header = strcmp(c->serial_device, "/dev/serial0") == 0 ||
		      strcmp(c->serial_device, "/dev/ttyAMA0") == 0;
	int gpio = known_gpio(world);
	size_t n = (size_t)snprintf(line, sizeof(line), "sudo pps2shm setup");

	if (gpio >= 0 && !strstr(more, "--gpio")) {
		n += (size_t)snprintf(line + n, sizeof(line) - n, " --gpio %d", gpio);
	}
	if (world->boot_falling && !strstr(more, "--edge")) {
		n += (size_t)snprintf(line + n, sizeof(line) - n, " --edge falling");
	}
	if (c->serial_device[0] == '/' && !header && !strstr(more, "--serial")) {
		n += (size_t)snprintf(line + n, sizeof(line) - n, " --serial %s", c->serial_device);
	}
	if (world->keeper == KEEPER_CHRONY) {
		n += (size_t)snprintf(line + n, sizeof(line) - n, " --chrony");
	}
	snprintf(line + n, sizeof(line) - n, "%s%s", more[0] ? " " : "", more);
	return line;
}
