/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/nmea.h"
#include "nmea_text.h"

static const char sentence[] = "$GPZDA,082710.00,16,09,2026,00,00*62\r\n";

struct told {
	int sentences, checksums, overlongs;
};

static struct told feed(struct nmea_framer *framer, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	struct told told = {0};

	for (size_t i = 0; i < len; i++) {
		switch (nmea_feed(framer, bytes[i])) {
		case NMEA_MORE:
			break;
		case NMEA_SENTENCE:
			told.sentences++;
			break;
		case NMEA_CHECKSUM:
			told.checksums++;
			break;
		case NMEA_OVERLONG:
			told.overlongs++;
			break;
		}
	}
	return told;
}

static struct told feed_new(const void *data, size_t len)
{
	struct nmea_framer framer = {0};

	return feed(&framer, data, len);
}

static struct told feed_text(const char *text)
{
	return feed_new(text, strlen(text));
}

#define assert_told(told_, sentences_, checksums_, overlongs_)                                     \
	do {                                                                                       \
		struct told t_ = (told_);                                                          \
		assert_int_equal(t_.sentences, sentences_);                                        \
		assert_int_equal(t_.checksums, checksums_);                                        \
		assert_int_equal(t_.overlongs, overlongs_);                                        \
	} while (0)

static void sentence_with_a_right_checksum_comes_out_with_its_fields(void **state)
{
	struct nmea_framer framer = {0};
	struct nmea_fields fields;

	(void)state;
	assert_told(feed(&framer, sentence, strlen(sentence)), 1, 0, 0);
	nmea_split(&framer, &fields);
	assert_int_equal(fields.count, 7);
	assert_string_equal(fields.field[0], "GPZDA");
	assert_string_equal(fields.field[1], "082710.00");
	assert_string_equal(fields.field[4], "2026");
	assert_string_equal(fields.field[6], "00");
}

static void checksum_may_be_in_small_letters(void **state)
{
	char text[300];
	bool small = false;

	(void)state;
	for (char c = 'A'; c <= 'Z'; c++) {
		size_t len = nmea_text(text, "GPXXX,%c", c);

		for (size_t i = len - 4; i < len - 2; i++) {
			small |= text[i] >= 'A' && text[i] <= 'F';
			text[i] = (char)(text[i] >= 'A' ? text[i] + 32 : text[i]);
		}
		assert_told(feed_text(text), 1, 0, 0);
	}
	assert_true(small);
}

static void line_may_end_in_any_way(void **state)
{
	(void)state;
	assert_told(feed_text("$GPZDA,,,,,00,00*48\r"), 1, 0, 0);
	assert_told(feed_text("$GPZDA,,,,,00,00*48\n"), 1, 0, 0);
	assert_told(feed_text("$GPZDA,,,,,00,00*48\n\r\r\n\n"), 1, 0, 0);
	assert_told(feed_text("$GPZDA,,,,,00,00*48"), 0, 0, 0);
}

static void any_byte_may_stand_between_sentences(void **state)
{
	char text[2 * sizeof(sentence)];

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		memcpy(text, sentence, sizeof(sentence) - 1);
		text[sizeof(sentence) - 1] = (char)byte;
		memcpy(text + sizeof(sentence), sentence, sizeof(sentence) - 1);
		assert_told(feed_new(text, 2 * sizeof(sentence) - 1), 2, 0, 0);
	}
}

static void random_junk_between_sentences_hides_none(void **state)
{
	struct nmea_framer framer = {0};
	uint8_t junk[400];

	(void)state;
	srand(5);
	for (int round = 0; round < 5000; round++) {
		size_t len = (size_t)rand() % sizeof(junk);

		for (size_t i = 0; i < len; i++) {
			junk[i] = (uint8_t)rand();
		}
		assert_int_equal(feed(&framer, junk, len).sentences, 0);
		assert_int_equal(feed(&framer, sentence, strlen(sentence)).sentences, 1);
	}
}

static void every_byte_value_but_a_printable_one_spoils_a_sentence(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char text[sizeof(sentence)];

		memcpy(text, sentence, sizeof(sentence));
		text[20] = (char)byte;
		assert_int_equal(feed_new(text, strlen(sentence)).sentences, byte == sentence[20]);
	}
}

static void one_flipped_bit_never_leaves_a_sentence(void **state)
{
	size_t without_newline = strlen(sentence) - 1;

	(void)state;
	for (size_t at = 0; at < without_newline; at++) {
		for (int bit = 0; bit < 8; bit++) {
			char text[sizeof(sentence)];

			memcpy(text, sentence, sizeof(sentence));
			text[at] = (char)(text[at] ^ (1 << bit));
			assert_int_equal(feed_new(text, strlen(sentence)).sentences, 0);
		}
	}
}

static void dollar_starts_anew_wherever_it_stands(void **state)
{
	(void)state;
	assert_told(feed_text("$GPRMC,0827$GPZDA,,,,,00,00*48\r\n"), 1, 1, 0);
	assert_told(feed_text("$GPZDA,,,,,00,00*4$GPZDA,,,,,00,00*48\r\n"), 1, 1, 0);
	assert_told(feed_text("$$GPZDA,,,,,00,00*48\r\n"), 1, 0, 0);
	assert_told(feed_text("$$$\r\n"), 0, 1, 0);
}

