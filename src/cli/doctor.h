/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>

#include "common/error.h"

/* What "doctor --json" says of this system; NULL with err. */
json_t *doctor_json(struct error *err);
