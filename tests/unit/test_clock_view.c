/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The kernel's word on its clock, from one service to the other. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/clock_view.h"

static char path[] = "clock_view.XXXXXX";
static struct clock_view view;
static struct error err;

static int set_up(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	return fd < 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

/* As if written so many nanoseconds ago. */
static void write_aged(const char *words, int64_t age_ns)
{
	struct timespec t;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	fprintf(file, "%s raw_ns %" PRId64 "\n", words,
		t.tv_sec * INT64_C(1000000000) + t.tv_nsec - age_ns);
	fclose(file);
}

static void kernel_may_be_asked_here(void **state)
{
	(void)state;
	assert_int_equal(clock_view_ask(&view), 0);
	assert_true(view.maxerr_us >= 0);
}

static void what_is_saved_is_loaded(void **state)
{
	const struct clock_view saved = {.sync = true, .maxerr_us = 1234};
	struct stat st;

	(void)state;
	umask(0077); /* as in the service; another user reads it */
	assert_int_equal(clock_view_save(path, &saved, &err), 0);
	assert_int_equal(clock_view_load(path, &view), 0);
	assert_true(view.sync);
	assert_int_equal(view.maxerr_us, 1234);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_mode & S_IROTH);
}

static void an_unsynchronised_clock_stays_one(void **state)
{
	const struct clock_view saved = {.sync = false, .maxerr_us = 16000000};

	(void)state;
	assert_int_equal(clock_view_save(path, &saved, &err), 0);
	assert_int_equal(clock_view_load(path, &view), 0);
	assert_false(view.sync);
	assert_int_equal(view.maxerr_us, 16000000);
}

static void what_is_old_or_from_the_future_vouches_for_nothing(void **state)
{
	(void)state;
	write_aged("sync 1 maxerr_us 100", 1000000000);
	assert_int_equal(clock_view_load(path, &view), 0);
	assert_true(view.sync);
	write_aged("sync 1 maxerr_us 100", 6000000000);
	assert_int_equal(clock_view_load(path, &view), -1);
	assert_false(view.sync);
	write_aged("sync 1 maxerr_us 100", -3600000000000);
	assert_int_equal(clock_view_load(path, &view), -1);
	assert_false(view.sync);
}

static void a_broken_or_missing_file_vouches_for_nothing(void **state)
{
	(void)state;
	write_aged("sync 1", 0);
	assert_int_equal(clock_view_load(path, &view), -1);
	assert_false(view.sync);
	assert_int_equal(clock_view_load("/nonexistent/view", &view), -1);
	assert_false(view.sync);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
	(void)state;
	assert_int_equal(clock_view_save("/nonexistent/view", &view, &err), -1);
	assert_non_null(strstr(err.text, "/nonexistent/view"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_may_be_asked_here),
		cmocka_unit_test(what_is_saved_is_loaded),
		cmocka_unit_test(an_unsynchronised_clock_stays_one),
		cmocka_unit_test(what_is_old_or_from_the_future_vouches_for_nothing),
		cmocka_unit_test(a_broken_or_missing_file_vouches_for_nothing),
		cmocka_unit_test(a_folder_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
