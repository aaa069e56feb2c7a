/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sources/receiver.h"

/* 2026-12-31 23:59:59 UTC */
#define NEW_YEARS_EVE 1798761599

static struct receiver_config config;
static char text[RECEIVER_BURST_MAX];

static int set_up(void **state)
{
	(void)state;
	receiver_default(&config);
	return 0;
}

static const char *burst(int64_t utc_s, bool leap60)
{
	assert_true(receiver_burst(&config, utc_s, leap60, text, sizeof(text)) > 0);
	return text;
}

static const char *say(const char *sentences, int64_t utc_s, bool leap60)
{
	config.sentences = sentences;
	return burst(utc_s, leap60);
}

static void single_sentences_are_as_expected(void **state)
{
	(void)state;
	assert_string_equal(
		say("RMC", NEW_YEARS_EVE, false),
		"$GPRMC,235959.00,A,4717.11437,N,00833.91522,E,0.004,,311226,,,A*70\r\n");
	assert_string_equal(say("ZDA", NEW_YEARS_EVE, false),
			    "$GPZDA,235959.00,31,12,2026,00,00*60\r\n");
	assert_string_equal(say("GLL", 0, false),
			    "$GPGLL,4717.11437,N,00833.91522,E,000000.00,A,A*69\r\n");
}

/* NMEA 0183: exclusive-or of all between $ and *, two hexadecimal digits. */
static void every_sentence_of_every_kind_has_a_right_checksum(void **state)
{
	int sentences = 0;

	(void)state;
	config.nmea_version = 41;
	config.talker = "GN";
	for (const char *at = say("RMC VTG GGA GSA GSV GLL ZDA GST", 1700000000, false); *at;
	     sentences++) {
		unsigned int sum = 0;
		char expected[8];

		assert_int_equal(*at++, '$');
		while (*at != '*') {
			assert_true(*at >= ' ' && *at <= '~');
			sum ^= (unsigned char)*at++;
		}
		snprintf(expected, sizeof(expected), "*%02X\r\n", sum);
		assert_memory_equal(at, expected, 5);
		at += 5;
	}
	assert_int_equal(sentences, 10);
}

static void default_is_the_usual_flow_of_a_ublox(void **state)
{
	(void)state;
	size_t n = strlen(burst(1700000000, false));

	assert_in_range(n, 400, 500);
	assert_memory_equal(text, "$GPRMC", 6);
	assert_non_null(strstr(text, "$GPGSV,3,3,10"));
	assert_true(receiver_wire_ns(&config, n) < 600000000);
	config.sentences = RECEIVER_SIX;
	assert_true(strlen(burst(1700000000, false)) < n);
}

static void dates_agree_with_the_library_over_four_centuries(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 146097; day += 13) {
		time_t t = (time_t)(day * 86400 + 45296);
		struct tm tm;
		char expected[80];

		if (sizeof(time_t) < 8 && day > 24000) {
			break;
		}
		gmtime_r(&t, &tm);
		snprintf(expected, sizeof(expected), "$GPZDA,123456.00,%02d,%02d,%04d,00,00",
			 tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900);
		assert_memory_equal(say("ZDA", (int64_t)t, false), expected, strlen(expected));
	}
}

static void leap_second_is_told_as_configured(void **state)
{
	(void)state;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, true), "$GPZDA,235960.00,31,12,2026", 27);
	config.leap = RECEIVER_LEAP_REPEAT_59;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, true), "$GPZDA,235959.00,31,12,2026", 27);
	config.leap = RECEIVER_LEAP_REPEAT_00;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, true), "$GPZDA,000000.00,01,01,2027", 27);
}

