/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/pins.h"

#include <stdlib.h>
#include <string.h>

/* An overlay (or, with a '*', all whose names begin so) and the pins it takes. */
struct overlay_pins {
	const char *name;
	struct {
		const char *param; /* that chooses another; NULL: none does */
		int pin;           /* -1: no more */
	} pins[6];
};

#define PIN(param, pin)                                                                            \
	{                                                                                          \
		param, pin                                                                         \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, -1                                                                           \
	}
#define I2S                                                                                        \
	{                                                                                          \
		{NULL, 18}, {NULL, 19}, {NULL, 20}, {NULL, 21},                                    \
		{                                                                                  \
			NULL, -1                                                                   \
		}                                                                                  \
	}

static const struct overlay_pins overlays[] = {
	{"gpio-ir", {PIN("gpio_pin", 18), END}},
	{"gpio-ir-tx", {PIN("gpio_pin", 18), END}},
	{"pwm-ir-tx", {PIN("gpio_pin", 18), END}},
	{"pwm", {PIN("pin", 18), END}},
	{"pwm-2chan", {PIN("pin", 18), PIN("pin2", 19), END}},
	{"w1-gpio", {PIN("gpiopin", 4), END}},
	{"w1-gpio-pullup", {PIN("gpiopin", 4), PIN("extpullup", 5), END}},
	{"dht11", {PIN("gpiopin", 4), END}},
	{"gpio-shutdown", {PIN("gpio_pin", 3), END}},
	{"gpio-poweroff", {PIN("gpiopin", 26), END}},
	{"gpio-fan", {PIN("gpiopin", 12), END}},
	{"gpio-key", {PIN("gpio", 3), END}},
	{"gpio-hog", {PIN("gpio", 26), END}},
	{"gpio-charger", {PIN("gpio", 4), END}},
	{"i2c-gpio", {PIN("i2c_gpio_sda", 23), PIN("i2c_gpio_scl", 24), END}},
	{"rotary-encoder", {PIN("pin_a", 4), PIN("pin_b", 17), END}},
	{"mcp2515-can0", {PIN("interrupt", 25), END}},
	{"mcp2515-can1", {PIN("interrupt", 25), END}},
	{"enc28j60", {PIN("int_pin", 25), END}},
	{"audremap", {PIN("pins_12_13", 18), PIN("pins_12_13", 19), END}},
	{"uart2", {PIN(NULL, 0), PIN(NULL, 1), END}},
	{"uart3", {PIN(NULL, 4), PIN(NULL, 5), END}},
	{"uart4", {PIN(NULL, 8), PIN(NULL, 9), END}},
	{"uart5", {PIN(NULL, 12), PIN(NULL, 13), END}},
	{"uart1-pi5", {PIN(NULL, 0), PIN(NULL, 1), END}},
	{"uart2-pi5", {PIN(NULL, 4), PIN(NULL, 5), END}},
	{"uart3-pi5", {PIN(NULL, 8), PIN(NULL, 9), END}},
	{"uart4-pi5", {PIN(NULL, 12), PIN(NULL, 13), END}},
	/* It changes the clock of the UART, and with it every bit rate. */
	{"midi-uart0*", {PIN(NULL, PIN_TX), PIN(NULL, PIN_RX), END}},
	{"spi1-*", {PIN(NULL, 19), PIN(NULL, 20), PIN(NULL, 21), PIN("cs0_pin", 18), END}},
	{"spi1-2cs", {PIN("cs1_pin", 17), END}},
	{"spi1-3cs", {PIN("cs1_pin", 17), PIN("cs2_pin", 16), END}},
	{"spi5-*", {PIN(NULL, 13), PIN(NULL, 14), PIN(NULL, 15), PIN("cs0_pin", 12), END}},
	{"spi6-*", {PIN(NULL, 19), PIN(NULL, 20), PIN(NULL, 21), PIN("cs0_pin", 18), END}},
	{"sdio*", {PIN(NULL, 22), PIN(NULL, 23), PIN(NULL, 24), PIN(NULL, 25), PIN(NULL, 26), END}},
	{"sdio", {PIN(NULL, 27), END}},
	/* Sound on I2S. */
	{"i2s-dac", I2S},
	{"i2s-master-dac", I2S},
	{"hifiberry-*", I2S},
	{"iqaudio-*", I2S},
	{"allo-*", I2S},
	{"justboom-*", I2S},
	{"audioinjector-*", I2S},
	{"audiosense-pi", I2S},
	{"adau*", I2S},
	{"akkordion-iqdacplus", I2S},
	{"applepi-dac", I2S},
	{"chipdip-dac", I2S},
	{"cirrus-wm5102", I2S},
	{"dacberry400", I2S},
	{"dionaudio-*", I2S},
	{"draws", I2S},
	{"fe-pi-audio", I2S},
	{"googlevoicehat-soundcard", I2S},
	{"interludeaudio-*", I2S},
	{"max98357a*", I2S},
	{"merus-amp", I2S},
	{"pibell", I2S},
	{"pifi-*", I2S},
	{"pisound*", I2S},
	{"proto-codec", I2S},
	{"rra-digidac1-wm8741-audio", I2S},
	{"rpi-codeczero", I2S},
	{"rpi-dac*", I2S},
	{"seeed-*", I2S},
	{"superaudioboard", I2S},
	{"tc358743-audio", I2S},
	{"udrc", I2S},
	{"ugreen-dabboard", I2S},
	{"wm8960-soundcard", I2S},
};

