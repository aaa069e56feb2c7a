/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/ns.h"
#include "detect/detect.h"
#include "sources/gpio.h"

/* The lines of the header, and the pulses that drivers have. */

/* More edges than this are no pulse: the line is let go, so that it does not keep us busy. */
enum { NOISE_FIRST = 60, NOISE_EACH_S = 20 };

/* ---- who has a line ---- */

/*
 * Pins that a driver of the SoC has switched to another function: libgpiod calls them free, and
 * asking for their edges would take them away from it. Only root sees which they are.
 */
struct muxed {
	bool known;
	char by[DETECT_LINES][40]; /* "fe201000.serial"; empty: free */
};

/* "pin 14 (gpio14): fe201000.serial (GPIO UNCLAIMED) function alt0 group gpio14" */
static void take_pin(const char *line, struct muxed *muxed)
{
	int pin, at = 0;
	char by[40];

	if (sscanf(line, "pin %d (%*[^)]): %n", &pin, &at) != 1 || at == 0 || pin < 0 ||
	    pin >= DETECT_LINES || sscanf(line + at, "%39s", by) != 1) {
		return;
	}
	muxed->known = true;
	snprintf(muxed->by[pin], sizeof(muxed->by[0]), "%s", by[0] == '(' ? "" : by);
}

static void read_muxed(const struct detect *detect, const char *label, struct muxed *muxed)
{
	char folder[300], path[600], line[300];

	memset(muxed, 0, sizeof(*muxed));
	snprintf(folder, sizeof(folder), "%s/kernel/debug/pinctrl", detect->places->sys);
	DIR *dir = opendir(folder);

	if (!dir) {
		/* Debugfs is there, but a machine without such pins. */
		snprintf(path, sizeof(path), "%s/kernel/debug/gpio", detect->places->sys);
		muxed->known = errno == ENOENT && access(path, F_OK) == 0;
		return;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		FILE *file = NULL;

		if (strstr(entry->d_name, label)) {
			snprintf(path, sizeof(path), "%s/%s/pinmux-pins", folder, entry->d_name);
			file = fopen(path, "re");
		}
		while (file && fgets(line, sizeof(line), file)) {
			take_pin(line, muxed);
		}
		if (file) {
			fclose(file);
		}
	}
	closedir(dir);
}

/* Pins that the usual interfaces have, for those who may not ask. */
static const char *usual_use(int gpio)
{
	static const struct {
		int from, to;
		const char *use;
	} uses[] = {
		{0, 1, "the HAT's identity"}, {2, 3, "I2C"}, {7, 11, "SPI"}, {14, 15, "the UART"}};

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (gpio >= uses[i].from && gpio <= uses[i].to) {
			return uses[i].use;
		}
	}
	return NULL;
}

/* False, and why_not filled, if it is not to be touched. */
static bool is_free(struct detect *detect, const struct muxed *muxed, struct detect_line *line)
{
	char consumer[40] = "";
	unsigned int offset = (unsigned int)line->gpio;
	int held = gpio_chip_consumer(detect->chip, offset, consumer, sizeof(consumer));
	const char *usual = muxed->known ? NULL : usual_use(line->gpio);

	if (held < 0) {
		snprintf(line->why_not, sizeof(line->why_not), "%s", strerror(errno));
	} else if (held) {
		snprintf(line->why_not, sizeof(line->why_not), "used by %s",
			 consumer[0] ? consumer : "a driver");
	} else if (muxed->by[line->gpio][0]) {
		snprintf(line->why_not, sizeof(line->why_not), "used by %s", muxed->by[line->gpio]);
	} else if (usual) {
		snprintf(line->why_not, sizeof(line->why_not), "may be %s; root could tell", usual);
	} else if (gpio_chip_is_output(detect->chip, offset) != 0) {
		snprintf(line->why_not, sizeof(line->why_not), "an output");
	}
	return line->why_not[0] == '\0';
}

/* ---- drivers' pulses ---- */

/* "1802260812.000001234#12": the number, and the stamp. */
static bool read_edge(const struct detect *detect, const char *node, const char *kind, long *seq,
		      int64_t *ns)
{
	char path[300];
	long long s;
	long fraction;

	snprintf(path, sizeof(path), "%s/class/pps/%.15s/%s", detect->places->sys, node, kind);
	FILE *file = fopen(path, "re");

	if (!file) {
		return false;
	}
	int fields = fscanf(file, "%lld.%9ld#%ld", &s, &fraction, seq);

	fclose(file);
	*ns = s * NS_PER_S + fraction;
	return fields == 3;
}

