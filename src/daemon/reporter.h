/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

#include "core/core.h"

/*
 * Notices of the core as log lines with their numbers. Rejections are logged at most once in ten
 * seconds for each cause; the next line says how many were left out.
 */
struct reporter {
	int64_t told_raw_ns[CORE_CAUSES];
	uint64_t unsaid[CORE_CAUSES];
};

void reporter_notice(struct reporter *reporter, const struct core_notice *notice);
