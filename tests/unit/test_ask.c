/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/log.h"
#include "common/ns.h"
#include "core/frame.h"
#include "core/said.h"
#include "daemon/ask.h"

#define OPENED (100 * NS_PER_S)

static struct engine engine;
static struct asker asker;
static struct core_status *const status = &engine.core.status;

static uint8_t sent[400];
static size_t sent_len;
static bool broken;

static ssize_t fake_write(struct byte_source *source, const uint8_t *bytes, size_t count,
			  struct error *err)
{
	(void)source;
	assert_true(count <= sizeof(sent));
	memcpy(sent, bytes, count);
	sent_len = count;
	return broken ? error_set(err, "fake line: cannot be written to") : (ssize_t)count;
}

static const struct byte_ops ops = {.write = fake_write};
static struct byte_source source = {.ops = &ops, .name = "fake line"};

static int set_up(void **state)
{
	(void)state;
	memset(&engine, 0, sizeof(engine));
	engine.now_raw_ns = OPENED;
	sent_len = 0;
	broken = false;
	log_set_level(0);
	asker_init(&asker, false, OPENED);
	return 0;
}

/* The receiver has just said this. */
static void says(enum said_by by, bool unknown)
{
	status->leap.said_by = (int)by;
	status->leap.unknown = unknown;
	status->leap.by = unknown || !by ? CORE_LEAP_BY_NOTHING : CORE_LEAP_BY_RECEIVER;
}

/* How often it is asked in so many seconds from now on, with sentences all the time. */
static int asked_in(int64_t seconds)
{
	int times = 0;

	for (int64_t i = 0; i < seconds; i++) {
		engine.now_raw_ns += NS_PER_S;
		status->last_sentence_raw_ns = engine.now_raw_ns;
		if (asker_due(&asker, &engine, true)) {
			asker_ask(&asker, &source);
			times++;
		}
	}
	return times;
}

/* The frames of what was sent, as a set of bits by protocol, class and id; and PUBX,04. */
enum { PUBX = 1, TIMELS = 2, TIMEGPS = 4, CASIC = 8, CASIC_V6 = 16, ALLYSTAR = 32, SKYTRAQ = 64 };

static int question_of(const struct frame *f)
{
	const int key = (int)f->protocol << 16 | f->class << 8 | f->id;

	assert_int_equal(f->length, f->protocol == FRAME_SKYTRAQ);
	switch (key) {
	case FRAME_UBX << 16 | 0x0126:
		return TIMELS;
	case FRAME_UBX << 16 | 0x0120:
		return TIMEGPS;
	case FRAME_CASIC << 16 | 0x0110:
		return CASIC;
	case FRAME_CASIC << 16 | 0x1105:
		return CASIC_V6;
	case FRAME_ALLYSTAR << 16 | 0x0105:
		return ALLYSTAR;
	case FRAME_SKYTRAQ << 16 | 0x64:
		assert_int_equal(f->payload[0], 0x20);
		return SKYTRAQ;
	default:
		fail_msg("asked by %06x", (unsigned int)key);
		return 0;
	}
}

static int questions(void)
{
	static const char pubx[] = "$PUBX,04*37\r\n";
	struct frame_parser parser = {0};
	enum frame_result result;
	struct frame frame;
	size_t at = 0;
	int set = 0;

	if (sent_len >= sizeof(pubx) - 1 && memcmp(sent, pubx, sizeof(pubx) - 1) == 0) {
		at = sizeof(pubx) - 1;
		set = PUBX;
	}
	for (; at < sent_len; at++) {
		frame_put(&parser, sent[at]);
		while ((result = frame_next(&parser, &frame)) >= FRAME_WHOLE) {
			assert_int_equal(result, FRAME_WHOLE);
			set |= question_of(&frame);
		}
	}
	assert_false(frame_open(&parser));
	return set;
}

