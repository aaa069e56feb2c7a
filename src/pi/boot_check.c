/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/boot_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/clean.h"
#include "pi/pins.h"

/* How each PPS overlay calls its parameters. */
static const struct {
	const char *name;
	const char *gpio, *falling;
} pps_overlays[] = {
	[BOOT_PPS_GPIO] = {"pps-gpio", "gpiopin", "assert_falling_edge"},
	[BOOT_PPS_RP1] = {"pps-rp1", "pin", "assert-falling-edge"},
	[BOOT_PPS2SHM] = {"pps2shm", "gpiopin", "assert_falling_edge"},
};

enum { DEFAULT_GPIO = 18 };

static const char *const bluetooth_off[] = {"disable-bt", "pi3-disable-bt", NULL};
static const char *const bluetooth_slow[] = {"miniuart-bt", "pi3-miniuart-bt", NULL};

const char *boot_overlay_name(enum boot_overlay overlay)
{
	return pps_overlays[overlay].name;
}

int boot_complain(struct error *err, const char *name, const struct config_txt_item *item,
		  const char *format, ...)
{
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	clean_text(text, sizeof(text), text);
	return error_set(err, "%.80s:%ld: %s", item->file[0] ? item->file : name, item->line, text);
}

static const struct config_txt_item *last_of(const struct config_txt *config,
					     const char *const *overlays, bool with_own)
{
	const struct config_txt_item *item = NULL;

	for (int i = 0; overlays[i] && !item; i++) {
		item = config_txt_last(config, CONFIG_TXT_OVERLAY, overlays[i], with_own);
	}
	return item;
}

static enum boot_pull pull_of(const struct config_txt *config, long index)
{
	const struct config_txt_item *pull = config_txt_param(config, index, "pull");

	if (config_txt_param(config, index, "pull-up")) {
		return BOOT_PULL_UP;
	}
	if (config_txt_param(config, index, "pull-down")) {
		return BOOT_PULL_DOWN;
	}
	if (!pull) {
		return BOOT_PULL_OFF;
	}
	if (strcmp(pull->value, "down") == 0 || (pull->value[0] && config_txt_is_on(pull))) {
		return BOOT_PULL_DOWN;
	}
	return strcmp(pull->value, "up") == 0 || strcmp(pull->value, "2") == 0 ? BOOT_PULL_UP
									       : BOOT_PULL_OFF;
}

/* Is any of it written or filtered so that it only may be in effect? */
static bool is_unsure(const struct config_txt *config, long index)
{
	bool unsure = !config->items[index].sure;

	for (size_t i = 0; i < config->count; i++) {
		unsure = unsure || (config->items[i].kind == CONFIG_TXT_PARAM &&
				    config->items[i].overlay == index && !config->items[i].sure);
	}
	return unsure;
}

static int judge_pps(const struct boot_want *want, const char *name,
		     const struct config_txt *config, long index, enum boot_overlay overlay,
		     struct error *err)
{
	static const char *const pulls[] = {"", "off", "down", "up"};
	const struct config_txt_item *item = &config->items[index];
	const struct config_txt_item *pin =
		config_txt_param(config, index, pps_overlays[overlay].gpio);
	const struct config_txt_item *falling =
		config_txt_param(config, index, pps_overlays[overlay].falling);
	bool is_falling = falling && config_txt_is_on(falling);
	enum boot_pull pull = pull_of(config, index);

	if (is_unsure(config, index)) {
		return boot_complain(
			err, name, item,
			"dtoverlay=%s may or may not be in effect (a filter, an include file, or a blank or comment after it): remove it",
			item->name);
	}
	if (overlay != want->overlay) {
		return boot_complain(
			err, name, item,
			"dtoverlay=%s is already there: remove it, or use --overlay %s", item->name,
			item->name);
	}
	if (pin && config_txt_number(pin) != want->gpio) {
		return boot_complain(
			err, name, pin,
			"dtoverlay=%s is on GPIO %s, not %d: use --gpio %s, or remove it",
			item->name, pin->value, want->gpio, pin->value);
	}
	if (!pin && want->gpio != DEFAULT_GPIO) {
		return boot_complain(
			err, name, item,
			"dtoverlay=%s is on GPIO %d, not %d: use --gpio %d, or remove it",
			item->name, DEFAULT_GPIO, want->gpio, DEFAULT_GPIO);
	}
	if (is_falling != want->falling) {
		return boot_complain(err, name, falling ? falling : item,
				     "dtoverlay=%s takes the %s edge: use --edge %s, or remove it",
				     item->name, is_falling ? "falling" : "rising",
				     is_falling ? "falling" : "rising");
	}
	if (want->pull != BOOT_PULL_ANY && want->pull != pull) {
		return boot_complain(err, name, item,
				     "dtoverlay=%s has pull=%s: use --pull %s, or remove it",
				     item->name, pulls[pull], pulls[pull]);
	}
	return 0;
}

static int check_pps(const struct boot_want *want, const char *name,
		     const struct config_txt *config, bool with_own, bool *there, struct error *err)
{
	for (enum boot_overlay o = BOOT_PPS_GPIO; o <= BOOT_PPS2SHM; o++) {
		const struct config_txt_item *item;
		size_t at = 0;

		while ((item = config_txt_overlay(config, boot_overlay_name(o), &at))) {
			if (item->own && !with_own) {
				continue;
			}
			if (judge_pps(want, name, config, (long)at - 1, o, err)) {
				return -1;
			}
			*there = true;
		}
	}
	return 0;
}

