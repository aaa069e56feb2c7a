/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/frame.h"

enum { TOLD_MAX = 8 };

struct told {
	int frames, broken;
	struct frame frame[TOLD_MAX];
	uint8_t payload[TOLD_MAX][FRAME_PAYLOAD_MAX];
};

static void hear(struct frame_parser *parser, struct told *told)
{
	enum frame_result result;
	struct frame frame;

	while ((result = frame_next(parser, &frame)) >= FRAME_WHOLE) {
		if (result == FRAME_BROKEN) {
			told->broken++;
			continue;
		}
		assert_in_range(told->frames, 0, TOLD_MAX - 1);
		memcpy(told->payload[told->frames], frame.payload, frame.length);
		told->frame[told->frames++] = frame;
	}
}

static void feed(struct frame_parser *parser, struct told *told, const void *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		frame_put(parser, ((const uint8_t *)data)[i]);
		hear(parser, told);
	}
}

/* Frames as they stand in the makers' documents or were recorded. */
static const uint8_t ubx_poll_mon_ver[] = {0xb5, 0x62, 0x0a, 0x04, 0x00, 0x00, 0x0e, 0x34};
static const uint8_t ubx_ack[] = {0xb5, 0x62, 0x05, 0x01, 0x02, 0x00, 0x06, 0x01, 0x0f, 0x38};
static const uint8_t allystar_poll_version[] = {0xf1, 0xd9, 0x0a, 0x04, 0x00, 0x00, 0x0e, 0x34};
/* CFG-MSG: NMEA's GGA off. */
static const uint8_t casic_cfg_msg[] = {0xba, 0xce, 0x04, 0x00, 0x06, 0x01, 0x4e,
					0x00, 0x00, 0x00, 0x52, 0x00, 0x06, 0x01};
/* Query software version. */
static const uint8_t skytraq_query[] = {0xa0, 0xa1, 0x00, 0x02, 0x02, 0x01, 0x03, 0x0d, 0x0a};

static void frames_of_each_maker_are_known(void **state)
{
	struct frame_parser parser = {0};
	struct told told = {0};

	(void)state;
	feed(&parser, &told, ubx_poll_mon_ver, sizeof(ubx_poll_mon_ver));
	feed(&parser, &told, ubx_ack, sizeof(ubx_ack));
	feed(&parser, &told, allystar_poll_version, sizeof(allystar_poll_version));
	feed(&parser, &told, casic_cfg_msg, sizeof(casic_cfg_msg));
	feed(&parser, &told, skytraq_query, sizeof(skytraq_query));
	assert_int_equal(told.frames, 5);
	assert_int_equal(told.broken, 0);
	assert_int_equal(told.frame[0].protocol, FRAME_UBX);
	assert_int_equal(told.frame[0].class, 0x0a);
	assert_int_equal(told.frame[0].id, 0x04);
	assert_int_equal(told.frame[0].length, 0);
	assert_int_equal(told.frame[1].length, 2);
	assert_memory_equal(told.payload[1], "\x06\x01", 2);
	assert_int_equal(told.frame[2].protocol, FRAME_ALLYSTAR);
	assert_int_equal(told.frame[3].protocol, FRAME_CASIC);
	assert_int_equal(told.frame[3].class, 0x06);
	assert_int_equal(told.frame[3].id, 0x01);
	assert_int_equal(told.frame[3].length, 4);
	assert_int_equal(told.frame[4].protocol, FRAME_SKYTRAQ);
	assert_int_equal(told.frame[4].id, 0x02);
	assert_int_equal(told.frame[4].length, 1);
	assert_memory_equal(told.payload[4], "\x01", 1);
	assert_false(frame_open(&parser));
}

