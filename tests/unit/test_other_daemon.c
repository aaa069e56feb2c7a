/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "status/other_daemon.h"
#include "status/pps2shm_segment.h"

#define NOW INT64_C(900000000000)

static struct scratch dir;
static struct pps2shm_segment_layout segment;
static struct other_daemon other;

/* A segment of this very process, which writes to unit 1. */
static int set_up(void **state)
{
	(void)state;
	scratch_make(&dir);
	memset(&segment, 0, sizeof(segment));
	memcpy(segment.head.magic, PPS2SHM_SEGMENT_MAGIC, sizeof(segment.head.magic));
	segment.head.version = PPS2SHM_SEGMENT_VERSION;
	segment.head.size = sizeof(segment);
	segment.head.pid = (uint32_t)getpid();
	segment.page.raw_ns = NOW - 1;
	segment.page.units[PPS2SHM_SEGMENT_COARSE].unit = -1;
	segment.page.units[PPS2SHM_SEGMENT_PPS].unit = 1;
	segment.page.units[PPS2SHM_SEGMENT_PPS].writable = 1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&dir);
	return 0;
}

static void show(const char *name)
{
	char path[128];
	FILE *file = fopen(scratch_path(&dir, name, path, sizeof(path)), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(&segment, sizeof(segment), 1, file), 1);
	assert_int_equal(fclose(file), 0);
}

static bool find(int unit, uint32_t but)
{
	return other_daemon_find(dir.path, unit, but, NOW, &other);
}

static void living_daemon_that_writes_to_the_unit_is_found(void **state)
{
	(void)state;
	assert_false(find(1, 0));
	scratch_write(&dir, "noise", "noise");
	show("segment\033[2J");
	assert_true(find(1, 0));
	assert_int_equal(other.pid, getpid());
	assert_int_equal(other.uid, geteuid());
	assert_string_equal(other.segment, "/segment?[2J");
}

static void we_ourselves_and_other_units_are_none(void **state)
{
	(void)state;
	show("segment");
	assert_false(find(1, (uint32_t)getpid()));
	assert_false(find(0, 0));
	assert_false(find(-1, 0));
	segment.page.units[PPS2SHM_SEGMENT_PPS].writable = 0;
	show("segment");
	assert_false(find(1, 0));
}

static void dead_daemon_is_none(void **state)
{
	(void)state;
	segment.page.ended = 1;
	show("segment");
	assert_false(find(1, 0));
	segment.page.ended = 0;
	segment.page.raw_ns = 1;
	show("segment");
	assert_false(find(1, 0));
}

/* Anybody can write any number into a file of his own. */
static void segment_of_another_user_than_the_process_is_none(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		/* Ours, but it names process 1, which is root's. */
		segment.head.pid = 1;
		show("segment");
	} else {
		char path[128];

		show("segment");
		assert_int_equal(
			chown(scratch_path(&dir, "segment", path, sizeof(path)), 4321, 4321), 0);
	}
	assert_false(find(1, 0));
}

static void what_is_no_plain_file_is_not_waited_for(void **state)
{
	char path[128];

	(void)state;
	assert_int_equal(mkfifo(scratch_path(&dir, "a", path, sizeof(path)), 0666), 0);
	assert_int_equal(symlink("/dev/zero", scratch_path(&dir, "b", path, sizeof(path))), 0);
	scratch_mkdir(&dir, "c");
	assert_false(find(1, 0));
	show("segment");
	assert_true(find(1, 0));
	assert_false(other_daemon_find("/nonexistent", 1, 0, NOW, &other));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(living_daemon_that_writes_to_the_unit_is_found),
		test(we_ourselves_and_other_units_are_none),
		test(dead_daemon_is_none),
		test(segment_of_another_user_than_the_process_is_none),
		test(what_is_no_plain_file_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
