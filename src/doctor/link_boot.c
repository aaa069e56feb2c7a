/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "pi/boot.h"
#include "pi/boot_block.h"
#include "pi/pins.h"

/* The overlay line in config.txt: is it there, is it in effect on this model, is its line free? */

static bool include(void *arg, const char *name, struct text *text)
{
	const struct doctor_world *world = arg;
	char path[200];

	snprintf(path, sizeof(path), "%s/%.100s", world->boot_dir, name);
	return world_read(world, path, text);
}

/* config.txt into world->boot. */
static bool read_boot(struct doctor_world *world, struct doctor_finding *finding)
{
	struct error err;
	struct text text;
	char name[80];

	if (boot_find(&world->root, world->boot_dir, sizeof(world->boot_dir), &err)) {
		doctor_broken(finding, "%s", err.text);
		doctor_remedy(finding, "sudo mount /boot/firmware");
		return false;
	}
	snprintf(name, sizeof(name), "%s/config.txt", world->boot_dir);
	world_read(world, name, &text);
	int rc = config_txt_read(&world->boot, world->model, name, &text, include, world, &err);

	text_free(&text);
	if (rc) {
		doctor_broken(finding, "%s", err.text);
		doctor_remedy(finding, "fix that line of %s", name);
		return false;
	}
	world->boot_read = true;
	return true;
}

static int overlay_gpio(const struct config_txt *config, size_t index, enum boot_overlay overlay)
{
	const struct config_txt_item *pin =
		config_txt_param(config, (long)index, overlay == BOOT_PPS_RP1 ? "pin" : "gpiopin");

	return pin ? (int)config_txt_number(pin) : PPS_DEFAULT_GPIO;
}

static bool is_falling(const struct config_txt *config, long index)
{
	static const char *const names[] = {"assert_falling_edge", "assert-falling-edge"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct config_txt_item *item = config_txt_param(config, index, names[i]);

		if (item && config_txt_is_on(item)) {
			return true;
		}
	}
	return false;
}

/* The overlay on the wanted line (-1: any), sure ones first; *gpio is its line. */
static const struct config_txt_item *find_overlay(const struct config_txt *config, int wanted,
						  int *gpio)
{
	const struct config_txt_item *best = NULL;

	for (enum boot_overlay o = BOOT_PPS_GPIO; o <= BOOT_PPS2SHM; o++) {
		const struct config_txt_item *item;
		size_t at = 0;

		while ((item = config_txt_overlay(config, boot_overlay_name(o), &at))) {
			int line = overlay_gpio(config, at - 1, o);
			bool fits = wanted < 0 || line == wanted;

			if (!best || (fits && (*gpio != wanted || !best->sure))) {
				best = item;
				*gpio = line;
			}
		}
	}
	return best;
}

/* The first line of a file that has a PPS overlay, in effect or not; 0: none. */
static long mentions(const struct doctor_world *world, const char *name, bool *comment)
{
	struct text_line line = {0};
	struct text text;
	long number = 0;

	world_read(world, name, &text);
	while (number == 0 && text_next_line(&text, &line)) {
		char one[200];

		snprintf(one, sizeof(one), "%.*s", (int)line.len, line.at);
		for (enum boot_overlay o = BOOT_PPS_GPIO; o <= BOOT_PPS2SHM; o++) {
			const char *overlay = strstr(one, "overlay=");

			if (overlay && strstr(overlay, boot_overlay_name(o))) {
				number = line.number;
				*comment = strchr(one, '#') && strchr(one, '#') < overlay;
			}
		}
	}
	text_free(&text);
	return number;
}

static void say_missing(const struct doctor_world *world, const char *file,
			struct doctor_finding *finding)
{
	int gpio = world->config.pps_gpio >= 0 ? world->config.pps_gpio : PPS_DEFAULT_GPIO;
	bool comment = false;
	char option[24];
	long line = mentions(world, file, &comment);
	long old = mentions(world, "/boot/config.txt", &(bool){false});

