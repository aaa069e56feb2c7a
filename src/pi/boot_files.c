/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/boot_files.h"

#include <string.h>

#include "pi/cmdline_txt.h"
#include "pi/installed.h"

struct includes {
	const struct root *root;
	const char *boot;
	struct notes *notes; /* of files that are not there; NULL: nobody listens */
};

/* A config_txt_include for files beside config.txt. */
static bool include(void *arg, const char *name, struct text *text)
{
	const struct includes *includes = arg;
	char path[200];
	struct error ignored;
	int rc = -1;

	if (strstr(name, "..") || strlen(name) > 100) {
		text_init(text);
	} else {
		snprintf(path, sizeof(path), "%s/%s", includes->boot, name);
		rc = root_read(includes->root, path, text, &ignored);
	}
	if (rc != 1 && includes->notes) {
		notes_add(includes->notes, "config.txt includes %.100s, which is not there", name);
	}
	return rc == 1;
}

/* The overlay's file must be there: the firmware passes over a missing one without a word. */
static int plan_overlay(struct plan *plan, const char *boot, const struct boot_want *want,
			const struct config_txt *config, struct error *err)
{
	const char *overlay = boot_overlay_name(want->overlay);
	const struct config_txt_item *prefix =
		config_txt_last(config, CONFIG_TXT_SETTING, "overlay_prefix", true);
	char name[100], path[ROOT_PATH];
	struct text bytes;

	if (prefix) {
		return error_set(
			err,
			"%s/config.txt:%ld: overlay_prefix=%.60s: overlays are elsewhere, where setup does not look: remove it, or set up by hand",
			boot, prefix->line, prefix->value);
	}
	snprintf(name, sizeof(name), "%s/overlays/%s.dtbo", boot, overlay);
	if (want->overlay != BOOT_PPS2SHM) {
		return root_has(plan->root, name)
			       ? 0
			       : error_set(
					 err,
					 "%.150s%s is not there: update the system, or choose another --overlay",
					 plan->root->path, name);
	}
	if (!installed_find(plan->root, "share/pps2shm/pps2shm.dtbo", path)) {
		return error_set(
			err,
			"%.150s/usr/share/pps2shm/pps2shm.dtbo is not there: install pps2shm first",
			plan->root->path);
	}
	int rc = root_read(plan->root, path, &bytes, err) < 0
			 ? -1
			 : plan_file(plan, name, &bytes, "our own overlay", err);

	text_free(&bytes);
	return rc;
}

/*
 * The kernel's command line: cmdline.txt, or what cmdline= in config.txt names. -1 with err where
 * that is not plain.
 */
static int cmdline_name(const struct config_txt *config, const char *boot, char *name, size_t size,
			struct error *err)
{
	const struct config_txt_item *item =
		config_txt_last(config, CONFIG_TXT_SETTING, "cmdline", true);
	const char *file = item ? item->value : "cmdline.txt";

	if (item && (!item->sure || file[0] == '\0' || strstr(file, ".."))) {
		return error_set(
			err,
			"%s/config.txt:%ld: cmdline=%.60s: unclear which file the kernel gets its command line from: remove it",
			boot, item->line, file);
	}
	snprintf(name, size, "%s/%s", boot, file);
	return 0;
}

static int plan_cmdline(struct plan *plan, const char *boot, const struct config_txt *config,
			struct error *err)
{
	struct text old, made;
	char name[200];
	int rc;

	if (cmdline_name(config, boot, name, sizeof(name), err)) {
		return -1;
	}
	rc = root_read(plan->root, name, &old, err);
	text_init(&made);
	if (rc == 0) {
		rc = error_set(err, "%.150s%s is not there: not a boot partition that boots Linux?",
			       plan->root->path, name);
	} else if (rc > 0) {
		text_free(&made);
		rc = cmdline_txt_free_port(name, &old, &made, err);
		rc = rc ? rc
			: plan_file(plan, name, &made, "no console on the receiver's port", err);
	}
	text_free(&old);
	text_free(&made);
	return rc;
}

static int plan_config(struct plan *plan, const char *boot, const char *name,
		       const struct boot_want *want, const struct text *old, struct error *err)
{
	struct includes includes = {plan->root, boot, &plan->notes};
	struct config_txt config;
	struct text made;
	int rc;

	if (config_txt_read(&config, want->model, name, old, include, &includes, err)) {
		return -1;
	}
	includes.notes = NULL; /* once is enough */
	rc = plan_overlay(plan, boot, want, &config, err);
	if (rc == 0 && want->uart.header) {
		rc = plan_cmdline(plan, boot, &config, err);
	}
	config_txt_free(&config);
	if (rc) {
		return rc;
	}
	rc = boot_block_write(want, name, old, include, &includes, &made, &plan->notes, err);
	if (rc == 0) {
		rc = plan_file(plan, name, &made, "the pulse and the serial port", err);
	}
	text_free(&made);
	return rc;
}

int boot_files_plan(struct plan *plan, const char *boot, const struct boot_want *want,
		    struct error *err)
{
	struct text old;
	char name[64];
	int rc;

	snprintf(name, sizeof(name), "%s/config.txt", boot);
	rc = root_read(plan->root, name, &old, err);
	if (rc > 0) {
		rc = plan_config(plan, boot, name, want, &old, err);
	}
	text_free(&old);
	return rc;
}
