/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* GPS time from a status segment, as pps2shm-ptp believes it. */
#include "segment_fixture.h"

#include "common/ns.h"
#include "ptp/gps.h"

static struct gps gps = {.name = name};
static struct feed_gps now;
static struct core_status status;
static struct segment_extra extra;
static struct segment *segment;

static int begin(void **state)
{
	(void)state;
	snprintf(name, sizeof(name), "/pps2shm-ptp-gps-%d", getpid());
	segment = create();
	status = (struct core_status){
		.state = CORE_LOCKED,
		.label_utc_s = 1795816000,
		.label_raw_ns = raw_now() - NS_PER_S,
		.period_error_ppb = 12,
	};
	extra = (struct segment_extra){.raw_ns = raw_now()};
	return 0;
}

static int end(void **state)
{
	(void)state;
	gps_close(&gps);
	segment_close(segment);
	return 0;
}

static void look(void)
{
	segment_update(segment, &status, &extra);
	gps_look(&gps, &now, why, sizeof(why));
}

static void locked_label_is_gps_time_less_what_the_board_stamps_late(void **state)
{
	(void)state;
	look();
	assert_true(now.locked);
	assert_string_equal(why, "");
	assert_true(now.raw_ns >= status.label_raw_ns + NS_PER_S);
	/* The fixture's offset is -7 ns, and the raw clock has run for a second, 12 ns fast. */
	assert_in_range(now.utc_ns - INT64_C(1795816000) * NS_PER_S -
				(now.raw_ns - status.label_raw_ns) + 7 + 100,
			0, 100 - 12);
	assert_int_equal(now.period_error_ppb, 12);
	status.state = CORE_HOLDOVER;
	look();
	assert_true(now.locked);
}

static void what_is_not_published_is_not_believed(void **state)
{
	(void)state;
	status.state = CORE_SEARCHING;
	look();
	assert_false(now.locked);
	assert_string_equal(why,
			    "GPS time is not known at present: the daemon's state is 'searching'");
	status.state = CORE_LOCKED;
	status.label_utc_s = 0;
	look();
	assert_false(now.locked);
}

static void heart_that_stands_still_is_not_believed(void **state)
{
	(void)state;
	extra.raw_ns -= 6 * NS_PER_S;
	look();
	assert_false(now.locked);
	assert_non_null(strstr(why, "no heartbeat"));
}

static void daemon_that_comes_again_is_found(void **state)
{
	(void)state;
	look();
	segment_close(segment);
	gps_look(&gps, &now, why, sizeof(why));
	assert_false(now.locked);
	gps_look(&gps, &now, why, sizeof(why));
	assert_non_null(strstr(why, "no daemon is running"));
	segment = create();
	look();
	assert_true(now.locked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			locked_label_is_gps_time_less_what_the_board_stamps_late, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_published_is_not_believed, begin, end),
		cmocka_unit_test_setup_teardown(heart_that_stands_still_is_not_believed, begin,
						end),
		cmocka_unit_test_setup_teardown(daemon_that_comes_again_is_found, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
