/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "common/clean.h"
#include "common/log.h"

static void expect(const char *src, const char *wanted)
{
	char made[200], self[200];

	assert_int_equal(clean_text(made, sizeof(made), src), strlen(wanted));
	assert_string_equal(made, wanted);
	strcpy(self, src);
	clean_text(self, sizeof(self), self);
	assert_string_equal(self, wanted);
}

static void plain_text_stays_as_it_is(void **state)
{
	(void)state;
	expect("", "");
	expect("/boot/firmware/config.txt:3: gpio=18", "/boot/firmware/config.txt:3: gpio=18");
	expect("f\xC3\xBCr \xE2\x82\xAC \xF0\x9F\x9B\xB0",
	       "f\xC3\xBCr \xE2\x82\xAC \xF0\x9F\x9B\xB0");
}

static void what_a_terminal_obeys_is_taken_out(void **state)
{
	(void)state;
	expect("a\033[2Jb\033]0;title\a", "a?[2Jb?]0;title?");
	expect("one\ntwo\rthree\tfour\x7F", "one?two?three four?");
	expect("\xC2\x9B"
	       "31m",
	       "?31m"); /* CSI as one character */
	expect("\x9B"
	       "31m",
	       "?31m");                            /* and as one byte */
	expect("\xE2\x80\xAEtxt.exe", "?txt.exe"); /* right-to-left override */
	expect("a\xE2\x80\x8B"
	       "b\xEF\xBB\xBF"
	       "c\xE2\x81\xA6",
	       "a?b?c?");
}

static void bytes_that_are_not_utf8_are_taken_out(void **state)
{
	(void)state;
	expect("\xFF\xFE\x80", "???");
	expect("\xC0\xAF", "??");           /* not the shortest form */
	expect("\xE0\x80\x9B", "???");      /* CSI in more bytes than it needs */
	expect("\xED\xA0\x80", "???");      /* a surrogate */
	expect("\xF4\x90\x80\x80", "????"); /* beyond U+10FFFF */
	expect("\xE2\x82", "??");           /* cut short */
	expect("\xE2\033[0m", "??[0m");     /* an escape within a character */
}

static void it_is_cut_between_characters(void **state)
{
	char made[4];

	(void)state;
	assert_int_equal(clean_text(made, sizeof(made), "abcdef"), 3);
	assert_string_equal(made, "abc");
	assert_int_equal(clean_text(made, sizeof(made), "ab\xC3\xBC"), 2);
	assert_string_equal(made, "ab");
	assert_int_equal(clean_text(made, 1, "abc"), 0);
	assert_string_equal(made, "");
	made[0] = 'x';
	assert_int_equal(clean_text(made, 0, "abc"), 0);
	assert_int_equal(made[0], 'x');
}

static void nul_bytes_count_as_control_characters(void **state)
{
	char made[10];

	(void)state;
	assert_int_equal(clean_bytes(made, sizeof(made), "a\0b\0", 4), 4);
	assert_string_equal(made, "a?b?");
}

static void lines_and_tabs_stay_where_several_are_printed(void **state)
{
	static const char text[] = "a\tb\033c\r\n\n\rd\r\re\r\nlast\r";
	char *made = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&made, &len);

	(void)state;
	clean_print(out, text, sizeof(text) - 1);
	fclose(out);
	assert_string_equal(made, "a\tb?c\r\n\n?d??e\r\nlast?");
	free(made);
}

/* What log_line() writes to standard error. */
static void a_line_of_the_log_is_one_line(void **state)
{
	char found[600] = "";
	int ends[2], saved = dup(STDERR_FILENO);

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	unsetenv("JOURNAL_STREAM");
	log_error("port %s: in use", "/dev/tty\033[1m\n<3>forged");
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_true(read(ends[0], found, sizeof(found) - 1) > 0);
	assert_string_equal(found, "pps2shm: port /dev/tty?[1m?<3>forged: in use\n");
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays_as_it_is),
		cmocka_unit_test(what_a_terminal_obeys_is_taken_out),
		cmocka_unit_test(bytes_that_are_not_utf8_are_taken_out),
		cmocka_unit_test(it_is_cut_between_characters),
		cmocka_unit_test(nul_bytes_count_as_control_characters),
		cmocka_unit_test(lines_and_tabs_stay_where_several_are_printed),
		cmocka_unit_test(a_line_of_the_log_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
