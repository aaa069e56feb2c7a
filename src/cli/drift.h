/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/* The parts of 'pps2shm drift'. */

/* A second on the raw clock, which nobody steers. */
struct drift_pulse {
	int64_t utc_s;
	int64_t raw_ns;
};

struct drift {
	double ppm;       /* to be added to the clock: what a drift file says; +: it is slow */
	double error_ppm; /* three standard deviations of that */
	double jitter_ns; /* of the pulses about the line */
	int pulses;       /* that lie on it; late ones are left out */
};

enum { DRIFT_PULSES_MIN = 10, DRIFT_PULSES_MAX = 120 };

/*
 * The line through the pulses, oldest first. False: too few (DRIFT_PULSES_MIN), or more than a
 * quarter of them lie off the line that the others make.
 */
bool drift_fit(const struct drift_pulse *pulses, int count, struct drift *drift);

#define DRIFT_NTP_CONF "/etc/ntpsec/ntp.conf"
#define DRIFT_FILE     "/var/lib/ntpsec/ntp.drift" /* Debian's */

/* Where ntpd keeps its drift file, by the configuration's driftfile line; else DRIFT_FILE. */
void drift_file_find(const char *conf, char *path, int size);

/* Could one be written there? -1 with err. */
int drift_file_check(const char *path, struct error *err);

/*
 * Writes a drift file as ntpd does, for the owner of its folder, unless one is there. 1: written;
 * 0: one is there; -1 with err.
 */
int drift_file_write(const char *path, double ppm, struct error *err);
