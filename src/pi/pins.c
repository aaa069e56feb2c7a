/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/pins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What no parameter in config.txt need say: overlays and the pins they take, "gpiopin=4" where a
 * parameter chooses another. Such lines stand in most config.txt, a card that is set up elsewhere has
 * no kernel that could be asked, and the firmware gives one pin to two overlays without a word.
 */
static const struct {
	const char *overlays, *pins;
} taken[] = {
	{"gpio-ir gpio-ir-tx pwm-ir-tx", "gpio_pin=18"},
	{"pwm", "pin=18"},
	{"pwm-2chan", "pin=18 pin2=19"},
	{"audremap", "pins_12_13=18 pins_12_13=19"},
	{"w1-gpio w1-gpio-pullup dht11", "gpiopin=4"},
	{"w1-gpio-pullup", "extpullup=5"},
	{"gpio-shutdown", "gpio_pin=3"},
	{"gpio-poweroff", "gpiopin=26"},
	{"gpio-fan", "gpiopin=12"},
	{"gpio-key", "gpio=3"},
	{"gpio-hog", "gpio=26"},
	{"gpio-charger", "gpio=4"},
	{"i2c-gpio", "i2c_gpio_sda=23 i2c_gpio_scl=24"},
	{"rotary-encoder", "pin_a=4 pin_b=17"},
	{"mcp2515-can0 mcp2515-can1", "interrupt=25"},
	{"enc28j60", "int_pin=25"},
	{"uart2 uart1-pi5", "0 1"},
	{"uart3 uart2-pi5", "4 5"},
	{"uart4 uart3-pi5", "8 9"},
	{"uart5 uart4-pi5", "12 13"},
	{"midi-uart0*", "14 15"}, /* it changes the UART's clock, and with it every bit rate */
	{"spi1-* spi6-*", "cs0_pin=18 19 20 21"},
	{"spi1-2cs spi1-3cs", "cs1_pin=17"},
	{"spi1-3cs", "cs2_pin=16"},
	{"spi5-*", "cs0_pin=12 13 14 15"},
	{"sdio*", "22 23 24 25 26"},
	{"sdio", "27"},
	/* Sound on I2S. */
	{"i2s-dac i2s-master-dac hifiberry-* iqaudio-* allo-* justboom-* audioinjector-* "
	 "audiosense-pi adau* akkordion-iqdacplus applepi-dac chipdip-dac cirrus-wm5102 "
	 "dacberry400 dionaudio-* draws fe-pi-audio googlevoicehat-soundcard interludeaudio-* "
	 "max98357a* merus-amp pibell pifi-* pisound* proto-codec rra-digidac1-wm8741-audio "
	 "rpi-codeczero rpi-dac* seeed-* superaudioboard tc358743-audio udrc ugreen-dabboard "
	 "wm8960-soundcard",
	 "18 19 20 21"},
};

/* Parameters of the base device tree that switch an interface on, and its pins. */
static const struct {
	const char *name;
	int first, last;
} interfaces[] = {
	{"i2s", 18, 21},  {"spi", 7, 11}, {"i2c", 2, 3},   {"i2c_arm", 2, 3}, {"i2c1", 2, 3},
	{"i2c_vc", 0, 1}, {"i2c0", 0, 1}, {"uart2", 4, 5}, {"uart3", 8, 9},   {"uart4", 12, 13},
};

int pins_check(long gpio, struct error *err)
{
	if (gpio < 0 || gpio > PIN_LAST) {
		return error_set(err,
				 "GPIO %ld: the header has 0 to %d (BCM numbers, not pin numbers)",
				 gpio, PIN_LAST);
	}
	if (gpio <= 1) {
		return error_set(
			err,
			"GPIO %ld belongs to the EEPROM of HATs: wire the pulse to another, "
			"18 for one",
			gpio);
	}
	if (gpio == PIN_TX || gpio == PIN_RX) {
		return error_set(
			err,
			"GPIO %ld belongs to the serial port: wire the pulse to another, 18 "
			"for one",
			gpio);
	}
	return 0;
}

