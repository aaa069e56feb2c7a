/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "daemon/leap_list.h"
#include "scratch.h"

/* Of 28 December 2026, 1 January 2017 and later beginnings of half-years, since 1900. */
#define EXPIRES "#@\t4007404800\n"
#define LIST                                                                                       \
	"# text\n"                                                                                 \
	"#$\t3960835200\n" EXPIRES "#\n"                                                           \
	"2272060800      10      # 1 Jan 1972\n"                                                   \
	"2287785600      11      # 1 Jul 1972\n"
#define HASH        "#\n#h\t49db2447 571e5e1b 2f002a53 9c8da8e4 39b8e49e\n"
#define JANUARY     "2303683200      12      # 1 Jan 1973\n"
#define PIVOT_S     INT64_C(78796800) /* 1 July 1972 */
#define JANUARY_S   INT64_C(94694400)
#define JULY_1973   "2319321600"
#define JULY_1973_S INT64_C(110332800)

static struct leap_list list;
static struct error err;

static int parse(const char *text, int64_t from_s)
{
	err.text[0] = '\0';
	memset(&list, 0x55, sizeof(list));
	return leap_list_parse(&list, text, strlen(text), from_s, &err);
}

static void must_parse(const char *text, int64_t from_s)
{
	if (parse(text, from_s)) {
		fail_msg("%s", err.text);
	}
}

static void nothing_is_known(void)
{
	assert_int_equal(list.known_until_s, 0);
	assert_int_equal(list.utc_s, 0);
	assert_int_equal(list.leap, 0);
}

static void refused(const char *text, const char *why)
{
	assert_int_equal(parse(text, PIVOT_S), -1);
	nothing_is_known();
	if (!strstr(err.text, why)) {
		fail_msg("'%s' does not say '%s'", err.text, why);
	}
	assert_null(strchr(err.text, '\n'));
}

static void list_without_a_leap_second_to_come_is_known_to_its_expiry(void **state)
{
	(void)state;
	must_parse(LIST HASH, PIVOT_S + 1);
	assert_int_equal(list.known_until_s, calendar_day_start_s(2026, 12, 28));
	assert_int_equal(list.utc_s, 0);
	assert_int_equal(list.leap, 0);
}

/* TAI was 19 seconds before GPS time from its beginning on. */
static void count_is_that_of_gps_time_at_the_pivot(void **state)
{
	const int64_t january_2027_s = calendar_day_start_s(2027, 1, 1);
	const char *const text = "#@ 4007059200\n2272060800 10\n2287785600 11\n"
				 "2303683200 12\n#h 1 2 3 4 5\n";
	const char *const late = "#@ 4007059200\n3644697600 36\n3692217600 37\n#h 1 2 3 4 5\n";

	(void)state;
	must_parse(late, january_2027_s);
	assert_int_equal(list.count_s, 18);
	must_parse(late, calendar_day_start_s(2016, 12, 31));
	assert_int_equal(list.count_s, 17);
	assert_int_equal(list.leap, 1);
	must_parse(text, january_2027_s); /* there was no GPS time then */
	assert_int_equal(list.count_s, 0);
}

static void leap_second_to_come_is_the_first_second_after_it_and_its_sign(void **state)
{
	(void)state;
	must_parse(LIST JANUARY HASH, PIVOT_S + 1);
	assert_int_equal(list.utc_s, JANUARY_S);
	assert_int_equal(list.leap, 1);
	assert_int_equal(list.known_until_s, calendar_day_start_s(2026, 12, 28));
	must_parse(LIST "2303683200 10\n" HASH, PIVOT_S + 1);
	assert_int_equal(list.utc_s, JANUARY_S);
	assert_int_equal(list.leap, -1);
}

static void one_at_the_pivot_itself_counts(void **state)
{
	(void)state;
	must_parse(LIST HASH, PIVOT_S);
	assert_int_equal(list.utc_s, PIVOT_S);
	assert_int_equal(list.leap, 1);
}

static void two_to_come_are_known_until_before_the_second(void **state)
{
	(void)state;
	must_parse(LIST JANUARY JULY_1973 " 13\n2335219200 14\n" HASH, PIVOT_S + 1);
	assert_int_equal(list.utc_s, JANUARY_S);
	assert_int_equal(list.leap, 1);
	assert_int_equal(list.known_until_s, JULY_1973_S - 1);
}

