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

/* Places it so long before now. False for no stamp, one of the future, and one of too long ago. */
static bool place(struct ptp_packet *packet, int64_t stamp_ns, int64_t clock_ns,
		  const struct stamp_pair *now)
{
	int64_t age_ns;

	if (stamp_ns == 0 || __builtin_sub_overflow(clock_ns, stamp_ns, &age_ns) || age_ns < 0 ||
	    age_ns > AGE_MAX_NS) {
		return false;
	}
	packet->raw_ns = now->raw_ns - age_ns;
	packet->real_ns = now->real_ns - age_ns;
	return true;
}

void stamp_place(struct ptp_packet *packet, int64_t real_ns, const struct stamp_pair *now)
{
	packet->raw_ns = now->raw_ns;
	packet->real_ns = now->real_ns;
	packet->stamp =
		place(packet, real_ns, now->real_ns, now) ? PTP_STAMP_SOFTWARE : PTP_STAMP_NONE;
}

bool stamp_place_hardware(struct ptp_packet *packet, int64_t stamp_ns, int64_t clock_ns,
			  const struct stamp_pair *now)
{
	if (!place(packet, stamp_ns, clock_ns, now)) {
		return false;
	}
	packet->stamp = PTP_STAMP_HARDWARE;
	return true;
}
