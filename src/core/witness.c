/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/witness.h"

#include <stdlib.h>

#include "core/calendar.h"

#define MS INT64_C(1000000)

/* The system clock can vouch for a second if it is surely within this of the truth. */
#define WITNESS_NS (200 * MS)
/* …and a pulse lies so near to one of its seconds that no other can be meant. */
#define CERTAIN_NS (450 * MS)

bool witness_second(const struct witness *w, int64_t second_raw_ns, int64_t *utc_s)
{
	int64_t real = second_raw_ns + w->real_minus_raw_ns;

	*utc_s = ns_to_nearest_s(real);
	return w->usable && w->error_ns <= WITNESS_NS &&
	       llabs(real - *utc_s * NS_PER_S) + w->error_ns < CERTAIN_NS;
}

bool witness_burst(const struct witness *w, const struct fix *fix, int64_t *utc_s)
{
	int64_t lag = fix->raw_ns + w->real_minus_raw_ns - fix->utc_s * NS_PER_S;

	*utc_s = fix->utc_s;
	if (lag <= WITNESS_LAG_EARLIEST_NS || lag >= WITNESS_LAG_LATEST_NS) {
		*utc_s += ns_to_nearest_s(lag);
	}
	return w->usable && w->error_ns <= WITNESS_NS;
}