static void missing_or_wrong_checksum_is_told_once(void **state)
{
	const char *const wrong[] = {
		"$GPZDA,,,,,00,00*49\r\n",
		"$GPZDA,,,,,00,00*58\r\n",
		"$GPZDA,,,,,00,00*4\r\n",
		"$GPZDA,,,,,00,00*\r\n",
		"$GPZDA,,,,,00,00\r\n",
		"$GPZDA,,,,,00,0048\r\n",
		"$GPZDA,,,,,00,00*048\r\n",
		"$GPZDA,,,,*,00,00*4E\r\n",
		"$GPZDA,,,,,00,00*4G\r\n",
		"$GPZDA,,,,,00,00*g8\r\n",
		"$GPZDA,,,,,00,00*48 \r\n",
		"$*48\r\n",
		"$48\r\n",
		"$\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_told(feed_text(wrong[i]), 0, 1, 0);
	}
}

static void dollar_in_binary_data_is_no_sentence_and_no_complaint(void **state)
{
	(void)state;
	/* A UBX packet with '$' in it. */
	assert_told(feed_new("\xb5\x62\x01\x24\x03\x00$AB\x01\x02\x80", 12), 0, 0, 0);
	assert_told(feed_new("$ABCDE\x80", 7), 0, 0, 0);
	/* A sentence that was cut is one. */
	assert_told(feed_new("$GPRMC,\x80", 8), 0, 1, 0);
}

static void line_of_255_is_taken_and_one_of_256_is_not(void **state)
{
	char xs[280];
	char text[300];

	(void)state;
	memset(xs, 'x', sizeof(xs));
	for (int len = 240; len < 270; len++) {
		nmea_text(text, "GPTXT,%.*s", len - 9, xs);
		assert_told(feed_text(text), len <= NMEA_LINE_MAX, 0, len > NMEA_LINE_MAX);
	}
}

static void overlong_line_is_told_once_and_ends_at_the_next_dollar(void **state)
{
	struct nmea_framer framer = {0};
	char text[5000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = '$';
	assert_told(feed(&framer, text, sizeof(text)), 0, 0, 1);
	assert_told(feed(&framer, "*48\r\n", 5), 0, 0, 0);
	assert_told(feed(&framer, sentence, strlen(sentence)), 1, 0, 0);
}

static void fields_beyond_the_most_are_left_out(void **state)
{
	struct nmea_framer framer = {0};
	struct nmea_fields fields;
	char text[300];
	char commas[61];

	(void)state;
	memset(commas, ',', 60);
	commas[60] = '\0';
	for (int count = 0; count <= 60; count++) {
		size_t len = nmea_text(text, "GPXXX%s", commas + 60 - count);

		assert_told(feed(&framer, text, len), 1, 0, 0);
		nmea_split(&framer, &fields);
		assert_int_equal(fields.count,
				 count + 1 < NMEA_FIELDS_MAX ? count + 1 : NMEA_FIELDS_MAX);
		assert_string_equal(fields.field[0], "GPXXX");
		for (int i = 1; i < fields.count; i++) {
			assert_string_equal(fields.field[i], "");
		}
	}
}

/* Sentences, some of them spoiled, with noise between. */
static size_t random_line(uint8_t *line, size_t size)
{
	size_t len = 0;

	while (len + 600 < size) {
		size_t noise = (size_t)rand() % 300;

		for (size_t i = 0; i < noise; i++) {
			line[len++] = (uint8_t)(rand() % 4 ? 'A' + rand() % 26 : rand());
		}
		memcpy(line + len, sentence, sizeof(sentence) - 1);
		line[len + (size_t)rand() % sizeof(sentence)] ^= (uint8_t)(rand() % 3);
		len += sizeof(sentence) - 1;
	}
	return len;
}

static void skipping_ahead_gives_the_same_as_byte_by_byte(void **state)
{
	uint8_t line[4000] = {0};

	(void)state;
	srand(6);
	for (int round = 0; round < 2000; round++) {
		size_t len = random_line(line, sizeof(line));
		struct nmea_framer framer = {0};
		struct nmea_framer skipping = {0};
		size_t i = 0;

		while (i < len) {
			size_t piece = (size_t)rand() % 40;
			size_t skipped =
				nmea_skip(&skipping, line + i, piece < len - i ? piece : len - i);

			for (size_t end = i + skipped; i < end; i++) {
				assert_int_equal(nmea_feed(&framer, line[i]), NMEA_MORE);
			}
			if (i < len) {
				enum nmea_result told = nmea_feed(&skipping, line[i]);

				assert_int_equal(nmea_feed(&framer, line[i++]), told);
			}
			assert_int_equal(framer.inside, skipping.inside);
			if (framer.inside) {
				assert_int_equal(framer.len, skipping.len);
				assert_memory_equal(framer.line, skipping.line, framer.len);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentence_with_a_right_checksum_comes_out_with_its_fields),
		cmocka_unit_test(checksum_may_be_in_small_letters),
		cmocka_unit_test(line_may_end_in_any_way),
		cmocka_unit_test(any_byte_may_stand_between_sentences),
		cmocka_unit_test(random_junk_between_sentences_hides_none),
		cmocka_unit_test(every_byte_value_but_a_printable_one_spoils_a_sentence),
		cmocka_unit_test(one_flipped_bit_never_leaves_a_sentence),
		cmocka_unit_test(dollar_starts_anew_wherever_it_stands),
		cmocka_unit_test(missing_or_wrong_checksum_is_told_once),
		cmocka_unit_test(dollar_in_binary_data_is_no_sentence_and_no_complaint),
		cmocka_unit_test(line_of_255_is_taken_and_one_of_256_is_not),
		cmocka_unit_test(overlong_line_is_told_once_and_ends_at_the_next_dollar),
		cmocka_unit_test(fields_beyond_the_most_are_left_out),
		cmocka_unit_test(skipping_ahead_gives_the_same_as_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
