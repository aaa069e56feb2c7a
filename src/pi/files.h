/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/* Steps on files that survive a power cut: what they return 0 for is on the disk. */

/* The name a file has while it is written. */
void files_temporary(const char *path, char temporary[ROOT_PATH]);

/* Writes a state beside its place, as files_temporary() names it. Not for STATE_ABSENT. */
int files_prepare(const char *path, const struct state *state, struct error *err);

/* Puts it in its place, or removes what is there if the state is STATE_ABSENT. */
int files_commit(const char *path, const struct state *state, struct error *err);

/* Flushes a folder, so that names in it are on the disk. */
int files_sync_folder(const char *path, struct error *err);

/* Flushes the folder that a path lies in. */
int files_sync_parent(const char *path, struct error *err);
