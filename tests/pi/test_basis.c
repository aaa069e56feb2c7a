/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "../unit/scratch.h"
#include "pi/basis.h"
#include "pi/own_conf.h"

/* What an offset was measured on, and how it comes into pps2shm.conf. */

static struct scratch dir;
static struct root root;
static struct error err;

static int make(void **state)
{
	(void)state;
	scratch_make(&dir);
	scratch_mkdir(&dir, "etc");
	scratch_write(&dir, "etc/os-release", "");
	return root_open(&root, dir.path, &err);
}

static int clean(void **state)
{
	(void)state;
	root_close(&root);
	scratch_remove(&dir);
	return 0;
}

static void what_is_written_is_read_back(void **state)
{
	struct basis from = {"2026-11-27", "6.12.47+rpt-rpi-v8", "ondemand", "on",
			     "Raspberry Pi 5 Model B Rev 1.0"};
	struct basis to;
	char text[BASIS_TEXT];

	(void)state;
	basis_format(&from, text);
	assert_string_equal(
		text,
		"2026-11-27, kernel 6.12.47+rpt-rpi-v8, governor ondemand, ASPM on, Raspberry Pi 5 Model B Rev 1.0");
	assert_true(basis_parse(text, &to));
	assert_string_equal(to.date, from.date);
	assert_string_equal(to.kernel, from.kernel);
	assert_string_equal(to.governor, from.governor);
	assert_string_equal(to.aspm, from.aspm);
	assert_string_equal(to.model, from.model);
	assert_false(basis_parse("never", &to));
	assert_false(basis_parse("", &to));
}

static void words_of_the_system_neither_part_the_text_nor_overflow_a_line(void **state)
{
	struct basis basis, again;
	char text[BASIS_TEXT], name[200];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memcpy(name, "a, b ; c", 8);
	scratch_mkdir(&dir, "proc");
	scratch_mkdir(&dir, "proc/sys");
	scratch_mkdir(&dir, "proc/sys/kernel");
	scratch_mkdir(&dir, "proc/device-tree");
	scratch_write(&dir, "proc/sys/kernel/osrelease", name);
	scratch_write(&dir, "proc/device-tree/model", name);
	basis_read(&root, &basis);
	basis_format(&basis, text);
	assert_in_range(strlen(text), 100, 180);
	assert_null(strchr(text, ';'));
	assert_true(basis_parse(text, &again));
	assert_string_equal(again.governor, "none");
}

/* The file after an offset was put into this one. */
static const char *with_offset(const char *before)
{
	static char text[600];
	struct plan plan;

	plan_init(&plan, &root);
	if (before) {
		scratch_write(&dir, "etc/pps2shm.conf", before);
	}
	if (own_conf_plan_offset(&plan, 12032, "2026-11-27, kernel 6, governor none, ASPM none, Pi",
				 &err)) {
		snprintf(text, sizeof(text), "error: %s", err.text);
	} else {
		assert_int_equal(plan.count, 1);
		snprintf(text, sizeof(text), "%s", plan.changes[0].after.bytes.at);
	}
	plan_free(&plan);
	return text;
}

#define KEYS                                                                                       \
	"offset = 12032\n"                                                                         \
	"offset_measured = 2026-11-27, kernel 6, governor none, ASPM none, Pi\n"

static void a_file_that_is_not_there_is_made(void **state)
{
	(void)state;
	assert_string_equal(with_offset(NULL), "[pps]\n" KEYS);
}

static void all_else_in_the_file_stays(void **state)
{
	(void)state;
	assert_string_equal(with_offset("# mine\r\n[pps]\nedge = clear ; so\n\n[shm]\nmode = 0\n"),
			    "# mine\r\n[pps]\n" KEYS "edge = clear ; so\n\n[shm]\nmode = 0\n");
	assert_string_equal(
		with_offset("[pps]\noffset = 5 ; old\noffset_measured = never\n"),
		"[pps]\noffset = 12032 ; old\n"
		"offset_measured = 2026-11-27, kernel 6, governor none, ASPM none, Pi\n");
}

static void a_file_that_is_wrong_already_is_not_touched(void **state)
{
	(void)state;
	assert_non_null(strstr(with_offset("[pps]\nedge = upwards\n"), "error: "));
	assert_non_null(strstr(err.text, "pps.edge"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, make, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_is_written_is_read_back),
		test(words_of_the_system_neither_part_the_text_nor_overflow_a_line),
		test(a_file_that_is_not_there_is_made),
		test(all_else_in_the_file_stays),
		test(a_file_that_is_wrong_already_is_not_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
