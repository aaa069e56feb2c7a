/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/*
 * The user that the service runs as. A package creates it; 'cmake --install' does not. Undo does not
 * remove it, because the NTP units in memory belong to its group.
 */

/*
 * Sets plan->user_from, or notes what to do in an image. -1 with err if /etc/passwd is unreadable.
 */
int user_plan(struct plan *plan, struct error *err);

/* Makes it, by systemd-sysusers, as that file says. -1 with err. */
int user_make(const struct plan *plan, struct error *err);
