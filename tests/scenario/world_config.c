/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* What a world is like unless it is set otherwise. */

void world_config_default(struct world_config *config, uint64_t seed)
{
	int64_t *p = config->p;

	memset(config, 0, sizeof(*config));
	config->seed = seed;
	config->start_utc_s = 1805000000; /* 2027-03-14 */
	config->clock_start_ns = config->start_utc_s * SECOND_NS + 3 * MS_NS;
	config->raw_start_ns = 5 * SECOND_NS;
	config->end_ns = 60 * SECOND_NS;
	p[WORLD_RAW_PPB] = 12000;
	p[WORLD_RAW_WANDER] = 2;
	p[WORLD_CLOCK_PPB] = 5000;
	p[WORLD_MAXERR_US] = 16000000;
	p[WORLD_STEP_NOTICE] = 500 * US_NS;
	p[WORLD_PULSES] = 1;
	p[WORLD_JITTER] = 2 * US_NS;
	p[WORLD_WIDTH] = 100 * MS_NS;
	p[WORLD_POPCORN_MIN] = 200 * US_NS;
	p[WORLD_POPCORN_MAX] = 5 * MS_NS;
	p[WORLD_TRAIN] = 1;
	p[WORLD_FIX] = 1;
	p[WORLD_SENTENCES] = 1 << NMEA_RMC | 1 << NMEA_GGA | 1 << NMEA_GSA | 1 << NMEA_GSV;
	p[WORLD_RATE] = 1;
	p[WORLD_DIGITS] = 2;
	p[WORLD_SATELLITES] = 9;
	p[WORLD_SERIAL] = 1;
	p[WORLD_BPS] = 9600;
	p[WORLD_BPS_KNOWN] = 1;
	p[WORLD_READ] = READ_LOOP;
	p[WORLD_READ_MOST] = 4096;
	p[WORLD_LAG] = 120 * MS_NS;
	p[WORLD_LAG_JITTER] = 5 * MS_NS;
	p[WORLD_LATE_MIN] = 500 * MS_NS;
	p[WORLD_LATE_MAX] = 1400 * MS_NS;
}

void world_change(struct world_config *config, int64_t at_ns, enum world_param param, int64_t value)
{
	int i = config->change_count;

	if (i == WORLD_CHANGES) {
		abort(); /* a scenario too long for its array would test nothing */
	}
	for (; i > 0 && config->changes[i - 1].at_ns > at_ns; i--) {
		config->changes[i] = config->changes[i - 1];
	}
	config->changes[i] = (struct world_change){at_ns, param, value};
	config->change_count++;
}
