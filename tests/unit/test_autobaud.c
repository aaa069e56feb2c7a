/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sources/autobaud.h"
#include "sources/receiver.h"

#define SECOND 1000000000LL
#define NEVER  (-1)

/*
 * A receiver that sends a burst each second at its own rate: at any other rate the line gives as
 * much noise. Returns after how many seconds the search found it, NEVER after a minute.
 */
static int seconds_to_find(struct autobaud *search, uint32_t receiver_bps, int64_t *now)
{
	struct receiver_config config;
	char burst[RECEIVER_BURST_MAX];

	receiver_default(&config);
	for (int s = 0; s < 60; s++) {
		size_t n = receiver_burst(&config, 1700000000 + s, false, burst, sizeof(burst));

		for (size_t i = 0; i < n && search->bps != receiver_bps; i++) {
			burst[i] = (char)((uint8_t)burst[i] * 37 + i * 101);
		}
		autobaud_feed(search, (const uint8_t *)burst, n, *now);
		if (!search->searching) {
			return s;
		}
		*now += SECOND;
		autobaud_tick(search, *now);
	}
	return NEVER;
}

static void every_common_rate_is_found(void **state)
{
	const uint32_t rates[] = {4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct autobaud search;
		int64_t now = 5 * SECOND;

		autobaud_init(&search, 0);
		assert_int_not_equal(seconds_to_find(&search, rates[i], &now), NEVER);
		assert_int_equal(search.bps, rates[i]);
	}
}

static void usual_rate_is_found_with_the_first_burst(void **state)
{
	struct autobaud search;
	int64_t now = 0;

	(void)state;
	autobaud_init(&search, 0);
	assert_int_equal(seconds_to_find(&search, 9600, &now), 0);
}

static void rate_of_last_time_is_tried_first_even_an_uncommon_one(void **state)
{
	struct autobaud search;
	int64_t now = 0;

	(void)state;
	autobaud_init(&search, 460800);
	assert_int_equal(seconds_to_find(&search, 460800, &now), 0);
	autobaud_init(&search, 250000);
	assert_int_equal(seconds_to_find(&search, 250000, &now), 0);
	autobaud_init(&search, 250000);
	assert_int_not_equal(seconds_to_find(&search, 4800, &now), NEVER);
}

static void feed(struct autobaud *search, const char *text, int64_t now)
{
	autobaud_feed(search, (const uint8_t *)text, strlen(text), now);
}

static void one_sentence_is_not_enough(void **state)
{
	struct autobaud search;

	(void)state;
	autobaud_init(&search, 0);
	feed(&search, "$GPZDA,,,,,00,00*48\r\n", 0);
	assert_true(search.searching);
	feed(&search, "$GPZDA,,,,,00,00*48\r\n", 0);
	assert_false(search.searching);
}

static void sentence_in_pieces_counts(void **state)
{
	struct autobaud search;

	(void)state;
	autobaud_init(&search, 0);
	for (int i = 0; i < 2; i++) {
		feed(&search, "\x80$GP", 0);
		feed(&search, "ZDA,,,,,00,0", 0);
		feed(&search, "0*4", 0);
		feed(&search, "8", 0);
	}
	assert_false(search.searching);
}

static void wrong_checksums_overlong_and_empty_sentences_do_not_count(void **state)
{
	struct autobaud search;
	char overlong[202];

	(void)state;
	autobaud_init(&search, 0);
	for (int i = 0; i < 3; i++) {
		feed(&search, "$GPZDA,,,,,00,00*49\r\n", 0);
		feed(&search, "$GPZDA,,,,,00,00*58\r\n", 0);
		feed(&search, "$GPZDA,,,,,00\x01,00*48\r\n", 0);
		feed(&search, "$*00\r\n", 0);
	}
	memset(overlong, 'A', sizeof(overlong));
	memcpy(overlong, "$", 1);
	memcpy(overlong + 197, "*00\r", 5);
	for (int i = 0; i < 3; i++) {
		feed(&search, overlong, 0);
	}
	assert_true(search.searching);
}

static void second_sentence_is_waited_for(void **state)
{
	struct autobaud search;

	(void)state;
	autobaud_init(&search, 0);
	autobaud_tick(&search, SECOND);
	feed(&search, "$GPZDA,,,,,00,00*48\r\n", 3 * SECOND);
	assert_false(autobaud_tick(&search, 4 * SECOND));
	assert_int_equal(search.bps, 9600);
	assert_true(autobaud_tick(&search, 5 * SECOND));
	assert_int_equal(search.bps, 38400);
}

static void silence_keeps_to_the_likeliest_rate(void **state)
{
	struct autobaud search;

	(void)state;
	autobaud_init(&search, 0);
	feed(&search, "noise", 0);
	for (int s = 1; s < 60; s++) {
		autobaud_tick(&search, s * SECOND);
	}
	assert_int_equal(search.bps, 9600);
	assert_true(search.searching);
}

static void found_rate_survives_silence_and_short_garbage(void **state)
{
	struct autobaud search;
	int64_t now = 0;

	(void)state;
	autobaud_init(&search, 0);
	assert_int_equal(seconds_to_find(&search, 9600, &now), 0);
	for (int s = 0; s < 9; s++) {
		feed(&search, "\xff\xfe garbage", now + s * SECOND);
		assert_false(autobaud_tick(&search, now + s * SECOND));
	}
	feed(&search, "$GPZDA,,,,,00,00*48\r\n", now + 9 * SECOND);
	for (int s = 10; s < 1000; s++) {
		assert_false(autobaud_tick(&search, now + s * SECOND));
	}
	assert_false(search.searching);
}

static void rate_that_turned_to_garbage_is_searched_anew(void **state)
{
	struct autobaud search;
	int64_t now = 0;

	(void)state;
	autobaud_init(&search, 0);
	assert_int_not_equal(seconds_to_find(&search, 115200, &now), NEVER);
	for (int s = 0; s < 12; s++) {
		feed(&search, "\xff\xfe garbage", now + s * SECOND);
		autobaud_tick(&search, now + s * SECOND);
	}
	assert_true(search.searching);
	assert_int_equal(search.bps, 115200);
	now += 12 * SECOND;
	assert_int_not_equal(seconds_to_find(&search, 38400, &now), NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_common_rate_is_found),
		cmocka_unit_test(usual_rate_is_found_with_the_first_burst),
		cmocka_unit_test(rate_of_last_time_is_tried_first_even_an_uncommon_one),
		cmocka_unit_test(one_sentence_is_not_enough),
		cmocka_unit_test(sentence_in_pieces_counts),
		cmocka_unit_test(wrong_checksums_overlong_and_empty_sentences_do_not_count),
		cmocka_unit_test(second_sentence_is_waited_for),
		cmocka_unit_test(silence_keeps_to_the_likeliest_rate),
		cmocka_unit_test(found_rate_survives_silence_and_short_garbage),
		cmocka_unit_test(rate_that_turned_to_garbage_is_searched_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
