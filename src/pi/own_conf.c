/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/own_conf.h"

#include <inttypes.h>
#include <string.h>

#include "config/config.h"
#include "pi/edit.h"

static int parse(const struct plan *plan, const struct text *text, struct config *config,
		 struct error *err)
{
	char name[ROOT_PATH];

	config_default(config);
	root_path(plan->root, CONFIG_PATH, name);
	return config_parse(config, name, text->at, text->len, err);
}

/* Sets the keys that do not say so yet. */
static int write_keys(struct text *text, const struct config *config, const struct boot_want *want,
		      const char *baud, bool poll, struct error *err)
{
	struct config wanted = *config;
	char gpio[12];

	snprintf(gpio, sizeof(gpio), "%d", want->gpio);
	if (baud && config_set_option(&wanted, "baud", baud, err)) {
		return -1;
	}
	if (wanted.serial_baud != config->serial_baud) {
		edit_ini(text, "serial", "baud", baud);
	}
	if (strcmp(config->serial_device, want->uart.device) != 0) {
		edit_ini(text, "serial", "device", want->uart.device);
	}
	if (config->pps_source != CONFIG_PPS_KERNEL) {
		edit_ini(text, "pps", "source", "pps");
	}
	if (poll && !config->pps_poll) {
		edit_ini(text, "pps", "poll", "yes");
	}
	if (config->pps_gpio != want->gpio) {
		edit_ini(text, "pps", "gpio", gpio);
	}
	/* The overlay turns the edge round, so that the one that counts is always the assert. */
	if (config->core.clear_edge) {
		edit_ini(text, "pps", "edge", "assert");
	}
	return 0;
}

/* An editor of lines may misread what the parser reads: look whether they agree. */
static int check(const struct plan *plan, const struct text *text, const struct boot_want *want,
		 bool poll, struct error *err)
{
	struct config config;

	if (parse(plan, text, &config, err)) {
		return -1;
	}
	if (strcmp(config.serial_device, want->uart.device) != 0 || config.pps_gpio != want->gpio ||
	    config.pps_source != CONFIG_PPS_KERNEL || config.core.clear_edge ||
	    (poll && !config.pps_poll)) {
		return error_set(
			err,
			CONFIG_PATH
			": cannot be edited reliably: set serial.device = %s and pps.gpio = %d in it by hand",
			want->uart.device, want->gpio);
	}
	return 0;
}

int own_conf_plan(struct plan *plan, const struct boot_want *want, const char *baud, bool poll,
		  struct ntp_units *units, struct error *err)
{
	struct config config;
	struct text text;
	int rc = root_read(plan->root, CONFIG_PATH, &text, err) < 0 ? -1 : 0;

	if (rc == 0) {
		rc = parse(plan, &text, &config, err);
	}
	if (rc == 0) {
		units->coarse = config.coarse_unit;
		units->pps = config.pps_unit;
		strcpy(units->coarse_socket, config.coarse_socket);
		strcpy(units->pps_socket, config.pps_socket);
		rc = write_keys(&text, &config, want, baud, poll, err) ||
				     check(plan, &text, want, poll, err)
			     ? -1
			     : 0;
	}
	if (rc == 0) {
		rc = plan_file(plan, CONFIG_PATH, &text, "the receiver's port and the pulse's GPIO",
			       err);
	}
	text_free(&text);
	return rc;
}

/* As check(). */
static int check_offset(const struct plan *plan, const struct text *text, int64_t offset_ns,
			const char *measured, struct error *err)
{
	struct config config;

	if (parse(plan, text, &config, err)) {
		return -1;
	}
	if (config.core.pps_offset_ns != offset_ns || strcmp(config.pps_measured, measured) != 0) {
		return error_set(err,
				 CONFIG_PATH
				 ": cannot be edited reliably: set pps.offset = %" PRId64
				 " in it by hand",
				 offset_ns);
	}
	return 0;
}

int own_conf_plan_offset(struct plan *plan, int64_t offset_ns, const char *measured,
			 struct error *err)
{
	struct config config;
	struct text text;
	char offset[24];
	int rc = root_read(plan->root, CONFIG_PATH, &text, err) < 0 ? -1 : 0;

	/* What is wrong with it already is not to be blamed on us. */
	if (rc == 0) {
		rc = parse(plan, &text, &config, err);
	}
	if (rc == 0) {
		snprintf(offset, sizeof(offset), "%" PRId64, offset_ns);
		/* A new line comes first in its section. */
		edit_ini(&text, "pps", "offset_measured", measured);
		edit_ini(&text, "pps", "offset", offset);
		rc = check_offset(plan, &text, offset_ns, measured, err);
	}
	if (rc == 0) {
		rc = plan_file(plan, CONFIG_PATH, &text, "how late pulses are stamped", err);
	}
	text_free(&text);
	return rc;
}

static int plan_baud(struct plan *plan, struct text *text, const char *baud, char was[12],
		     struct error *err)
{
	struct config config, wanted;

	if (parse(plan, text, &config, err)) {
		return -1;
	}
	wanted = config;
	if (config_set_option(&wanted, "baud", baud, err)) {
		return -1;
	}
	if (wanted.serial_baud == config.serial_baud) {
		return 0;
	}
	if (config.serial_baud) {
		snprintf(was, 12, "%d", config.serial_baud);
	} else {
		snprintf(was, 12, "auto");
	}
	edit_ini(text, "serial", "baud", baud);
	return plan_file(plan, CONFIG_PATH, text, "the receiver's bit rate", err);
}

int own_conf_plan_baud(struct plan *plan, const char *baud, char was[12], struct error *err)
{
	struct text text;
	int rc = root_read(plan->root, CONFIG_PATH, &text, err);

	was[0] = '\0';
	if (rc > 0 && text.len > 0) {
		rc = plan_baud(plan, &text, baud, was, err);
	}
	text_free(&text);
	return rc < 0 ? -1 : 0;
}
