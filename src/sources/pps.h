/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/source.h"

/*
 * Pulses from the kernel: RFC 2783 on /dev/ppsN, opened read-only; no privilege but that of reading
 * the device. The stamps are the kernel's own, to the nanosecond.
 */
struct pps_options {
	const char
		*device;   /* "auto": by name (sources/pps_find.h); or a path: that one, as it is */
	int gpio;          /* BCM number for "auto" and for advice; -1: not given */
	bool clear;        /* the clear edge instead of assert; most kernels do not offer it */
	const char *sysfs; /* NULL: /sys/class/pps */
	const char *dev;   /* NULL: /dev; where "auto" looks for the device */
};

/* Pulses from before the call are not returned. NULL on failure. */
struct pulse_source *pps_open(const struct pps_options *options, struct error *err);
