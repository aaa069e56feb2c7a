/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/* Steps on files of a root that survive a power cut: what they return 0 for is on the disk. */

/* Writes a state beside its place, under a name of its own. Not for STATE_ABSENT. */
int files_prepare(const struct root *root, const char *name, const struct state *state,
		  struct error *err);

/* Puts it in its place, or removes what is there if the state is STATE_ABSENT. */
int files_commit(const struct root *root, const char *name, const struct state *state,
		 struct error *err);

/* Removes what files_prepare() left where no files_commit() came; one that is not there is none. */
int files_forget(const struct root *root, const char *name, struct error *err);

/* One that is there already, and one that is not empty or gone already, are no errors. */
int files_make_folder(const struct root *root, const char *name, struct error *err);
int files_remove_folder(const struct root *root, const char *name, struct error *err);