static void first_line_is_where_utc_began_and_no_leap_second(void **state)
{
	(void)state;
	must_parse(EXPIRES "2272060800 10\n" HASH, 0);
	assert_int_equal(list.leap, 0);
}

static void ends_of_line_blanks_and_comments_do_not_matter(void **state)
{
	(void)state;
	must_parse("\r\n  # x\r\n#@ 4007404800 \r\n\t2272060800\t10\r\n \n2287785600 11# x\r\n#h",
		   PIVOT_S);
	assert_int_equal(list.leap, 1);
	assert_int_equal(list.known_until_s, calendar_day_start_s(2026, 12, 28));
}

static void list_that_is_not_one_is_refused_with_its_line(void **state)
{
	(void)state;
	refused("", "(line with #@)");
	refused("2272060800 10\n" HASH, "(line with #@)");
	refused(EXPIRES HASH, "truncated");
	refused(EXPIRES EXPIRES HASH, "line 2: a second expiry date");
	refused("#@\n", "line 1: invalid expiry date");
	refused("#@ never\n", "line 1: invalid expiry date");
	refused("#@ 4007404800x\n", "line 1: invalid expiry date");
	refused("#@ 99999999999999999999\n", "line 1: invalid expiry date");
	refused("#@ 9999999999\n", "line 1: invalid expiry date");
	refused("#@ 0\n", "line 1: invalid expiry date");
	refused(LIST "junk\n" HASH, "line 7: expected seconds");
	refused(LIST "2303683200\n" HASH, "line 7: expected seconds");
	refused(LIST "2303683200 \n" HASH, "line 7: expected seconds");
	refused(LIST "2303683200 12 13\n" HASH, "line 7: expected seconds");
	refused(LIST "-2303683200 12\n" HASH, "line 7: expected seconds");
	refused(LIST "2303683200 -12\n" HASH, "line 7: expected seconds");
	refused(LIST "2303683200.5 12\n" HASH, "line 7: expected seconds");
	refused(LIST "23036832000 12\n" HASH, "line 7: expected seconds");
}

static void list_that_is_not_in_order_is_refused(void **state)
{
	(void)state;
	refused(LIST "2287785600 12\n" HASH, "line 7: not later");
	refused(LIST "2272060800 12\n" HASH, "line 7: not later");
}

static void jump_of_other_than_one_second_is_refused(void **state)
{
	(void)state;
	refused(LIST "2303683200 11\n" HASH, "goes from 11 to 11");
	refused(LIST "2303683200 13\n" HASH, "goes from 11 to 13");
	refused(LIST "2303683200 9\n" HASH, "goes from 11 to 9");
	refused(LIST "2303683200 9999999999\n" HASH, "line 7");
}

static void leap_second_that_does_not_end_a_month_is_refused(void **state)
{
	(void)state;
	refused(LIST "2303683201 12\n" HASH, "line 7: a leap second");
	refused(LIST "2303769600 12\n" HASH, "line 7: a leap second");
	must_parse(LIST "2306361600 12\n" HASH, PIVOT_S + 1);
}

static void list_cut_short_anywhere_is_refused(void **state)
{
	static const char whole[] = LIST JANUARY "#h";

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		assert_int_equal(leap_list_parse(&list, whole, len, PIVOT_S, &err), -1);
		nothing_is_known();
	}
	assert_int_equal(leap_list_parse(&list, whole, sizeof(whole) - 1, PIVOT_S, &err), 0);
	/* More after its end, which had an end then, too. */
	refused(LIST HASH JANUARY, "truncated");
}

static void damaged_list_is_refused_or_well_formed(void **state)
{
	char text[] = LIST JANUARY HASH;
	const size_t len = sizeof(text) - 1;
	int taken = 0;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		const char was = text[i];

		for (int c = 0; c < 256; c++) {
			text[i] = (char)c;
			if (leap_list_parse(&list, text, len, PIVOT_S + 1, &err)) {
				nothing_is_known();
				continue;
			}
			taken++;
			assert_true(list.leap >= -1 && list.leap <= 1);
			assert_true((list.leap == 0) == (list.utc_s == 0));
			assert_int_equal(list.utc_s % 86400, 0);
			assert_true(list.known_until_s > 0);
		}
		text[i] = was;
	}
	assert_true(taken > 0);
}