static void what_is_encoded_is_what_they_document(void **state)
{
	const struct {
		struct frame frame;
		const uint8_t *bytes;
		size_t len;
	} known[] = {
		{{FRAME_UBX, 0x0a, 0x04, NULL, 0}, ubx_poll_mon_ver, sizeof(ubx_poll_mon_ver)},
		{{FRAME_UBX, 0x05, 0x01, (const uint8_t *)"\x06\x01", 2}, ubx_ack, sizeof(ubx_ack)},
		{{FRAME_ALLYSTAR, 0x0a, 0x04, NULL, 0},
		 allystar_poll_version,
		 sizeof(allystar_poll_version)},
		{{FRAME_CASIC, 0x06, 0x01, (const uint8_t *)"\x4e\0\0\0", 4},
		 casic_cfg_msg,
		 sizeof(casic_cfg_msg)},
		{{FRAME_SKYTRAQ, 0, 0x02, (const uint8_t *)"\x01", 1},
		 skytraq_query,
		 sizeof(skytraq_query)},
	};
	uint8_t bytes[FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(frame_encode(&known[i].frame, bytes, sizeof(bytes)), known[i].len);
		assert_memory_equal(bytes, known[i].bytes, known[i].len);
		assert_int_equal(frame_encode(&known[i].frame, bytes, known[i].len), known[i].len);
		assert_int_equal(frame_encode(&known[i].frame, bytes, known[i].len - 1), 0);
	}
}

static void what_no_frame_can_be_is_not_encoded(void **state)
{
	static const uint8_t payload[FRAME_PAYLOAD_MAX + 1];
	uint8_t bytes[FRAME_MAX + 1];

	(void)state;
	for (int p = 0; p < FRAME_PROTOCOLS; p++) {
		struct frame frame = {(enum frame_protocol)p, 1, 2, payload, FRAME_PAYLOAD_MAX};

		assert_in_range(frame_encode(&frame, bytes, sizeof(bytes)), FRAME_PAYLOAD_MAX + 8,
				FRAME_MAX);
		frame.length++;
		assert_int_equal(frame_encode(&frame, bytes, sizeof(bytes)), 0);
	}
	assert_int_equal(
		frame_encode(&(struct frame){FRAME_CASIC, 1, 2, payload, 6}, bytes, sizeof(bytes)),
		0);
	assert_int_equal(frame_encode(&(struct frame){FRAME_PROTOCOLS, 1, 2, payload, 4}, bytes,
				      sizeof(bytes)),
			 0);
}

static void the_longest_frame_of_each_maker_comes_back(void **state)
{
	uint8_t payload[FRAME_PAYLOAD_MAX], bytes[FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(payload); i++) {
		payload[i] = (uint8_t)(i * 37 + i / 256);
	}
	for (int p = 0; p < FRAME_PROTOCOLS; p++) {
		struct frame_parser parser = {0};
		struct told told = {0};
		struct frame frame = {(enum frame_protocol)p, p == FRAME_SKYTRAQ ? 0 : 1, 0x35,
				      payload, sizeof(payload)};
		size_t len = frame_encode(&frame, bytes, sizeof(bytes));

		feed(&parser, &told, bytes, len - 1);
		assert_int_equal(told.frames, 0);
		assert_true(frame_open(&parser));
		feed(&parser, &told, bytes + len - 1, 1);
		assert_int_equal(told.frames, 1);
		assert_int_equal(told.frame[0].protocol, p);
		assert_int_equal(told.frame[0].class, frame.class);
		assert_int_equal(told.frame[0].id, 0x35);
		assert_int_equal(told.frame[0].length, sizeof(payload));
		assert_memory_equal(told.payload[0], payload, sizeof(payload));
		assert_false(frame_open(&parser));
	}
}

static void any_wrong_byte_spoils_a_frame(void **state)
{
	uint8_t bytes[FRAME_MAX];

	(void)state;
	for (int p = 0; p < FRAME_PROTOCOLS; p++) {
		struct frame frame = {(enum frame_protocol)p, 1, 0x21,
				      (const uint8_t *)"\x11\x22\x33\x44\x55\x66\x77\x88", 8};
		size_t len = frame_encode(&frame, bytes, sizeof(bytes));

		for (size_t i = 0; i < len; i++) {
			struct frame_parser parser = {0};
			struct told told = {0};

			bytes[i] ^= 0x08;
			feed(&parser, &told, bytes, len);
			assert_int_equal(told.frames, 0);
			bytes[i] ^= 0x08;
		}
	}
}

