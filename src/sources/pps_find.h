/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/*
 * Which /dev/ppsN is the pulse. The number says nothing: a network card's clock may have come
 * first. The driver's name in /sys/class/pps/ppsN/name does: pps-gpio calls itself after its
 * device-tree node, "pps@12.-1" for GPIO 18 (hexadecimal), "pps.-1" with overlays before 2018.
 */

#define PPS_FIND_MAX 16
#define PPS_SYSFS    "/sys/class/pps"

/* The line of /boot/firmware/config.txt that makes the device; %d: the GPIO number. */
#define PPS_OVERLAY_LINE "dtoverlay=pps-gpio,gpiopin=%d"
#define PPS_DEFAULT_GPIO 18

struct pps_device {
	char node[16]; /* "pps0" */
	char name[32]; /* "pps@12.-1" */
	enum {
		PPS_GPIO,      /* pps-gpio, gpio known */
		PPS_SOME_GPIO, /* pps-gpio by the look of its name, which line is not said */
		PPS_OTHER,     /* ptp clock, serial line, timer */
	} kind;
	int gpio;
};

/* All of the machine's, by number; returns how many. sysfs is /sys/class/pps (or a test's). */
int pps_list(const char *sysfs, struct pps_device devices[PPS_FIND_MAX]);

/*
 * The one on GPIO line gpio, or the only one of pps-gpio if gpio is -1. 0, or -1 with err telling
 * what there is and what to do.
 */
int pps_find(const char *sysfs, int gpio, struct pps_device *found, struct error *err);

/*
 * The device of this path, or with "auto" as pps_find() does. One that sysfs does not know keeps an
 * empty name.
 */
int pps_find_device(const char *sysfs, const char *path, int gpio, struct pps_device *found,
		    struct error *err);

/* "pps0 (pps@12.-1), pps1 (ptp0)", or "none", for messages. */
void pps_describe(const struct pps_device *devices, int count, char *text, size_t size);

/* The wire of a device of pps-gpio, as the device tree has it. */
struct pps_wire {
	int gpio;     /* in its chip: the BCM number on a Raspberry Pi */
	bool falling; /* its assert edge is the falling one (assert-falling-edge) */
};

/* platform is /sys/bus/platform/devices (or a test's). 0, or -1 with err. */
int pps_find_wire(const char *platform, const struct pps_device *device, struct pps_wire *wire,
		  struct error *err);
