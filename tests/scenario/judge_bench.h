/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "scenario.h"

#include <string.h>

/* The judge on its own: what is told and published is made by hand. */

struct bench {
	struct core_config core;
	struct world_config config;
	struct world world;
	struct judge judge;
	struct event event;
	struct truth truth;
};

#define BASE_S INT64_C(1805000000)

static struct bench bench;

static inline void hear(struct bench *b, int64_t t_ns, struct told told)
{
	b->truth = (struct truth){.t_ns = t_ns, .told_count = 1};
	b->truth.told[0] = told;
	b->truth.told[0].n = t_ns / SECOND_NS;
	b->event = (struct event){.type = EVENT_BYTES, .raw_ns = t_ns, .real_ns = t_ns};
	judge_event(&b->judge, &b->event, &b->truth);
}

static inline void tell(struct bench *b, int64_t t_ns, int status, int64_t ahead_s)
{
	hear(b, t_ns,
	     (struct told){.status = status,
			   .timed = status == 1,
			   .day = status == 1,
			   .ahead_s = ahead_s});
}

/* The system clock reads true time plus 1 ms. */
static inline void pulse(struct bench *b, int64_t n, enum edge_kind kind)
{
	b->truth = (struct truth){.t_ns = n * SECOND_NS, .real_error_ns = MS_NS};
	b->truth.pulse.kind = kind;
	b->truth.pulse.n = n;
	b->truth.pulse.utc_s = BASE_S + n;
	b->event = (struct event){.type = EVENT_PULSE,
				  .raw_ns = n * SECOND_NS,
				  .real_ns = (BASE_S + n) * SECOND_NS + MS_NS};
	judge_event(&b->judge, &b->event, &b->truth);
}

static inline void pps(struct bench *b, int64_t clock_error_ns)
{
	struct core_sample sample = {
		.unit = CORE_PPS,
		.raw_ns = b->event.raw_ns,
		.clock_ns = b->truth.pulse.utc_s * SECOND_NS + clock_error_ns,
		.receive_ns = b->event.real_ns,
		.precision = -18,
	};

	judge_sample(&b->judge, &sample);
}

/* A good pulse, and PPS time with it. */
static inline void publishes(struct bench *b, int64_t n, int64_t clock_error_ns)
{
	pulse(b, n, EDGE_GOOD);
	pps(b, clock_error_ns);
}

static inline void coarse(struct bench *b, int64_t error_ns)
{
	struct core_sample sample = {
		.unit = CORE_COARSE,
		.raw_ns = b->event.raw_ns,
		.clock_ns = BASE_S * SECOND_NS,
		.receive_ns = BASE_S * SECOND_NS - error_ns,
		.precision = -8,
	};

	judge_sample(&b->judge, &sample);
}

/* Told the truth for so many seconds from second n on, pulses published. */
static inline int64_t live(struct bench *b, int64_t n, int64_t seconds, int64_t ahead_s)
{
	for (int64_t end = n + seconds; n < end; n++) {
		tell(b, n * SECOND_NS + SECOND_NS / 5, 1, ahead_s);
	}
	return n;
}

static inline int setup(void **state)
{
	struct bench *b = &bench;

	memset(b, 0, sizeof(*b));
	core_config_default(&b->core);
	world_config_default(&b->config, 1);
	world_init(&b->world, &b->config);
	judge_init(&b->judge, &b->core, &b->world);
	*state = b;
	return 0;
}

static inline void objects(struct bench *b, const char *why)
{
	assert_true(b->judge.faults > 0);
	assert_non_null(strstr(b->judge.fault, why));
}

#define judged(test) cmocka_unit_test_setup(test, setup)
