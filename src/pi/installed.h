/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/*
 * Where pps2shm itself is installed: below /usr by a package, below /usr/local or any other prefix
 * by 'cmake --install'. Systemd and udev look in the first two by themselves.
 */

/*
 * Finds a file of ours below the prefix of the program that runs (if root is this system),
 * /usr/local or /usr; name: "share/pps2shm/pps2shm.dtbo". path: where, as the root would say it.
 */
bool installed_find(const struct root *root, const char *name, char path[ROOT_PATH]);

/* The same, only below a prefix that neither systemd nor udev looks in. */
bool installed_elsewhere(const struct root *root, const char *name, char path[ROOT_PATH]);

/* Links in /etc to the units and rules that would not be found otherwise. */
int installed_plan(struct plan *plan, struct error *err);
