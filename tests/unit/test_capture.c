/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capture.h"

static const char header[] = "# pps2shm capture 4";

/* A reader that has taken the header. */
static void start(struct capture_reader *reader)
{
	struct event event;
	struct error err;

	capture_reader_init(reader);
	assert_int_equal(capture_parse(reader, header, strlen(header), &event, &err), 0);
}

static int parse(struct capture_reader *reader, const char *line, struct event *event,
		 struct error *err)
{
	/* An exact copy on the heap: reading beyond it is seen by valgrind and the sanitizers. */
	size_t len = strlen(line);
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, line, len);
	int rc = capture_parse(reader, copy, len, event, err);

	free(copy);
	return rc;
}

static void check_same_line(const char *line)
{
	static struct capture_reader reader;
	static char text[CAPTURE_LINE_MAX];
	struct event event;
	struct error err;

	start(&reader);
	if (parse(&reader, line, &event, &err) != 1) {
		fail_msg("%s: %s", line, err.text);
	}
	size_t len = capture_format(&event, text);

	assert_int_equal(len, strlen(text));
	assert_int_equal(text[len - 1], '\n');
	text[len - 1] = '\0';
	assert_string_equal(text, line);
}

static void every_kind_of_event_is_written_as_it_was_read(void **state)
{
	(void)state;
	check_same_line("P 5000000000 1767225600000000123 assert 7");
	check_same_line("P 5000000000 1767225600000000123 clear 4294967295");
	check_same_line("P 5 6 assert 7 polled 2016 12032");
	check_same_line("P 5 6 clear 7 corrected 0 -12032");
	check_same_line("S 5 6 9600 $GPRMC,123519,A*7b\\r\\n");
	check_same_line("S 5 6 0 \\\\ \\t\\x00\\xff\\x7f ");
	check_same_line("D 9000000000 6 9600 8100000000 $GPRMC,123519,A*7b\\r\\n");
	check_same_line("K 0 0 sync 1500");
	check_same_line("K 0 -1 unsync 16000000");
	check_same_line("J 1 2");
	check_same_line("O 1 2 -500000000");
	check_same_line("O 1 2 12345");
	check_same_line("X 1 2 serial lost");
	check_same_line("X 1 2 pps back");
	check_same_line("T 4611686018427387903 -4611686018427387903");
}

static void fields_arrive_in_the_event(void **state)
{
	static struct capture_reader reader;
	struct event event;
	struct error err;

	(void)state;
	start(&reader);
	assert_int_equal(parse(&reader, "P 10 20 clear 30", &event, &err), 1);
	assert_int_equal(event.type, EVENT_PULSE);
	assert_int_equal(event.raw_ns, 10);
	assert_int_equal(event.real_ns, 20);
	assert_true(event.pulse.clear);
	assert_int_equal(event.pulse.seq, 30);
	assert_int_equal(parse(&reader, "S 11 21 4800 a\\x41\\n", &event, &err), 1);
	assert_int_equal(event.bytes.bps, 4800);
	assert_int_equal(event.bytes.len, 3);
	assert_memory_equal(event.bytes.data, "aA\n", 3);
	assert_int_equal(event.bytes.since_raw_ns, 0);
	assert_int_equal(parse(&reader, "D 12 22 4800 11 a", &event, &err), 1);
	assert_int_equal(event.type, EVENT_BYTES);
	assert_int_equal(event.bytes.since_raw_ns, 11);
	assert_int_equal(event.bytes.len, 1);
	assert_int_equal(parse(&reader, "K 12 22 sync 99", &event, &err), 1);
	assert_true(event.clock.sync);
	assert_int_equal(event.clock.maxerr_us, 99);
	assert_int_equal(parse(&reader, "X 13 23 pps lost", &event, &err), 1);
	assert_true(event.source.pps);
	assert_false(event.source.back);
}

static void all_256_byte_values_survive(void **state)
{
	static struct capture_reader reader;
	static char text[CAPTURE_LINE_MAX];
	uint8_t bytes[CAPTURE_BYTES_MAX];
	struct event event = {.type = EVENT_BYTES,
			      .bytes = {.bps = 9600, .data = bytes, .len = sizeof(bytes)}};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 7);
	}
	start(&reader);
	size_t len = capture_format(&event, text);

	assert_true(len < CAPTURE_LINE_MAX);
	assert_int_equal(capture_parse(&reader, text, len - 1, &event, &err), 1);
	assert_int_equal(event.bytes.len, sizeof(bytes));
	assert_memory_equal(event.bytes.data, bytes, sizeof(bytes));
}

