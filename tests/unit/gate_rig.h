/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/ns.h"
#include "core/gate.h"
#include "spans.h"

#define START (INT64_C(7000) * NS_PER_S + 123456789)

/* A gate, and the trains that are put to it. */
static struct gate gate;
static struct gate_result result;

/* The instant of pulse number n of a perfect train. */
static inline int64_t pulse(int64_t n)
{
	return START + n * NS_PER_S;
}

static inline enum gate_verdict edge(int64_t raw_ns)
{
	result = gate_edge(&gate, raw_ns);
	gate_tick(&gate, raw_ns); /* as after each event of the core */
	return result.verdict;
}

/* Jitter between -300 and 300 ns, the same at each run. */
static inline int64_t jitter(int64_t n)
{
	return n * 7919 % 601 - 300;
}

/* Pulses from..to of a train that jitters a little; all but the first three are good. */
static inline void train(int64_t from, int64_t to)
{
	for (int64_t n = from; n <= to; n++) {
		enum gate_verdict verdict = edge(pulse(n) + jitter(n));

		assert_int_equal(verdict, n < 2 ? GATE_UNSETTLED : n == 2 ? GATE_FOUND : GATE_GOOD);
	}
}

static int fresh(void **state)
{
	(void)state;
	gate_init(&gate);
	return 0;
}

/* A good train for so many seconds, which ends with pulse(50). */
static inline void train_of(int64_t seconds)
{
	gate_init(&gate);
	for (int64_t n = 51 - seconds; n <= 50; n++) {
		edge(pulse(n));
	}
	assert_int_equal(result.verdict, GATE_GOOD);
}

#define test(name) cmocka_unit_test_setup(name, fresh)
