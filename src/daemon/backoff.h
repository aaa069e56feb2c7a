/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

/* Growing patience between attempts: 0.5 s, 1 s, 2 s … 16 s. Zeroed is initialised. */
struct backoff {
	int failures;
};

static inline int64_t backoff_next_ns(struct backoff *b)
{
	int64_t wait = INT64_C(500000000) << b->failures;

	if (b->failures < 5) {
		b->failures++;
	}
	return wait;
}
