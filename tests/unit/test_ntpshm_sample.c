/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Samples, fields: on plain memory, which a handle may stand on as well as on a segment. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ntpshm/internal.h"

static struct ntpshm_time seg;
static struct ntpshm shm;

static int fresh(void **state)
{
	(void)state;
	memset(&seg, 0, sizeof(seg));
	shm = (struct ntpshm){.seg = &seg};
	return 0;
}

static struct ntpshm_sample read_whole(bool consume)
{
	struct ntpshm_sample sample;

	assert_int_equal(ntpshm_read(&shm, consume, &sample), NTPSHM_SAMPLE);
	return sample;
}

static void write_sample(int64_t clock_ns, int64_t receive_ns)
{
	struct ntpshm_sample sample = {
		.clock_ns = clock_ns, .receive_ns = receive_ns, .mode = 1, .precision = -20};

	assert_int_equal(ntpshm_write(&shm, &sample), 0);
}

static void a_write_fills_every_field_and_truncates_microseconds(void **state)
{
	struct ntpshm_sample sample = {
		.clock_ns = 1782907200123456999,
		.receive_ns = 1782907200000000001,
		.mode = 1,
		.leap = NTPSHM_LEAP_ADDSECOND,
		.precision = -21,
	};

	(void)state;
	seg.nsamples = 3;
	seg.dummy[0] = 99;
	assert_int_equal(ntpshm_write(&shm, &sample), 0);
	assert_int_equal(seg.mode, 1);
	assert_int_equal(seg.count, 2);
	assert_int_equal(seg.valid, 1);
	assert_int_equal(seg.clockTimeStampSec, 1782907200);
	assert_int_equal(seg.clockTimeStampUSec, 123456);
	assert_int_equal(seg.clockTimeStampNSec, 123456999);
	assert_int_equal(seg.receiveTimeStampSec, 1782907200);
	assert_int_equal(seg.receiveTimeStampUSec, 0);
	assert_int_equal(seg.receiveTimeStampNSec, 1);
	assert_int_equal(seg.leap, 1);
	assert_int_equal(seg.precision, -21);
	assert_int_equal(seg.nsamples, 3);
	assert_int_equal(seg.dummy[0], 99);
}

static void instants_before_1970_survive(void **state)
{
	(void)state;
	write_sample(-1, -1000000001);
	assert_int_equal(seg.clockTimeStampSec, -1);
	assert_int_equal(seg.clockTimeStampUSec, 999999);
	assert_int_equal(seg.clockTimeStampNSec, 999999999);
	assert_int_equal(seg.receiveTimeStampSec, -2);
	assert_int_equal(read_whole(false).clock_ns, -1);
	assert_int_equal(read_whole(false).receive_ns, -1000000001);
}

static void reading_does_not_consume_unless_asked(void **state)
{
	struct ntpshm_sample sample;

	(void)state;
	write_sample(10, 20);
	read_whole(false);
	sample = read_whole(true);
	assert_true(sample.valid);
	assert_int_equal(sample.precision, -20);
	assert_int_equal(seg.valid, 0);
	assert_int_equal(ntpshm_read(&shm, true, &sample), NTPSHM_EMPTY);
	assert_int_equal(sample.clock_ns, 10);
	assert_false(sample.valid);
}

