/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "status/pps2shm_segment.h"

#define S     INT64_C(1000000000)
#define MS    INT64_C(1000000)
#define NOW   (5000 * S)
#define LABEL INT64_C(1795816000)

enum { LOCKED, HOLDOVER, SEARCHING };

static struct pps2shm_segment_snapshot snapshot;
static struct pps2shm_segment_page *const page = &snapshot.page;
static struct pps2shm_segment_time known;
static char why[200];

/* Locked for long; the last pulse came 400 ms ago. */
static int locked(void **state)
{
	(void)state;
	memset(&snapshot, 0, sizeof(snapshot));
	strcpy(snapshot.head.state_names[LOCKED], "locked");
	strcpy(snapshot.head.state_names[HOLDOVER], "holdover");
	strcpy(snapshot.head.state_names[SEARCHING], "searching");
	page->label_utc_s = LABEL;
	page->label_raw_ns = NOW - 400 * MS;
	page->period_error_ppb = 10000;
	page->jitter_ns = 1000;
	return 0;
}

static int time_now(void)
{
	return pps2shm_segment_time(&snapshot, NOW, &known, why, sizeof(why));
}

static void time_is_counted_on_from_the_pulse(void **state)
{
	(void)state;
	for (page->state = LOCKED; page->state <= HOLDOVER; page->state++) {
		assert_int_equal(time_now(), 0);
		/* The raw clock runs fast, by 4 us in that time. */
		assert_int_equal(known.utc_ns, LABEL * S + 400 * MS - 4000);
		assert_int_equal(known.age_ns, 400 * MS);
	}
	page->state = LOCKED;
	snapshot.head.settings.pps_offset_ns = -5500;
	time_now();
	assert_int_equal(known.utc_ns, LABEL * S + 400 * MS - 4000 - 5500);
}

static void less_is_uncertain_where_more_is_known(void **state)
{
	(void)state;
	time_now();
	assert_int_equal(known.uncertainty_ns, 20000 + 3 * 1000 + 400);
	page->stamps.kind = PPS2SHM_SEGMENT_POLLED;
	time_now();
	assert_int_equal(known.uncertainty_ns, 2000 + 3 * 1000 + 400);
	page->stamps.kind = PPS2SHM_SEGMENT_STAMPED;
	snapshot.head.settings.pps_offset_ns = 5000;
	page->jitter_ns = 0;
	page->period_error_ppb = 0;
	time_now();
	assert_int_equal(known.uncertainty_ns, 2000 + 20000 + 80000);
}

static void without_a_pulse_of_this_state_nothing_is_known(void **state)
{
	(void)state;
	page->state = SEARCHING;
	assert_int_equal(time_now(), 1);
	assert_string_equal(why,
			    "GPS time is not known at present: the daemon's state is 'searching'");
	page->state = LOCKED;
	page->state_since_raw_ns = page->label_raw_ns + 1500 * MS - 1;
	page->label_raw_ns -= 2 * S;
	page->state_since_raw_ns -= 2 * S;
	assert_int_equal(time_now(), 0); /* from holdover to locked no pulse was withheld */
	page->state_since_raw_ns++;
	assert_int_equal(time_now(), 1);
	assert_non_null(strstr(why, "'locked', and no pulse has come since it is"));
	locked(state);
	page->label_raw_ns = NOW - 10 * S;
	assert_int_equal(time_now(), 1);
	locked(state);
	page->label_utc_s = 0;
	assert_int_equal(time_now(), 1);
}

static void what_no_daemon_writes_is_refused(void **state)
{
	int64_t *const fields[] = {
		&page->label_utc_s, &page->label_raw_ns,     &page->state_since_raw_ns,
		&page->jitter_ns,   &page->period_error_ppb, &snapshot.head.settings.pps_offset_ns};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		for (int most = 0; most <= 1; most++) {
			locked(state);
			*fields[i] = most ? INT64_MAX : INT64_MIN;
			assert_int_equal(time_now(), -1);
			assert_string_equal(why, "the status segment holds what no daemon writes");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(time_is_counted_on_from_the_pulse, locked),
		cmocka_unit_test_setup(less_is_uncertain_where_more_is_known, locked),
		cmocka_unit_test_setup(without_a_pulse_of_this_state_nothing_is_known, locked),
		cmocka_unit_test_setup(what_no_daemon_writes_is_refused, locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
