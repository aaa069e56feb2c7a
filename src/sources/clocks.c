/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/clock.h"
#include "sources/source.h"

/* A bracket wider than this was interrupted and is taken again, a few times at most. */
#define BRACKET_MAX_NS 50000
#define TRIES          3
/* The same for a pulse, of which a microsecond counts. */
#define PAIRING_GOOD_NS 3000
#define PAIRINGS        8

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

/* Two clocks and the raw one, read one after the other. */
struct pairing {
	int64_t stamping_ns, real_ns, raw_ns;
	int64_t width_ns; /* from the first to after the last */
};

static struct pairing pair_once(clockid_t stamping)
{
	struct pairing p;

	p.stamping_ns = clock_ns(stamping);
	p.real_ns = stamping == CLOCK_REALTIME ? p.stamping_ns : clock_ns(CLOCK_REALTIME);
	p.raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
	p.width_ns = clock_ns(stamping) - p.stamping_ns;
	if (p.width_ns < 0) {
		p.width_ns = INT64_MAX; /* the clock was set in between */
	}
	return p;
}

/* The narrowest of several; the first if it is as narrow as one that nothing interrupts. */
static struct pairing pair_narrowest(clockid_t stamping)
{
	struct pairing best = pair_once(stamping);

	for (int i = 1; i < PAIRINGS && best.width_ns > PAIRING_GOOD_NS; i++) {
		struct pairing p = pair_once(stamping);

		if (p.width_ns < best.width_ns) {
			best = p;
		}
	}
	return best;
}

void pulse_place(struct pulse *pulse, clockid_t clock, int64_t stamp_ns)
{
	struct pairing now = pair_narrowest(clock);
	int64_t age;

	/* Stamps may be any number (a clock never set, a hostile value): no overflow. */
	if (__builtin_sub_overflow(now.stamping_ns, stamp_ns, &age) || age < 0 ||
	    age > STAMP_AGE_MAX_NS) {
		pulse->refusal = PULSE_FOREIGN;
		return;
	}
	pulse->refusal = now.width_ns > PAIRING_MAX_NS ? PULSE_UNPAIRED : PULSE_GOOD;
	pulse->real_ns = clock == CLOCK_REALTIME ? stamp_ns : now.real_ns - age;
	pulse->raw_ns = now.raw_ns - age;
}
