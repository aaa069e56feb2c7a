/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/clock.h"
#include "dir_fixture.h"
#include "sources/poll_line.h"

static struct pps_options pps;
static char online[80];
static struct poll_line_options options;

static void write_bytes(const char *name, const void *bytes, size_t size)
{
	char path[256];
	FILE *file = fopen(scratch_path(&dir, name, path, sizeof(path)), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static void set_level(bool high)
{
	uint32_t value = high ? UINT32_C(1) << 18 : 0;
	char path[256];
	int fd = open(scratch_path(&dir, "gpiomem", path, sizeof(path)), O_WRONLY);

	assert_int_equal(pwrite(fd, &value, sizeof(value), 0x34), sizeof(value));
	close(fd);
}

/* A Pi 4 with "dtoverlay=pps-gpio,gpiopin=18". */
static int a_pi(void **state)
{
	static const unsigned char gpios[12] = {0, 0, 0, 7, 0, 0, 0, 18};
	char path[256];

	dir_set_up(state);
	write_bytes("compatible", "raspberrypi,4-model-b\0brcm,bcm2711", 35);
	scratch_write(&dir, "gpiomem", "");
	assert_int_equal(truncate(scratch_path(&dir, "gpiomem", path, sizeof(path)), 0x1000), 0);
	scratch_write(&dir, "online", "0-3\n");
	scratch_path(&dir, "online", online, sizeof(online));
	scratch_mkdir(&dir, "pps0");
	scratch_write(&dir, "pps0/name", "pps@12.-1\n");
	scratch_mkdir(&dir, "pps@12");
	scratch_mkdir(&dir, "pps@12/of_node");
	write_bytes("pps@12/of_node/gpios", gpios, sizeof(gpios));
	pps = (struct pps_options){.device = "auto", .gpio = -1, .sysfs = dir.path};
	options = (struct poll_line_options){.pps = &pps,
					     .gpio = -1,
					     .device_tree = dir.path,
					     .dev = dir.path,
					     .platform = dir.path,
					     .online = online};
	return 0;
}

static void the_line_is_that_of_the_device(void **state)
{
	struct poll_line line;

	(void)state;
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	assert_int_equal(line.gpio, 18);
	assert_false(line.falling);
	poll_line_close(&line);
	scratch_write(&dir, "pps@12/of_node/assert-falling-edge", "");
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	assert_true(line.falling);
	poll_line_close(&line);
	pps.clear = true;
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	assert_false(line.falling);
	poll_line_close(&line);
}

static void a_device_that_the_device_tree_does_not_know_needs_its_line_said(void **state)
{
	struct poll_line line;

	(void)state;
	scratch_write(&dir, "pps0/name", "serial0\n");
	pps.device = "/dev/pps0";
	assert_int_equal(poll_line_open(&line, &options, &err), -1);
	assert_non_null(strstr(err.text, "pps0 (serial0)"));
	assert_non_null(strstr(err.text, "--gpio"));
	options.gpio = 4;
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	assert_int_equal(line.gpio, 4);
	poll_line_close(&line);
}

static void a_line_that_does_not_move_is_told_from_one_that_has_moved(void **state)
{
	struct poll_line line;
	int64_t soon = clock_ns(CLOCK_REALTIME) + 20 * NS_PER_MS;

	(void)state;
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	assert_int_equal(poll_line_watch(&line, soon, 10 * NS_PER_MS).outcome, POLL_NONE);
	assert_true(clock_ns(CLOCK_REALTIME) >= soon + 10 * NS_PER_MS);
	set_level(true);
	soon = clock_ns(CLOCK_REALTIME) + 2 * NS_PER_MS;
	assert_int_equal(poll_line_watch(&line, soon, NS_PER_S).outcome, POLL_ALREADY);
	assert_int_equal(poll_line_watch(&line, soon - NS_PER_S, 1).outcome, POLL_LATE);
	assert_int_equal(poll_line_watch(&line, soon + 60 * NS_PER_S, 1).outcome, POLL_LATE);
	poll_line_close(&line);
}

static void one_processor_is_not_enough(void **state)
{
	struct poll_line line;

	(void)state;
	scratch_write(&dir, "online", "0\n");
	assert_int_equal(poll_line_open(&line, &options, &err), -1);
	assert_non_null(strstr(err.text, "one processor"));
	scratch_write(&dir, "online", "0,2\n");
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	poll_line_close(&line);
}

static int64_t before_ns, after_ns;

static void *raise_line(void *arg)
{
	struct timespec while_it_looks = {.tv_nsec = 50 * NS_PER_MS};

	(void)arg;
	nanosleep(&while_it_looks, NULL);
	before_ns = clock_ns(CLOCK_REALTIME);
	set_level(true);
	after_ns = clock_ns(CLOCK_REALTIME);
	return NULL;
}

/* By the machine's own clock and scheduler: the bracket holds an instant between the two. */
static void an_edge_is_seen_when_it_comes(void **state)
{
	struct poll_line line;
	pthread_t thread;

	(void)state;
	assert_int_equal(poll_line_open(&line, &options, &err), 0);
	assert_int_equal(pthread_create(&thread, NULL, raise_line, NULL), 0);
	struct poll_edge edge =
		poll_line_watch(&line, clock_ns(CLOCK_REALTIME) + NS_PER_S, 990 * NS_PER_MS);

	pthread_join(thread, NULL);
	assert_int_equal(edge.outcome, POLL_SEEN);
	assert_true(edge.at_ns - edge.width_ns / 2 - 1 <= after_ns);
	assert_true(edge.at_ns + edge.width_ns / 2 + 1 >= before_ns);
	poll_line_close(&line);
}

#define test(name) cmocka_unit_test_setup_teardown(name, a_pi, dir_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_line_is_that_of_the_device),
		test(a_device_that_the_device_tree_does_not_know_needs_its_line_said),
		test(a_line_that_does_not_move_is_told_from_one_that_has_moved),
		test(one_processor_is_not_enough),
		test(an_edge_is_seen_when_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
