/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/capture.h"

static struct capture_reader reader;

static int parse(const char *line, struct error *err)
{
	struct event event;

	err->text[0] = '\0';
	return capture_parse(&reader, line, strlen(line), &event, err);
}

static void begin(const char *header)
{
	struct error err;

	capture_reader_init(&reader);
	if (parse(header, &err)) {
		fail_msg("%s: %s", header, err.text);
	}
}

static void check_value(const char *line, enum capture_key key, const char *value)
{
	struct error err;
	char text[100];

	begin("# pps2shm capture 2");
	if (parse(line, &err)) {
		fail_msg("%s: %s", line, err.text);
	}
	assert_int_equal(reader.head.given, 1U << key);
	assert_string_equal(capture_key_text(&reader.head, key, text, sizeof(text)), value);
}

static void every_key_is_read(void **state)
{
	(void)state;
	check_value("C version 0.1.0 (c03a926)", CAPTURE_PROGRAM, "0.1.0 (c03a926)");
	check_value("C pivot 2028-02-29", CAPTURE_PIVOT, "2028-02-29");
	assert_int_equal(reader.head.config.pivot_s, calendar_day_start_s(2028, 2, 29));
	check_value("C agree 20", CAPTURE_AGREE, "20");
	assert_int_equal(reader.head.config.agree, 20);
	check_value("C relabel_hold_ns 1000000000", CAPTURE_RELABEL_HOLD, "1000000000");
	assert_int_equal(reader.head.config.relabel_hold_ns, 1000000000);
	check_value("C holdover_ns 0", CAPTURE_HOLDOVER, "0");
	assert_int_equal(reader.head.config.holdover_ns, 0);
	check_value("C pps_offset_ns -500000000", CAPTURE_PPS_OFFSET, "-500000000");
	assert_int_equal(reader.head.config.pps_offset_ns, -500000000);
	check_value("C coarse_lag_ns 2000000000", CAPTURE_COARSE_LAG, "2000000000");
	assert_int_equal(reader.head.config.configured_lag_ns, 2000000000);
	check_value("C learned_lag_ns -3000000000", CAPTURE_LEARNED_LAG, "-3000000000");
	assert_int_equal(reader.head.config.learned_lag_ns, -3000000000);
	check_value("C learned_lag_ns none", CAPTURE_LEARNED_LAG, "none");
	assert_int_equal(reader.head.config.learned_lag_ns, CORE_NO_LAG);
	check_value("C edge clear", CAPTURE_EDGE, "clear");
	assert_true(reader.head.config.clear_edge);
	check_value("C edge assert", CAPTURE_EDGE, "assert");
	check_value("C leap_known_until_s 1798416000", CAPTURE_LEAP_KNOWN_UNTIL, "1798416000");
	assert_int_equal(reader.head.config.leap_known_until_s, 1798416000);
	check_value("C leap_utc_s 1798761600", CAPTURE_LEAP_UTC, "1798761600");
	assert_int_equal(reader.head.config.leap_utc_s, 1798761600);
	check_value("C leap -1", CAPTURE_LEAP, "-1");
	assert_int_equal(reader.head.config.leap, -1);
	check_value("C leap_count_s 18", CAPTURE_LEAP_COUNT, "18");
	assert_int_equal(reader.head.config.leap_count_s, 18);
	check_value("C time_leap auto", CAPTURE_TIME_LEAP, "auto");
	assert_int_equal(reader.head.config.time_leap, CORE_LEAP_AUTO);
	check_value("C time_leap wait", CAPTURE_TIME_LEAP, "wait");
	assert_int_equal(reader.head.config.time_leap, CORE_LEAP_WAIT);
	check_value("C time_leap trust", CAPTURE_TIME_LEAP, "trust");
	check_value("C leap_corrected 1", CAPTURE_LEAP_CORRECTED, "1");
	assert_true(reader.head.config.leap_corrected);
	check_value("C leap_corrected 0", CAPTURE_LEAP_CORRECTED, "0");
}

static void what_is_not_said_is_fixed_with_the_format(void **state)
{
	static const char *const headers[] = {"# pps2shm capture 1", "# pps2shm capture 2"};

	(void)state;
	/* docs/capture.md promises these for ever, whatever a release's own defaults become. */
	for (int i = 0; i < 2; i++) {
		begin(headers[i]);
		assert_int_equal(reader.head.format, i + 1);
		assert_int_equal(reader.head.given, 0);
		assert_int_equal(reader.head.config.pivot_s, calendar_day_start_s(2026, 11, 1));
		assert_int_equal(reader.head.config.agree, 3);
		assert_int_equal(reader.head.config.relabel_hold_ns, 60000000000);
		assert_int_equal(reader.head.config.holdover_ns, 30000000000);
		assert_int_equal(reader.head.config.pps_offset_ns, 0);
		assert_int_equal(reader.head.config.configured_lag_ns, 0);
		assert_int_equal(reader.head.config.learned_lag_ns, CORE_NO_LAG);
		assert_false(reader.head.config.clear_edge);
		assert_int_equal(reader.head.config.leap_known_until_s, 0);
		assert_int_equal(reader.head.config.leap_utc_s, 0);
		assert_int_equal(reader.head.config.leap, 0);
		assert_int_equal(reader.head.config.leap_count_s, 0);
		assert_int_equal(reader.head.config.time_leap, CORE_LEAP_TRUST);
		assert_false(reader.head.config.leap_corrected);
	}
}

