/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "common/error.h"
#include "doctor/outside.h"
#include "status/status.h"

/* What the tools look at: this machine, or a test's. Nothing here changes anything. */
struct mcp_world {
	void *arg;
	/* The status segment judged now, and the system clock at the same instant. */
	void (*status)(void *arg, struct status *status, int64_t *real_ns);
	/* Can a segment of this owner be believed? While no daemon runs, anybody can make one. */
	bool (*trusts)(void *arg, uint32_t owner);
	/* The last seconds, as pps2shm_segment_samples() gives them; -1 with err. */
	int (*samples)(void *arg, struct pps2shm_segment_sample *samples, int most,
		       struct error *err);
	/* Does the kernel call the clock synchronised, and how far off may it be? */
	bool (*clock)(void *arg, int64_t *maxerr_us);
	/* An array: what "pps2shm shm list --json" says. */
	json_t *(*units)(void *arg);
	/* The time daemon that runs: "ntpd", "chronyd"; "" if that cannot be seen; NULL: none. */
	const char *(*time_daemon)(void *arg);
	/* Runs a command, for some seconds at most; output->text is initialised already. */
	void (*run)(void *arg, const char *const *argv, struct doctor_output *output);
	/* What "pps2shm doctor --json" says; NULL with err. */
	json_t *(*diagnosis)(void *arg, struct error *err);
};
