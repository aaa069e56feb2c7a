/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * The level of a GPIO line, read from the registers of a Raspberry Pi, which are mapped read-only.
 * That does not request the line: it works while pps-gpio owns it. The chip is the one that the
 * device tree names (brcm,bcm2712: the RP1 has the header's lines), the registers are those of
 * "BCM2835 ARM Peripherals" and "RP1 Peripherals": GPLEV0 and 1 at 0x34, 0x38; RIO_IN of the three
 * banks at 0x10008, 0x14008, 0x18008.
 *
 * The nodes come from the driver rpi-gpiomem of Raspberry Pi's kernels: /dev/gpiomem up to BCM2711,
 * /dev/gpiomem0 for the RP1. Other kernels have none.
 */
struct level {
	const volatile uint32_t *at; /* the register */
	uint32_t mask;               /* the line in it */
	void *page;
	size_t size;
};

struct level_options {
	int gpio;                /* BCM number */
	bool mem;                /* /dev/mem in place of the node */
	const char *device_tree; /* NULL: that of the machine */
	const char *dev;         /* NULL: /dev */
};

/* 0, or -1 with err: no Raspberry Pi, no such line, no node, no permission. */
int level_open(struct level *level, const struct level_options *options, struct error *err);
void level_close(struct level *level);

/* Is the line high? */
static inline bool level_read(const struct level *level)
{
	return (*level->at & level->mask) != 0;
}
