/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/sentence.h"

static struct sentence s;

/* What stands between '$' and '*'. */
static bool parse(const char *body)
{
	struct nmea_framer framer = {0};
	struct nmea_fields fields;

	snprintf(framer.line, sizeof(framer.line), "%s", body);
	nmea_split(&framer, &fields);
	return sentence_parse(&fields, &s);
}

/* The same with value in place of each '@'. */
static bool parse_with(const char *pattern, const char *value)
{
	char body[200];
	size_t len = 0;

	for (; *pattern && len < sizeof(body) - 1; pattern++) {
		if (*pattern == '@') {
			len += (size_t)snprintf(body + len, sizeof(body) - len, "%s", value);
		} else {
			body[len++] = *pattern;
		}
	}
	assert_true(len < sizeof(body));
	body[len] = '\0';
	return parse(body);
}

static void rmc_gives_time_date_and_validity(void **state)
{
	(void)state;
	assert_true(parse("GPRMC,083559.00,A,4717.1,N,00833.9,E,0.004,77.52,091202,,,A,V"));
	assert_int_equal(s.type, SENTENCE_RMC);
	assert_string_equal(s.talker, "GP");
	assert_true(s.has_time);
	assert_int_equal(s.second_of_day, 8 * 3600 + 35 * 60 + 59);
	assert_int_equal(s.fraction_ns, 0);
	assert_true(s.has_date);
	assert_false(s.full_year);
	assert_int_equal(s.year, 2);
	assert_int_equal(s.month, 12);
	assert_int_equal(s.day, 9);
	assert_int_equal(s.validity, VALIDITY_GOOD);
	assert_int_equal(s.satellites_used, -1);
	assert_int_equal(s.satellites_seen, -1);
	assert_int_equal(s.hdop_x100, -1);
	assert_int_equal(s.fix_mode, 0);
}

static void old_rmc_without_mode_is_complete(void **state)
{
	(void)state;
	assert_true(parse("GPRMC,083559,A,4717.1,N,00833.9,E,0.004,77.52,091202,,"));
	assert_int_equal(s.validity, VALIDITY_GOOD);
	assert_true(s.has_time && s.has_date);
}

static void zda_gives_time_and_full_date_but_no_validity(void **state)
{
	(void)state;
	assert_true(parse("GNZDA,082710.25,16,09,2026,00,00"));
	assert_int_equal(s.type, SENTENCE_ZDA);
	assert_string_equal(s.talker, "GN");
	assert_int_equal(s.second_of_day, 8 * 3600 + 27 * 60 + 10);
	assert_int_equal(s.fraction_ns, 250000000);
	assert_true(s.has_date && s.full_year);
	assert_int_equal(s.year, 2026);
	assert_int_equal(s.month, 9);
	assert_int_equal(s.day, 16);
	assert_int_equal(s.validity, VALIDITY_NONE);
}

static void gga_gives_time_quality_satellites_and_hdop(void **state)
{
	(void)state;
	assert_true(parse("GPGGA,092725.00,4717.1,N,00833.9,E,1,08,1.01,499.6,M,48.0,M,,"));
	assert_int_equal(s.type, SENTENCE_GGA);
	assert_true(s.has_time);
	assert_false(s.has_date);
	assert_int_equal(s.validity, VALIDITY_GOOD);
	assert_int_equal(s.satellites_used, 8);
	assert_int_equal(s.hdop_x100, 101);
}

static void gll_gives_time_and_validity(void **state)
{
	(void)state;
	assert_true(parse("GPGLL,4717.11364,N,00833.91565,E,092321.00,A,A"));
	assert_int_equal(s.type, SENTENCE_GLL);
	assert_int_equal(s.second_of_day, 9 * 3600 + 23 * 60 + 21);
	assert_int_equal(s.validity, VALIDITY_GOOD);
	assert_true(parse("GPGLL,,,,,092321.00,V,N"));
	assert_int_equal(s.validity, VALIDITY_BAD);
	assert_true(parse("GPGLL,,,,,092321.00,A,E"));
	assert_int_equal(s.validity, VALIDITY_BAD);
	assert_true(parse("GPGLL,,,,,092321.00"));
	assert_int_equal(s.validity, VALIDITY_NONE);
}

