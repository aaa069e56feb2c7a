/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/clock.h"
#include "sources/source.h"

/* A bracket wider than this was interrupted and is taken again, a few times at most. */
#define BRACKET_MAX_NS 50000
#define TRIES          3

void clocks_read(int64_t *raw_ns, int64_t *real_ns)
{
	int64_t narrowest = INT64_MAX;

	for (int i = 0; i < TRIES && narrowest > BRACKET_MAX_NS; i++) {
		int64_t before = clock_ns(CLOCK_REALTIME);
		int64_t raw = clock_ns(CLOCK_MONOTONIC_RAW);
		int64_t width = clock_ns(CLOCK_REALTIME) - before;

		/* A clock set backwards in between gives a negative width: no bracket at all. */
		if (i == 0 || (width >= 0 && width < narrowest)) {
			*raw_ns = raw;
			*real_ns = before + width / 2;
			narrowest = width >= 0 ? width : INT64_MAX;
		}
	}
}

void clocks_read_mono(int64_t *raw_ns, int64_t *real_ns, int64_t *mono_ns)
{
	int64_t narrowest = INT64_MAX;

	for (int i = 0; i < TRIES && narrowest > 2 * BRACKET_MAX_NS; i++) {
		int64_t raw;
		int64_t real;
		int64_t before = clock_ns(CLOCK_MONOTONIC);

		clocks_read(&raw, &real);
		int64_t width = clock_ns(CLOCK_MONOTONIC) - before;

		if (width < narrowest) {
			*raw_ns = raw;
			*real_ns = real;
			*mono_ns = before + width / 2;
			narrowest = width;
		}
	}
}

bool stamp_to_raw(int64_t stamp_ns, int64_t raw_now_ns, int64_t now_ns, int64_t *raw_ns)
{
	/* Stamps may be any number (a clock never set, a hostile value): no overflow. */
	int64_t age;

	if (__builtin_sub_overflow(now_ns, stamp_ns, &age) || age < 0 || age > STAMP_AGE_MAX_NS) {
		return false;
	}
	*raw_ns = raw_now_ns - age;
	return true;
}
