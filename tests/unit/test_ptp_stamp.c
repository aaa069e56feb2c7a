/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The kernel's stamps, taken to the raw clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/clock.h"
#include "ptp/stamp.h"

static const struct stamp_pair now = {.raw_ns = 5000 * NS_PER_S,
				      .real_ns = INT64_C(1795816000) * NS_PER_S};
static struct ptp_packet packet;

static void age_is_the_same_on_both_clocks(void **state)
{
	(void)state;
	stamp_place(&packet, now.real_ns - 123456, &now);
	assert_int_equal(packet.stamp, PTP_STAMP_SOFTWARE);
	assert_int_equal(packet.raw_ns, now.raw_ns - 123456);
	assert_int_equal(packet.real_ns, now.real_ns - 123456);
}

static void refused(int64_t real_ns)
{
	stamp_place(&packet, real_ns, &now);
	assert_int_equal(packet.stamp, PTP_STAMP_NONE);
	assert_int_equal(packet.raw_ns, now.raw_ns);
}

static void stamp_of_another_time_is_none(void **state)
{
	(void)state;
	refused(0);
	refused(now.real_ns + 1);
	refused(now.real_ns - 10 * NS_PER_S - 1);
	refused(INT64_MIN);
	refused(INT64_MAX);
}

static void stamp_of_the_interface_is_by_its_own_clock(void **state)
{
	const int64_t clock_ns = 77 * NS_PER_S; /* since it was switched on */

	(void)state;
	assert_true(stamp_place_hardware(&packet, clock_ns - 4321, clock_ns, &now));
	assert_int_equal(packet.stamp, PTP_STAMP_HARDWARE);
	assert_int_equal(packet.raw_ns, now.raw_ns - 4321);
	assert_int_equal(packet.real_ns, now.real_ns - 4321);
	packet.stamp = PTP_STAMP_NONE;
	assert_false(stamp_place_hardware(&packet, 0, clock_ns, &now));
	assert_false(stamp_place_hardware(&packet, clock_ns + 1, clock_ns, &now));
	assert_false(stamp_place_hardware(&packet, clock_ns - 11 * NS_PER_S, clock_ns, &now));
	assert_int_equal(packet.stamp, PTP_STAMP_NONE);
}

static void pair_is_of_one_instant(void **state)
{
	(void)state;
	int64_t before_raw = raw_now_ns(), before_real = clock_ns(CLOCK_REALTIME);
	struct stamp_pair pair = stamp_pair_now();

	assert_true(pair.raw_ns >= before_raw && pair.raw_ns <= raw_now_ns());
	assert_true(pair.real_ns >= before_real && pair.real_ns <= clock_ns(CLOCK_REALTIME));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(age_is_the_same_on_both_clocks),
		cmocka_unit_test(stamp_of_another_time_is_none),
		cmocka_unit_test(stamp_of_the_interface_is_by_its_own_clock),
		cmocka_unit_test(pair_is_of_one_instant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
