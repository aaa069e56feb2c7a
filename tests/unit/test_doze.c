/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/doze.h"

/* Pipes: two others, and the line. */
static int pipes[3][2];
static struct doze doze;

static int set_up(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pipe2(pipes[i], O_NONBLOCK | O_CLOEXEC), 0);
	}
	doze_init(&doze, (const int[DOZE_OTHERS]){pipes[0][0], pipes[1][0]});
	doze_open(&doze, pipes[2][0]);
	assert_true(doze.epoll >= 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	doze_close(&doze);
	for (int i = 0; i < 3; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	return 0;
}

static void put(int which)
{
	assert_int_equal(write(pipes[which][1], "x", 1), 1);
}

static void take(int which)
{
	char byte;

	assert_int_equal(read(pipes[which][0], &byte, 1), 1);
}

/* Bits of those that are ready. */
static int ready(void)
{
	struct pollfd fds[3];
	int bits = 0;

	for (int i = 0; i < 3; i++) {
		fds[i] = (struct pollfd){.fd = pipes[i][0], .events = POLLIN};
	}
	assert_true(doze_poll(&doze, fds, 3, 0) >= 0);
	for (int i = 0; i < 3; i++) {
		bits |= fds[i].revents & POLLIN ? 1 << i : 0;
	}
	return bits;
}

static void whoever_is_ready_is_told_as_poll_does(void **state)
{
	(void)state;
	for (int bits = 0; bits < 8; bits++) {
		for (int i = 0; i < 3; i++) {
			if (bits & 1 << i) {
				put(i);
			}
		}
		assert_int_equal(ready(), bits);
		for (int i = 0; i < 3; i++) {
			if (bits & 1 << i) {
				take(i);
			}
		}
	}
}

static void line_left_alone_wakes_nobody_until_it_is_read(void **state)
{
	bool listening = true;

	(void)state;
	doze_ask(&doze);
	doze_at_pulse(&doze, true, 77);
	put(2);
	assert_int_equal(ready(), 0);
	put(0);
	assert_int_equal(ready(), 1);
	/* More pulses change nothing. */
	doze_at_pulse(&doze, true, 78);
	doze_at_pulse(&doze, false, 79);
	assert_int_equal(ready(), 1);
	assert_int_equal(doze_wake(&doze, &listening), 77);
	assert_false(listening);
	assert_int_equal(ready(), 1 | 4);
	assert_int_equal(doze_wake(&doze, &listening), 0);
}

static void what_has_come_before_the_pulse_is_not_left_alone(void **state)
{
	bool listening;

	(void)state;
	doze_ask(&doze);
	put(2);
	doze_at_pulse(&doze, true, 77);
	assert_int_equal(ready(), 4);
	assert_int_equal(doze_wake(&doze, &listening), 0);
	assert_false(listening);
}

static void line_is_left_alone_only_when_asked_for(void **state)
{
	(void)state;
	doze_at_pulse(&doze, true, 77);
	put(2);
	assert_int_equal(ready(), 4);
	assert_true(doze_is_steady(&doze));
}

static void each_eighth_burst_is_listened_to_and_each_in_doubt(void **state)
{
	bool listening;
	int listened = 0;

	(void)state;
	for (int i = 0; i < 80; i++) {
		doze_ask(&doze);
		doze_at_pulse(&doze, true, 1000 + i);
		int64_t since = doze_wake(&doze, &listening);

		assert_true(listening ? since == 0 : since == 1000 + i);
		listened += listening;
	}
	assert_int_equal(listened, 10);
	for (int i = 0; i < 20; i++) {
		doze_ask(&doze);
		doze_at_pulse(&doze, false, 1000 + i);
		assert_false(doze_is_steady(&doze));
		assert_int_equal(doze_wake(&doze, &listening), 0);
		assert_true(listening);
	}
}

static void other_side_that_closes_wakes_even_if_left_alone(void **state)
{
	struct pollfd line = {.fd = pipes[2][0], .events = POLLIN};

	(void)state;
	doze_ask(&doze);
	doze_at_pulse(&doze, true, 77);
	close(pipes[2][1]);
	assert_int_equal(doze_poll(&doze, &line, 1, 0), 1);
	assert_true(line.revents & POLLHUP);
	pipes[2][1] = dup(pipes[0][1]);
}

static void plain_file_is_never_left_alone(void **state)
{
	char path[] = "/tmp/pps2shm-doze.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	doze_close(&doze);
	doze_open(&doze, fd);
	doze_at_pulse(&doze, true, 77);
	assert_false(doze_is_steady(&doze));
	close(fd);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(whoever_is_ready_is_told_as_poll_does),
		test(line_left_alone_wakes_nobody_until_it_is_read),
		test(what_has_come_before_the_pulse_is_not_left_alone),
		test(line_is_left_alone_only_when_asked_for),
		test(each_eighth_burst_is_listened_to_and_each_in_doubt),
		test(other_side_that_closes_wakes_even_if_left_alone),
		test(plain_file_is_never_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
