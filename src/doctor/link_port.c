/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "pi/cmdline_txt.h"
#include "sources/device_user.h"

/* The serial port: is it the right one, and ours alone? */

static const char *base(const char *device)
{
	const char *slash = strrchr(device, '/');

	return slash ? slash + 1 : device;
}

/* The UART that Bluetooth has, on models where it shares the header's: /dev/serial1. */
static bool is_bluetooth(const struct doctor_world *world)
{
	char other[128];

	if (!world->model || world->model->uart != PI_UART_BLUETOOTH) {
		return false;
	}
	world_resolve(world, "/dev/serial1", other, sizeof(other));
	return strcmp(other, world->port) == 0;
}

static void say_no_port(const struct doctor_world *world, struct doctor_finding *finding)
{
	const char *device = world->config.serial_device;
	char file[80];

	snprintf(file, sizeof(file), "%s/config.txt", world->boot_dir);
	doctor_broken(finding, "there is no %s", device);
	if (world->model && !world_header_port(world)) {
		doctor_remedy(
			finding,
			"plug the receiver in; ls -l /dev/serial/by-id shows what there is, sudo pps2shm detect finds it");
	} else if (!world->model) {
		doctor_remedy(finding,
			      "set 'device' in section [serial] of " CONFIG_PATH
			      " to the receiver's port (sudo pps2shm detect finds it), then %s",
			      world_restart(world));
	} else if (world->boot_read && world_changed_since_boot(world, file)) {
		doctor_broken(finding,
			      "there is no %s yet: %s was changed after the system started", device,
			      file);
		doctor_remedy(finding, "sudo reboot");
	} else {
		doctor_remedy(finding, "%s switches the header's UART on; then sudo reboot",
			      world_setup(world, "", ""));
	}
}

void link_uart(struct doctor_world *world, struct doctor_finding *finding)
{
	const char *device = world->config.serial_device;
	char also[160] = "";
	struct stat st;

	if (!world->port[0] || !world_runs(world)) {
		return; /* none, standard input or simulated; or a system that does not run */
	}
	if (!world_stat(world, world->port, &st)) {
		say_no_port(world, finding);
		return;
	}
	if (strcmp(device, world->port) != 0) {
		snprintf(also, sizeof(also), " (%s)", world->port);
	}
	if (world->model && world->model->uart == PI_UART_RP1 &&
	    strcmp(world->port, "/dev/ttyAMA10") == 0) {
		doctor_broken(finding, "%s%s is the debug connector of a %s, not GPIO 14 and 15",
			      device, also, world->model->title);
		doctor_remedy(finding, "%s, then sudo reboot",
			      world_setup(world, "--serial /dev/ttyAMA0", ""));
	} else if (is_bluetooth(world)) {
		doctor_broken(finding, "%s%s is Bluetooth's UART, not GPIO 14 and 15", device,
			      also);
		doctor_remedy(finding, "%s, which gives the header this UART; then sudo reboot",
			      world_setup(world, "--serial /dev/ttyAMA0", ""));
	} else if (world_service_may(world, &st, ACCESS_READ | ACCESS_WRITE) == 0) {
		doctor_broken(finding, "%s has mode %04o: %s may not open it", world->port,
			      (unsigned int)st.st_mode & 0777, world_service_user(world));
		doctor_remedy(finding, "sudo usermod -aG dialout %s, then %s",
			      world_service_user(world), world_restart(world));
	} else {
		doctor_ok(finding, "%s%s", device, also);
	}
}

/* "console=ttyAMA0,115200" for this port among a command line's words. */
static bool console_on(const char *words, const char *port)
{
	size_t len = strlen(port);

	for (const char *at = strstr(words, "console="); at; at = strstr(at + 1, "console=")) {
		const char *name = at + strlen("console=");

		if ((at == words || at[-1] == ' ') && strncmp(name, port, len) == 0 &&
		    strchr(", \n", name[len])) {
			return true;
		}
	}
	return false;
}