static void beginning_in_noise_hides_no_frame_that_follows(void **state)
{
	/* Of a length that covers the three frames behind it. */
	static const uint8_t chance[] = {0xb5, 0x62, 0x31, 0x32, 0x20, 0x00};
	struct frame_parser parser = {0};
	struct told told = {0};

	(void)state;
	feed(&parser, &told, chance, sizeof(chance));
	feed(&parser, &told, ubx_ack, sizeof(ubx_ack));
	feed(&parser, &told, casic_cfg_msg, sizeof(casic_cfg_msg));
	assert_int_equal(told.frames, 0);
	feed(&parser, &told, ubx_ack, sizeof(ubx_ack));
	assert_int_equal(told.frames, 3);
	assert_int_equal(told.frame[1].protocol, FRAME_CASIC);
	assert_int_equal(told.broken, 1);
	assert_false(frame_open(&parser));
}

static void frame_that_lost_a_byte_does_not_take_the_next_with_it(void **state)
{
	struct frame_parser parser = {0};
	struct told told = {0};

	(void)state;
	feed(&parser, &told, ubx_ack, 7);
	feed(&parser, &told, ubx_ack + 8, sizeof(ubx_ack) - 8);
	feed(&parser, &told, ubx_ack, sizeof(ubx_ack));
	assert_int_equal(told.frames, 1);
}

static void length_beyond_any_frame_holds_nothing_back(void **state)
{
	static const uint8_t heads[][6] = {
		{0xb5, 0x62, 1, 1, 0x01, 0x04}, {0xf1, 0xd9, 1, 1, 0x01, 0x04},
		{0xba, 0xce, 0x04, 0x04, 1, 1}, {0xa0, 0xa1, 0x04, 0x02, 1, 1},
		{0xa0, 0xa1, 0x00, 0x00, 1, 1}, {0xba, 0xce, 0x06, 0x00, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct frame_parser parser = {0};
		struct told told = {0};

		feed(&parser, &told, heads[i], sizeof(heads[i]));
		assert_int_equal(told.broken, 1);
		assert_false(frame_open(&parser));
	}
}

static void given_up_after_a_pause_it_lets_go_what_is_behind_it(void **state)
{
	static const uint8_t chance[] = {0xb5, 0x62, 0x31, 0x32, 0xff, 0x00};
	struct frame_parser parser = {0};
	struct told told = {0};

	(void)state;
	feed(&parser, &told, chance, sizeof(chance));
	feed(&parser, &told, ubx_ack, sizeof(ubx_ack));
	assert_int_equal(told.frames, 0);
	frame_give_up(&parser);
	hear(&parser, &told);
	assert_int_equal(told.frames, 1);
	assert_false(frame_open(&parser));
	frame_give_up(&parser);
	hear(&parser, &told);
	assert_int_equal(told.frames, 1);
}

static void what_can_begin_no_frame_is_skipped(void **state)
{
	(void)state;
	assert_int_equal(frame_skip((const uint8_t *)"$GPRMC\r\n\xb5x", 10), 8);
	assert_int_equal(frame_skip((const uint8_t *)"\xf1", 1), 0);
	assert_int_equal(frame_skip((const uint8_t *)"abc", 3), 3);
	assert_int_equal(frame_skip(NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_each_maker_are_known),
		cmocka_unit_test(what_is_encoded_is_what_they_document),
		cmocka_unit_test(what_no_frame_can_be_is_not_encoded),
		cmocka_unit_test(the_longest_frame_of_each_maker_comes_back),
		cmocka_unit_test(any_wrong_byte_spoils_a_frame),
		cmocka_unit_test(beginning_in_noise_hides_no_frame_that_follows),
		cmocka_unit_test(frame_that_lost_a_byte_does_not_take_the_next_with_it),
		cmocka_unit_test(length_beyond_any_frame_holds_nothing_back),
		cmocka_unit_test(given_up_after_a_pause_it_lets_go_what_is_behind_it),
		cmocka_unit_test(what_can_begin_no_frame_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
