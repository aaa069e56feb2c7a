/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

#include "core/core.h"

/*
 * Notices of the core as log lines with their numbers. Rejections are told one a cause in ten
 * seconds at most; how many were left out is told with the next.
 */
struct reporter {
	int64_t told_raw_ns[CORE_CAUSES];
	uint64_t unsaid[CORE_CAUSES];
};

void reporter_notice(struct reporter *reporter, const struct core_notice *notice);
