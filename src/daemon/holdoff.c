/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/holdoff.h"

#include "common/log.h"
#include "common/ns.h"

/* Longer without a sample is a gap. */
#define GAP_NS (NS_PER_S * 5 / 2)

bool holdoff_passed(struct holdoff *h, int64_t raw_ns)
{
	if (h->since_raw_ns == 0 || raw_ns - h->sample_raw_ns > GAP_NS) {
		h->since_raw_ns = raw_ns;
		h->over = false;
	}
	h->sample_raw_ns = raw_ns;
	if (!h->over && raw_ns - h->since_raw_ns >= h->need_ns) {
		h->over = true;
		if (h->need_ns) {
			log_notice("hold-off over: coarse time is written from now on");
		}
	}
	h->held += !h->over;
	return h->over;
}

void holdoff_refused(struct holdoff *h)
{
	if (!h->over) {
		h->since_raw_ns = 0;
	}
}
