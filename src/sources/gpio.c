/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/gpio.h"

#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sources/gpio_line.h"

struct gpio {
	struct pulse_source source;
	struct gpio_chip *chip;
	struct gpio_line *line;
	bool clear;
};

/*
 * The chips that carry the 40-pin header: Pi 5, Pi 4, and all before. Numbers changed, labels not.
 */
static const char *const header_chips[] = {"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"};

static bool is_wanted(const struct gpio_options *options, const char *path, const char *label)
{
	if (options->chip) {
		return strcmp(options->chip, label) == 0 || strcmp(options->chip, path) == 0;
	}
	for (size_t i = 0; i < sizeof(header_chips) / sizeof(header_chips[0]); i++) {
		if (strcmp(header_chips[i], label) == 0) {
			return true;
		}
	}
	return false;
}

static int no_chip(const struct gpio_options *options, const char *forbidden, const char *seen,
		   struct error *err)
{
	if (forbidden[0]) {
		return error_set(
			err,
			"%s: permission denied; add the user this runs as to the group that owns it (Raspberry Pi OS: usermod -aG gpio USER)",
			forbidden);
	}
	return error_set(
		err, "no GPIO chip %s (present: %s); name the chip's label as gpioinfo shows it",
		options->chip ? options->chip : "of a Raspberry Pi", seen[0] ? seen : "none");
}

/* The wanted chip among paths; "seen" collects the labels of the others. */
static struct gpio_chip *pick_chip(const struct gpio_options *options, const glob_t *paths,
				   char *path, size_t size, struct error *err)
{
	char seen[120] = "";
	char forbidden[64] = "";

	for (size_t i = 0; i < paths->gl_pathc; i++) {
		struct gpio_chip *chip = gpio_chip_open(paths->gl_pathv[i]);
		size_t n = strlen(seen);

		if (!chip) {
			if (errno == EACCES || errno == EPERM) {
				snprintf(forbidden, sizeof(forbidden), "%s", paths->gl_pathv[i]);
			}
			continue;
		}
		if (is_wanted(options, paths->gl_pathv[i], gpio_chip_label(chip))) {
			snprintf(path, size, "%s", paths->gl_pathv[i]);
			return chip;
		}
		snprintf(seen + n, sizeof(seen) - n, "%s%s", n ? ", " : "", gpio_chip_label(chip));
		gpio_chip_close(chip);
	}
	no_chip(options, forbidden, seen, err);
	return NULL;
}

struct gpio_chip *gpio_find_chip(const struct gpio_options *options, char *path, size_t size,
				 struct error *err)
{
	glob_t paths;
	const char *pattern = options->devices ? options->devices : "/dev/gpiochip*";

	if (glob(pattern, 0, NULL, &paths) == GLOB_NOSPACE) {
		error_set(err, "out of memory");
		return NULL;
	}
	struct gpio_chip *chip = pick_chip(options, &paths, path, size, err);

	globfree(&paths);
	return chip;
}

static int held(struct gpio_chip *chip, const struct gpio_options *options, struct error *err)
{
	char consumer[40] = "";

	if (gpio_chip_consumer(chip, (unsigned int)options->gpio, consumer, sizeof(consumer)) < 1 ||
	    !consumer[0]) {
		return error_set(err, "GPIO %d is used by another program or driver; see gpioinfo",
				 options->gpio);
	}
	if (strncmp(consumer, "pps", 3) == 0 && strncmp(consumer, "pps2shm", 7) != 0) {
		return error_set(
			err,
			"GPIO %d is used by %s: the pps-gpio overlay owns it; use the kernel's PPS device (pps source instead of gpio), or remove the dtoverlay line",
			options->gpio, consumer);
	}
	return error_set(err, "GPIO %d is used by %s; stop that first, or use another line",
			 options->gpio, consumer);
}

static int request_failed(struct gpio_chip *chip, const struct gpio_options *options,
			  struct error *err)
{
	if (errno == EBUSY) {
		return held(chip, options, err);
	}
	return error_set(err, "GPIO %d on %s: edges cannot be requested: %s", options->gpio,
			 gpio_chip_label(chip), strerror(errno));
}

/* 1 an edge waits, 0 none within the time or a signal, -1 the chip is gone. */
static int wait_edge(struct gpio *gpio, int timeout_ms, struct error *err)
{
	struct pollfd p = {.fd = gpio_line_fd(gpio->line), .events = POLLIN};
	int rc = poll(&p, 1, timeout_ms);

	if (rc <= 0) {
		return rc == 0 || errno == EINTR
			       ? 0
			       : error_set(err, "%s: poll: %s", gpio->source.name, strerror(errno));
	}
	if (p.revents & POLLIN) {
		return 1;
	}
	return error_set(err, "%s: the GPIO chip is gone", gpio->source.name);
}

static int gpio_wait(struct pulse_source *source, int timeout_ms, struct error *err)
{
	return wait_edge((struct gpio *)source, timeout_ms, err);
}

static int gpio_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	struct gpio *gpio = (struct gpio *)source;
	struct gpio_edge edge;
	int rc = wait_edge(gpio, 0, err);

	if (rc <= 0) {
		return rc;
	}
	if (gpio_line_read(gpio->line, &edge) < 0) {
		return error_set(err, "%s: reading an edge failed: %s", source->name,
				 strerror(errno));
	}
	*pulse = (struct pulse){.clear = gpio->clear, .seq = edge.seq};
	pulse_place(pulse, gpio_line_realtime(gpio->line) ? CLOCK_REALTIME : CLOCK_MONOTONIC,
		    edge.stamp_ns);
	return 1;
}

static void gpio_close(struct pulse_source *source)
{
	struct gpio *gpio = (struct gpio *)source;

	gpio_line_release(gpio->line);
	gpio_chip_close(gpio->chip);
	free(gpio);
}

static const struct pulse_ops gpio_ops = {
	.wait = gpio_wait,
	.read = gpio_read,
	.close = gpio_close,
};

struct pulse_source *gpio_open(const struct gpio_options *options, struct error *err)
{
	char path[48];
	struct gpio *gpio = calloc(1, sizeof(*gpio));

	if (!gpio) {
		error_set(err, "out of memory");
		return NULL;
	}
	gpio->chip = gpio_find_chip(options, path, sizeof(path), err);
	if (!gpio->chip) {
		free(gpio);
		return NULL;
	}
	gpio->line = gpio_line_request(gpio->chip, (unsigned int)options->gpio,
				       options->clear ? GPIO_EDGES_FALLING : GPIO_EDGES_RISING);
	if (!gpio->line) {
		request_failed(gpio->chip, options, err);
		gpio_chip_close(gpio->chip);
		free(gpio);
		return NULL;
	}
	gpio->clear = options->clear;
	gpio->source.ops = &gpio_ops;
	snprintf(gpio->source.name, sizeof(gpio->source.name), "GPIO %d (%s, %s)", options->gpio,
		 path, gpio_chip_label(gpio->chip));
	return &gpio->source;
}

int gpio_consumer(const struct gpio_options *options, char *consumer, size_t size,
		  struct error *err)
{
	char path[48];
	struct gpio_chip *chip = gpio_find_chip(options, path, sizeof(path), err);

	if (!chip) {
		return -1;
	}
	int rc = gpio_chip_consumer(chip, (unsigned int)options->gpio, consumer, size);

	if (rc < 0) {
		error_set(err, "GPIO %d on %s: %s", options->gpio, path, strerror(errno));
	}
	gpio_chip_close(chip);
	return rc;
}
