/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/boot_block.h"

#include <string.h>

#include "pi/boot_check.h"

static void add_pps(const struct boot_want *want, struct text *block)
{
	bool rp1 = want->overlay == BOOT_PPS_RP1;

	text_addf(block, "dtoverlay=%s,%s=%d", boot_overlay_name(want->overlay),
		  rp1 ? "pin" : "gpiopin", want->gpio);
	if (want->falling) {
		text_addf(block, rp1 ? ",assert-falling-edge" : ",assert_falling_edge");
	}
	if (want->pull == BOOT_PULL_DOWN) {
		text_addf(block, rp1 ? ",pull-down" : ",pull=down");
	}
	if (want->pull == BOOT_PULL_UP) {
		text_addf(block, rp1 ? ",pull-up" : ",pull=up");
	}
	text_addf(block, "\n");
}

/*
 * Base settings first; then overlays, so that the bare "dtoverlay=" which ends their scope is never
 * the first of the file (there it would keep a HAT's own overlay from being loaded); then
 * parameters of the base.
 */
static void make_block(const struct boot_want *want, const struct boot_found *found,
		       struct text *block)
{
	bool slow = want->uart.bluetooth == UART_BLUETOOTH_SLOW;

	text_addf(block, CONFIG_TXT_BEGIN "\n"
					  "# 'pps2shm setup --undo' removes it again.\n"
					  "[all]\n");
	if (!found->enable) {
		text_addf(block, "enable_uart=1\n");
	}
	if (!found->clock) {
		text_addf(block, "core_freq=250\n");
	}
	if (!found->pps) {
		add_pps(want, block);
	}
	if (!found->swap) {
		text_addf(block, "dtoverlay=%s\n", slow ? "miniuart-bt" : "disable-bt");
	}
	text_addf(block, "dtoverlay=\n");
	if (!found->uart0) {
		text_addf(block, "dtparam=uart0=on\n");
	}
	text_addf(block, CONFIG_TXT_END "\n");
}

static void add_with_endings(struct text *made, const struct text *block, bool carriage)
{
	struct text_line line = {0};

	while (text_next_line(block, &line)) {
		text_add(made, line.at, line.len);
		text_addf(made, carriage ? "\r\n" : "\n");
	}
}

/* The block where one stands already, or else at the end. */
static void place_block(const struct text *old, const struct config_txt *config,
			const struct text *block, struct text *made)
{
	struct text_line line = {0};
	bool carriage = false, blank = true, newline = true;

	while (text_next_line(old, &line)) {
		carriage = line.number == 1 ? line.carriage : carriage;
		blank = line.len == 0;
		newline = line.newline;
		if (config->own_begin && line.number == config->own_begin) {
			add_with_endings(made, block, carriage);
		}
		if (line.number < config->own_begin || line.number > config->own_end) {
			text_add(made, old->at + line.begin, line.end - line.begin);
		}
	}
	if (config->own_begin) {
		return;
	}
	if (!newline) {
		text_addf(made, carriage ? "\r\n" : "\n");
	}
	if (!blank) {
		text_addf(made, carriage ? "\r\n" : "\n");
	}
	add_with_endings(made, block, carriage);
}

static bool all_holds(const struct boot_found *found)
{
	return found->pps && found->swap && found->clock && found->uart0 && found->enable;
}

/* Does it hold already, block or not? Else err tells what is missing. */
static int holds(const struct boot_want *want, const char *name, const struct config_txt *config,
		 struct error *err)
{
	struct boot_found found;
	const struct config_txt_item *item;

	if (boot_check(want, name, config, true, &found, err)) {
		return -1;
	}
	if (!found.pps) {
		return error_set(err, "%.150s: no dtoverlay=%s,... is in effect on a %s", name,
				 boot_overlay_name(want->overlay), want->model->title);
	}
	if (!found.enable) {
		item = config_txt_last(config, CONFIG_TXT_SETTING, "enable_uart", true);
		return item ? boot_complain(err, name, item,
					    "enable_uart=%s is in effect, or may be: remove it",
					    item->value)
			    : error_set(err, "%.150s: enable_uart=1 is missing", name);
	}
	if (!found.uart0) {
		item = config_txt_last(config, CONFIG_TXT_PARAM, "uart0", true);
		return item ? boot_complain(err, name, item,
					    "uart0=%s is in effect, or may be: remove it",
					    item->value)
			    : error_set(err, "%.150s: dtparam=uart0=on is missing", name);
	}
	if (!found.swap) {
		return error_set(err, "%.150s: dtoverlay=disable-bt or miniuart-bt is missing",
				 name);
	}
	return found.clock ? 0 : error_set(err, "%.150s: core_freq=250 is missing", name);
}

static void add_notes(const struct boot_want *want, const char *name,
		      const struct config_txt *config, struct notes *notes)
{
	const struct config_txt_item *enable =
		config_txt_last(config, CONFIG_TXT_SETTING, "enable_uart", false);

	if (config->cut_line) {
		notes_add(notes, "%s:%ld: the firmware reads only the first %d characters", name,
			  config->cut_line, CONFIG_TXT_LINE);
	}
	if (!enable || !want->uart.header) {
		return;
	}
	if (want->model->uart != PI_UART_RP1 && !config_txt_is_on(enable)) {
		notes_add(
			notes,
			"%s:%ld: enable_uart=%s: overridden by enable_uart=1 in setup's block, which comes later",
			name, enable->line, enable->value);
	}
	if (want->model->uart == PI_UART_RP1 && config_txt_is_on(enable)) {
		notes_add(
			notes,
			"%s:%ld: enable_uart=1 may send the boot messages to the receiver; a %s does not need it",
			name, enable->line, want->model->title);
	}
}

/* Reads what was made as the firmware would: it must bring about what was wanted. */
static int check_made(const struct boot_want *want, const char *name, const struct text *made,
		      config_txt_include *include, void *arg, struct error *err)
{
	struct config_txt config;
	int rc = config_txt_read(&config, want->model, name, made, include, arg, err);

	if (rc == 0) {
		rc = holds(want, name, &config, err);
		config_txt_free(&config);
	}
	return rc;
}

int boot_block_write(const struct boot_want *want, const char *name, const struct text *old,
		     config_txt_include *include, void *arg, struct text *made, struct notes *notes,
		     struct error *err)
{
	struct config_txt config;
	struct boot_found found;
	struct text block;

	text_init(made);
	if (config_txt_read(&config, want->model, name, old, include, arg, err)) {
		return -1;
	}
	int rc = boot_check(want, name, &config, false, &found, err);

	if (rc == 0) {
		add_notes(want, name, &config, notes);
	}
	if (rc == 0 && all_holds(&found) && config.own_begin == 0) {
		text_add(made, old->at, old->len);
	} else if (rc == 0) {
		text_init(&block);
		make_block(want, &found, &block);
		place_block(old, &config, &block, made);
		text_free(&block);
		rc = check_made(want, name, made, include, arg, err);
	}
	config_txt_free(&config);
	return rc;
}