static int check_pins(const struct boot_want *want, const char *name,
		      const struct config_txt *config, struct error *err)
{
	const int pins[] = {want->gpio, PIN_TX, PIN_RX};

	for (int i = 0; i < (want->uart.header ? 3 : 1); i++) {
		const struct config_txt_item *user = pins_user(config, pins[i]);
		bool of_overlay = user && user->kind == CONFIG_TXT_PARAM && user->overlay >= 0;

		if (user) {
			return boot_complain(
				err, name, user, "%s%s%s%s%s %s GPIO %d%s: remove it, or %s",
				of_overlay ? config->items[user->overlay].name : user->name,
				of_overlay ? "," : "", of_overlay ? user->name : "",
				user->value[0] ? "=" : "", user->value,
				user->sure ? "uses" : "may use", pins[i],
				i ? ", which the serial port needs" : "",
				i ? "connect the receiver by USB"
				  : "wire the pulse to another GPIO");
		}
	}
	return 0;
}

static int check_bluetooth(const struct boot_want *want, const char *name,
			   const struct config_txt *config, bool with_own, struct boot_found *found,
			   struct error *err)
{
	const struct config_txt_item *off = last_of(config, bluetooth_off, with_own);
	const struct config_txt_item *slow = last_of(config, bluetooth_slow, with_own);
	const struct config_txt_item *freq =
		config_txt_last(config, CONFIG_TXT_SETTING, "core_freq", with_own);
	const struct config_txt_item *turbo =
		config_txt_last(config, CONFIG_TXT_SETTING, "force_turbo", with_own);
	enum uart_bluetooth wish = want->uart.bluetooth;

	if (wish == UART_BLUETOOTH_KEEP && (off || slow)) {
		return boot_complain(
			err, name, off ? off : slow,
			"dtoverlay=%s gives the receiver the better UART: do not use --bluetooth keep, or remove it",
			off ? off->name : slow->name);
	}
	if (wish == UART_BLUETOOTH_OFF && slow) {
		return boot_complain(
			err, name, slow,
			"dtoverlay=%s keeps Bluetooth: do not use --bluetooth off, or remove it",
			slow->name);
	}
	if (wish == UART_BLUETOOTH_SLOW && off) {
		return boot_complain(
			err, name, off,
			"dtoverlay=%s disables Bluetooth: do not use --bluetooth slow, or remove it",
			off->name);
	}
	found->swap = (off && off->sure) || (slow && slow->sure);
	found->clock = wish != UART_BLUETOOTH_SLOW || freq ||
		       (turbo && turbo->sure && config_txt_is_on(turbo));
	return 0;
}

static void check_rp1(const struct config_txt *config, bool with_own, struct boot_found *found)
{
	static const char *const overlays[] = {"uart0-pi5", "uart0", NULL};
	const struct config_txt_item *param =
		config_txt_last(config, CONFIG_TXT_PARAM, "uart0", with_own);
	const struct config_txt_item *overlay = last_of(config, overlays, with_own);

	/* In an overlay's scope it could be that overlay's own. */
	found->uart0 = param ? param->sure && config_txt_is_on(param) && param->overlay < 0
			     : overlay && overlay->sure;
}

/* What makes all lines of a block vain. */
static int check_firmware(const char *name, const struct config_txt *config, struct error *err)
{
	const struct config_txt_item *tree =
		config_txt_last(config, CONFIG_TXT_SETTING, "device_tree", true);
	const struct config_txt_item *prefix =
		config_txt_last(config, CONFIG_TXT_SETTING, "os_prefix", true);

	if (tree && tree->value[0] == '\0') {
		return boot_complain(
			err, name, tree,
			"device_tree= boots without a device tree, and so without overlays: remove it");
	}
	if (prefix && prefix->value[0]) {
		return boot_complain(
			err, name, prefix,
			"os_prefix=%.60s: the boot files are elsewhere, where setup does not look: remove it, or set up by hand",
			prefix->value);
	}
	return 0;
}

int boot_check(const struct boot_want *want, const char *name, const struct config_txt *config,
	       bool with_own, struct boot_found *found, struct error *err)
{
	const struct config_txt_item *enable =
		config_txt_last(config, CONFIG_TXT_SETTING, "enable_uart", with_own);

	*found = (struct boot_found){.swap = true, .clock = true, .uart0 = true, .enable = true};
	if (check_firmware(name, config, err) ||
	    check_pps(want, name, config, with_own, &found->pps, err) ||
	    check_pins(want, name, config, err)) {
		return -1;
	}
	if (!want->uart.header) {
		return 0;
	}
	if (want->model->uart == PI_UART_RP1) {
		check_rp1(config, with_own, found);
		return 0;
	}
	found->enable = enable && enable->sure && strcmp(enable->value, "1") == 0;
	if (want->model->uart == PI_UART_BLUETOOTH) {
		if (check_bluetooth(want, name, config, with_own, found, err)) {
			return -1;
		}
		found->swap = found->swap || !want->uart.swap;
	}
	return 0;
}