static void begin_pps(struct detect *detect)
{
	struct pps_device devices[PPS_FIND_MAX];
	char folder[300];
	int64_t ns;

	snprintf(folder, sizeof(folder), "%s/class/pps", detect->places->sys);
	detect->pps_count = pps_list(folder, devices);
	for (int i = 0; i < detect->pps_count; i++) {
		detect->pps[i].device = devices[i];
		detect->pps[i].since_ns = detect->now_ns;
		read_edge(detect, devices[i].node, "assert", &detect->pps[i].seq, &ns);
		detect->pps[i].first_seq = detect->pps[i].seq;
	}
}

static void tick_pps(struct detect *detect, struct detect_pps *pps)
{
	int64_t assert_ns, clear_ns;
	long seq, clear_seq;

	if (!read_edge(detect, pps->device.node, "assert", &seq, &assert_ns)) {
		return;
	}
	long count = seq - pps->first_seq;
	long elapsed_s = (long)((detect->now_ns - pps->since_ns) / NS_PER_S);

	pps->seq = seq;
	pps->pulsing = count >= 2 && labs(count - elapsed_s) <= 1 + elapsed_s / 10;
	if (read_edge(detect, pps->device.node, "clear", &clear_seq, &clear_ns) && clear_seq > 0) {
		pps->width_ns = ((clear_ns - assert_ns) % NS_PER_S + NS_PER_S) % NS_PER_S;
	}
}

/* ---- the watch ---- */

void lines_begin(struct detect *detect)
{
	const struct gpio_options options = {.devices = detect->places->gpiochips};
	struct muxed muxed;
	struct error err;

	begin_pps(detect);
	detect->chip = gpio_find_chip(&options, detect->chip_path, sizeof(detect->chip_path), &err);
	if (!detect->chip) {
		snprintf(detect->chip_error, sizeof(detect->chip_error), "%s", err.text);
		return;
	}
	snprintf(detect->chip_label, sizeof(detect->chip_label), "%s",
		 gpio_chip_label(detect->chip));
	read_muxed(detect, detect->chip_label, &muxed);
	for (int gpio = 0; gpio < DETECT_LINES; gpio++) {
		struct detect_line *line = &detect->lines[detect->line_count++];

		line->gpio = gpio;
		if (!is_free(detect, &muxed, line)) {
			continue;
		}
		line->line = gpio_line_request(detect->chip, (unsigned int)gpio, GPIO_EDGES_BOTH);
		if (!line->line) {
			snprintf(line->why_not, sizeof(line->why_not), "%s", strerror(errno));
		}
	}
}

static void let_go(struct detect_line *line)
{
	gpio_line_release(line->line);
	line->line = NULL;
}

void lines_end(struct detect *detect)
{
	for (int i = 0; i < detect->line_count; i++) {
		if (detect->lines[i].line) {
			let_go(&detect->lines[i]);
		}
	}
	if (detect->chip) {
		gpio_chip_close(detect->chip);
		detect->chip = NULL;
	}
}

void lines_read(struct detect *detect, struct detect_line *line)
{
	uint64_t elapsed_s = (uint64_t)((detect->now_ns - detect->begun_ns) / NS_PER_S);
	struct gpio_edge edge;

	if (gpio_line_read(line->line, &edge) < 0) {
		snprintf(line->why_not, sizeof(line->why_not), "%s", strerror(errno));
		let_go(line);
		return;
	}
	train_add(&line->train, edge.stamp_ns, edge.falling);
	if (line->train.total > NOISE_FIRST + NOISE_EACH_S * elapsed_s) {
		line->noisy = true;
		let_go(line);
	}
}

void lines_tick(struct detect *detect)
{
	for (int i = 0; i < detect->line_count; i++) {
		struct detect_line *line = &detect->lines[i];

		line->pulsing = !line->noisy && train_judge(&line->train, &line->pulse);
	}
	for (int i = 0; i < detect->pps_count; i++) {
		tick_pps(detect, &detect->pps[i]);
	}
}
