/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/ns.h"
#include "ptp/nqptp_filter.h"

#define US       INT64_C(1000)
#define INTERVAL (125 * NS_PER_MS)
#define OFFSET   (-3 * NS_PER_S)

static struct nqptp_filter filter;
static int64_t now_ns;

static bool feed(int64_t offset_ns)
{
	now_ns += INTERVAL;
	return nqptp_filter_feed(&filter, offset_ns, now_ns);
}

static void feed_times(int64_t offset_ns, int times)
{
	while (times--) {
		feed(offset_ns);
	}
}

static int set_up(void **state)
{
	(void)state;
	now_ns = 100 * NS_PER_S;
	nqptp_filter_restart(&filter);
	return 0;
}

static void the_first_second_takes_the_quickest_message(void **state)
{
	(void)state;
	feed(OFFSET - 900 * US);
	feed(OFFSET);
	feed(OFFSET - 5000 * US);
	assert_int_equal(filter.offset_ns, OFFSET);
	assert_int_equal(filter.start_raw_ns, 100 * NS_PER_S + INTERVAL);
}

static void later_a_quick_one_counts_by_a_sixteenth(void **state)
{
	(void)state;
	feed_times(OFFSET, 9);
	feed(OFFSET + 160 * US);
	assert_int_equal(filter.offset_ns, OFFSET + 10 * US);
}

static void a_late_one_counts_little(void **state)
{
	(void)state;
	feed_times(OFFSET, 9);
	feed(OFFSET - 256 * US);
	assert_int_equal(filter.offset_ns, OFFSET - US);
	feed(OFFSET - 40000 * US);
	assert_in_range(OFFSET - US - filter.offset_ns, 9 * US, 10 * US);
}

static void a_clock_that_drifts_is_followed(void **state)
{
	const int64_t ppm50 = INTERVAL / 20000;

	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		int64_t offset_ns = OFFSET;

		nqptp_filter_restart(&filter);
		for (int i = 0; i < 8 * 120; i++) {
			offset_ns += sign * ppm50;
			feed(offset_ns);
		}
		assert_in_range(offset_ns - filter.offset_ns + 50 * US, 0, 100 * US);
	}
}

static void jitter_is_smoothed(void **state)
{
	(void)state;
	for (int i = 0; i < 8 * 60; i++) {
		feed(OFFSET - (i * 7919 % 13) * 100 * US); /* up to 1.2 ms late */
	}
	assert_in_range(OFFSET - filter.offset_ns, 0, 300 * US);
}

static void a_jump_ahead_is_believed_after_a_second(void **state)
{
	(void)state;
	feed_times(OFFSET, 20);
	for (int i = 0; i < 8; i++) {
		assert_false(feed(OFFSET + 3600 * NS_PER_S));
		assert_int_equal(filter.offset_ns, OFFSET);
	}
	assert_true(feed(OFFSET + 3600 * NS_PER_S));
	assert_int_equal(filter.offset_ns, OFFSET + 3600 * NS_PER_S);
	assert_int_equal(filter.start_raw_ns, now_ns);
}

static void one_back_after_four(void **state)
{
	(void)state;
	feed_times(OFFSET, 20);
	for (int i = 0; i < 4 * 8; i++) {
		assert_false(feed(OFFSET - NS_PER_S));
	}
	assert_true(feed(OFFSET - NS_PER_S));
	assert_int_equal(filter.offset_ns, OFFSET - NS_PER_S);
}

static void a_stall_of_the_network_is_no_jump(void **state)
{
	(void)state;
	feed_times(OFFSET, 20);
	feed_times(OFFSET - 300 * NS_PER_MS, 30);
	assert_true(feed(OFFSET));
	feed_times(OFFSET - 300 * NS_PER_MS, 30);
	assert_int_equal(filter.offset_ns, OFFSET);
}

static void a_long_silence_starts_it_anew(void **state)
{
	(void)state;
	feed_times(OFFSET, 20);
	now_ns += 59 * NS_PER_S;
	feed(OFFSET - 2 * US);
	assert_int_equal(filter.start_raw_ns, 100 * NS_PER_S + INTERVAL);
	now_ns += 60 * NS_PER_S;
	feed(OFFSET - 2 * US);
	assert_int_equal(filter.start_raw_ns, now_ns);
	assert_int_equal(filter.offset_ns, OFFSET - 2 * US);
}

static void any_number_is_taken(void **state)
{
	(void)state;
	feed_times(INT64_MAX, 20);
	feed_times(INT64_MIN, 40);
	feed_times(INT64_MIN + 1, 40);
	feed_times(0, 40);
	assert_int_equal(filter.offset_ns, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_second_takes_the_quickest_message),
		TEST(later_a_quick_one_counts_by_a_sixteenth),
		TEST(a_late_one_counts_little),
		TEST(a_clock_that_drifts_is_followed),
		TEST(jitter_is_smoothed),
		TEST(a_jump_ahead_is_believed_after_a_second),
		TEST(one_back_after_four),
		TEST(a_stall_of_the_network_is_no_jump),
		TEST(a_long_silence_starts_it_anew),
		TEST(any_number_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
