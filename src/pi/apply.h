/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/* One setup at a time in a root: the descriptor of the lock, -1 with err if another holds it. */
int apply_lock(const struct root *root, struct error *err);
void apply_unlock(int lock);

/*
 * Carries out a plan, under the lock: the journal, then all new files beside the old ones, then each
 * into its place. -1 with err: everything is as before, unless err says that this failed as well. A
 * power cut leaves each file either old or new; setup or undo completes the rest.
 */
int apply_plan(const struct plan *plan, struct error *err);

/*
 * Undoes everything that setup has done, under the lock. If files were changed since by someone else,
 * nothing is undone unless force is set; err names the first. After any other -1 it can be repeated.
 */
int apply_undo(const struct root *root, bool force, struct error *err);

/* The same as a plan, to be shown. */
int apply_undo_plan(struct plan *plan, bool force, struct error *err);
