/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"

/* Who has the pulse's line: the driver, or our daemon itself; and may it be read? */

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

/* The device tree has the node, but no driver took it. driver: there is one that could. */
static bool unbound(const struct doctor_world *world, int gpio, bool *driver)
{
	char node[80];
	struct stat st;

	*driver = world_stat(world, "/sys/bus/platform/drivers/pps-gpio", &st);
	snprintf(node, sizeof(node), "/sys/bus/platform/devices/pps@%x", (unsigned int)gpio);
	if (!world_stat(world, node, &st)) {
		return false;
	}
	strcat(node, "/driver");
	return !world_stat(world, node, &st);
}

static void say_no_device(struct doctor_world *world, const char *why,
			  struct doctor_finding *finding)
{
	int gpio = wanted_gpio(world) < 0 ? PPS_DEFAULT_GPIO : wanted_gpio(world);
	char name[40], file[80], option[24];
	bool driver;

	snprintf(file, sizeof(file), "%s/config.txt", world->boot_dir);
	snprintf(option, sizeof(option), "--gpio %d", gpio);
	doctor_broken(finding, "%.390s", why);
	if (strncmp(why, "several", 7) == 0) {
		doctor_remedy(finding,
			      "set 'gpio = N' in section [pps] of " CONFIG_PATH ", then %s",
			      world_restart(world));
	} else if (strcmp(world->config.pps_device, "auto") != 0) {
		doctor_remedy(finding,
			      "set 'device = auto' in section [pps] of " CONFIG_PATH ", then %s",
			      world_restart(world));
	} else if (world->boot_gpio >= 0 && world_changed_since_boot(world, file)) {
		doctor_broken(finding, "no /dev/pps yet: %s was changed after the system started",
			      file);
		doctor_remedy(finding, "sudo reboot");
	} else if (holder(world, gpio, name, sizeof(name)) == 1 && strncmp(name, "pps", 3) != 0) {
		doctor_broken(finding,
			      "GPIO %d is held by '%s', so the pps-gpio driver cannot use it", gpio,
			      name);
		doctor_remedy(
			finding,
			"stop that program or remove its overlay, then sudo reboot; gpioinfo shows who holds which line");
	} else if (unbound(world, gpio, &driver)) {
		doctor_broken(
			finding,
			"the device tree has pps@%x, but the pps-gpio driver is not bound to it",
			(unsigned int)gpio);
		if (driver) {
			doctor_remedy(
				finding,
				"echo pps@%x | sudo tee /sys/bus/platform/drivers/pps-gpio/bind; if that fails, sudo dmesg | grep -i pps says why",
				(unsigned int)gpio);
		} else {
			doctor_remedy(finding, "sudo modprobe pps-gpio");
		}
	} else if (world->boot_gpio >= 0) {
		doctor_remedy(
			finding,
			"sudo reboot; if it persists, sudo vclog --msg | grep -i dtoverlay says why the firmware left the overlay out");
	} else {
		doctor_remedy(
			finding, "%s, then %s",
			world_setup(
				world, option,
				"set 'device' in section [pps] of " CONFIG_PATH
				", or set 'source = gpio' there for a GPIO line that no driver has"),
			world->model ? "sudo reboot" : world_restart(world));
	}
}

/* The line that our daemon itself watches. */
static void look_at_line(struct doctor_world *world, struct doctor_finding *finding)
{
	int gpio = world->config.pps_gpio < 0 ? PPS_DEFAULT_GPIO : world->config.pps_gpio;
	char name[40];
	int held = holder(world, gpio, name, sizeof(name));

	if (held < 0) {
		doctor_unknown(finding, "only root can see who holds GPIO %d: sudo pps2shm doctor",
			       gpio);
	} else if (held && strncmp(name, "pps2shm", 7) == 0) {
		doctor_ok(finding, "GPIO %d is held by pps2shm", gpio);
	} else if (held) {
		doctor_broken(finding, "GPIO %d is held by '%s', so pps2shm cannot watch it", gpio,
			      name);
		doctor_remedy(
			finding,
			"stop that program or remove its overlay; gpioinfo shows who holds which line");
	} else if (world->status.alive) {
		doctor_broken(finding, "GPIO %d is not being watched, although 'source = gpio'",
			      gpio);
		doctor_remedy(
			finding,
			"pps2shm status says why; the service's user must be in the group of /dev/gpiochip*: sudo usermod -aG gpio %s",
			world_service_user(world));
	} else {
		doctor_ok(finding, "GPIO %d is free for pps2shm", gpio);
	}
}

/* The device that the configuration names, or the only one of a GPIO line. */
static bool find_device(struct doctor_world *world, struct error *err)
{
	struct pps_device all[PPS_FIND_MAX];
	char wanted[128], node[24], there[160];

	if (strcmp(world->config.pps_device, "auto") == 0) {
		return pps_find(world_path(world, "/sys/class/pps"), wanted_gpio(world),
				&world->pps, err) == 0;
	}
	int count = pps_list(world_path(world, "/sys/class/pps"), all);

	world_resolve(world, world->config.pps_device, wanted, sizeof(wanted));
	for (int i = 0; i < count; i++) {
		snprintf(node, sizeof(node), "/dev/%.15s", all[i].node);
		if (strcmp(node, wanted) == 0) {
			world->pps = all[i];
			return true;
		}
	}
	pps_describe(all, count, there, sizeof(there));
	error_set(err, "there is no %.200s (present: %s)", world->config.pps_device, there);
	return false;
}

static void look_at_driver(struct doctor_world *world, struct doctor_finding *finding)
{
	char held[40];
	struct error err;

	world->pps_found = find_device(world, &err);
	if (!world->pps_found) {
		/* What to do is said below the line. */
		err.text[strcspn(err.text, ";")] = '\0';
		say_no_device(world, err.text, finding);
	} else if (holder(world, world->pps.gpio, held, sizeof(held)) == 1 && held[0]) {
		doctor_ok(finding, "%s is %s, which holds GPIO %d as '%s'", world->pps.node,
			  world->pps.name, world->pps.gpio, held);
	} else {
		doctor_ok(finding, "%s is %s", world->pps.node, world->pps.name);
	}
}

void link_driver(struct doctor_world *world, struct doctor_finding *finding)
{
	if (!world_runs(world) || world->simulated) {
		return;
	}
	if (world->config.pps_source == CONFIG_PPS_GPIO) {
		look_at_line(world, finding);
	} else if (world->config.pps_source == CONFIG_PPS_KERNEL) {
		look_at_driver(world, finding);
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
		doctor_remedy(finding, "sudo udevadm trigger --subsystem-match=pps");
		return;
	}
	int may = world_service_may(world, &st, ACCESS_READ);

	if (may == 0) {
		doctor_broken(finding, "%s has mode %04o: %s may not read it", node,
			      (unsigned int)st.st_mode & 0777, world_service_user(world));
		doctor_remedy(
			finding,
			"sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=pps (our udev rule gives it to the service's group)");
	} else if (may > 0) {
		doctor_ok(finding, "%s, mode %04o, may be read by %s", node,
			  (unsigned int)st.st_mode & 0777, world_service_user(world));
	} else {
		doctor_ok(finding, "%s, mode %04o", node, (unsigned int)st.st_mode & 0777);
	}
}
