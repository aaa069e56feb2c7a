/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mcp/lines.h"

static struct mcp_lines lines;

static void put(const char *bytes, size_t len)
{
	while (len > 0) {
		size_t size;
		char *space = mcp_lines_space(&lines, &size);
		size_t n = len < size ? len : size;

		assert_true(size > 0);
		memcpy(space, bytes, n);
		mcp_lines_added(&lines, n);
		bytes += n;
		len -= n;
		if (len > 0) { /* no whole line can be in what filled the room */
			const char *line;
			size_t line_len;

			assert_int_equal(mcp_lines_next(&lines, false, &line, &line_len),
					 MCP_LINE_NONE);
		}
	}
}

static void put_text(const char *text)
{
	put(text, strlen(text));
}

static void put_many(char byte, size_t len)
{
	char *bytes = malloc(len);

	assert_non_null(bytes);
	memset(bytes, byte, len);
	put(bytes, len);
	free(bytes);
}

static void expect(bool ended, const char *wanted)
{
	const char *line;
	size_t len;

	assert_int_equal(mcp_lines_next(&lines, ended, &line, &len), MCP_LINE);
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(line, wanted, len);
}

static void expect_only(bool ended, enum mcp_line wanted)
{
	const char *line;
	size_t len;

	assert_int_equal(mcp_lines_next(&lines, ended, &line, &len), wanted);
}

static int begin(void **state)
{
	(void)state;
	memset(&lines, 0, sizeof(lines));
	return 0;
}

static void lines_come_out_one_by_one_however_they_came_in(void **state)
{
	(void)state;
	put_text("one\ntwo\n\nfo");
	expect(false, "one");
	expect(false, "two");
	expect(false, "");
	expect_only(false, MCP_LINE_NONE);
	put_text("u");
	expect_only(false, MCP_LINE_NONE);
	put_text("r\nf");
	expect(false, "four");
	expect_only(false, MCP_LINE_NONE);
	put_text("ive\n");
	expect(false, "five");
	expect_only(true, MCP_LINE_NONE);
}

static void what_has_no_newline_counts_once_no_more_comes(void **state)
{
	(void)state;
	put_text("one\ntwo");
	expect(true, "one");
	expect(true, "two");
	expect_only(true, MCP_LINE_NONE);
}

static void a_line_may_be_as_long_as_the_limit(void **state)
{
	const char *line;
	size_t len;

	(void)state;
	put_many('x', MCP_LINE_MAX - 1);
	expect_only(false, MCP_LINE_NONE);
	put_text("\n");
	assert_int_equal(mcp_lines_next(&lines, false, &line, &len), MCP_LINE);
	assert_int_equal(len, MCP_LINE_MAX - 1);
}

static void a_longer_line_is_told_once_and_what_follows_it_is_whole(void **state)
{
	(void)state;
	put_many('x', 3 * (size_t)MCP_LINE_MAX + 17);
	expect_only(false, MCP_LINE_NONE);
	put_text("tail\nnext\n");
	expect_only(false, MCP_LINE_TOO_LONG);
	expect(false, "next");
	expect_only(false, MCP_LINE_NONE);
}

static void a_longer_line_is_told_at_the_end_too(void **state)
{
	(void)state;
	put_many('x', MCP_LINE_MAX + 1);
	expect_only(false, MCP_LINE_NONE);
	expect_only(true, MCP_LINE_TOO_LONG);
	expect_only(true, MCP_LINE_NONE);
}

static void a_longer_line_is_told_though_nothing_of_it_is_left(void **state)
{
	size_t size;

	(void)state;
	put_many('x', MCP_LINE_MAX);
	expect_only(false, MCP_LINE_NONE);
	mcp_lines_space(&lines, &size);
	expect_only(true, MCP_LINE_TOO_LONG);
}

/* Looked at again with each byte, they would take minutes. */
static void a_line_that_comes_byte_by_byte_is_looked_at_once(void **state)
{
	(void)state;
	for (int64_t i = 0; i < INT64_C(10) * MCP_LINE_MAX; i++) {
		put_text(i % (MCP_LINE_MAX - 1) ? "x" : "\n");
		expect_only(false, i % (MCP_LINE_MAX - 1) ? MCP_LINE_NONE : MCP_LINE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lines_come_out_one_by_one_however_they_came_in, begin),
		cmocka_unit_test_setup(what_has_no_newline_counts_once_no_more_comes, begin),
		cmocka_unit_test_setup(a_line_may_be_as_long_as_the_limit, begin),
		cmocka_unit_test_setup(a_longer_line_is_told_once_and_what_follows_it_is_whole,
				       begin),
		cmocka_unit_test_setup(a_longer_line_is_told_at_the_end_too, begin),
		cmocka_unit_test_setup(a_longer_line_is_told_though_nothing_of_it_is_left, begin),
		cmocka_unit_test_setup(a_line_that_comes_byte_by_byte_is_looked_at_once, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