static void malformed_lines_are_errors_that_name_line_and_fault(void **state)
{
	static const struct {
		const char *line;
		const char *fault;
	} cases[] = {
		{"C", "ends before the key"},
		{"C ", "the key is ''"},
		{"C colour red", "the key is 'colour': not known"},
		{"C Agree 3", "the key is 'Agree'"},
		{"C agre 3", "the key is 'agre'"},
		{"C agreed 3", "the key is 'agreed'"},
		{"Cagree 3", "one space"},
		{"C agree", "ends before agree"},
		{"C agree ", "agree is ''"},
		{"C agree 1", "agree is '1': out of range"},
		{"C agree 21", "agree is '21': out of range"},
		{"C agree 3 ", "nothing belongs there"},
		{"C agree 3 4", "nothing belongs there"},
		{"C agree none", "agree is 'none'"},
		{"C agree  3", "agree is ''"},
		{"C pivot 2026-11-31", "pivot is '2026-11-31': want a day"},
		{"C pivot 1979-12-31", "pivot is '1979-12-31'"},
		{"C pivot 2116-01-01", "pivot is '2116-01-01'"},
		{"C pivot 1793491200", "pivot is '1793491200'"},
		{"C pivot 2026-11-1", "pivot is '2026-11-1'"},
		{"C pivot 2026-11-01 ", "pivot is '2026-11-01'"},
		{"C pivot", "ends before pivot"},
		{"C relabel_hold_ns 999999999", "out of range"},
		{"C holdover_ns -1", "holdover_ns is '-1'"},
		{"C pps_offset_ns -500000001", "out of range"},
		{"C pps_offset_ns 500000001", "out of range"},
		{"C learned_lag_ns 3000000001", "out of range"},
		{"C learned_lag_ns nones", "learned_lag_ns is 'nones'"},
		{"C edge rising", "edge is 'rising': want assert or clear"},
		{"C leap 2", "leap is '2': out of range"},
		{"C leap -2", "leap is '-2': out of range"},
		{"C leap none", "leap is 'none'"},
		{"C leap_count_s 128", "leap_count_s is '128': out of range"},
		{"C leap_count_s -1", "leap_count_s is '-1'"},
		{"C time_leap", "ends before time_leap"},
		{"C time_leap waits", "time_leap is 'waits': want auto, wait or trust"},
		{"C time_leap 1", "time_leap is '1': want auto, wait or trust"},
		{"C leap_corrected 2", "leap_corrected is '2': out of range"},
		{"C leap_utc_s -1", "leap_utc_s is '-1'"},
		{"C leap_utc 1798761600", "the key is 'leap_utc': not known"},
		{"C leap_known_until_s 4611686019", "out of range"},
		{"C version", "ends before version"},
		{"C version ", "version is empty"},
		{"C version a\"b", "version has"},
		{"C version a\\b", "version has"},
		{"C version \xc3\xa4", "version has"},
		{"C version 01234567890123456789012345678901234567890123456789012345678901234567890"
		 "123456789",
		 "more than 79"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err;

		begin("# pps2shm capture 2");
		assert_int_equal(parse(cases[i].line, &err), -1);
		if (strncmp(err.text, "line 2: ", 8) != 0 || !strstr(err.text, cases[i].fault)) {
			fail_msg("'%s' gave '%s'", cases[i].line, err.text);
		}
		assert_int_equal(reader.head.given, 0);
	}
}

static void a_key_is_said_once_and_before_the_first_event(void **state)
{
	struct error err;

	(void)state;
	begin("# pps2shm capture 2");
	assert_int_equal(parse("C agree 4", &err), 0);
	assert_int_equal(parse("# a comment", &err), 0);
	assert_int_equal(parse("C agree 4", &err), -1);
	assert_non_null(strstr(err.text, "line 4: the key is 'agree': said twice"));
	assert_int_equal(parse("C edge clear", &err), 0);
	assert_int_equal(parse("T 1 2", &err), 1);
	assert_int_equal(parse("C holdover_ns 0", &err), -1);
	assert_non_null(strstr(err.text, "before the first event"));
}

static void format_1_has_no_such_lines(void **state)
{
	struct error err;

	(void)state;
	begin("# pps2shm capture 1");
	assert_int_equal(parse("C agree 4", &err), -1);
	assert_non_null(strstr(err.text, "line 2: "));
	assert_non_null(strstr(err.text, "from format 2 on"));
}

/* ------------------------------------------------------------------ written and read */

/* A fixed sequence (xorshift64). */
static uint64_t random_state = 88172645463325252;

static int64_t chance(int64_t least, int64_t most)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return least + (int64_t)(random_state % (uint64_t)(most - least + 1));
}

