/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/said.h"
#include "nmea_text.h"

static struct said said;
static uint8_t payload[64];

static bool hear(enum frame_protocol protocol, int class, int id, size_t length)
{
	struct frame frame = {protocol, (uint8_t) class, (uint8_t)id, payload, length};

	return said_by_frame(&frame, &said);
}

static bool hear_sentence(const char *body)
{
	struct nmea_framer framer = {0};
	struct nmea_fields fields;
	enum nmea_result result = NMEA_MORE;
	char text[300];
	size_t len = nmea_text(text, "%s", body);

	for (size_t i = 0; i < len && result == NMEA_MORE; i++) {
		result = nmea_feed(&framer, (uint8_t)text[i]);
	}
	assert_int_equal(result, NMEA_SENTENCE);
	nmea_split(&framer, &fields);
	return said_by_sentence(&fields, &said);
}

/* The frames with a bit for "leap seconds known", and where it stands. */
static const struct {
	enum frame_protocol protocol;
	int class, id;
	size_t length;
	enum said_by by;
	int flags, count; /* -1: none */
	int sub;
} frames[] = {
	{FRAME_UBX, 0x01, 0x20, 16, SAID_TIMEGPS, 11, 10, -1},
	{FRAME_UBX, 0x01, 0x21, 20, SAID_TIMEUTC, 19, -1, -1},
	{FRAME_CASIC, 0x01, 0x10, 24, SAID_CASIC, 21, -1, -1},
	{FRAME_CASIC, 0x11, 0x05, 20, SAID_CASIC, 17, 19, -1},
	{FRAME_ALLYSTAR, 0x01, 0x05, 16, SAID_ALLYSTAR, 1, 10, -1},
	{FRAME_ALLYSTAR, 0x01, 0x21, 20, SAID_ALLYSTAR, 19, -1, -1},
	{FRAME_SKYTRAQ, 0x00, 0x64, 14, SAID_SKYTRAQ, 13, 12, 0x8e},
};
#define FRAMES (sizeof(frames) / sizeof(frames[0]))

static void put_frame(size_t i)
{
	memset(payload, 0, sizeof(payload));
	if (frames[i].sub >= 0) {
		payload[0] = (uint8_t)frames[i].sub;
	}
	if (frames[i].count >= 0) {
		payload[frames[i].count] = 17;
	}
}

static bool hear_nth(size_t i, size_t length)
{
	return hear(frames[i].protocol, frames[i].class, frames[i].id, length);
}

static void each_time_frame_says_whether_the_leap_seconds_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < FRAMES; i++) {
		put_frame(i);
		payload[frames[i].flags] |= 0xfb;
		assert_true(hear_nth(i, frames[i].length));
		assert_int_equal(said.by, frames[i].by);
		assert_false(said.knows);
		assert_int_equal(said.count, frames[i].count < 0 ? SAID_NO_COUNT : 17);
		put_frame(i);
		payload[frames[i].flags] |= 0x04;
		assert_true(hear_nth(i, frames[i].length));
		assert_true(said.knows);
		assert_int_equal(said.leap, 0);
	}
}

static void frame_of_another_length_says_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < FRAMES; i++) {
		put_frame(i);
		assert_false(hear_nth(i, frames[i].length - 1));
		assert_false(hear_nth(i, frames[i].length + 1));
		assert_false(hear_nth(i, 0));
	}
	payload[0] = 0x8f;
	assert_false(hear(FRAME_SKYTRAQ, 0, 0x64, 14));
}

static void put_timels(uint8_t source, uint8_t valid)
{
	memset(payload, 0, sizeof(payload));
	payload[8] = source;
	payload[9] = 18;
	payload[23] = valid;
}

static void timels_is_known_by_its_source(void **state)
{
	(void)state;
	for (int source = 0; source < 256; source++) {
		put_timels((uint8_t)source, 1);
		assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
		assert_int_equal(said.by, SAID_TIMELS);
		assert_int_equal(said.knows, source != 0 && source != 255);
		assert_int_equal(said.count, 18);
	}
	put_timels(2, 2);
	assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
	assert_false(said.knows);
}

static void timels_announces_a_change_that_is_to_come(void **state)
{
	(void)state;
	put_timels(2, 3);
	payload[11] = 0xff;
	payload[12] = 0x10;
	payload[13] = 0x02;
	assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
	assert_int_equal(said.leap, -1);
	assert_int_equal(said.leap_in_s, 0x210);
	payload[15] = 0x80; /* it is over */
	assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
	assert_int_equal(said.leap, 0);
	put_timels(2, 1);
	payload[11] = 1; /* its time is not valid */
	assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
	assert_int_equal(said.leap, 0);
	put_timels(2, 3); /* nothing changes */
	assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
	assert_int_equal(said.leap, 0);
	put_timels(0, 3);
	payload[11] = 1; /* it does not even know the present one */
	assert_true(hear(FRAME_UBX, 0x01, 0x26, 24));
	assert_int_equal(said.leap, 0);
}

static void pubx_marks_the_count_of_the_firmware(void **state)
{
	(void)state;
	assert_true(hear_sentence("PUBX,04,073824.00,131014,113903.99,1814,16,495176,342.504,21"));
	assert_int_equal(said.by, SAID_PUBX);
	assert_true(said.knows);
	assert_int_equal(said.count, 16);
	assert_true(hear_sentence("PUBX,04,073824.00,131014,113903.99,1814,15D,495176,342.504,21"));
	assert_false(said.knows);
	assert_int_equal(said.count, 15);
	assert_false(hear_sentence("PUBX,04,073824.00,131014,113903.99,1814,,495176,342.504,21"));
	assert_false(hear_sentence("PUBX,04,073824.00,131014,113903.99,1814,15X,495176,342.5,21"));
	assert_false(hear_sentence("PUBX,04,073824.00,131014,113903.99,1814"));
	assert_false(hear_sentence("PUBX,00,073824.00,4717.1,N,00833.9,E,499.6,G3"));
}

