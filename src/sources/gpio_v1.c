/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/gpio_line.h"

#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/ns.h"

#define CONSUMER "pps2shm"

struct gpio_chip {
	struct gpiod_chip *chip;
};

struct gpio_line {
	struct gpiod_line *line;
	int fd;
	uint32_t seq; /* this generation's events carry none: edges that the kernel lost stay unseen
		       */
};

struct gpio_chip *gpio_chip_open(const char *path)
{
	struct gpio_chip *chip = calloc(1, sizeof(*chip));

	if (!chip) {
		return NULL;
	}
	chip->chip = gpiod_chip_open(path);
	if (!chip->chip) {
		free(chip);
		return NULL;
	}
	return chip;
}

void gpio_chip_close(struct gpio_chip *chip)
{
	gpiod_chip_close(chip->chip);
	free(chip);
}

const char *gpio_chip_label(const struct gpio_chip *chip)
{
	return gpiod_chip_label(chip->chip);
}

int gpio_chip_consumer(struct gpio_chip *chip, unsigned int offset, char *consumer, size_t size)
{
	struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);

	/* The library keeps what it read of a line; ask the kernel anew. */
	if (!line || gpiod_line_update(line) < 0) {
		return -1;
	}
	if (!gpiod_line_is_used(line)) {
		return 0;
	}
	const char *name = gpiod_line_consumer(line);

	snprintf(consumer, size, "%s", name ? name : "");
	return 1;
}

int gpio_chip_is_output(struct gpio_chip *chip, unsigned int offset)
{
	struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);

	if (!line || gpiod_line_update(line) < 0) {
		return -1;
	}
	return gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
}

static int request_edges(struct gpiod_line *line, enum gpio_edges edges)
{
	switch (edges) {
	case GPIO_EDGES_RISING:
		return gpiod_line_request_rising_edge_events(line, CONSUMER);
	case GPIO_EDGES_FALLING:
		return gpiod_line_request_falling_edge_events(line, CONSUMER);
	default:
		return gpiod_line_request_both_edges_events(line, CONSUMER);
	}
}

struct gpio_line *gpio_line_request(struct gpio_chip *chip, unsigned int offset,
				    enum gpio_edges edges)
{
	struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);

	if (!line) {
		return NULL;
	}
	struct gpio_line *request = calloc(1, sizeof(*request));

	if (!request) {
		return NULL;
	}
	if (request_edges(line, edges) < 0) {
		free(request);
		return NULL;
	}
	request->line = line;
	request->fd = gpiod_line_event_get_fd(line);
	return request;
}

void gpio_line_release(struct gpio_line *line)
{
	gpiod_line_release(line->line);
	free(line);
}

/* The first generation's interface to the kernel stamps with CLOCK_MONOTONIC since Linux 5.7. */
bool gpio_line_realtime(const struct gpio_line *line)
{
	(void)line;
	return false;
}

int gpio_line_fd(const struct gpio_line *line)
{
	return line->fd;
}

int gpio_line_read(struct gpio_line *line, struct gpio_edge *edge)
{
	struct gpiod_line_event event;

	if (gpiod_line_event_read(line->line, &event) < 0) {
		return -1;
	}
	edge->stamp_ns = timespec_ns(event.ts);
	edge->seq = ++line->seq;
	edge->falling = event.event_type == GPIOD_LINE_EVENT_FALLING_EDGE;
	return 0;
}
