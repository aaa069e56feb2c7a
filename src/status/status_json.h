/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>

#include "status/status.h"

/* A new object, see pps2shm-status(1); NULL if out of memory. */
json_t *status_json(const struct status *status);
