/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "common/refclock.h"
#include "doctor/world.h"

/* Commands and lines to be said as they stand. */

static int known_gpio(const struct doctor_world *world)
{
	if (world->config.pps_gpio >= 0) {
		return world->config.pps_gpio;
	}
	return world->boot_gpio >= 0 ? world->boot_gpio : world->pps_found ? world->pps.gpio : -1;
}

const char *world_setup(const struct doctor_world *world, const char *more, const char *by_hand)
{
	static char line[700];
	const struct config *c = &world->config;
	bool header = strcmp(c->serial_device, "/dev/serial0") == 0 ||
		      strcmp(c->serial_device, "/dev/ttyAMA0") == 0;
	int gpio = known_gpio(world);
	size_t n = (size_t)snprintf(line, sizeof(line), "sudo pps2shm setup");

	if (!world->model) {
		snprintf(line, sizeof(line), "%s", by_hand);
		return line;
	}
	if (!world->outside->running) {
		n += (size_t)snprintf(line + n, sizeof(line) - n, " --root %s --model %s",
				      world->root.path, world->model->name);
	}
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

const char *world_reboot(const struct doctor_world *world)
{
	return world->outside->running ? ", then sudo reboot" : "";
}

const char *world_service_do(const struct doctor_world *world, const char *verb, const char *units)
{
	static char words[120];
	const char *plain = strncmp(verb, "enable", 6) == 0    ? "start"
			    : strncmp(verb, "disable", 7) == 0 ? "stop"
							       : verb;

	if (world->without_systemd) {
		snprintf(words, sizeof(words), "sudo service %.*s %s", (int)strcspn(units, "."),
			 units, plain);
	} else {
		snprintf(words, sizeof(words), "sudo systemctl %s %s", verb, units);
	}
	return words;
}

const char *world_restart(const struct doctor_world *world)
{
	return world->without_systemd ? "start 'pps2shm run' anew (no systemd runs here)"
				      : "sudo systemctl restart pps2shm";
}

const char *world_restart_keeper(const struct doctor_world *world)
{
	return world_service_do(world, "restart", world_keeper(world));
}

const char *world_then_restart_keeper(const struct doctor_world *world)
{
	static char words[140];

	snprintf(words, sizeof(words), ", then %s", world_restart_keeper(world));
	return world->outside->running ? words : "";
}

const char *world_refclock(const struct doctor_world *world, bool pps)
{
	static char line[300];
	const struct config *c = &world->config;

	return refclock_line(line, sizeof(line),
			     world->keeper == KEEPER_CHRONY ? REFCLOCK_CHRONY : REFCLOCK_NTPSEC,
			     pps, pps ? c->pps_unit : c->coarse_unit,
			     pps ? c->pps_socket : c->coarse_socket);
}

const char *world_keeper(const struct doctor_world *world)
{
	return world->keeper == KEEPER_CHRONY ? "chrony" : "ntpsec";
}
