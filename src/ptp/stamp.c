/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/stamp.h"

#include "common/clock.h"

#define AGE_MAX_NS (10 * NS_PER_S)
/* Readings that nothing interrupts are closer than this. */
#define PAIR_GOOD_NS 3000
#define PAIR_TRIES   4

struct stamp_pair stamp_pair_now(void)
{
	struct stamp_pair best = {0};
	int64_t narrowest = INT64_MAX;

	for (int i = 0; i < PAIR_TRIES && narrowest > PAIR_GOOD_NS; i++) {
		int64_t before = raw_now_ns();
		int64_t real = clock_ns(CLOCK_REALTIME);
		int64_t width = raw_now_ns() - before;

		if (width < narrowest) {
			best = (struct stamp_pair){.raw_ns = before + width / 2, .real_ns = real};
			narrowest = width;
		}
	}
	return best;
}

void stamp_place(struct ptp_packet *packet, int64_t real_ns, const struct stamp_pair *now)
{
	int64_t age_ns;

	packet->stamp = PTP_STAMP_NONE;
	packet->raw_ns = now->raw_ns;
	packet->real_ns = now->real_ns;
	if (real_ns == 0 || __builtin_sub_overflow(now->real_ns, real_ns, &age_ns) || age_ns < 0 ||
	    age_ns > AGE_MAX_NS) {
		return;
	}
	packet->stamp = PTP_STAMP_SOFTWARE;
	packet->raw_ns = now->raw_ns - age_ns;
	packet->real_ns = real_ns;
}