static void gsa_gives_fix_mode_and_hdop(void **state)
{
	(void)state;
	assert_true(parse("GPGSA,A,3,23,29,07,08,09,18,26,28,,,,,1.94,1.18,1.54"));
	assert_int_equal(s.type, SENTENCE_GSA);
	assert_int_equal(s.fix_mode, 3);
	assert_int_equal(s.hdop_x100, 118);
	assert_false(s.has_time);
	for (char c = '0'; c <= '9'; c++) {
		char text[] = {c, '\0'};

		assert_true(parse_with("GPGSA,A,@", text));
		assert_int_equal(s.fix_mode, c >= '1' && c <= '3' ? c - '0' : 0);
		assert_int_equal(s.hdop_x100, -1);
	}
	assert_true(parse("GPGSA,A,"));
	assert_int_equal(s.fix_mode, 0);
}

static void gsv_gives_satellites_seen_and_gst_a_time(void **state)
{
	(void)state;
	assert_true(parse("GLGSV,3,1,12,10,32,066,24,18,38,305,"));
	assert_int_equal(s.type, SENTENCE_GSV);
	assert_string_equal(s.talker, "GL");
	assert_int_equal(s.satellites_seen, 12);
	assert_false(s.has_time);
	assert_true(parse("GPGST,082356.00,1.8,,,,1.7,1.3,2.2"));
	assert_int_equal(s.type, SENTENCE_GST);
	assert_true(s.has_time);
	assert_int_equal(s.validity, VALIDITY_NONE);
}

static void empty_fields_are_merely_not_said(void **state)
{
	(void)state;
	assert_true(parse("GPRMC,,,,,,,,,,,,"));
	assert_false(s.has_time || s.has_date);
	assert_int_equal(s.validity, VALIDITY_NONE);
	assert_true(parse("GPZDA,,,,,,"));
	assert_false(s.has_time || s.has_date);
	assert_true(parse("GPGGA,,,,,,,,,,,,,,"));
	assert_false(s.has_time);
	assert_int_equal(s.validity, VALIDITY_NONE);
	assert_int_equal(s.satellites_used, -1);
	assert_int_equal(s.hdop_x100, -1);
	assert_true(parse("GPGSV"));
	assert_int_equal(s.satellites_seen, -1);
	assert_true(parse("GPRMC"));
	assert_false(s.has_time);
}

static void other_sentences_are_well_formed_and_of_no_use(void **state)
{
	const char *const others[] = {
		"GPVTG,083559.00", "GPTXT,01,01,02,hello", "PUBX,04,083559",
		"PGRMC,083559,A",  "PMTK001,604,3",        "",
		"RMC,083559.00,A", "GPRMCX,083559.00,A",   "gprmc,083559.00,A"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_true(parse(others[i]));
		assert_int_equal(s.type, SENTENCE_OTHER);
		assert_false(s.has_time);
		assert_int_equal(s.validity, VALIDITY_NONE);
	}
}

static void every_talker_is_understood(void **state)
{
	const char *const talkers[] = {"GP", "GL", "GA", "GB", "GQ", "GN", "BD", "QZ", "GI", "IN"};

	(void)state;
	for (size_t i = 0; i < sizeof(talkers) / sizeof(talkers[0]); i++) {
		assert_true(parse_with("@RMC,083559.00,A,,,,,,,091202,,,A", talkers[i]));
		assert_int_equal(s.type, SENTENCE_RMC);
		assert_string_equal(s.talker, talkers[i]);
	}
}