static void pqtmls_has_its_count_from_a_system_or_from_none(void **state)
{
	(void)state;
	assert_true(hear_sentence("PQTMLS,1,195494,1,2299,18,0,1,,137,7,18"));
	assert_int_equal(said.by, SAID_PQTM);
	assert_true(said.knows);
	assert_int_equal(said.count, 18);
	assert_true(hear_sentence("PQTMLS,1,195494,0,2299,16,0,0,,,,"));
	assert_false(said.knows);
	assert_int_equal(said.count, 16);
	assert_true(hear_sentence("PQTMLS,1,195494,1,2299,,0,1,,137,7,18"));
	assert_false(said.knows);
	assert_false(hear_sentence("PQTMLS,1,195494,,2299,18,0,1,,137,7,18"));
	assert_false(hear_sentence("PQTMLS,1"));
}

static void models_of_before_2017_are_known_by_what_they_say_at_their_start(void **state)
{
	(void)state;
	assert_true(hear_sentence("GPTXT,01,01,02,HW  UBX-G60xx  00040007 FF7FFFFFp"));
	assert_true(said.old_count);
	assert_int_equal(said.by, SAID_NOTHING);
	assert_true(hear_sentence("GPTXT,01,01,02,HW  UBX-G70xx  00070000 FF7FFFFFo"));
	assert_false(hear_sentence("GNTXT,01,01,02,HW UBX-M8030 00080000"));
	assert_false(hear_sentence("GPTXT,01,01,02,ANTSTATUS=OK"));
	assert_false(hear_sentence("GPTXT"));
	assert_false(hear_sentence("GPRMC,HW,UBX-G60"));
}

static void spoofing_and_jamming_are_told_by_ubx_frames(void **state)
{
	(void)state;
	memset(payload, 0, sizeof(payload));
	assert_false(hear(FRAME_UBX, 0x01, 0x03, 16)); /* it does not look */
	payload[7] = 2 << 3;
	assert_true(hear(FRAME_UBX, 0x01, 0x03, 16));
	assert_int_equal(said.spoofing, SAID_SOME);
	assert_int_equal(said.by, SAID_NOTHING);

	memset(payload, 0, sizeof(payload));
	payload[0] = 1;
	payload[4] = 1 | 3 << 1;
	payload[8] = 1 | 1 << 1;
	assert_true(hear(FRAME_UBX, 0x27, 0x09, 12));
	assert_int_equal(said.jamming, SAID_MUCH);
	assert_int_equal(said.spoofing, SAID_NONE);
	payload[4] = 3 << 1; /* detection is off */
	assert_true(hear(FRAME_UBX, 0x27, 0x09, 12));
	assert_int_equal(said.jamming, SAID_UNKNOWN);
	assert_false(hear(FRAME_UBX, 0x27, 0x09, 4)); /* too short for version 1 */

	memset(payload, 0, sizeof(payload));
	payload[0] = 2;
	payload[1] = 1 | 2 << 1 | 8 | 3 << 4;
	assert_true(hear(FRAME_UBX, 0x27, 0x09, 4));
	assert_int_equal(said.jamming, SAID_SOME);
	assert_int_equal(said.spoofing, SAID_MUCH);

	memset(payload, 0, sizeof(payload));
	payload[1] = 2; /* two blocks: the worst counts */
	payload[5] = 3;
	payload[29] = 1;
	assert_true(hear(FRAME_UBX, 0x0a, 0x38, 52));
	assert_int_equal(said.jamming, SAID_MUCH);
	assert_false(hear(FRAME_UBX, 0x0a, 0x38, 4));
	assert_false(hear(FRAME_UBX, 0x0a, 0x38, 0));

	memset(payload, 0, sizeof(payload));
	payload[22] = 1 << 2;
	assert_true(hear(FRAME_UBX, 0x0a, 0x09, 60));
	assert_int_equal(said.jamming, SAID_NONE);
}

static void all_else_says_nothing(void **state)
{
	(void)state;
	memset(payload, 0xff, sizeof(payload));
	assert_false(hear(FRAME_UBX, 0x01, 0x07, 64));
	assert_false(hear(FRAME_ALLYSTAR, 0x01, 0x26, 24));
	assert_false(hear(FRAME_CASIC, 0x01, 0x20, 16));
	assert_false(hear_sentence("GPGGA,123456,,,,,0"));
	assert_string_equal(said_by_name(SAID_TIMELS), "UBX-NAV-TIMELS");
	assert_string_equal(said_by_name((enum said_by)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_time_frame_says_whether_the_leap_seconds_are_known),
		cmocka_unit_test(frame_of_another_length_says_nothing),
		cmocka_unit_test(timels_is_known_by_its_source),
		cmocka_unit_test(timels_announces_a_change_that_is_to_come),
		cmocka_unit_test(pubx_marks_the_count_of_the_firmware),
		cmocka_unit_test(pqtmls_has_its_count_from_a_system_or_from_none),
		cmocka_unit_test(models_of_before_2017_are_known_by_what_they_say_at_their_start),
		cmocka_unit_test(spoofing_and_jamming_are_told_by_ubx_frames),
		cmocka_unit_test(all_else_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