/* The next word of a list; false at its end. */
static bool next_word(const char **list, char word[40])
{
	size_t len = strcspn(*list, " ");

	snprintf(word, 40, "%.*s", (int)len, *list);
	*list += len + strspn(*list + len, " ");
	return len > 0;
}

/* One of the names of a list; a '*' ends one of which the beginning is enough. */
static bool is_one_of(const char *list, const char *name)
{
	char word[40];

	while (next_word(&list, word)) {
		size_t len = strcspn(word, "*");

		if (strncmp(word, name, len) == 0 && (word[len] == '*' || name[len] == '\0')) {
			return true;
		}
	}
	return false;
}

static bool takes_by_default(const struct config_txt *config, long index, int gpio)
{
	const char *name = config->items[index].name;
	char word[40];

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		const char *pins = is_one_of(taken[i].overlays, name) ? taken[i].pins : "";

		while (next_word(&pins, word)) {
			char *pin = strchr(word, '=');

			if (pin) {
				*pin++ = '\0';
			}
			if (atoi(pin ? pin : word) == gpio &&
			    !(pin && config_txt_param(config, index, word))) {
				return true;
			}
		}
	}
	return is_one_of("dpi* vc4-kms-dpi*", name); /* a parallel display: nearly all pins */
}

/* Parameters that carry a GPIO number say so in their names, mostly. */
static bool names_a_pin(const char *name)
{
	if (strstr(name, "pin") || strstr(name, "gpio")) {
		return !strstr(name, "pull") && !strstr(name, "func");
	}
	return is_one_of("interrupt irq int reset dc led cs sda penirq extpullup scl", name);
}

/* The pulse's own, and what takes GPIO 14 and 15 for what those are for. */
static bool is_exempt(const char *overlay, int gpio)
{
	return is_one_of("pps-gpio pps-rp1 pps2shm", overlay) ||
	       ((gpio == PIN_TX || gpio == PIN_RX) && is_one_of("uart0 uart1 uart0-pi5", overlay));
}

/* Switches an interface of the base on, and nothing after it switches it off for sure. */
static bool interface_takes(const struct config_txt *config, const struct config_txt_item *item,
			    int gpio)
{
	for (size_t i = 0; i < sizeof(interfaces) / sizeof(interfaces[0]); i++) {
		if (strcmp(interfaces[i].name, item->name) == 0 && gpio >= interfaces[i].first &&
		    gpio <= interfaces[i].last && config_txt_is_on(item)) {
			const struct config_txt_item *last =
				config_txt_param(config, item->overlay, item->name);

			return !last->sure || config_txt_is_on(last);
		}
	}
	return false;
}

/* "12,16-19" holds 18; and the rest says output or another function than a plain input. */
static bool gpio_line_takes(const char *value, int gpio)
{
	const char *options = strchr(value, '=');
	bool named = false;

	for (const char *at = value; at && at < options;) {
		char *end;
		long first = strtol(at, &end, 10), last = first;

		if (*end == '-') {
			last = strtol(end + 1, &end, 10);
		}
		named = named || (gpio >= first && gpio <= last);
		at = *end == ',' ? end + 1 : options;
	}
	return named && options && (strstr(options, "op") || strstr(options, "a"));
}

static bool takes(const struct config_txt *config, size_t i, int gpio)
{
	const struct config_txt_item *item = &config->items[i];

	switch (item->kind) {
	case CONFIG_TXT_SETTING:
		return strcmp(item->name, "gpio") == 0 && gpio_line_takes(item->value, gpio);
	case CONFIG_TXT_OVERLAY:
		return !is_exempt(item->name, gpio) && takes_by_default(config, (long)i, gpio);
	case CONFIG_TXT_PARAM:
		if (interface_takes(config, item, gpio)) {
			return true;
		}
		return names_a_pin(item->name) && config_txt_number(item) == gpio &&
		       (item->overlay < 0 || !is_exempt(config->items[item->overlay].name, gpio));
	}
	return false;
}

const struct config_txt_item *pins_user(const struct config_txt *config, int gpio)
{
	for (size_t i = 0; i < config->count; i++) {
		if (takes(config, i, gpio)) {
			return &config->items[i];
		}
	}
	return NULL;
}
