/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pi/text.h"

/*
 * What only a running system can answer. Tests put recorded answers here; outside_system asks this
 * machine; outside_nothing is for a system that does not run (--root).
 */

/*
 * For a command. ntpq itself gives up on an ntpd that does not answer after eight seconds, and
 * begins slowly on a small Pi.
 */
enum { DOCTOR_PATIENCE_S = 15 };

enum doctor_how {
	DOCTOR_ENDED,     /* status says how */
	DOCTOR_NO_TOOL,   /* there is no such program */
	DOCTOR_HUNG,      /* did not end in time and was ended */
	DOCTOR_NOT_ASKED, /* the system does not run */
};

struct doctor_output {
	enum doctor_how how;
	int status;       /* exit status; 128 + number if a signal ended it */
	struct text text; /* standard output and standard error, as they came */
};

struct doctor_outside {
	/* argv ends in NULL; output->text is initialised already. */
	void (*run)(void *arg, const char *const *argv, struct doctor_output *output);
	void (*pause)(void *arg, int ms);
	/* Does the kernel call the clock synchronised, and how far off may it be? -1: not known. */
	int (*clock)(void *arg, int64_t *maxerr_us);
	/* Who holds a header line: as gpio_consumer(). */
	int (*line_holder)(void *arg, int gpio, char *holder, size_t size);
	int64_t (*raw_ns)(void *arg); /* CLOCK_MONOTONIC_RAW now */
	bool running;                 /* it is this machine, not a folder */
	void *arg;
};

extern const struct doctor_outside outside_system;
extern const struct doctor_outside outside_nothing;

/* Runs a command as outside_system does, with so much patience. */
void outside_run(const char *const *argv, int patience_ms, struct doctor_output *output);