/* Parameters of the base device tree that switch an interface on, and its pins. */
static const struct {
	const char *name;
	int first, last;
} interfaces[] = {
	{"i2s", 18, 21},  {"spi", 7, 11}, {"i2c", 2, 3},   {"i2c_arm", 2, 3}, {"i2c1", 2, 3},
	{"i2c_vc", 0, 1}, {"i2c0", 0, 1}, {"uart2", 4, 5}, {"uart3", 8, 9},   {"uart4", 12, 13},
};

/* Dealt with by name. */
static const char *const pulses[] = {"pps-gpio", "pps-rp1", "pps2shm", NULL};
/* They take GPIO 14 and 15 for what those are for. */
static const char *const ports[] = {"uart0", "uart1", "uart0-pi5", NULL};

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

static bool name_fits(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	return pattern[len - 1] == '*' ? strncmp(pattern, name, len - 1) == 0
				       : strcmp(pattern, name) == 0;
}

static bool takes_by_default(const struct config_txt *config, long index, int gpio)
{
	const char *name = config->items[index].name;

	if (strncmp(name, "dpi", 3) == 0 || strncmp(name, "vc4-kms-dpi", 11) == 0) {
		return true; /* a parallel display: nearly all pins */
	}
	for (size_t i = 0; i < sizeof(overlays) / sizeof(overlays[0]); i++) {
		if (!name_fits(overlays[i].name, name)) {
			continue;
		}
		for (int p = 0; overlays[i].pins[p].pin >= 0; p++) {
			const char *param = overlays[i].pins[p].param;

			if (overlays[i].pins[p].pin == gpio &&
			    (!param || !config_txt_param(config, index, param))) {
				return true;
			}
		}
	}
	return false;
}

/* Parameters that carry a GPIO number say so in their names, mostly. */
static bool names_a_pin(const char *name)
{
	static const char *const others[] = {"interrupt", "irq", "int",    "reset",     "dc", "led",
					     "cs",        "sda", "penirq", "extpullup", "scl"};

	if (strstr(name, "pin") || strstr(name, "gpio")) {
		return !strstr(name, "pull") && !strstr(name, "func");
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(name, others[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_one_of(const char *overlay, const char *const *names)
{
	for (int i = 0; names[i]; i++) {
		if (strcmp(names[i], overlay) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_exempt(const char *overlay, int gpio)
{
	return is_one_of(overlay, pulses) ||
	       ((gpio == PIN_TX || gpio == PIN_RX) && is_one_of(overlay, ports));
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