/* ------------------------------------------------------------------ files */

static struct scratch scratch;
static char path[128];

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "list", path, sizeof(path));
	err.text[0] = '\0';
	memset(&list, 0x55, sizeof(list));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static void file_not_read(const char *why)
{
	assert_int_equal(leap_list_read(&list, path, PIVOT_S, &err), -1);
	nothing_is_known();
	assert_non_null(strstr(err.text, path));
	if (!strstr(err.text, why)) {
		fail_msg("'%s' does not say '%s'", err.text, why);
	}
}

static void file_is_read(void **state)
{
	(void)state;
	scratch_write(&scratch, "list", LIST JANUARY HASH);
	assert_int_equal(leap_list_read(&list, path, PIVOT_S + 1, &err), 0);
	assert_int_equal(list.utc_s, JANUARY_S);
}

static void damaged_file_is_named_with_its_line(void **state)
{
	(void)state;
	scratch_write(&scratch, "list", LIST "2303683200 13\n" HASH);
	file_not_read("line 7: TAI - UTC goes from 11 to 13");
}

static void no_file_is_nothing_known_and_no_error(void **state)
{
	(void)state;
	assert_int_equal(leap_list_read(&list, path, PIVOT_S, &err), 0);
	nothing_is_known();
	memset(&list, 0x55, sizeof(list));
	assert_int_equal(leap_list_read(&list, "", PIVOT_S, &err), 0);
	nothing_is_known();
}

static void what_is_no_file_is_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	file_not_read("not a plain file");
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	file_not_read("not a plain file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	file_not_read("not a plain file");
	assert_int_equal(remove(path), 0);
	assert_int_equal(symlink(path, path), 0);
	file_not_read("symbolic links");
}

static void longer_than_any_list_is_refused(void **state)
{
	static char text[70000];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	memcpy(text, LIST HASH, sizeof(LIST HASH) - 1);
	scratch_write(&scratch, "list", text);
	file_not_read("longer than 65536 bytes");
	text[65536] = '\0';
	scratch_write(&scratch, "list", text);
	assert_int_equal(leap_list_read(&list, path, PIVOT_S, &err), 0);
}

/* The one that tzdata installed here, if it has: its history is known. */
static void list_of_this_system_is_understood(void **state)
{
	const char *system = "/usr/share/zoneinfo/leap-seconds.list";

	(void)state;
	if (access(system, R_OK)) {
		skip();
	}
	if (leap_list_read(&list, system, calendar_day_start_s(2016, 7, 2), &err)) {
		fail_msg("%s", err.text);
	}
	assert_int_equal(list.utc_s, calendar_day_start_s(2017, 1, 1));
	assert_int_equal(list.leap, 1);
	assert_true(list.known_until_s > calendar_day_start_s(2020, 1, 1));
}

#define test(name) cmocka_unit_test(name)
#define file(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(list_without_a_leap_second_to_come_is_known_to_its_expiry),
		test(count_is_that_of_gps_time_at_the_pivot),
		test(leap_second_to_come_is_the_first_second_after_it_and_its_sign),
		test(one_at_the_pivot_itself_counts),
		test(two_to_come_are_known_until_before_the_second),
		test(first_line_is_where_utc_began_and_no_leap_second),
		test(ends_of_line_blanks_and_comments_do_not_matter),
		test(list_that_is_not_one_is_refused_with_its_line),
		test(list_that_is_not_in_order_is_refused),
		test(jump_of_other_than_one_second_is_refused),
		test(leap_second_that_does_not_end_a_month_is_refused),
		test(list_cut_short_anywhere_is_refused),
		test(damaged_list_is_refused_or_well_formed),
		file(file_is_read),
		file(damaged_file_is_named_with_its_line),
		file(no_file_is_nothing_known_and_no_error),
		file(what_is_no_file_is_not_waited_for),
		file(longer_than_any_list_is_refused),
		file(list_of_this_system_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