static void receiver_that_has_not_spoken_is_not_asked(void **state)
{
	(void)state;
	engine.now_raw_ns += NS_PER_S;
	assert_false(asker_due(&asker, &engine, true));
	assert_int_equal(asked_in(1), 1);
}

static void first_it_is_asked_in_all_languages(void **state)
{
	(void)state;
	assert_int_equal(asked_in(1), 1);
	assert_int_equal(questions(),
			 PUBX | TIMELS | TIMEGPS | CASIC | CASIC_V6 | ALLYSTAR | SKYTRAQ);
	assert_in_range(sent_len, 60, 70); /* short, even at 9600 bit/s */
}

static void receiver_that_has_answered_is_asked_in_its_own(void **state)
{
	static const struct {
		enum said_by by;
		int questions;
	} of[] = {
		{SAID_PUBX, PUBX},
		{SAID_TIMELS, TIMELS},
		{SAID_TIMEGPS, TIMEGPS},
		{SAID_TIMEUTC, TIMEGPS},
		{SAID_CASIC, CASIC | CASIC_V6},
		{SAID_ALLYSTAR, ALLYSTAR},
		{SAID_SKYTRAQ, SKYTRAQ},
		{SAID_PQTM, 0},
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		set_up(state);
		says(of[i].by, true);
		assert_int_equal(asked_in(1), 1);
		assert_int_equal(questions(), of[i].questions);
		assert_int_equal(asked_in(100), 10);
	}
}

static void receiver_that_does_not_answer_is_asked_more_rarely(void **state)
{
	(void)state;
	assert_int_equal(asked_in(70), 6); /* after 1, 3, 7, 15, 31, 63 s */
	assert_int_equal(asked_in(600), 10);
}

static void when_the_fix_comes_or_goes_it_is_asked_at_once(void **state)
{
	(void)state;
	asked_in(300);
	status->receiver.fix = true;
	assert_int_equal(asked_in(1), 1);
	assert_int_equal(asked_in(5), 1);
	status->receiver.fix = false;
	assert_int_equal(asked_in(1), 1);
}

static void receiver_that_knows_is_asked_no_more(void **state)
{
	(void)state;
	asked_in(5);
	says(SAID_TIMEGPS, false);
	assert_int_equal(asked_in(10000), 0);
	says(SAID_NOTHING, false); /* time has confirmed it */
	status->leap.by = CORE_LEAP_BY_TIME;
	assert_int_equal(asked_in(10000), 0);
}

static void receiver_that_may_announce_a_leap_second_is_asked_each_hour(void **state)
{
	(void)state;
	asked_in(5);
	says(SAID_TIMELS, false);
	assert_int_equal(asked_in(36000), 10);
	assert_int_equal(questions(), TIMELS);
}

static void line_that_is_never_quiet_delays_it_by_three_seconds(void **state)
{
	(void)state;
	status->last_sentence_raw_ns = OPENED + 1;
	engine.now_raw_ns = OPENED + 3 * NS_PER_S - 1;
	assert_false(asker_due(&asker, &engine, false));
	engine.now_raw_ns++;
	assert_true(asker_due(&asker, &engine, false));
}

static void line_that_cannot_be_written_is_asked_once(void **state)
{
	(void)state;
	broken = true;
	assert_int_equal(asked_in(100), 1);
}

static void off_is_off(void **state)
{
	(void)state;
	asker_init(&asker, true, OPENED);
	assert_int_equal(asked_in(100), 0);
}

#define test(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(receiver_that_has_not_spoken_is_not_asked),
		test(first_it_is_asked_in_all_languages),
		test(receiver_that_has_answered_is_asked_in_its_own),
		test(receiver_that_does_not_answer_is_asked_more_rarely),
		test(when_the_fix_comes_or_goes_it_is_asked_at_once),
		test(receiver_that_knows_is_asked_no_more),
		test(receiver_that_may_announce_a_leap_second_is_asked_each_hour),
		test(line_that_is_never_quiet_delays_it_by_three_seconds),
		test(line_that_cannot_be_written_is_asked_once),
		test(off_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