static void malformed_times_are_refused_in_each_sentence_that_has_one(void **state)
{
	const char *const sentences[] = {"GPRMC,@,A,,,,,,,091202,,,A", "GPZDA,@,16,09,2026,00,00",
					 "GPGGA,@,,,,,1,08,1.0", "GPGLL,,,,,@,A,A", "GPGST,@"};
	const char *const wrong[] = {
		"1",       "12",      "1235",     "12351",    "240000",     "126000",    "125960",
		"235961",  "a23519",  "12a519",   "1235a9",   " 23519",     "-12351",    "+12351",
		"123519x", "1235190", "123519.a", "123519.-", "123519.00x", "123519..0", "005960",
		"225960",  "235860",  "000060",   "999999",   "1e1010",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		assert_true(parse_with(sentences[i], "123519.00"));
		for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++) {
			assert_false(parse_with(sentences[i], wrong[k]));
		}
	}
}

static void every_second_of_a_day_is_read(void **state)
{
	char text[20];

	(void)state;
	for (int second = 0; second < 86400; second++) {
		snprintf(text, sizeof(text), "%02d%02d%02d.000", second / 3600, second / 60 % 60,
			 second % 60);
		assert_true(parse_with("GPZDA,@,16,09,2026,00,00", text));
		assert_int_equal(s.second_of_day, second);
	}
}

static void sixtieth_second_exists_only_at_the_end_of_a_day(void **state)
{
	(void)state;
	for (int minute = 0; minute < 1440; minute++) {
		char text[20];

		snprintf(text, sizeof(text), "%02d%02d60", minute / 60, minute % 60);
		assert_int_equal(parse_with("GPZDA,@,30,06,2026,00,00", text), minute == 1439);
	}
	assert_int_equal(s.second_of_day, 86400);
	assert_true(s.has_time);
}