/*
 * In cmdline.txt the firmware's name serial0 is the header, but on models with an RP1 it may be the
 * debug connector: the running kernel's command line has the name that the firmware put for it.
 */
static bool console_next(const struct doctor_world *world, const struct text *next, bool is_now)
{
	bool rp1 = world->model && world->model->uart == PI_UART_RP1;

	return console_on(next->at, base(world->port)) ||
	       (world_header_port(world) && (!rp1 || is_now) && cmdline_txt_uses_port(next));
}

void link_console(struct doctor_world *world, struct doctor_finding *finding)
{
	struct text now, next;
	char file[80];

	if (!world->port[0]) {
		return;
	}
	snprintf(file, sizeof(file), "%s/cmdline.txt",
		 world->boot_dir[0] ? world->boot_dir : "/boot");
	world_read(world, "/proc/cmdline", &now);
	bool there = world_read(world, file, &next);
	bool is_now = console_on(now.at, base(world->port)) ||
		      (world_header_port(world) && console_on(now.at, "serial0"));
	bool will_be = there && console_next(world, &next, is_now);

	if (will_be) {
		doctor_broken(finding, "%s puts the kernel's console on %s", file, world->port);
		if (world->model) {
			doctor_remedy(
				finding,
				"%s removes it (by hand: delete the word console=... from that file)%s",
				world_setup(world, "", ""), world_reboot(world));
		} else {
			doctor_remedy(finding, "delete the word console=... from that file%s",
				      world_reboot(world));
		}
	} else if (is_now && there) {
		doctor_broken(finding, "the kernel's console is on %s until the next boot",
			      world->port);
		doctor_remedy(finding, "sudo reboot");
	} else if (is_now) {
		doctor_broken(finding, "the kernel's console is on %s", world->port);
		doctor_remedy(finding,
			      "remove console=%s from the kernel's command line, then sudo reboot",
			      base(world->port));
	} else {
		doctor_ok(finding, "no console on %s", world->port);
	}
	text_free(&now);
	text_free(&next);
}

void link_getty(struct doctor_world *world, struct doctor_finding *finding)
{
	char unit[160];

	snprintf(unit, sizeof(unit), "serial-getty@%s.service", base(world->port));
	const struct doctor_service *getty = world_service(world, unit);

	if (!world->port[0] || !world->systemd) {
		return;
	}
	if (getty && strcmp(getty->active, "active") == 0) {
		doctor_broken(finding, "a login prompt (%s) runs on %s and takes its bytes", unit,
			      world->port);
		doctor_remedy(finding, "sudo systemctl disable --now %s && sudo systemctl mask %s",
			      unit, unit);
	} else if (getty && strcmp(getty->enabled, "enabled") == 0) {
		doctor_warning(finding, "%s does not run, but will start at the next boot", unit);
		doctor_remedy(finding, "sudo systemctl disable %s && sudo systemctl mask %s", unit,
			      unit);
	} else {
		doctor_ok(finding, "no login prompt on %s", world->port);
	}
}

void link_port(struct doctor_world *world, struct doctor_finding *finding)
{
	struct device_user user;
	struct stat st;
	int own = world->segment ? (int)world->status.segment.head.pid : 0;

	if (!world->port[0] || !world_stat(world, world->port, &st) || !world_runs(world)) {
		return;
	}
	int rc = device_user_find(world_path(world, "/proc"), world->port, own, &user);

	if (rc == 1) {
		doctor_broken(finding,
			      "%s is also open in %s (process %d): each gets half the bytes",
			      world->port, user.name, user.pid);
		doctor_remedy(
			finding,
			world->without_systemd
				? "stop %s for good, process %d, and what starts it"
				: "stop %s for good: 'systemctl status %d' names its service, which sudo systemctl disable --now ends",
			user.name, user.pid);
	} else if (rc == 0) {
		doctor_ok(finding, "no other program has %s open", world->port);
	} else {
		doctor_unknown(finding,
			       "only root can see who else has %s open: sudo pps2shm doctor",
			       world->port);
	}
}
