/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "common/log.h"
#include "common/signals.h"
#include "log_catch.h"

static int fd;

static int set_up(void **state)
{
	struct error err;

	(void)state;
	fd = signals_block(&err);
	return fd < 0;
}

static int tear_down(void **state)
{
	(void)state;
	return close(fd);
}

static void nothing_comes_and_nobody_waits(void **state)
{
	(void)state;
	assert_int_equal(signals_read(fd), SIGNALS_NOTHING);
}

static void those_that_ask_for_the_end_are_told_from_those_that_ask_nothing(void **state)
{
	const int ending[] = {SIGTERM, SIGINT, SIGQUIT, SIGPWR, SIGXCPU};
	const int others[] = {SIGUSR1, SIGUSR2, SIGALRM,   SIGVTALRM,
			      SIGPROF, SIGPOLL, SIGSTKFLT, SIGRTMIN + 3};

	(void)state;
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		catch_log();
		assert_int_equal(kill(getpid(), ending[i]), 0);
		assert_int_equal(signals_read(fd), SIGNALS_END);
		assert_non_null(strstr(caught_log(), "ending"));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		catch_log();
		assert_int_equal(kill(getpid(), others[i]), 0);
		assert_int_equal(signals_read(fd), SIGNALS_NOTHING);
		assert_non_null(strstr(caught_log(), "ignored"));
	}
	catch_log();
	assert_int_equal(kill(getpid(), SIGUSR2), 0);
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_int_equal(signals_read(fd), SIGNALS_END);
	caught_log();
	assert_int_equal(signals_read(fd), SIGNALS_NOTHING);
}

static void write_to_a_closed_pipe_is_an_error(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write(ends[1], "", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[1]);
}

static void fault_of_our_own_still_ends_us(void **state)
{
	const int faults[] = {SIGSEGV, SIGBUS, SIGABRT};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			signal(faults[i], SIG_DFL);
			raise(faults[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), faults[i]);
	}
}

/* In a session of its own, with a terminal or without: what is a hangup? */
static int hangup_asks(bool terminal)
{
	int status;
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	pid_t pid = fork();

	if (pid == 0) {
		struct error err;
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setsid();
		if (terminal && open(ptsname(master), O_RDWR) < 0) {
			_exit(99);
		}
		signal(SIGHUP, SIG_DFL);
		int own = signals_block(&err);

		kill(getpid(), SIGHUP);
		_exit((int)signals_read(own));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(master);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void hangup_ends_who_has_a_terminal_and_bids_a_service_read_again(void **state)
{
	(void)state;
	assert_int_equal(hangup_asks(true), SIGNALS_END);
	assert_int_equal(hangup_asks(false), SIGNALS_RELOAD);
}

/* In a child: what is blocked stays so. */
static void hangup_is_nothing_under_nohup(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct error err;
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		signal(SIGHUP, SIG_IGN);
		int own = signals_block(&err);

		kill(getpid(), SIGHUP);
		_exit((int)signals_read(own));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing_comes_and_nobody_waits),
		test(those_that_ask_for_the_end_are_told_from_those_that_ask_nothing),
		test(write_to_a_closed_pipe_is_an_error),
		test(fault_of_our_own_still_ends_us),
		test(hangup_ends_who_has_a_terminal_and_bids_a_service_read_again),
		test(hangup_is_nothing_under_nohup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
