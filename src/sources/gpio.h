/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/source.h"

/*
 * Pulses from a GPIO line through libgpiod, for machines without the pps-gpio overlay. The kernel
 * stamps them in the interrupt too, so they are as good; but the kernel's PPS interface, where
 * there is one, is the standard way, and it alone tells of lost edges with libgpiod 1.
 * Needs access to /dev/gpiochipN: group gpio on Raspberry Pi OS.
 */
struct gpio_options {
	const char *chip; /* label ("pinctrl-rp1"), or path; NULL: the Raspberry Pi's, by label */
	int gpio;         /* BCM number: the line's offset on all of the Pi's chips */
	bool clear;       /* the falling edge (clear) instead of the rising (assert) */
	const char *devices; /* NULL: "/dev/gpiochip*" */
};

/* Edges from before the call are not returned. NULL on failure. */
struct pulse_source *gpio_open(const struct gpio_options *options, struct error *err);

struct gpio_chip; /* gpio_line.h */

/* The chip that options name, to be closed; path: its device. NULL on failure. */
struct gpio_chip *gpio_find_chip(const struct gpio_options *options, char *path, size_t size,
				 struct error *err);

/*
 * Who holds a line: 1 and consumer filled ("pps@12" if pps-gpio does; "" if it gave no name),
 * 0 nobody, -1 it cannot be told.
 */
int gpio_consumer(const struct gpio_options *options, char *consumer, size_t size,
		  struct error *err);
