/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "daemon/engine.h"

/* What came in and what went out, as a line of the log. */
void totals_tell(const struct engine *engine);

/* -1 with err that says why if nothing ever went out. */
int totals_check(const struct engine *engine, struct error *err);
