/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/* One setup at a time in a root: the descriptor of the lock, -1 with err if another holds it. */
int apply_lock(const struct root *root, struct error *err);
void apply_unlock(int lock);

/*
 * Carries a plan out, under the lock: journal, then all new files beside their places, then each
 * into its place. -1 with err: all is as it was before, or err says that not even that could be
 * done. A power cut leaves each file either old or new; setup or undo mends the rest.
 */
int apply_plan(const struct plan *plan, struct error *err);

/*
 * Takes back all that setups have done, under the lock. Files that somebody else changed since are
 * left, with nothing undone at all, unless force; err names the first. After any other -1 it can be
 * said again.
 */
int apply_undo(const struct root *root, bool force, struct error *err);

/* The same as a plan, to be shown. */
int apply_undo_plan(struct plan *plan, bool force, struct error *err);
