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
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "log_catch.h"
#include "outlets/chrony_sock.h"
#include "scratch.h"
#include "spans.h"

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
static struct chrony_sock sock;
static const struct core_sample some = {.clock_ns = 1};

static void keep(int64_t raw_ns)
{
	struct chrony_sock_found found;

	chrony_sock_look(&sock, &found);
	chrony_sock_take(&sock, &found, raw_ns);
	chrony_sock_drop(&found);
}

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
	chrony_sock_init(&sock, path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	chrony_sock_close(&sock);
	scratch_remove(&scratch);
	return 0;
}

static struct chrony_sample sent(const struct core_sample *sample)
{
	struct chrony_sample got;
	char more[200];

	start_chronyd();
	keep(1);
	assert_string_equal(sock.error.text, "");
	chrony_sock_send(&sock, sample, 2);
	assert_int_equal(sock.sent, 1);
	assert_int_equal(sock.sent_raw_ns, 2);
	/* chronyd refuses another length. */
	assert_int_equal(recv(chronyd, more, sizeof(more), 0), sizeof(got));
	memcpy(&got, more, sizeof(got));
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

static void where_none_is_configured_nothing_happens(void **state)
{
	(void)state;
	chrony_sock_init(&sock, "");
	keep(1);
	chrony_sock_send(&sock, &some, 2);
	assert_int_equal(sock.fd, -1);
	assert_int_equal(sock.sent, 0);
	assert_string_equal(sock.error.text, "");
}

static void what_is_in_the_way_is_said_in_words(void **state)
{
	char name[300];

	(void)state;
	keep(7);
	assert_int_equal(sock.fd, -1);
	assert_int_equal(sock.since_raw_ns, 7);
	assert_non_null(strstr(sock.error.text, "chrony.sock is not there: chronyd makes it"));
	start_chronyd();
	close(chronyd);
	keep(8);
	assert_non_null(strstr(sock.error.text, "left behind by a chronyd that has ended"));
	assert_int_equal(sock.since_raw_ns, 7);
	unlink(path);
	assert_int_equal(mkfifo(path, 0666), 0);
	keep(9);
	assert_non_null(strstr(sock.error.text, "chrony.sock is no socket: remove it"));
	unlink(path);
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	chrony_sock_init(&sock, name);
	keep(9);
	assert_non_null(strstr(sock.error.text, "too long"));
}

/* As chronyd leaves it: for its own user alone. */
static void socket_that_may_not_be_written_is_said_to_be_so(void **state)
{
	int status;

	(void)state;
	start_chronyd();
	assert_int_equal(chmod(path, 0555), 0);
	assert_int_equal(chmod(scratch.path, 0755), 0);
	pid_t child = fork();

	if (child == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
			_exit(2);
		}
		keep(1);
		_exit(!strstr(sock.error.text,
			      "is not writable, because chronyd made it for root only"));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	stop_chronyd();
}

static void log_tells_what_lasts_and_only_once(void **state)
{
	(void)state;
	catch_log();
	keep(1);
	keep(9 * S);
	assert_null(strstr(caught_log(), "not there"));
	catch_log();
	keep(11 * S);
	assert_non_null(strstr(caught_log(), "not there: chronyd makes it"));
	catch_log();
	keep(12 * S);
	assert_string_equal(caught_log(), "");
	start_chronyd();
	catch_log();
	keep(13 * S);
	assert_non_null(strstr(caught_log(), "chrony.sock: connected"));
	stop_chronyd();
	chrony_sock_send(&sock, &some, 14 * S);
	catch_log();
	keep(14 * S);
	assert_non_null(strstr(caught_log(), "chronyd has ended"));
}

static void sending_never_waits_and_a_full_queue_loses_samples_only(void **state)
{
	(void)state;
	start_chronyd();
	keep(1);
	for (int i = 0; i < 5000; i++) {
		chrony_sock_send(&sock, &some, i + 2);
	}
	assert_int_equal(sock.sent + sock.lost, 5000);
	assert_true(sock.sent > 0 && sock.lost > 0);
	assert_int_equal(sock.sent_raw_ns, sock.sent + 1);
	assert_false(sock.ended);
	stop_chronyd();
}

static void chronyd_that_went_away_is_counted_and_may_come_back(void **state)
{
	(void)state;
	start_chronyd();
	keep(1);
	for (uint64_t i = 1; i <= 3; i++) {
		stop_chronyd();
		chrony_sock_send(&sock, &some, 2);
		chrony_sock_send(&sock, &some,
				 2); /* the pulse thread may come again before a look */
		keep((int64_t)i * S);
		assert_int_equal(sock.fd, -1);
		assert_int_equal(sock.losses, i);
		assert_int_equal(sock.since_raw_ns, i * S);
		start_chronyd();
		keep((int64_t)i * S + 5);
		assert_int_equal(sock.since_raw_ns, i * S + 5);
		chrony_sock_send(&sock, &some, (int64_t)i * S + 6);
		assert_int_equal(sock.sent, i);
	}
	/* Anew before anybody looked. */
	stop_chronyd();
	start_chronyd();
	chrony_sock_send(&sock, &some, 9 * S);
	keep(9 * S);
	assert_true(sock.fd >= 0);
	assert_int_equal(sock.losses, 4);
	stop_chronyd();
}

static void descriptor_is_not_inherited_and_closing_twice_is_allowed(void **state)
{
	(void)state;
	start_chronyd();
	keep(1);
	assert_true(fcntl(sock.fd, F_GETFD) & FD_CLOEXEC);
	chrony_sock_close(&sock);
	chrony_sock_close(&sock);
	assert_int_equal(sock.fd, -1);
	stop_chronyd();
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(datagram_is_what_chronyd_takes),
		test(offset_of_many_years_and_a_clock_before_1970_are_sent),
		test(where_none_is_configured_nothing_happens),
		test(what_is_in_the_way_is_said_in_words),
		test(socket_that_may_not_be_written_is_said_to_be_so),
		test(log_tells_what_lasts_and_only_once),
		test(sending_never_waits_and_a_full_queue_loses_samples_only),
		test(chronyd_that_went_away_is_counted_and_may_come_back),
		test(descriptor_is_not_inherited_and_closing_twice_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
