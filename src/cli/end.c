/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <poll.h>
#include <signal.h>

#include "cli/cli.h"
#include "common/ns.h"

static volatile sig_atomic_t ended;

static void end(int number)
{
	(void)number;
	ended = 1;
}

static sigset_t end_signals(void)
{
	struct sigaction hangup;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* Not under nohup(1). */
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
		sigaddset(&set, SIGHUP);
	}
	return set;
}

void cli_catch_end(void)
{
	/* No SA_RESTART: a write that waits for its reader is given up. */
	const struct sigaction action = {.sa_handler = end};
	sigset_t set = end_signals();

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (sigismember(&set, SIGHUP)) {
		sigaction(SIGHUP, &action, NULL);
	}
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool cli_sleep(int64_t ns)
{
	struct timespec timeout = ns_timespec(ns);
	sigset_t set = end_signals();
	sigset_t before;

	/* None comes between the look and the sleep. */
	sigprocmask(SIG_BLOCK, &set, &before);
	if (!ended) {
		ppoll(NULL, 0, &timeout, &before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ended;
}
