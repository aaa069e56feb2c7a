/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Sentences and frames on one line. */
#include "core_rig.h"
#include "frame_text.h"

enum { LINE_MAX = 2048 };

static size_t ubx(char *text, const void *payload, size_t length)
{
	return frame_text(text, FRAME_UBX, 0x01, 0x26, payload, length);
}

/* Second n as good(): a frame in front of the burst and one behind it. */
static void framed_burst(int64_t n)
{
	static const char payload[40] = "a $ within, and $GPRMC,1*";
	char text[LINE_MAX];
	size_t len = ubx(text, payload, sizeof(payload));

	pulse(raw_at(n));
	len += burst_text(text + len, rig.utc_s + n, 'A');
	len += ubx(text + len, payload, sizeof(payload));
	bytes(raw_at(n) + LAG, text, len);
	tick(raw_at(n) + 800 * MS);
}

static void frames_between_sentences_take_nothing_from_them(void **state)
{
	const struct core_status *status = core_status(&rig.core);

	(void)state;
	for (int n = 0; n < 20; n++) {
		framed_burst(n);
	}
	published_pulse(20);
	assert_int_equal(status->frames, 40);
	assert_int_equal(status->sentences, 40);
	assert_int_equal(rejects(CORE_CHECKSUM), 0);
	assert_int_equal(status->lag_ns, LAG);
	assert_true(core_status(&rig.core)->state == CORE_LOCKED);
}

static void sentence_within_a_frame_is_none(void **state)
{
	char text[LINE_MAX], payload[200];
	size_t len;

	(void)state;
	good(0, 9);
	pulse(raw_at(10));
	len = nmea_text(payload, "GNRMC,120000.00,V,,,,,,,100327,,,N");
	len = ubx(text, payload, len);
	len += burst_text(text + len, rig.utc_s + 10, 'A');
	bytes(raw_at(10) + LAG, text, len);
	tick(raw_at(10) + 800 * MS);
	assert_true(core_status(&rig.core)->receiver.fix);
	assert_int_equal(core_status(&rig.core)->sentences, 22);
	published_pulse(11);
}

/* The same bytes, but the frame is damaged: then it was a sentence. */
static void sentence_within_what_was_no_frame_is_one(void **state)
{
	char text[LINE_MAX], payload[200];
	size_t len;

	(void)state;
	good(0, 9);
	pulse(raw_at(10));
	len = nmea_text(payload, "GNRMC,120000.00,V,,,,,,,100327,,,N");
	len = ubx(text, payload, len);
	text[len - 1] ^= 1;
	bytes(raw_at(10) + LAG, text, len);
	assert_false(core_status(&rig.core)->receiver.fix);
	withheld_pulse(raw_at(11), CORE_WITHHELD_FIX);
}

static void frame_that_lost_a_byte_costs_no_sentence(void **state)
{
	char text[LINE_MAX];
	size_t len, noise;

	(void)state;
	good(0, 9);
	pulse(raw_at(10));
	noise = ubx(text, "0123456789abcdef", 16) - 1;
	memmove(text + 10, text + 11, noise - 10);
	len = noise + burst_text(text + noise, rig.utc_s + 10, 'A');
	bytes(raw_at(10) + LAG, text, len);
	tick(raw_at(10) + 800 * MS);
	assert_int_equal(core_status(&rig.core)->sentences, 22);
	/* What is damaged is noise, and begins no burst. */
	assert_int_equal(core_status(&rig.core)->last_confirm_raw_ns,
			 raw_at(10) + LAG + (int64_t)noise * BYTE_NS);
}

/* A head in noise that promises a thousand bytes. */
static size_t promise(char *text)
{
	memcpy(text, "\xb5\x62\x01\x35\xe8\x03", 6);
	return 6;
}

/* Second 10's burst: that, and a sentence that says "no fix" behind it. Returns its length. */
static size_t bad_news_in_a_promise(void)
{
	char text[LINE_MAX];
	size_t len;

	good(0, 9);
	pulse(raw_at(10));
	len = promise(text);
	len += nmea_text(text + len, "GNRMC,120000.00,V,,,,,,,100327,,,N");
	bytes(raw_at(10) + LAG, text, len);
	return len;
}

static void beginning_in_noise_holds_one_sentence_back_not_two(void **state)
{
	char text[LINE_MAX];
	size_t len;

	(void)state;
	bad_news_in_a_promise();
	assert_int_equal(core_status(&rig.core)->sentences, 20);
	len = nmea_text(text, "GNGSA,A,1");
	bytes(raw_at(10) + LAG + 100 * MS, text, len);
	assert_int_equal(core_status(&rig.core)->sentences, 22);
	assert_false(core_status(&rig.core)->receiver.fix);
}

static void beginning_in_noise_holds_back_no_longer_than_a_pause(void **state)
{
	(void)state;

	size_t len = bad_news_in_a_promise();

	tick(raw_at(10) + LAG + (int64_t)len * BYTE_NS + 170 * MS);
	assert_int_equal(core_status(&rig.core)->sentences, 20);
	tick(raw_at(10) + LAG + (int64_t)len * BYTE_NS + 180 * MS);
	assert_int_equal(core_status(&rig.core)->sentences, 21);
	assert_false(core_status(&rig.core)->receiver.fix);
}

