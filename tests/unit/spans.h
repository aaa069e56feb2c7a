/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/ns.h"

/* Short names for spans of time: "120 * MS" ns. */
#define S  NS_PER_S
#define MS NS_PER_MS
#define US INT64_C(1000)