static void a_read_only_handle_neither_consumes_nor_writes(void **state)
{
	struct ntpshm_sample sample = {.mode = 1};

	(void)state;
	write_sample(10, 20);
	shm.read_only = true;
	read_whole(true);
	assert_int_equal(seg.valid, 1);
	assert_int_equal(ntpshm_write(&shm, &sample), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(ntpshm_set(&shm, ntpshm_field("leap"), 1), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(seg.leap, 0);
}

static void the_writer_sees_whether_it_was_consumed(void **state)
{
	(void)state;
	assert_false(ntpshm_consumed(&shm));
	write_sample(10, 20);
	assert_false(ntpshm_consumed(&shm));
	read_whole(true);
	assert_true(ntpshm_consumed(&shm));
	write_sample(11, 21);
	assert_false(ntpshm_consumed(&shm));
}

static void the_writer_sees_another_writer(void **state)
{
	struct ntpshm other = {.seg = &seg};
	struct ntpshm_sample sample = {.mode = 1};

	(void)state;
	write_sample(10, 20);
	read_whole(true);
	assert_false(ntpshm_disturbed(&shm));
	assert_int_equal(ntpshm_write(&other, &sample), 0);
	assert_true(ntpshm_disturbed(&shm));
	read_whole(true);
	assert_false(ntpshm_consumed(&shm)); /* what was taken was not ours */
}

static void a_writer_in_the_middle_is_a_clash(void **state)
{
	struct ntpshm_sample sample;

	(void)state;
	write_sample(10, 20);
	seg.valid = 0;
	seg.count = 3;
	assert_int_equal(ntpshm_read(&shm, false, &sample), NTPSHM_CLASH);
}

static void a_writer_that_died_in_the_middle_is_healed_by_the_next(void **state)
{
	(void)state;
	seg.mode = 1;
	seg.count = 3;
	write_sample(10, 20);
	assert_int_equal(seg.count % 2, 0);
	assert_int_not_equal(seg.count, 4); /* whoever saw 3 must see a change at the beginning */
	read_whole(false);
}

static void the_count_may_wrap(void **state)
{
	(void)state;
	seg.count = INT_MAX - 1;
	write_sample(10, 20);
	assert_int_equal(seg.count, INT_MIN);
	read_whole(false);
	write_sample(11, 21);
	assert_int_equal(seg.count, INT_MIN + 2);
}

static void writers_that_count_once_or_never_are_read(void **state)
{
	(void)state;
	write_sample(10, 20);
	seg.count = 7; /* python-ntpdshm: one step an update */
	assert_int_equal(read_whole(false).clock_ns, 10);
	seg.mode = 0;
	seg.count = 0; /* rpi_gpio_ntpd */
	assert_int_equal(read_whole(false).clock_ns, 10);
}

static void mode_0_is_written_and_read(void **state)
{
	struct ntpshm_sample sample = {.clock_ns = 10, .receive_ns = 20, .mode = 0};

	(void)state;
	seg.mode = 1;
	assert_int_equal(ntpshm_write(&shm, &sample), 0);
	assert_int_equal(seg.mode, 0);
	assert_int_equal(seg.valid, 1);
	sample = read_whole(true);
	assert_int_equal(sample.mode, 0);
	assert_int_equal(sample.clock_ns, 10);
	assert_int_equal(seg.valid, 0);
}

static void another_mode_is_said_to_be_bad(void **state)
{
	struct ntpshm_sample sample = {.mode = 2};

	(void)state;
	assert_int_equal(ntpshm_write(&shm, &sample), -1);
	assert_int_equal(errno, EINVAL);
	write_sample(10, 20);
	seg.mode = 2;
	assert_int_equal(ntpshm_read(&shm, true, &sample), NTPSHM_BAD_MODE);
	assert_int_equal(sample.mode, 2);
	assert_int_equal(seg.valid, 1);
}

static void a_leap_code_that_does_not_exist_is_refused(void **state)
{
	struct ntpshm_sample sample = {.mode = 1, .leap = 4};

	(void)state;
	assert_int_equal(ntpshm_write(&shm, &sample), -1);
	assert_int_equal(errno, EINVAL);
	sample.leap = -1;
	assert_int_equal(ntpshm_write(&shm, &sample), -1);
	assert_int_equal(seg.count, 0);
	for (sample.leap = NTPSHM_LEAP_NOWARNING; sample.leap <= NTPSHM_LEAP_NOTINSYNC;
	     sample.leap++) {
		assert_int_equal(ntpshm_write(&shm, &sample), 0);
		assert_int_equal(read_whole(false).leap, sample.leap);
	}
}

static void nanoseconds_count_only_where_both_microseconds_are_their_truncation(void **state)
{
	(void)state;
	write_sample(1000001999, 2000000500);
	seg.clockTimeStampUSec = 2; /* rounded: what some writers do */
	assert_int_equal(read_whole(false).clock_ns, 1000002000);
	assert_int_equal(read_whole(false).receive_ns, 2000000000);
	seg.clockTimeStampUSec = 1;
	assert_int_equal(read_whole(false).clock_ns, 1000001999);
	seg.receiveTimeStampNSec = UINT_MAX; /* garbage: writers older than these fields */
	assert_int_equal(read_whole(false).clock_ns, 1000001000);
}

static void garbage_seconds_come_out_limited(void **state)
{
	struct ntpshm_sample sample;

	(void)state;
	if (sizeof(time_t) == 4) {
		skip();
	}
	write_sample(0, 0);
	seg.clockTimeStampSec = (time_t)INT64_MAX;
	seg.receiveTimeStampSec = (time_t)INT64_MIN;
	sample = read_whole(false);
	assert_int_equal(sample.clock_ns, INT64_MAX);
	assert_int_equal(sample.receive_ns, INT64_MIN);
	assert_int_equal(ntpshm_offset_ns(&sample), INT64_MAX);
}

static void the_offset_is_clock_minus_receive(void **state)
{
	struct ntpshm_sample sample = {.clock_ns = 1000, .receive_ns = 1500};

	(void)state;
	assert_int_equal(ntpshm_offset_ns(&sample), -500);
	sample = (struct ntpshm_sample){.clock_ns = INT64_MIN, .receive_ns = 1};
	assert_int_equal(ntpshm_offset_ns(&sample), INT64_MIN);
}

static void an_update_needs_the_clock_only(void **state)
{
	int64_t before = ntpshm_now_ns();
	struct ntpshm_sample sample;

	(void)state;
	seg.precision = -7;
	seg.leap = NTPSHM_LEAP_NOTINSYNC; /* as gpsd leaves it */
	assert_int_equal(ntpshm_update(&shm, 1782907200000000000), 0);
	sample = read_whole(false);
	assert_int_equal(sample.clock_ns, 1782907200000000000);
	assert_true(sample.receive_ns >= before && sample.receive_ns <= ntpshm_now_ns());
	assert_int_equal(sample.mode, 1);
	assert_int_equal(sample.leap, NTPSHM_LEAP_NOWARNING);
	assert_int_equal(sample.precision, -7);
}

static void every_field_can_be_set_and_got_by_name(void **state)
{
	int value = 1;

	(void)state;
	for (const struct ntpshm_field *field = ntpshm_fields(); field->name; field++) {
		assert_ptr_equal(ntpshm_field(field->name), field);
		assert_int_equal(ntpshm_set(&shm, field, value), 0);
		assert_int_equal(ntpshm_get(&shm, field), value);
		value++;
	}
	assert_int_equal(value - 1, 20); /* 12 fields and 8 spare ones */
	assert_int_equal(seg.mode, 1);
	assert_int_equal(seg.clockTimeStampSec, 3);
	assert_int_equal(seg.receiveTimeStampNSec, 12);
	assert_int_equal(seg.dummy[7], 20);
	assert_null(ntpshm_field("clockTimeStamp"));
	assert_null(ntpshm_field(""));
}

static void fields_keep_their_type(void **state)
{
	const struct ntpshm_field *nsec = ntpshm_field("clockTimeStampNSec");
	const struct ntpshm_field *precision = ntpshm_field("precision");
	const struct ntpshm_field *sec = ntpshm_field("clockTimeStampSec");

	(void)state;
	assert_int_equal(ntpshm_set(&shm, nsec, UINT_MAX), 0);
	assert_int_equal(ntpshm_get(&shm, nsec), UINT_MAX);
	assert_int_equal(ntpshm_set(&shm, nsec, -1), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(ntpshm_set(&shm, precision, -30), 0);
	assert_int_equal(ntpshm_get(&shm, precision), -30);
	assert_int_equal(ntpshm_set(&shm, precision, (int64_t)INT_MAX + 1), -1);
	assert_int_equal(ntpshm_get(&shm, precision), -30);
	assert_int_equal(ntpshm_set(&shm, sec, -5), 0);
	assert_int_equal(ntpshm_get(&shm, sec), -5);
}

static void the_reference_is_the_segment_itself(void **state)
{
	(void)state;
	ntpshm_ref(&shm)->leap = 2;
	assert_int_equal(seg.leap, 2);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_write_fills_every_field_and_truncates_microseconds),
		TEST(instants_before_1970_survive),
		TEST(reading_does_not_consume_unless_asked),
		TEST(a_read_only_handle_neither_consumes_nor_writes),
		TEST(the_writer_sees_whether_it_was_consumed),
		TEST(the_writer_sees_another_writer),
		TEST(a_writer_in_the_middle_is_a_clash),
		TEST(a_writer_that_died_in_the_middle_is_healed_by_the_next),
		TEST(the_count_may_wrap),
		TEST(writers_that_count_once_or_never_are_read),
		TEST(mode_0_is_written_and_read),
		TEST(another_mode_is_said_to_be_bad),
		TEST(a_leap_code_that_does_not_exist_is_refused),
		TEST(nanoseconds_count_only_where_both_microseconds_are_their_truncation),
		TEST(garbage_seconds_come_out_limited),
		TEST(the_offset_is_clock_minus_receive),
		TEST(an_update_needs_the_clock_only),
		TEST(every_field_can_be_set_and_got_by_name),
		TEST(fields_keep_their_type),
		TEST(the_reference_is_the_segment_itself),
	};

	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
