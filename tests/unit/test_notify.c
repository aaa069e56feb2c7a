/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Against a real datagram socket in the place of systemd's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "common/notify.h"
#include "scratch.h"

static struct scratch scratch;
static int systemd;
static char got[200];

/* A socket of this name ('@' first: abstract), which the environment then names. */
static void listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(name);

	assert_true(len < sizeof(address.sun_path));
	memcpy(address.sun_path, name, len);
	if (name[0] == '@') {
		address.sun_path[0] = '\0';
	}
	systemd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(systemd >= 0);
	assert_int_equal(bind(systemd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
			 0);
	setenv("NOTIFY_SOCKET", name, 1);
}

static const char *received(void)
{
	ssize_t len = recv(systemd, got, sizeof(got) - 1, 0);

	got[len < 0 ? 0 : len] = '\0';
	return got;
}

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	systemd = -1;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (systemd >= 0) {
		close(systemd);
	}
	scratch_remove(&scratch);
	return 0;
}

static void message_arrives_at_a_path(void **state)
{
	char path[128];

	(void)state;
	listen_at(scratch_path(&scratch, "notify", path, sizeof(path)));
	notify_send("READY=1");
	assert_string_equal(received(), "READY=1");
	notify_send("STATUS=locked");
	assert_string_equal(received(), "STATUS=locked");
	assert_string_equal(received(), "");
}

static void message_arrives_at_an_abstract_name(void **state)
{
	char name[60];

	(void)state;
	snprintf(name, sizeof(name), "@pps2shm-test-%d", (int)getpid());
	listen_at(name);
	notify_send("WATCHDOG=1");
	assert_string_equal(received(), "WATCHDOG=1");
}

static void outside_of_systemd_nothing_happens(void **state)
{
	char name[300];

	(void)state;
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "", 1);
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	notify_send("READY=1");
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
}

static void full_socket_does_not_stop_the_daemon(void **state)
{
	char path[128];

	(void)state;
	listen_at(scratch_path(&scratch, "notify", path, sizeof(path)));
	for (int i = 0; i < 3000; i++) {
		notify_send("WATCHDOG=1");
	}
	assert_string_equal(received(), "WATCHDOG=1");
}

static void no_descriptor_is_left_open(void **state)
{
	char path[128];

	(void)state;
	listen_at(scratch_path(&scratch, "notify", path, sizeof(path)));
	int before = dup(0);

	close(before);
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	notify_send("READY=1");
	int after = dup(0);

	close(after);
	assert_int_equal(after, before);
}

static void watchdog_is_fed_at_half_of_its_time(void **state)
{
	char pid[20];

	(void)state;
	assert_int_equal(notify_watchdog_ns(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_ns(), 15000000000);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ns(), 15000000000);
}

static void watchdog_of_another_process_is_not_ours(void **state)
{
	char pid[20];

	(void)state;
	setenv("WATCHDOG_USEC", "30000000", 1);
	snprintf(pid, sizeof(pid), "%d", (int)getppid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ns(), 0);
}

static void watchdog_time_that_is_no_number_is_none(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", "", 1);
	assert_int_equal(notify_watchdog_ns(), 0);
	setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(notify_watchdog_ns(), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(message_arrives_at_a_path),
		test(message_arrives_at_an_abstract_name),
		test(outside_of_systemd_nothing_happens),
		test(full_socket_does_not_stop_the_daemon),
		test(no_descriptor_is_left_open),
		test(watchdog_is_fed_at_half_of_its_time),
		test(watchdog_of_another_process_is_not_ours),
		test(watchdog_time_that_is_no_number_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