	if (line && comment) {
		doctor_broken(finding, "%s:%ld: the PPS overlay is only a comment", file, line);
	} else if (line) {
		doctor_broken(
			finding,
			"%s:%ld: the PPS overlay is not in effect on this model (%s): it is below a filter in brackets, or its line is longer than %d characters",
			file, line, world->model->title, CONFIG_TXT_LINE);
	} else if (old && strcmp(world->boot_dir, "/boot") != 0) {
		doctor_broken(
			finding,
			"the PPS overlay is in /boot/config.txt:%ld, which the firmware does not read: it reads %s",
			old, file);
	} else {
		doctor_broken(finding, "%s has no PPS overlay", file);
	}
	snprintf(option, sizeof(option), "--gpio %d", gpio);
	doctor_remedy(finding, "%s%s", world_setup(world, option, ""), world_reboot(world));
}

static void judge(struct doctor_world *world, const struct config_txt_item *item, int gpio,
		  const char *file, struct doctor_finding *finding)
{
	int wanted = world->config.pps_gpio;
	const char *in = item->file[0] ? item->file : file;
	const struct config_txt_item *user;
	char blob[200];
	struct error err;
	struct stat st;

	if (wanted >= 0 && gpio != wanted) {
		doctor_broken(finding,
			      "%s:%ld: dtoverlay=%s is on GPIO %d, but pps2shm.conf says GPIO %d",
			      in, item->line, item->name, gpio, wanted);
		doctor_remedy(finding, "%s with the GPIO that the wire is on%s",
			      world_setup(world, "--gpio N", ""), world_reboot(world));
		return;
	}
	if (pins_check(gpio, &err)) {
		doctor_broken(finding, "%s:%ld: dtoverlay=%s: %.200s", in, item->line, item->name,
			      err.text);
		doctor_remedy(finding, "remove the line, then %s with the GPIO that the wire is on",
			      world_setup(world, "--gpio N", ""));
		return;
	}
	user = pins_user(&world->boot, gpio);
	if (user) {
		doctor_broken(finding, "GPIO %d is also used by '%s%s%s' (%s:%ld)", gpio,
			      user->name, user->value[0] ? "=" : "", user->value,
			      user->file[0] ? user->file : file, user->line);
		doctor_remedy(
			finding,
			"remove that line from %s, or wire the pulse to another GPIO and %s%s",
			file, world_setup(world, "--gpio N", ""), world_reboot(world));
		return;
	}
	snprintf(blob, sizeof(blob), "%s/overlays/%s.dtbo", world->boot_dir, item->name);
	if (!world_stat(world, blob, &st)) {
		doctor_broken(finding, "%s:%ld: dtoverlay=%s, but there is no %s", in, item->line,
			      item->name, blob);
		doctor_remedy(finding, "sudo apt full-upgrade, then sudo reboot");
		return;
	}
	if (!item->sure) {
		char option[24];

		snprintf(option, sizeof(option), "--gpio %d", gpio);
		doctor_warning(
			finding,
			"%s:%ld: dtoverlay=%s may or may not be in effect: a filter, an include file, or a blank or comment after it",
			in, item->line, item->name);
		doctor_remedy(
			finding,
			"put the line by itself below [all] at the end of %s, or remove it and %s",
			file, world_setup(world, option, ""));
		return;
	}
	world->boot_gpio = gpio;
	world->boot_falling = is_falling(&world->boot, item - world->boot.items);
	doctor_ok(finding, "%s:%ld: dtoverlay=%s on GPIO %d", in, item->line, item->name, gpio);
}

void link_overlay(struct doctor_world *world, struct doctor_finding *finding)
{
	char file[80];
	int gpio = -1;
	bool kernel = world->config.pps_source == CONFIG_PPS_KERNEL &&
		      strcmp(world->config.pps_device, "auto") == 0;

	if (!world->model || !read_boot(world, finding)) {
		return;
	}
	snprintf(file, sizeof(file), "%s/config.txt", world->boot_dir);
	const struct config_txt_item *item =
		find_overlay(&world->boot, world->config.pps_gpio, &gpio);

	if (world->config.pps_source == CONFIG_PPS_GPIO && item && item->sure &&
	    gpio == (world->config.pps_gpio < 0 ? PPS_DEFAULT_GPIO : world->config.pps_gpio)) {
		doctor_broken(finding,
			      "%s:%ld: dtoverlay=%s takes GPIO %d, which 'source = gpio' needs",
			      file, item->line, item->name, gpio);
		doctor_remedy(finding,
			      "set 'source = pps' in section [pps] of " CONFIG_PATH ", then %s",
			      world_restart(world));
	} else if (kernel && item) {
		judge(world, item, gpio, file, finding);
	} else if (kernel) {
		say_missing(world, file, finding);
	}
}