static void fractions_of_any_width_are_read_to_the_nanosecond(void **state)
{
	const struct {
		const char *text;
		int32_t ns;
	} cases[] = {
		{"123519", 0},
		{"123519.", 0},
		{"123519.0", 0},
		{"123519.00000000000000000000", 0},
		{"123519.5", 500000000},
		{"123519.05", 50000000},
		{"123519.123456789", 123456789},
		{"123519.999999999", 999999999},
		{"123519.9999999999999999999", 999999999},
		{"123519.0000000001", 0},
		{"123519.000000001", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(parse_with("GPGGA,@,,,,,1,08,1.0", cases[i].text));
		assert_int_equal(s.fraction_ns, cases[i].ns);
	}
}

static void malformed_dates_are_refused(void **state)
{
	const char *const rmc[] = {"1", "09120", "0912022", "a91202", "09-202", "0912 2", "09122."};
	const char *const zda[] = {"1,09,2026",  "16,9,2026",  "16,09,26",   "16,09,20266",
				   ",09,2026",   "16,,2026",   "16,09,",     "a6,09,2026",
				   "16,0b,2026", "16,09,202c", "16,09,-026", "016,09,2026"};

	(void)state;
	for (size_t i = 0; i < sizeof(rmc) / sizeof(rmc[0]); i++) {
		assert_false(parse_with("GPRMC,123519,A,,,,,,,@,,,A", rmc[i]));
	}
	for (size_t i = 0; i < sizeof(zda) / sizeof(zda[0]); i++) {
		assert_false(parse_with("GPZDA,123519,@,00,00", zda[i]));
	}
}

static void rmc_is_good_only_with_status_a_and_a_mode_of_the_sky(void **state)
{
	char body[100];

	(void)state;
	for (char status = 'A'; status <= 'Z'; status++) {
		snprintf(body, sizeof(body), "GPRMC,123519,%c,,,,,,,091202,,,A", status);
		assert_true(parse(body));
		assert_int_equal(s.validity, status == 'A' ? VALIDITY_GOOD : VALIDITY_BAD);
	}
	for (char mode = 'A'; mode <= 'Z'; mode++) {
		snprintf(body, sizeof(body), "GPRMC,123519,A,,,,,,,091202,,,%c", mode);
		assert_true(parse(body));
		assert_int_equal(s.validity, strchr("NEMS", mode) ? VALIDITY_BAD : VALIDITY_GOOD);
	}
	assert_true(parse("GPRMC,123519,AA,,,,,,,091202,,,A"));
	assert_int_equal(s.validity, VALIDITY_BAD);
}

static void navigational_status_refuses_only_as_unsafe(void **state)
{
	const char *const fine[] = {"V", "S", "C", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		assert_true(parse_with("GPRMC,123519,A,,,,,,,091202,,,A,@", fine[i]));
		assert_int_equal(s.validity, VALIDITY_GOOD);
	}
	assert_true(parse("GPRMC,123519,A,,,,,,,091202,,,A,U"));
	assert_int_equal(s.validity, VALIDITY_BAD);
}

static void gga_quality_tells_fixes_of_the_sky_from_others(void **state)
{
	char body[100];

	(void)state;
	for (char quality = '0'; quality <= '9'; quality++) {
		snprintf(body, sizeof(body), "GPGGA,123519,,,,,%c,08,1.0", quality);
		assert_true(parse(body));
		assert_int_equal(s.validity,
				 strchr("0678", quality) ? VALIDITY_BAD : VALIDITY_GOOD);
	}
	assert_true(parse("GPGGA,123519,,,,,11,08,1.0"));
	assert_int_equal(s.validity, VALIDITY_BAD);
	assert_true(parse("GPGGA,123519,,,,,x,08,1.0"));
	assert_int_equal(s.validity, VALIDITY_BAD);
}

static void numbers_that_are_only_shown_never_refuse_a_sentence(void **state)
{
	const struct {
		const char *text;
		int hdop;
	} cases[] = {
		{"0", 0},       {"1", 100}, {"1.5", 150},   {"99.99", 9999},
		{"1.005", 100}, {".5", -1}, {"-1.5", -1},   {"x", -1},
		{"1.x", 100},   {"", -1},   {"07.25", 725}, {"99999", 9999900},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(parse_with("GPGGA,123519,,,,,1,08,@", cases[i].text));
		assert_int_equal(s.hdop_x100, cases[i].hdop);
	}
	assert_true(parse_with("GPGGA,123519,,,,,1,@,@", "99999999999999999999999"));
	assert_true(s.satellites_used > 0 && s.hdop_x100 > 0);
	assert_true(parse("GPGGA,123519,,,,,1,8.7,1"));
	assert_int_equal(s.satellites_used, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rmc_gives_time_date_and_validity),
		cmocka_unit_test(old_rmc_without_mode_is_complete),
		cmocka_unit_test(zda_gives_time_and_full_date_but_no_validity),
		cmocka_unit_test(gga_gives_time_quality_satellites_and_hdop),
		cmocka_unit_test(gll_gives_time_and_validity),
		cmocka_unit_test(gsa_gives_fix_mode_and_hdop),
		cmocka_unit_test(gsv_gives_satellites_seen_and_gst_a_time),
		cmocka_unit_test(empty_fields_are_merely_not_said),
		cmocka_unit_test(other_sentences_are_well_formed_and_of_no_use),
		cmocka_unit_test(every_talker_is_understood),
		cmocka_unit_test(malformed_times_are_refused_in_each_sentence_that_has_one),
		cmocka_unit_test(every_second_of_a_day_is_read),
		cmocka_unit_test(sixtieth_second_exists_only_at_the_end_of_a_day),
		cmocka_unit_test(fractions_of_any_width_are_read_to_the_nanosecond),
		cmocka_unit_test(malformed_dates_are_refused),
		cmocka_unit_test(rmc_is_good_only_with_status_a_and_a_mode_of_the_sky),
		cmocka_unit_test(navigational_status_refuses_only_as_unsafe),
		cmocka_unit_test(gga_quality_tells_fixes_of_the_sky_from_others),
		cmocka_unit_test(numbers_that_are_only_shown_never_refuse_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
