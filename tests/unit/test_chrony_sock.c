/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Against a real datagram socket, which is all that chronyd makes of it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cmocka.h>

#include "outlets/chrony_sock.h"
#include "scratch.h"

/* struct sock_sample of chrony's refclock_sock.c. */
struct chrony_sample {
	struct timeval tv;
	double offset;
	int pulse;
	int leap;
	int _pad;
	int magic;
};

static struct scratch scratch;
static char path[128];
static int chronyd;

static void start_chronyd(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	chronyd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(chronyd >= 0);
	assert_int_equal(bind(chronyd, (struct sockaddr *)&address, sizeof(address)), 0);
}

static void stop_chronyd(void)
{
	close(chronyd);
	unlink(path);
}

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "chrony.sock", path, sizeof(path));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static struct chrony_sample sent(const struct core_sample *sample)
{
	struct chrony_sample got;
	char more[200];
	int fd;

	start_chronyd();
	fd = chrony_sock_open(path);
	assert_true(fd >= 0);
	assert_int_equal(chrony_sock_send(fd, sample), 0);
	/* chronyd refuses another length. */
	assert_int_equal(recv(chronyd, more, sizeof(more), 0), sizeof(got));
	memcpy(&got, more, sizeof(got));
	chrony_sock_close(&fd);
	stop_chronyd();
	return got;
}

static void datagram_is_what_chronyd_takes(void **state)
{
	struct core_sample sample = {
		.unit = CORE_PPS,
		.clock_ns = INT64_C(1800000000000000000),
		.receive_ns = INT64_C(1799999999999500000),
		.leap = 1,
	};
	struct chrony_sample got = sent(&sample);

	(void)state;
	assert_int_equal(got.tv.tv_sec, 1799999999);
	assert_int_equal(got.tv.tv_usec, 999500);
	assert_true(got.offset > 0.000499999999 && got.offset < 0.000500000001);
	assert_int_equal(got.pulse, 0);
	assert_int_equal(got.leap, 1);
	assert_int_equal(got.magic, 0x534f434b);
}

static void offset_of_many_years_and_a_clock_before_1970_are_sent(void **state)
{
	struct core_sample sample = {
		.clock_ns = INT64_C(1800000000000000000),
		.receive_ns = -1,
	};
	struct chrony_sample got = sent(&sample);

	(void)state;
	assert_int_equal(got.tv.tv_sec, -1);
	assert_int_equal(got.tv.tv_usec, 999999);
	assert_true(got.offset > 1.79e9 && got.offset < 1.81e9);
}

static void missing_chronyd_is_no_socket(void **state)
{
	(void)state;
	assert_int_equal(chrony_sock_open(path), -1);
}

static void name_too_long_for_a_socket_is_refused(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(chrony_sock_open(name), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

static void sending_never_waits_and_a_full_queue_is_no_failure(void **state)
{
	struct core_sample sample = {.clock_ns = 1};
	int fd;

	(void)state;
	start_chronyd();
	fd = chrony_sock_open(path);
	for (int i = 0; i < 5000; i++) {
		assert_int_equal(chrony_sock_send(fd, &sample), 0);
	}
	chrony_sock_close(&fd);
	stop_chronyd();
}

static void chronyd_that_went_away_is_told_and_may_come_back(void **state)
{
	struct core_sample sample = {.clock_ns = 1};
	int fd;

	(void)state;
	start_chronyd();
	fd = chrony_sock_open(path);
	stop_chronyd();
	assert_int_equal(chrony_sock_send(fd, &sample), -1);
	chrony_sock_close(&fd);
	start_chronyd();
	fd = chrony_sock_open(path);
	assert_int_equal(chrony_sock_send(fd, &sample), 0);
	chrony_sock_close(&fd);
	stop_chronyd();
}

static void descriptor_is_not_inherited_and_closing_twice_is_allowed(void **state)
{
	int fd;

	(void)state;
	start_chronyd();
	fd = chrony_sock_open(path);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	chrony_sock_close(&fd);
	assert_int_equal(fd, -1);
	chrony_sock_close(&fd);
	assert_int_equal(fd, -1);
	stop_chronyd();
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(datagram_is_what_chronyd_takes),
		test(offset_of_many_years_and_a_clock_before_1970_are_sent),
		test(missing_chronyd_is_no_socket),
		test(name_too_long_for_a_socket_is_refused),
		test(sending_never_waits_and_a_full_queue_is_no_failure),
		test(chronyd_that_went_away_is_told_and_may_come_back),
		test(descriptor_is_not_inherited_and_closing_twice_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
