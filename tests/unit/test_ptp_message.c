/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Octets as PTP messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ptp_rig.h"

static struct master master = MASTER(7);
static uint8_t data[200];
static struct ptp_message message;

/* From a copy of just that length, so that a sanitizer sees who reads beyond. */
static bool parse(size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	bool good = message_parse(copy, len, &message);

	free(copy);
	return good;
}

static void sync_tells_who_when_and_which(void **state)
{
	(void)state;
	master.domain = 24;
	put_header(data, PTP_SYNC, RIG_SYNC, &master, PTP_TWO_STEP, 0xFFFE);
	data[0] |= 0x10;
	put_number(data + 8, (uint64_t)-1, 8);
	put_time(data + 34, INT64_C(1795816000123456789));
	assert_true(parse(RIG_SYNC));
	assert_int_equal(message.type, PTP_SYNC);
	assert_int_equal(message.sdo, 1);
	assert_int_equal(message.minor_version, 1);
	assert_int_equal(message.domain, 24);
	assert_int_equal(message.flags, PTP_TWO_STEP);
	assert_true(message.source.clock == 0x1122330000000007U);
	assert_int_equal(message.source.number, 1);
	assert_int_equal(message.sequence, 0xFFFE);
	assert_int_equal(message.interval_log2, -3);
	assert_int_equal(message.time_ns, INT64_C(1795816000123456789));
	assert_int_equal(message_correction_ns(&message), -1); /* -2^-16 ns, rounded down */
	master.domain = 0;
}

static void announce_tells_the_grandmaster(void **state)
{
	(void)state;
	master.utc_offset_s = -3;
	put_announce(data, &master, 5);
	put_number(data + 61, 300, 2);
	assert_true(parse(RIG_ANNOUNCE));
	assert_true(message.announce.grandmaster == 0x99);
	assert_int_equal(message.announce.utc_offset_s, -3);
	assert_int_equal(message.announce.priority1, 128);
	assert_int_equal(message.announce.clock_class, 6);
	assert_int_equal(message.announce.accuracy, 0x21);
	assert_int_equal(message.announce.variance, 0x4E5D);
	assert_int_equal(message.announce.priority2, 128);
	assert_int_equal(message.announce.steps_removed, 300);
	assert_int_equal(message.announce.time_source, 0x20);
	master.utc_offset_s = 37;
}

static void response_tells_whom_it_answers(void **state)
{
	(void)state;
	put_header(data, PTP_DELAY_RESP, RIG_RESPONSE, &master, 0, 1);
	put_number(data + 44, 0xAABB, 8);
	put_number(data + 52, 3, 2);
	assert_true(parse(RIG_RESPONSE));
	assert_true(message.requester.clock == 0xAABB);
	assert_int_equal(message.requester.number, 3);
}

static void every_type_has_a_least_length(void **state)
{
	static const int least[PTP_TYPES] = {44, 44, 54, 54, 0,  0,  0, 0,
					     44, 54, 54, 64, 44, 48, 0, 0};

	(void)state;
	for (int type = 0; type < PTP_TYPES; type++) {
		for (size_t len = 0; len <= 80; len++) {
			put_header(data, PTP_SYNC, 80, &master, 0, 0);
			data[0] = (uint8_t)type;
			put_number(data + 2, len, 2);
			assert_int_equal(parse(len), least[type] && (int)len >= least[type]);
		}
	}
}

static void length_that_it_tells_is_there(void **state)
{
	(void)state;
	put_header(data, PTP_SYNC, RIG_SYNC, &master, 0, 0);
	assert_true(parse(RIG_SYNC + 2)); /* padding */
	put_number(data + 2, RIG_SYNC + 1, 2);
	assert_true(parse(RIG_SYNC + 2));
	assert_false(parse(RIG_SYNC));
	put_number(data + 2, RIG_SYNC - 1, 2);
	assert_false(parse(RIG_SYNC + 2));
}

static void other_versions_are_none(void **state)
{
	(void)state;
	put_header(data, PTP_SYNC, RIG_SYNC, &master, 0, 0);
	for (int version = 0; version < 256; version++) {
		data[1] = (uint8_t)version;
		assert_int_equal(parse(RIG_SYNC), (version & 0xF) == 2);
	}
}

static void time_out_of_range_is_none(void **state)
{
	(void)state;
	put_header(data, PTP_SYNC, RIG_SYNC, &master, 0, 0);
	put_number(data + 34, INT64_MAX / 1000000000 - 1, 6);
	put_number(data + 40, 999999999, 4);
	assert_true(parse(RIG_SYNC));
	assert_true(message.time_ns > 0);
	put_number(data + 40, 1000000000, 4);
	assert_false(parse(RIG_SYNC));
	put_number(data + 40, 0, 4);
	put_number(data + 34, INT64_MAX / 1000000000, 6);
	assert_false(parse(RIG_SYNC));
	put_number(data + 34, 0xFFFFFFFFFFFF, 6);
	assert_false(parse(RIG_SYNC));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sync_tells_who_when_and_which),
		cmocka_unit_test(announce_tells_the_grandmaster),
		cmocka_unit_test(response_tells_whom_it_answers),
		cmocka_unit_test(every_type_has_a_least_length),
		cmocka_unit_test(length_that_it_tells_is_there),
		cmocka_unit_test(other_versions_are_none),
		cmocka_unit_test(time_out_of_range_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
