/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "doctor/outside.h"
#include "doctor/report.h"

/* How commands are run, and how the walk is told. */

static struct doctor_output run(int patience_ms, const char *const *argv)
{
	struct doctor_output output = {0};

	text_init(&output.text);
	outside_run(argv, patience_ms, &output);
	return output;
}

static void command_gives_its_text_and_status(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo one; echo two >&2; exit 3", NULL};
	struct doctor_output output = run(60000, argv);

	(void)state;
	assert_int_equal(output.how, DOCTOR_ENDED);
	assert_int_equal(output.status, 3);
	assert_string_equal(output.text.at, "one\ntwo\n");
	text_free(&output.text);
}

static void missing_command_is_told_apart(void **state)
{
	const char *const argv[] = {"no-such-program-here", "-x", NULL};
	struct doctor_output output = run(60000, argv);

	(void)state;
	assert_int_equal(output.how, DOCTOR_NO_TOOL);
	text_free(&output.text);
}

/* A user's PATH may name folders that he may not enter, root's for one. */
static void missing_command_is_missing_whatever_folders_are_closed(void **state)
{
	const char *const missing[] = {"no-such-program-here", NULL};
	const char *const there[] = {"not-a-program", NULL};
	char closed[] = "/tmp/pps2shm-test-XXXXXX", path[200], file[100];
	char *before = strdup(getenv("PATH"));

	(void)state;
	assert_non_null(mkdtemp(closed));
	snprintf(file, sizeof(file), "%s/not-a-program", closed);
	fclose(fopen(file, "w"));
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", closed);
	setenv("PATH", path, 1);
	struct doctor_output output = run(60000, there);

	assert_int_equal(output.how, DOCTOR_ENDED);
	assert_int_equal(output.status, 126);
	text_free(&output.text);
	unlink(file);
	assert_int_equal(chmod(closed, 0), 0);
	setfsuid(geteuid() == 0 ? 65534 : geteuid()); /* nothing is closed to root */
	output = run(60000, missing);
	setfsuid(geteuid());
	assert_int_equal(output.how, DOCTOR_NO_TOOL);
	text_free(&output.text);
	setenv("PATH", before, 1);
	free(before);
	rmdir(closed);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void command_that_hangs_is_ended_with_its_children(void **state)
{
	/* The shell waits for a child that holds the output open. */
	const char *const argv[] = {"sh", "-c", "echo begun; sleep 3600; echo never", NULL};
	double begun = seconds();
	struct doctor_output output = run(300, argv);

	(void)state;
	assert_int_equal(output.how, DOCTOR_HUNG);
	assert_string_equal(output.text.at, "begun\n");
	assert_true(seconds() - begun < 600);
	text_free(&output.text);
}

static void command_that_closes_its_output_and_stays_is_ended_too(void **state)
{
	const char *const argv[] = {"sh", "-c", "exec >&- 2>&-; sleep 3600", NULL};
	struct doctor_output output = run(300, argv);

	(void)state;
	assert_int_equal(output.how, DOCTOR_HUNG);
	text_free(&output.text);
}

static void endless_output_is_cut(void **state)
{
	const char *const argv[] = {"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x", NULL};
	struct doctor_output output = run(60000, argv);

	(void)state;
	assert_int_equal(output.how, DOCTOR_ENDED);
	assert_in_range(output.text.len, 1, 1 << 18);
	text_free(&output.text);
}

static void command_has_no_input_and_speaks_english(void **state)
{
	const char *const argv[] = {"sh", "-c", "cat; echo $LC_ALL", NULL};
	struct doctor_output output = run(60000, argv);

	(void)state;
	assert_string_equal(output.text.at, "C\n");
	text_free(&output.text);
}

static const struct doctor_link pulses = {"pulses", NULL};

static void link_is_one_line_and_its_fix_another(void **state)
{
	struct doctor_finding finding = {DOCTOR_BROKEN, "no pulse\x1b[2J on\npps0", "sudo reboot"};
	char text[400] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	report_print_link(&pulses, &finding, out);
	fclose(out);
	assert_string_equal(text, "broken   pulses         no pulse?[2J on?pps0\n"
				  "           remedy:      sudo reboot\n");
}

static void verdict_is_the_last_line(void **state)
{
	const struct {
		struct doctor_result result;
		const char *line;
	} cases[] = {
		{{.verdict = DOCTOR_OK}, "verdict: all well\n"},
		{{.verdict = DOCTOR_OK, .unknown = 2},
		 "verdict: all well, as far as could be checked (2 unknown)\n"},
		{{.verdict = DOCTOR_WARNING, .warnings = 1, .first = &pulses},
		 "verdict: 1 warning; begin with pulses\n"},
		{{.verdict = DOCTOR_BROKEN,
		  .broken = 3,
		  .warnings = 2,
		  .unknown = 1,
		  .first = &pulses},
		 "verdict: 3 broken, 2 warnings, 1 unknown; begin with pulses\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200] = "";
		FILE *out = fmemopen(text, sizeof(text), "w");

		report_print_result(&cases[i].result, out);
		fclose(out);
		assert_string_equal(text, cases[i].line);
	}
}

static void json_holds_what_the_lines_say_whatever_bytes_were_seen(void **state)
{
	struct doctor_finding finding = {DOCTOR_BROKEN, "bytes \xff\xfe", ""};
	struct doctor_result result = {.verdict = DOCTOR_BROKEN, .broken = 1, .first = &pulses};
	json_t *links = json_array();
	json_t *json;

	(void)state;
	json_array_append_new(links, report_json_link(&pulses, &finding));
	json = report_json(&result, links);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "broken");
	assert_string_equal(json_string_value(json_object_get(json, "first")), "pulses");
	const json_t *link = json_array_get(json_object_get(json, "links"), 0);

	assert_string_equal(json_string_value(json_object_get(link, "seen")), "bytes ??");
	assert_true(json_is_null(json_object_get(link, "remedy")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_gives_its_text_and_status),
		cmocka_unit_test(missing_command_is_told_apart),
		cmocka_unit_test(missing_command_is_missing_whatever_folders_are_closed),
		cmocka_unit_test(command_that_hangs_is_ended_with_its_children),
		cmocka_unit_test(command_that_closes_its_output_and_stays_is_ended_too),
		cmocka_unit_test(endless_output_is_cut),
		cmocka_unit_test(command_has_no_input_and_speaks_english),
		cmocka_unit_test(link_is_one_line_and_its_fix_another),
		cmocka_unit_test(verdict_is_the_last_line),
		cmocka_unit_test(json_holds_what_the_lines_say_whatever_bytes_were_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
