/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/label.h"
#include "spans.h"

/*
 * A label, and a perfect train of pulses: second n of the test begins at raw_at(n), and in truth is
 * UTC second utc_at_second(n).
 */
#define WAITED_EVER INT64_MAX
#define RAW         (INT64_C(5000) * NS_PER_S + 777)

struct rig {
	struct label label;
	struct gate gate;
	struct witness witness;
	struct core_config config;
	struct label_result result;
	int64_t utc_s; /* of second 0 */
	bool stale;    /* bursts had waited to be read */
	bool headless; /* broken sentences went before them */
	/* bursts were made up to so long before they came; WAITED_EVER: nobody knows */
	int64_t waited_ns;
};

static struct rig rig;

/* A day in March: no leap second near. */
static int fresh(void **state)
{
	(void)state;
	rig = (struct rig){.utc_s = calendar_day_start_s(2027, 3, 10) + 1234};
	label_init(&rig.label);
	gate_init(&rig.gate);
	core_config_default(&rig.config);
	return 0;
}

static inline int64_t raw_at(int64_t n)
{
	return RAW + n * NS_PER_S;
}

static inline void pulse(int64_t n)
{
	rig.gate.locked = true;
	rig.gate.grid_raw_ns = raw_at(n);
	rig.gate.last_good_raw_ns = raw_at(n);
	label_pulse(&rig.label, &rig.gate);
}

/* A fix that names the second utc_s, lag after test second n. */
static inline enum label_verdict names(int64_t n, int64_t lag_ns, int64_t utc_s)
{
	struct fix fix = {
		.utc_s = utc_s,
		.valid = true,
		.dated = true,
		.stale = rig.stale,
		.headless = rig.headless,
		.raw_ns = raw_at(n) + lag_ns,
		.real_ns = raw_at(n) + lag_ns,
		.made_raw_ns = rig.waited_ns == WAITED_EVER ? LINE_NEVER
							    : raw_at(n) + lag_ns - rig.waited_ns,
	};

	rig.result =
		label_weigh(&rig.label, &fix, fix.raw_ns, &rig.gate, &rig.witness, &rig.config);
	return rig.result.verdict;
}

/* Pulse n, and lag after it a fix that names the true second and wrong_s more. */
static inline enum label_verdict second(int64_t n, int64_t lag_ns, int64_t wrong_s)
{
	pulse(n);
	return names(n, lag_ns, rig.utc_s + n + wrong_s);
}

/* The fix of second n, lag after it: after the next pulse. */
static inline enum label_verdict beyond(int64_t n, int64_t lag_ns)
{
	pulse(n + 1);
	return names(n, lag_ns, rig.utc_s + n);
}

/* Seconds from..to, all with the same lag and error; returns the last verdict. */
static inline enum label_verdict seconds(int64_t from, int64_t to, int64_t lag_ns, int64_t wrong_s)
{
	enum label_verdict verdict = LABEL_IGNORED;

	for (int64_t n = from; n <= to; n++) {
		verdict = second(n, lag_ns, wrong_s);
	}
	return verdict;
}

/* The system clock is wrong by that much, and the kernel vouches for it. */
static inline void clock_vouched(int64_t wrong_ns, int64_t error_ns)
{
	rig.witness = (struct witness){
		.usable = true,
		.real_minus_raw_ns = rig.utc_s * NS_PER_S - RAW + wrong_ns,
		.error_ns = error_ns,
	};
}

/* Persistently contradicted, by the fixes or by a witness: nothing is published. */
static inline bool disputed(void)
{
	return rig.label.state == LABEL_DISPUTED || rig.label.suspect;
}

/* The UTC second that the label gives to second n of the test. */
static inline int64_t labelled(int64_t n)
{
	return rig.label.anchor_utc_s + ns_to_nearest_s(raw_at(n) - rig.label.anchor_raw_ns);
}

#define assert_label_right(n)                                                                      \
	do {                                                                                       \
		assert_int_not_equal(rig.label.state, LABEL_UNKNOWN);                              \
		assert_int_equal(labelled(n), rig.utc_s + (n));                                    \
	} while (0)

#define test(name) cmocka_unit_test_setup(name, fresh)
