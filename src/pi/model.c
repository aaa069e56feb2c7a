/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/model.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Longer titles before the shorter ones that they begin with. */
static const struct pi_model models[] = {
	{"pi500", "Raspberry Pi 500", "raspberrypi,500", " pi5 pi500 ", PI_UART_RP1},
	{"pi5", "Raspberry Pi 5", "raspberrypi,5-model-b", " pi5 ", PI_UART_RP1},
	{"cm5", "Raspberry Pi Compute Module 5", "raspberrypi,5-compute-module", " pi5 cm5 ",
	 PI_UART_RP1},
	{"pi400", "Raspberry Pi 400", "raspberrypi,400", " pi4 pi400 ", PI_UART_BLUETOOTH},
	{"pi4", "Raspberry Pi 4", "raspberrypi,4-model-b", " pi4 ", PI_UART_BLUETOOTH},
	{"cm4s", "Raspberry Pi Compute Module 4S", "raspberrypi,4-compute-module-s", " pi4 cm4s ",
	 PI_UART_CARRIER},
	{"cm4", "Raspberry Pi Compute Module 4", "raspberrypi,4-compute-module", " pi4 cm4 ",
	 PI_UART_BLUETOOTH},
	{"pi3+", "Raspberry Pi 3 Model B Plus", "raspberrypi,3-model-b-plus", " pi3 pi3+ ",
	 PI_UART_BLUETOOTH},
	{"pi3+", "Raspberry Pi 3 Model A Plus", "raspberrypi,3-model-a-plus", " pi3 pi3+ ",
	 PI_UART_BLUETOOTH},
	{"pi3", "Raspberry Pi 3", "raspberrypi,3-model-b", " pi3 ", PI_UART_BLUETOOTH},
	{"cm3", "Raspberry Pi Compute Module 3", "raspberrypi,3-compute-module", " pi3 ",
	 PI_UART_CARRIER},
	{"pi2", "Raspberry Pi 2", "raspberrypi,2-model-b", " pi2 ", PI_UART_PL011},
	{"pi02", "Raspberry Pi Zero 2", "raspberrypi,model-zero-2-w", " pi0 pi0w pi02 ",
	 PI_UART_BLUETOOTH},
	{"pi0w", "Raspberry Pi Zero W", "raspberrypi,model-zero-w", " pi0 pi0w ",
	 PI_UART_BLUETOOTH},
	{"pi0", "Raspberry Pi Zero", "raspberrypi,model-zero", " pi0 ", PI_UART_PL011},
	{"cm1", "Raspberry Pi Compute Module Rev", "raspberrypi,compute-module", " pi1 ",
	 PI_UART_CARRIER},
	{"pi1", "Raspberry Pi Model", "raspberrypi,model-b", " pi1 ", PI_UART_PL011},
	{"pi1", "Raspberry Pi Model", "raspberrypi,model-b-plus", " pi1 ", PI_UART_PL011},
	{"pi1", "Raspberry Pi Model", "raspberrypi,model-b-rev2", " pi1 ", PI_UART_PL011},
	{"pi1", "Raspberry Pi Model", "raspberrypi,model-a", " pi1 ", PI_UART_PL011},
	{"pi1", "Raspberry Pi Model", "raspberrypi,model-a-plus", " pi1 ", PI_UART_PL011},
	{NULL, NULL, NULL, NULL, PI_UART_PL011},
};

/* Filters of models that are not in the list above. */
static const char other_filters[] = " cm0 cm1 cm3 ";

const struct pi_model *pi_model_named(const char *name)
{
	for (const struct pi_model *m = models; m->name; m++) {
		if (strcmp(m->name, name) == 0) {
			return m;
		}
	}
	return NULL;
}

void pi_model_names(char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (const struct pi_model *m = models; m->name && n < size; m++) {
		if (pi_model_named(m->name) == m) {
			n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "", m->name);
		}
	}
}

/* A property of the device tree, its strings kept apart by NULs. Its length, or -1. */
static long read_property(const char *device_tree, const char *name, char *value, size_t size)
{
	char path[300];
	long len;

	snprintf(path, sizeof(path), "%s/%s", device_tree, name);
	FILE *file = fopen(path, "re");

	if (!file) {
		return -1;
	}
	len = (long)fread(value, 1, size - 1, file);
	value[len] = '\0';
	fclose(file);
	return len;
}

static bool lists(const char *strings, long len, const char *wanted)
{
	for (const char *s = strings; s < strings + len; s += strlen(s) + 1) {
		if (strcmp(s, wanted) == 0) {
			return true;
		}
	}
	return false;
}

const struct pi_model *pi_model_read(const char *device_tree, struct error *err)
{
	char title[100] = "", compatible[300] = "", names[200];
	long len = read_property(device_tree, "compatible", compatible, sizeof(compatible));

	pi_model_names(names, sizeof(names));
	if (read_property(device_tree, "model", title, sizeof(title)) < 0 && len < 0) {
		error_set(
			err,
			"%s: %s: not a Raspberry Pi? For its SD card, give --root and --model (%s)",
			device_tree, strerror(errno), names);
		return NULL;
	}
	for (const struct pi_model *m = models; m->name; m++) {
		if (strncmp(title, m->title, strlen(m->title)) == 0) {
			return m;
		}
	}
	for (const struct pi_model *m = models; m->name; m++) {
		if (lists(compatible, len, m->compatible)) {
			return m;
		}
	}
	error_set(
		err,
		"this is '%.60s', an unknown model: give the one that it is most like with --model (%s)",
		title[0] ? title : compatible, names);
	return NULL;
}

static bool word_in(const char *words, const char *word)
{
	char padded[40];

	return snprintf(padded, sizeof(padded), " %s ", word) < (int)sizeof(padded) &&
	       strstr(words, padded) != NULL;
}

bool pi_model_sees(const struct pi_model *model, const char *filter)
{
	return word_in(model->filters, filter);
}

bool pi_model_is_filter(const char *filter)
{
	for (const struct pi_model *m = models; m->name; m++) {
		if (word_in(m->filters, filter)) {
			return true;
		}
	}
	return word_in(other_filters, filter);
}
