/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * What the kernel says of its clock. The service may not ask for it: systemd's ProtectClock= cannot
 * tell the question from the answer, both are adjtimex(2). So a second, smaller service asks, once
 * a second, and writes it down for the first.
 */

#define CLOCK_VIEW_PATH "/run/pps2shm-clock/view"

struct clock_view {
	bool sync;
	int64_t maxerr_us;
};

/* 0; or -1 with errno: EPERM where asking is forbidden. */
int clock_view_ask(struct clock_view *view);

/* Replaces the file, readable for all. 0, or -1 with err. */
int clock_view_save(const char *path, const struct clock_view *view, struct error *err);

/* 0; or -1 if the file is not there, not whole or older than five seconds. */
int clock_view_load(const char *path, struct clock_view *view);