/* Reads that end within the frame in front of each burst, after so many of its bytes. */
static void torn_frame(int64_t n, size_t cut)
{
	static const char payload[60] = "$";
	char text[LINE_MAX];
	int64_t begin = raw_at(n) + LAG;
	size_t len = ubx(text, payload, sizeof(payload));

	pulse(raw_at(n));
	len += burst_text(text + len, rig.utc_s + n, 'A');
	bytes(begin, text, cut);
	bytes(begin + (int64_t)cut * BYTE_NS, text + cut, len - cut);
	tick(raw_at(n) + 800 * MS);
}

static void frame_may_come_in_two_reads(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < 68; cut++) {
		fresh(state);
		framed_burst(0);
		for (int n = 1; n < 10; n++) {
			torn_frame(n, cut);
		}
		assert_int_equal(core_status(&rig.core)->frames, 11);
		assert_int_equal(rejects(CORE_CHECKSUM), 0);
		assert_int_equal(core_status(&rig.core)->lag_ns, LAG);
		published_pulse(10);
	}
}

/* Up to its last byte it could be the beginning of a sentence, which is cut short behind it. */
static void dollar_at_the_end_of_a_frame_begins_nothing(void **state)
{
	char text[LINE_MAX];
	size_t len = ubx(text, "$GPRMC,10", 9);

	(void)state;
	assert_memory_equal(text + len - 2, "\x5a\x73", 2); /* a checksum of letters */
	len += burst_text(text + len, rig.utc_s, 'A');
	bytes(raw_at(0) + LAG, text, len);
	assert_int_equal(core_status(&rig.core)->sentences, 2);
	assert_int_equal(rejects(CORE_CHECKSUM), 0);
}

/* A look begins within a frame: it does not begin with a sentence. */
static void look_that_begins_within_a_frame_is_not_tidy(void **state)
{
	char text[LINE_MAX];
	size_t len = ubx(text, "0123456789", 10);

	(void)state;
	framed_burst(0);
	bytes(raw_at(1), text, 9);
	assert_true(rig.core.line.tidy > 0);
	bytes(raw_at(1) + 9 * BYTE_NS + 20 * MS, text + 9, len - 9);
	assert_int_equal(rig.core.line.tidy, 0);
	assert_int_equal(core_status(&rig.core)->frames, 3);
}

/* What line.c is told: no pause within a frame, and one behind it. */
static void read_that_ends_with_a_frame_ends_whole(void **state)
{
	char text[LINE_MAX];
	size_t len = ubx(text, "\n", 1);

	(void)state;
	framed_burst(0);
	framed_burst(1);
	assert_true(rig.core.line.whole);
	bytes(raw_at(2), text, 7); /* up to the newline within it */
	assert_false(rig.core.line.whole);
	bytes(raw_at(2) + 7 * BYTE_NS, text + 7, len - 7);
	assert_true(rig.core.line.whole);
}

/* The beginning that hid it turns out to be none in a later read. */
static void frame_that_was_hidden_in_the_read_before_is_heard(void **state)
{
	char text[LINE_MAX];
	size_t len;

	(void)state;
	framed_burst(0);
	/* Promises so many bytes that it is over with the seventh of the second read. */
	memcpy(text, "\xb5\x62\x01\x35\x10\x00", 6);
	len = 6 + ubx(text + 6, "0123", 4);
	assert_int_equal(len, 18);
	bytes(raw_at(1), text, len);
	assert_int_equal(core_status(&rig.core)->frames, 2);
	bytes(raw_at(1) + 18 * BYTE_NS, "        ", 8);
	assert_int_equal(core_status(&rig.core)->frames, 3);
}

/* …and where a '$' shows that, it begins a sentence all the same. */
static void sentence_behind_a_frame_that_was_hidden_is_heard(void **state)
{
	char text[LINE_MAX];
	size_t len;

	(void)state;
	memcpy(text, "\xb5\x62\x01\x35\x0b\x00", 6); /* up to the '$' */
	len = 6 + ubx(text + 6, "0123", 4);
	len += burst_text(text + len, rig.utc_s, 'A');
	bytes(raw_at(0) + LAG, text, len);
	assert_int_equal(core_status(&rig.core)->frames, 1);
	assert_int_equal(core_status(&rig.core)->sentences, 2);
}

static void frame_is_no_more_known_after_the_source_was_lost(void **state)
{
	char text[LINE_MAX];
	size_t len = ubx(text, "0123", 4);

	(void)state;
	bytes(raw_at(0), text, 6);
	send((struct event){.type = EVENT_SOURCE, .raw_ns = raw_at(0) + 50 * MS});
	send((struct event){
		.type = EVENT_SOURCE, .raw_ns = raw_at(0) + 50 * MS, .source = {.back = true}});
	bytes(raw_at(0) + 50 * MS, text + 6, len - 6);
	assert_int_equal(core_status(&rig.core)->frames, 0);
	assert_false(frame_open(&rig.core.frames));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(frames_between_sentences_take_nothing_from_them),
		test(sentence_within_a_frame_is_none),
		test(sentence_within_what_was_no_frame_is_one),
		test(frame_that_lost_a_byte_costs_no_sentence),
		test(beginning_in_noise_holds_one_sentence_back_not_two),
		test(beginning_in_noise_holds_back_no_longer_than_a_pause),
		test(frame_may_come_in_two_reads),
		test(dollar_at_the_end_of_a_frame_begins_nothing),
		test(look_that_begins_within_a_frame_is_not_tidy),
		test(read_that_ends_with_a_frame_ends_whole),
		test(frame_that_was_hidden_in_the_read_before_is_heard),
		test(sentence_behind_a_frame_that_was_hidden_is_heard),
		test(frame_is_no_more_known_after_the_source_was_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