static void without_fix_it_says_so_in_every_sentence(void **state)
{
	(void)state;
	config.fix = false;
	say("RMC GGA GSA GLL VTG", NEW_YEARS_EVE, false);
	assert_non_null(strstr(text, "$GPRMC,235959.00,V,,,,,,,311226,,,N*"));
	assert_non_null(strstr(text, "$GPGGA,235959.00,,,,,0,00,"));
	assert_non_null(strstr(text, "$GPGSA,A,1,,"));
	assert_non_null(strstr(text, "$GPGLL,,,,,235959.00,V,N*"));
	assert_non_null(strstr(text, ",N*"));
	config.mute_time = true;
	say("RMC ZDA GGA", NEW_YEARS_EVE, false);
	assert_non_null(strstr(text, "$GPRMC,,V,,,,,,,,,,N*"));
	assert_non_null(strstr(text, "$GPZDA,,,,,00,00*48"));
	assert_non_null(strstr(text, "$GPGGA,,,,,,0,00,"));
}

static void newer_version_adds_its_fields(void **state)
{
	(void)state;
	config.nmea_version = 41;
	say("RMC GSA GSV", NEW_YEARS_EVE, false);
	assert_non_null(strstr(text, ",311226,,,A,V*"));
	assert_non_null(strstr(text, "1.84,1.01,1.54,1*"));
	assert_non_null(strstr(text, "$GPGSV,3,1,10,02,"));
	assert_non_null(strstr(text, ",1*"));
}

static void faults_are_told(void **state)
{
	(void)state;
	config.era_weeks = -1024;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, false), "$GPZDA,235959.00,17,05,2007", 27);
	config.era_weeks = 0;
	config.wrong_s = -2;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, false), "$GPZDA,235957.00,31", 19);
	config.wrong_s = 1;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, false), "$GPZDA,000000.00,01,01,2027", 27);
}

static void fractions_have_the_wanted_digits(void **state)
{
	(void)state;
	config.fraction_digits = 0;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, false), "$GPZDA,235959,31", 16);
	config.fraction_digits = 9;
	config.fraction_ns = 200000001;
	assert_memory_equal(say("ZDA", NEW_YEARS_EVE, false), "$GPZDA,235959.200000001,31", 26);
}

static void south_and_west_are_told_by_letters(void **state)
{
	(void)state;
	config.latitude_e7 = -338567844;
	config.longitude_e7 = -700000000;
	config.altitude_dm = -5;
	say("GGA", 0, false);
	assert_non_null(strstr(text, ",3351.40706,S,07000.00000,W,1,08,1.01,-0.5,M,"));
}

static void fullest_sky_fits_and_less_room_is_refused(void **state)
{
	(void)state;
	config.satellites_seen = 36;
	config.satellites_used = 12;
	config.nmea_version = 41;
	config.fraction_digits = 9;
	size_t n = strlen(say("RMC VTG GGA GSA GSV GLL ZDA GST", NEW_YEARS_EVE, false));

	assert_non_null(strstr(text, "$GPGSV,9,9,36"));
	assert_int_equal(receiver_burst(&config, 0, false, text, n), 0);
	assert_int_equal(receiver_burst(&config, 0, false, text, n + 1), n);
}

static void wire_takes_ten_bits_a_byte(void **state)
{
	(void)state;
	assert_int_equal(receiver_wire_ns(&config, 96), 100000000);
	config.bps = 115200;
	assert_int_equal(receiver_wire_ns(&config, 1152), 100000000);
}

#define WITH_DEFAULT(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DEFAULT(single_sentences_are_as_expected),
		WITH_DEFAULT(every_sentence_of_every_kind_has_a_right_checksum),
		WITH_DEFAULT(default_is_the_usual_flow_of_a_ublox),
		WITH_DEFAULT(dates_agree_with_the_library_over_four_centuries),
		WITH_DEFAULT(leap_second_is_told_as_configured),
		WITH_DEFAULT(without_fix_it_says_so_in_every_sentence),
		WITH_DEFAULT(newer_version_adds_its_fields),
		WITH_DEFAULT(faults_are_told),
		WITH_DEFAULT(fractions_have_the_wanted_digits),
		WITH_DEFAULT(south_and_west_are_told_by_letters),
		WITH_DEFAULT(fullest_sky_fits_and_less_room_is_refused),
		WITH_DEFAULT(wire_takes_ten_bits_a_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
