/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The little of libgpiod that pulses need, the same over both its generations: gpio_v1.c is built
 * with 1.6, gpio_v2.c with 2.x (CMake's PPS2SHM_GPIOD_GENERATION). All failures leave errno.
 */
struct gpio_chip;

/* NULL on failure; path is a /dev/gpiochipN. */
struct gpio_chip *gpio_chip_open(const char *path);
void gpio_chip_close(struct gpio_chip *chip);

/* The driver's name for it: "pinctrl-rp1". Lives as long as chip. */
const char *gpio_chip_label(const struct gpio_chip *chip);

/* Does the line drive its pin? Requesting its edges would make it an input. 1, 0, -1 failure. */
int gpio_chip_is_output(struct gpio_chip *chip, unsigned int offset);

/* Who holds the line: 1 and consumer filled ("" if it gave no name), 0 nobody, -1 failure. */
int gpio_chip_consumer(struct gpio_chip *chip, unsigned int offset, char *consumer, size_t size);

struct gpio_line; /* a line requested for its edges */

struct gpio_edge {
	int64_t stamp_ns; /* on gpio_line_realtime()'s clock, taken in the interrupt */
	uint32_t seq;     /* counts this line's edges */
	bool falling;
};

enum gpio_edges { GPIO_EDGES_RISING, GPIO_EDGES_FALLING, GPIO_EDGES_BOTH };

/* Requests edges; NULL on failure, EBUSY if another holds the line. */
struct gpio_line *gpio_line_request(struct gpio_chip *chip, unsigned int offset,
				    enum gpio_edges edges);
void gpio_line_release(struct gpio_line *line);

/* CLOCK_REALTIME stamps; else CLOCK_MONOTONIC. */
bool gpio_line_realtime(const struct gpio_line *line);

/* To poll(2) for edges. */
int gpio_line_fd(const struct gpio_line *line);

/* Takes one edge; sleeps if there is none. 0, or -1. */
int gpio_line_read(struct gpio_line *line, struct gpio_edge *edge);
