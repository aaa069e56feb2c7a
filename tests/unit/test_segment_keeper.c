/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "engine_rig.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "daemon/segment_keeper.h"
#include "log_catch.h"

static char name[64], path[80];
static struct segment_keeper keeper;

static int set_up(void **state)
{
	(void)state;
	engine_begin();
	log_set_level(LOG_LEVEL_NOTICE);
	keeper = (struct segment_keeper){.name = name, .version = "1.2", .engine = &engine};
	core_config_default(&keeper.config);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_end(&engine);
	remove(path);
	return 0;
}

static void look_after(int seconds)
{
	raw_now += seconds * NS_PER_S;
	segment_keeper_look(&keeper, raw_now);
}

static void what_stands_in_its_place_is_told_once_and_the_segment_made_when_it_is_gone(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkfifo(path, 0666), 0);
	catch_log();
	assert_int_equal(segment_keeper_start(&keeper, raw_now, &err), 0);
	look_after(10);
	look_after(10);
	assert_non_null(
		strstr(caught_log(), "continuing without the status segment, will try again"));
	assert_int_equal(caught_lines(), 1);
	assert_null(engine.segment);
	assert_int_equal(unlink(path), 0);
	look_after(9);
	assert_null(engine.segment);
	catch_log();
	look_after(1);
	assert_non_null(strstr(caught_log(), "made"));
	assert_non_null(engine.segment);
}

static void one_that_is_removed_is_made_anew(void **state)
{
	char why[200];
	struct error err;

	(void)state;
	assert_int_equal(segment_keeper_start(&keeper, raw_now, &err), 0);
	assert_non_null(engine.segment);
	assert_int_equal(unlink(path), 0);
	catch_log();
	look_after(10);
	assert_non_null(strstr(caught_log(), "recreating it"));
	struct pps2shm_segment *reader = pps2shm_segment_open(name, why, sizeof(why));

	assert_non_null(reader);
	pps2shm_segment_close(reader);
}

static void second_daemon_of_this_user_does_not_start(void **state)
{
	struct segment_keeper second = keeper;
	struct engine other = {.segment = NULL};
	struct error err;

	(void)state;
	second.engine = &other;
	assert_int_equal(segment_keeper_start(&keeper, raw_now, &err), 0);
	catch_log();
	assert_int_equal(segment_keeper_start(&second, raw_now, &err), -1);
	caught_log();
	assert_int_equal(caught_lines(), 0);
	assert_non_null(strstr(err.text, "a daemon is running"));
}

static void without_a_name_there_is_no_segment(void **state)
{
	struct error err;

	(void)state;
	keeper.name = NULL;
	assert_int_equal(segment_keeper_start(&keeper, raw_now, &err), 0);
	look_after(100);
	assert_null(engine.segment);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_stands_in_its_place_is_told_once_and_the_segment_made_when_it_is_gone),
		test(one_that_is_removed_is_made_anew),
		test(second_daemon_of_this_user_does_not_start),
		test(without_a_name_there_is_no_segment),
	};

	snprintf(name, sizeof(name), "/pps2shm-test-%d", getpid());
	snprintf(path, sizeof(path), "/dev/shm%s", name);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
