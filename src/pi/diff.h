/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/*
 * A change as a unified diff that patch(1) takes (-p1, from the root), with three lines of context.
 * Links and files that are no text are told in comment lines instead.
 */
void diff_change(const struct change *change, struct text *out);
