/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/drift.h"

#define SECOND_NS 1000000000.0

/* A number in -1..1, the same ones every time. */
static double noise(unsigned int *seed)
{
	*seed = *seed * 1103515245U + 12345U;
	return (double)(*seed >> 8 & 0xffff) / 32768.0 - 1;
}

/* Pulses by a raw clock that a factor 1 + ppm / 1e6 makes right. */
static void pulses_at(struct drift_pulse *pulses, int count, double ppm, double jitter_ns)
{
	unsigned int seed = 7;

	for (int i = 0; i < count; i++) {
		double raw = i * SECOND_NS / (1 + ppm / 1e6) + jitter_ns * noise(&seed);

		pulses[i] = (struct drift_pulse){1800000000 + i, 5000000000 + llround(raw)};
	}
}

static double off(double a, double b)
{
	return fabs(a - b);
}

static void drift_is_what_makes_the_clock_right(void **state)
{
	static const double ppms[] = {-400, -20, -0.5, 0, 3, 37, 400};
	struct drift_pulse pulses[20];
	struct drift drift;

	(void)state;
	for (size_t i = 0; i < sizeof(ppms) / sizeof(ppms[0]); i++) {
		pulses_at(pulses, 20, ppms[i], 0);
		assert_true(drift_fit(pulses, 20, &drift));
		assert_true(off(drift.ppm, ppms[i]) < 0.001);
		assert_int_equal(drift.pulses, 20);
	}
}

static void uncertainty_covers_the_error_and_shrinks(void **state)
{
	struct drift_pulse pulses[60];
	double last = 10;
	struct drift drift;

	(void)state;
	pulses_at(pulses, 60, 20, 1700);
	for (int count = DRIFT_PULSES_MIN; count <= 60; count += 10) {
		assert_true(drift_fit(pulses, count, &drift));
		assert_true(off(drift.ppm, 20) < drift.error_ppm);
		assert_true(drift.error_ppm < last);
		last = drift.error_ppm;
	}
	assert_true(last < 0.03);
	assert_true(drift.jitter_ns > 700 && drift.jitter_ns < 1300);
}

static void late_pulses_and_missing_ones_do_no_harm(void **state)
{
	struct drift_pulse pulses[16];
	struct drift drift;

	(void)state;
	pulses_at(pulses, 16, -12, 300);
	pulses[15].raw_ns += 80000;
	pulses[2].raw_ns += 900000;
	pulses[9] = pulses[8]; /* one that is not there: the seconds go on */
	memmove(&pulses[9], &pulses[10], 6 * sizeof(pulses[0]));
	assert_true(drift_fit(pulses, 15, &drift));
	assert_int_equal(drift.pulses, 13);
	assert_true(off(drift.ppm, -12) < 0.1);
}

static void too_few_or_scattered_pulses_are_refused(void **state)
{
	struct drift_pulse pulses[20];
	struct drift drift;

	(void)state;
	pulses_at(pulses, 20, 5, 100);
	assert_false(drift_fit(pulses, DRIFT_PULSES_MIN - 1, &drift));
	for (int i = 0; i < 20; i += 3) {
		pulses[i].raw_ns += 300000 + i * 20000;
	}
	assert_false(drift_fit(pulses, 20, &drift));
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void drift_file_is_where_the_configuration_says(void **state)
{
	char path[100];

	(void)state;
	drift_file_find("nowhere", path, sizeof(path));
	assert_string_equal(path, "/var/lib/ntpsec/ntp.drift");
	put("ntp.conf", "# driftfile /a\n  driftfile\t/var/lib/ntp/drift # there\nleapfile /l\n");
	drift_file_find("ntp.conf", path, sizeof(path));
	assert_string_equal(path, "/var/lib/ntp/drift");
	put("ntp.conf", "driftfile \"/q/drift\"\n");
	drift_file_find("ntp.conf", path, sizeof(path));
	assert_string_equal(path, "/q/drift");
}

static void drift_file_is_written_once_and_whole(void **state)
{
	char text[40] = "";
	struct error err;
	struct stat st;

	(void)state;
	assert_int_equal(drift_file_write("ntp.drift", -12.3456784, &err), 1);
	assert_int_equal(drift_file_write("ntp.drift", 1, &err), 0);
	FILE *file = fopen("ntp.drift", "re");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, "-12.345678\n");
	assert_int_equal(stat("ntp.drift", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_nlink, 1);
}

static void name_that_ends_in_the_dark_is_not_followed(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(symlink("target", "link.drift"), 0);
	assert_int_equal(drift_file_write("link.drift", 1, &err), 0);
	assert_int_equal(access("target", F_OK), -1);
	assert_int_equal(drift_file_check("ntp.drift", &err), 0);
	assert_int_equal(drift_file_check("no/folder/ntp.drift", &err), -1);
	assert_int_equal(drift_file_write("no/folder/ntp.drift", 1, &err), -1);
	assert_non_null(strstr(err.text, "cannot write no/folder/ntp.drift"));
}

static int enter(void **state)
{
	static char dir[] = "/tmp/drift.XXXXXX";

	*state = mkdtemp(dir);
	return *state ? chdir(dir) : -1;
}

static int leave(void **state)
{
	static const char *const names[] = {"ntp.conf", "ntp.drift", "link.drift"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		unlink(names[i]);
	}
	return chdir("/") || rmdir(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drift_is_what_makes_the_clock_right),
		cmocka_unit_test(uncertainty_covers_the_error_and_shrinks),
		cmocka_unit_test(late_pulses_and_missing_ones_do_no_harm),
		cmocka_unit_test(too_few_or_scattered_pulses_are_refused),
		cmocka_unit_test(drift_file_is_where_the_configuration_says),
		cmocka_unit_test(drift_file_is_written_once_and_whole),
		cmocka_unit_test(name_that_ends_in_the_dark_is_not_followed),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
