/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <limits.h>

#include "common/error.h"

/*
 * The programs that only this one starts lie in ../libexec/pps2shm, as seen from it, in the build
 * tree and where it is installed.
 */

/* The file that we run from. 0, or -1 with err. */
int helper_own_path(char path[PATH_MAX], struct error *err);

/* Becomes that program; argv[0] is up to the caller. Returns only if it fails: -1 with err. */
int helper_exec(const char *name, char *const argv[], struct error *err);