static void the_longest_line_fits_its_buffer(void **state)
{
	static char text[CAPTURE_LINE_MAX];
	static const uint8_t zeros[CAPTURE_BYTES_MAX + 1];
	struct event event = {.type = EVENT_BYTES,
			      .raw_ns = EVENT_REAL_MAX,
			      .real_ns = INT64_MIN,
			      .bytes = {.bps = UINT32_MAX, .data = zeros, .len = sizeof(zeros)}};

	(void)state;
	assert_true(capture_format(&event, text) < sizeof(text));
}

static void comments_and_blank_lines_are_no_events(void **state)
{
	static struct capture_reader reader;
	struct event event;
	struct error err;

	(void)state;
	start(&reader);
	assert_int_equal(parse(&reader, "", &event, &err), 0);
	assert_int_equal(parse(&reader, "# lost 3 events", &event, &err), 0);
	assert_int_equal(parse(&reader, "#", &event, &err), 0);
	assert_int_equal(reader.line, 4);
}

static void malformed_lines_are_errors_that_name_line_and_fault(void **state)
{
	static const struct {
		const char *line;
		const char *fault;
	} cases[] = {
		{"Q 1 2", "the event is 'Q'"},
		{" T 1 2", "the event"},
		{"T", "ends before raw"},
		{"T ", "raw is ''"},
		{"T 1", "ends before real"},
		{"T\t1 2", "one space"},
		{"T  1 2", "raw is ''"},
		{"T 1 2 ", "nothing belongs there"},
		{"T 1 2 3", "nothing belongs there"},
		{"T -1 2", "raw is '-1'"},
		{"T +1 2", "raw is '+1'"},
		{"T 0x1 2", "raw is '0x1'"},
		{"T 1 -", "real is '-'"},
		{"T 1 2\r", "real is '2'"},
		{"T 4611686018427387904 2", "raw is '4611686018427387904': out of range"},
		{"T 99999999999999999999999 2", "out of range"},
		{"T 4611686018427387904 2", "out of range"},
		{"T 2 4611686018427387904", "out of range"},
		{"T 1 -4611686018427387904", "out of range"},
		{"P 1 2 up 3", "edge is 'up': want assert or clear"},
		{"P 1 2 assertx 3", "edge is 'assertx'"},
		{"P 1 2 assert 4294967296", "seq is '4294967296': out of range"},
		{"P 1 2 assert", "ends before seq"},
		{"S 1 2 9600", "ends before the text"},
		{"S 1 2 9600 ", "text is empty"},
		{"S 1 2 -1 a", "bps is '-1'"},
		{"S 1 2 9600 a\\q", "bad escape at byte 1"},
		{"S 1 2 9600 \\", "bad escape at byte 0"},
		{"S 1 2 9600 \\x4", "bad escape at byte 0"},
		{"S 1 2 9600 \\xg0", "bad escape at byte 0"},
		{"S 1 2 9600 a\tb", "byte 0x09"},
		{"S 1 2 9600 \x80", "byte 0x80"},
		{"K 1 2 maybe 3", "clock is 'maybe': want unsync or sync"},
		{"K 1 2 sync -3", "maxerr is '-3'"},
		{"X 1 2 gps lost", "source is 'gps': want serial or pps"},
		{"X 1 2 pps gone", "source state is 'gone': want lost or back"},
		{"X 1 2 pps", "ends before source state"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct capture_reader reader;
		struct event event;
		struct error err = {""};

		start(&reader);
		assert_int_equal(parse(&reader, cases[i].line, &event, &err), -1);
		if (strncmp(err.text, "line 2: ", 8) != 0 || !strstr(err.text, cases[i].fault)) {
			fail_msg("'%s' gave '%s'", cases[i].line, err.text);
		}
	}
}

static void a_line_with_a_nul_is_an_error(void **state)
{
	static struct capture_reader reader;
	struct event event;
	struct error err;

	(void)state;
	start(&reader);
	assert_int_equal(capture_parse(&reader, "\0T 1 2", 6, &event, &err), -1);
	assert_int_equal(capture_parse(&reader, "T 1 2\0", 6, &event, &err), -1);
}

static void text_longer_than_a_read_is_an_error(void **state)
{
	static struct capture_reader reader;
	char line[CAPTURE_BYTES_MAX + 64];
	struct event event;
	struct error err;

	(void)state;
	int n = snprintf(line, sizeof(line), "S 1 2 9600 ");

	memset(line + n, 'a', CAPTURE_BYTES_MAX + 1);
	start(&reader);
	assert_int_equal(capture_parse(&reader, line, (size_t)n + CAPTURE_BYTES_MAX, &event, &err),
			 1);
	assert_int_equal(
		capture_parse(&reader, line, (size_t)n + CAPTURE_BYTES_MAX + 1, &event, &err), -1);
	assert_non_null(strstr(err.text, "longer than 4096 bytes"));
}

static void the_first_line_must_be_the_header(void **state)
{
	static const char *const others[] = {
		"",
		"T 1 2",
		"# pps2shm capture 0",
		"# pps2shm capture 5",
		"# pps2shm capture 1 ",
		"# pps2shm capture 12",
		"# pps2shm capture ",
		"# pps2shm capture",
		"C agree 3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		static struct capture_reader reader;
		struct event event;
		struct error err;

		capture_reader_init(&reader);
		assert_int_equal(parse(&reader, others[i], &event, &err), -1);
		assert_non_null(strstr(err.text, "line 1: "));
	}
}

static void reads_that_were_put_off_are_of_format_3_and_not_of_the_future(void **state)
{
	static const char *const headers[] = {"# pps2shm capture 1", "# pps2shm capture 2"};
	static struct capture_reader reader;
	struct event event;
	struct error err;

	(void)state;
	for (int i = 0; i < 2; i++) {
		capture_reader_init(&reader);
		assert_int_equal(parse(&reader, headers[i], &event, &err), 0);
		assert_int_equal(parse(&reader, "D 5 9 9600 4 a", &event, &err), -1);
	}
	start(&reader);
	assert_int_equal(parse(&reader, "D 5 9 9600 6 a", &event, &err), -1);
	assert_non_null(strstr(err.text, "since"));
	assert_int_equal(parse(&reader, "D 5 9 9600 0 a", &event, &err), -1);
	assert_int_equal(parse(&reader, "D 5 9 9600 5 a", &event, &err), 1);
}

static void offsets_are_of_format_4_and_within_half_a_second(void **state)
{
	static struct capture_reader reader;
	struct event event;
	struct error err;

	(void)state;
	capture_reader_init(&reader);
	assert_int_equal(parse(&reader, "# pps2shm capture 3", &event, &err), 0);
	assert_int_equal(parse(&reader, "P 5 9 assert 1 polled 2 3", &event, &err), -1);
	assert_int_equal(parse(&reader, "O 5 9 1", &event, &err), -1);
	assert_non_null(strstr(err.text, "O from 4 on"));
	start(&reader);
	assert_int_equal(parse(&reader, "O 5 9 500000001", &event, &err), -1);
	assert_int_equal(parse(&reader, "O 5 9 -500000001", &event, &err), -1);
	assert_int_equal(parse(&reader, "O 5 9", &event, &err), -1);
	assert_int_equal(parse(&reader, "O 5 9 -7", &event, &err), 1);
	assert_int_equal(event.offset.pps_offset_ns, -7);
}

static void raw_time_may_stand_still_but_not_run_backwards(void **state)
{
	static struct capture_reader reader;
	struct event event;
	struct error err;

	(void)state;
	start(&reader);
	assert_int_equal(parse(&reader, "T 5 9", &event, &err), 1);
	assert_int_equal(parse(&reader, "T 5 3", &event, &err), 1);
	assert_int_equal(parse(&reader, "T 4 9", &event, &err), -1);
	assert_non_null(strstr(err.text, "line 4: raw runs backwards, from 5 to 4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_event_is_written_as_it_was_read),
		cmocka_unit_test(fields_arrive_in_the_event),
		cmocka_unit_test(all_256_byte_values_survive),
		cmocka_unit_test(the_longest_line_fits_its_buffer),
		cmocka_unit_test(comments_and_blank_lines_are_no_events),
		cmocka_unit_test(malformed_lines_are_errors_that_name_line_and_fault),
		cmocka_unit_test(a_line_with_a_nul_is_an_error),
		cmocka_unit_test(text_longer_than_a_read_is_an_error),
		cmocka_unit_test(the_first_line_must_be_the_header),
		cmocka_unit_test(reads_that_were_put_off_are_of_format_3_and_not_of_the_future),
		cmocka_unit_test(offsets_are_of_format_4_and_within_half_a_second),
		cmocka_unit_test(raw_time_may_stand_still_but_not_run_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
