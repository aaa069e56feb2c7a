/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "common/clock.h"
#include "scratch.h"
#include "status/unit_user.h"

static struct scratch proc;
static struct unit_user user;
static long long now_s;

static int set_up(void **state)
{
	(void)state;
	scratch_make(&proc);
	scratch_mkdir(&proc, "sysvipc");
	now_s = (long long)time(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&proc);
	return 0;
}

/* A process that has run for so long, or since the machine was started. */
static void runs(int pid, const char *name, long long age_s)
{
	long long up_s = (long long)(clock_ns(CLOCK_BOOTTIME) / NS_PER_S);
	long long start_s = up_s > age_s ? up_s - age_s : 0;
	char file[40], text[200];

	snprintf(file, sizeof(file), "%d", pid);
	scratch_mkdir(&proc, file);
	snprintf(file, sizeof(file), "%d/comm", pid);
	snprintf(text, sizeof(text), "%s\n", name);
	scratch_write(&proc, file, text);
	snprintf(file, sizeof(file), "%d/stat", pid);
	snprintf(text, sizeof(text),
		 "%d (%s) 1) S 1 1 1 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 2 0 %lld 1000 200\n", pid,
		 name, start_s * sysconf(_SC_CLK_TCK));
	scratch_write(&proc, file, text);
}

/* Unit 5, made by 30 a minute ago, and used by 40 just now, beside another one. */
static void unit_5_is_there(void)
{
	char text[600];

	snprintf(
		text, sizeof(text),
		"       key      shmid perms                  size  cpid  lpid nattch   uid   gid  "
		"cuid  cgid      atime      dtime      ctime                   rss                  "
		"swap\n"
		"%10d 1  660 96 50 50 2 0 0 0 0 %10lld %10lld %10lld 4096 0\n"
		"%10d 2  660 96 30 40 2 0 990 0 0 %10lld %10lld %10lld 4096 0\n",
		0x4e545034, now_s, now_s, now_s, 0x4e545035, now_s - 9, now_s, now_s - 60);
	scratch_write(&proc, "sysvipc/shm", text);
}

static bool found(uint32_t but)
{
	return unit_user_find(proc.path, 5, but, &user);
}

static void who_used_it_last_is_named(void **state)
{
	(void)state;
	assert_false(found(0));
	unit_5_is_there();
	assert_false(found(0));
	runs(30, "maker", 3600);
	runs(40, "gpsd\033[2J", 0);
	assert_true(found(20));
	assert_int_equal(user.pid, 40);
	assert_string_equal(user.name, "gpsd?[2J");
	assert_string_equal(user.did, "last used");
}

static void who_made_it_is_named_if_we_or_a_reader_used_it_last(void **state)
{
	(void)state;
	unit_5_is_there();
	runs(30, "maker", 3600);
	runs(40, "pps2shmd", 3600);
	assert_true(found(40));
	assert_int_equal(user.pid, 30);
	assert_string_equal(user.did, "made");
	scratch_write(&proc, "40/comm", "ntpd\n");
	assert_true(found(20));
	assert_string_equal(user.name, "maker");
	scratch_write(&proc, "40/comm", "chronyd\n");
	assert_true(found(20));
	scratch_write(&proc, "30/comm", "ntpd\n");
	assert_false(found(20));
}

/* Process numbers are given out again. */
static void process_that_did_not_run_then_is_not_blamed(void **state)
{
	(void)state;
	unit_5_is_there();
	runs(30, "innocent", 20);
	assert_false(found(40));
	scratch_write(&proc, "30/stat", "no such thing");
	assert_false(found(40));
}

static void other_units_are_not_looked_at(void **state)
{
	(void)state;
	unit_5_is_there();
	runs(40, "gpsd", 3600);
	assert_false(unit_user_find(proc.path, 4, 0, &user));
	assert_false(unit_user_find(proc.path, 6, 0, &user));
	assert_false(unit_user_find(proc.path, -1, 0, &user));
	assert_false(unit_user_find(proc.path, 0x7fffffff, 0, &user));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(who_used_it_last_is_named),
		test(who_made_it_is_named_if_we_or_a_reader_used_it_last),
		test(process_that_did_not_run_then_is_not_blamed),
		test(other_units_are_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
