/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "true_time.h"

#include <time.h>

#define SECOND_NS INT64_C(1000000000)
#define ONE_PPT   INT64_C(1000000000000) /* so many parts in one */

int64_t clock_read_ns(int clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

void true_time_start(struct true_time *t, int64_t ahead_ns, int64_t ppt)
{
	t->first_raw_ns = clock_read_ns(CLOCK_MONOTONIC_RAW);
	t->first_ns = clock_read_ns(CLOCK_REALTIME) + ahead_ns;
	t->ppt = ppt;
}

void true_time_rate(struct true_time *t, int64_t raw_ns, int64_t ppt)
{
	t->first_ns = true_time_at(t, raw_ns);
	t->first_raw_ns = raw_ns;
	t->ppt = ppt;
}

/* Without overflow: passed may be years. */
int64_t true_time_at(const struct true_time *t, int64_t raw_ns)
{
	int64_t passed = raw_ns - t->first_raw_ns;

	return t->first_ns + passed + (int64_t)((__int128)passed * t->ppt / ONE_PPT);
}

int64_t true_time_raw(const struct true_time *t, int64_t true_ns)
{
	int64_t passed = true_ns - t->first_ns;
	int64_t raw = t->first_raw_ns + (int64_t)((__int128)passed * ONE_PPT / (ONE_PPT + t->ppt));

	return raw + (true_ns - true_time_at(t, raw));
}

void sleep_until_raw(int64_t raw_ns)
{
	int64_t left;

	/*
	 * The raw clock cannot be slept on, and the one that can may be slewed (500 ppm): come
	 * closer in steps that each end early.
	 */
	while ((left = raw_ns - clock_read_ns(CLOCK_MONOTONIC_RAW)) > 300) {
		int64_t step = left < 2000 ? left : left - left / 1000;
		struct timespec t = {.tv_sec = step / SECOND_NS, .tv_nsec = step % SECOND_NS};

		clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
	}
}
