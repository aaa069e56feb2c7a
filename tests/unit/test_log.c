/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Lines that are kept, so that nobody waits for their reader: standard error is a pipe here. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/log.h"

static int reader, saved_stderr;
static char text[100000];

static int set_up(void **state)
{
	int ends[2];

	(void)state;
	unsetenv("JOURNAL_STREAM");
	if (pipe(ends) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
		return -1;
	}
	fcntl(ends[1], F_SETPIPE_SZ, 16384);
	reader = ends[0];
	saved_stderr = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	alarm(10); /* for a line that waits */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	alarm(0);
	log_flush();
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(reader);
	return 0;
}

/* What is in the pipe. */
static const char *read_all(void)
{
	ssize_t len = read(reader, text, sizeof(text) - 1);

	text[len < 0 ? 0 : len] = '\0';
	return text;
}

static void line_is_written_at_once_unless_it_is_to_be_kept(void **state)
{
	(void)state;
	log_info("one");
	assert_string_equal(read_all(), "pps2shm: one\n");
	log_flush();
	assert_string_equal(read_all(), "");
}

static void kept_lines_are_written_in_order_when_they_are_to_be(void **state)
{
	(void)state;
	log_hold();
	assert_false(log_waits());
	log_info("one");
	log_warning("two");
	log_debug("not shown");
	assert_string_equal(read_all(), "");
	assert_true(log_waits());
	log_flush();
	assert_false(log_waits());
	assert_string_equal(read_all(), "pps2shm: one\npps2shm: two\n");
	log_flush();
	assert_string_equal(read_all(), "");
}

static void nobody_waits_for_a_reader_that_does_not_read(void **state)
{
	int next = 0, in_order = 0;

	(void)state;
	log_hold();
	for (int i = 0; i < 400; i++) { /* more than the pipe takes */
		log_info("line %d of many, all of them of some length", i);
		log_flush();
	}
	for (int rounds = 0; rounds < 20; rounds++) {
		read_all();
		for (const char *p = text; (p = strstr(p, "line ")); p++) {
			in_order += atoi(p + 5) == next++;
		}
		log_flush();
	}
	assert_int_equal(in_order, 400);
}

static void lines_that_find_no_room_are_counted_and_told(void **state)
{
	int lines = 0;
	unsigned int lost = 0;

	(void)state;
	log_hold();
	for (int i = 0; i < 1000; i++) {
		log_info("line %d of many, all of them of some length", i);
	}
	for (int rounds = 0; rounds < 20; rounds++) {
		log_flush();
		read_all();
		for (const char *p = text; (p = strstr(p, "line ")); p++) {
			lines++;
		}
		for (const char *p = text; (p = strstr(p, " log lines were lost")); p++) {
			const char *number = p;

			while (number > text && number[-1] != ' ') {
				number--;
			}
			lost += (unsigned int)atoi(number);
		}
	}
	assert_true(lines > 100);
	assert_int_equal(lines + (int)lost, 1000);
}

static void closed_log_is_no_reason_to_stop(void **state)
{
	(void)state;
	log_hold();
	close(reader);
	for (int i = 0; i < 1000; i++) {
		log_info("to nobody");
		log_flush();
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(line_is_written_at_once_unless_it_is_to_be_kept),
		test(kept_lines_are_written_in_order_when_they_are_to_be),
		test(nobody_waits_for_a_reader_that_does_not_read),
		test(lines_that_find_no_room_are_counted_and_told),
		test(closed_log_is_no_reason_to_stop),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