static void draw(struct capture_head *head)
{
	struct core_config *c = &head->config;

	capture_head_init(head);
	for (int64_t i = chance(1, 79); i > 0; i--) {
		head->program[i - 1] = "019.+~-() azAZ_:"[chance(0, 15)];
	}
	c->pivot_s = calendar_day_start_s(1980, 1, 1) + chance(0, 49000) * S_PER_DAY;
	c->agree = (int)chance(2, 20);
	c->relabel_hold_ns = chance(NS_PER_S, 86400 * NS_PER_S);
	c->holdover_ns = chance(0, 86400 * NS_PER_S);
	c->pps_offset_ns = chance(-NS_PER_S / 2, NS_PER_S / 2);
	c->configured_lag_ns = chance(0, 2 * NS_PER_S);
	c->learned_lag_ns = chance(0, 3) ? chance(-3 * NS_PER_S, 3 * NS_PER_S) : CORE_NO_LAG;
	c->clear_edge = chance(0, 1);
	c->leap_known_until_s = chance(0, CAPTURE_UTC_MAX_S);
	c->leap_utc_s = chance(0, CAPTURE_UTC_MAX_S);
	c->leap = (int)chance(-1, 1);
	c->leap_count_s = (int)chance(0, 127);
	c->time_leap = (int)chance(CORE_LEAP_AUTO, CORE_LEAP_TRUST);
	c->leap_corrected = chance(0, 1);
}

static void check_same_config(const struct core_config *a, const struct core_config *b)
{
	assert_int_equal(a->pivot_s, b->pivot_s);
	assert_int_equal(a->agree, b->agree);
	assert_int_equal(a->relabel_hold_ns, b->relabel_hold_ns);
	assert_int_equal(a->holdover_ns, b->holdover_ns);
	assert_int_equal(a->pps_offset_ns, b->pps_offset_ns);
	assert_int_equal(a->configured_lag_ns, b->configured_lag_ns);
	assert_int_equal(a->learned_lag_ns, b->learned_lag_ns);
	assert_int_equal(a->clear_edge, b->clear_edge);
	assert_int_equal(a->leap_known_until_s, b->leap_known_until_s);
	assert_int_equal(a->leap_utc_s, b->leap_utc_s);
	assert_int_equal(a->leap, b->leap);
	assert_int_equal(a->leap_count_s, b->leap_count_s);
	assert_int_equal(a->time_leap, b->time_leap);
	assert_int_equal(a->leap_corrected, b->leap_corrected);
}

static void read_back(char *text)
{
	struct error err;

	capture_reader_init(&reader);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (parse(line, &err)) {
			fail_msg("%s: %s", line, err.text);
		}
	}
}

static void any_settings_come_back_as_they_were_written(void **state)
{
	static char text[CAPTURE_HEAD_MAX];
	static struct capture_head head;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		draw(&head);
		size_t len = capture_format_head(&head, text);

		assert_int_equal(len, strlen(text));
		assert_true(len < CAPTURE_HEAD_MAX);
		read_back(text);
		assert_int_equal(reader.head.given, (1U << CAPTURE_KEYS) - 1);
		assert_string_equal(reader.head.program, head.program);
		check_same_config(&reader.head.config, &head.config);
	}
}

static void a_version_of_any_bytes_is_cleaned(void **state)
{
	static char text[CAPTURE_HEAD_MAX];
	static struct capture_head head;

	(void)state;
	capture_head_init(&head);
	snprintf(head.program, sizeof(head.program), "a\"b\\c\nd\x80");
	capture_format_head(&head, text);
	read_back(text);
	assert_string_equal(reader.head.program, "a?b?c?d?");
	/* None at all is no empty line. */
	head.program[0] = '\0';
	capture_format_head(&head, text);
	read_back(text);
	assert_string_equal(reader.head.program, "unknown");
}

static void one_key_is_taken_over_and_no_other(void **state)
{
	static struct capture_head from, to, before;

	(void)state;
	draw(&from);
	from.config.agree = 17;
	from.config.clear_edge = true;
	capture_head_init(&to);
	before = to;
	capture_key_copy(&to.config, &from.config, CAPTURE_AGREE);
	assert_int_equal(to.config.agree, 17);
	to.config.agree = before.config.agree;
	check_same_config(&to.config, &before.config);
	capture_key_copy(&to.config, &from.config, CAPTURE_EDGE);
	assert_true(to.config.clear_edge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(what_is_not_said_is_fixed_with_the_format),
		cmocka_unit_test(malformed_lines_are_errors_that_name_line_and_fault),
		cmocka_unit_test(a_key_is_said_once_and_before_the_first_event),
		cmocka_unit_test(format_1_has_no_such_lines),
		cmocka_unit_test(any_settings_come_back_as_they_were_written),
		cmocka_unit_test(a_version_of_any_bytes_is_cleaned),
		cmocka_unit_test(one_key_is_taken_over_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
