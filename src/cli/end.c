/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <signal.h>

#include "cli/cli.h"
#include "common/ns.h"

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

void cli_block_end(void)
{
	sigset_t set = end_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool cli_sleep(int64_t ns)
{
	struct timespec timeout = ns_timespec(ns);
	sigset_t set = end_signals();

	return sigtimedwait(&set, NULL, &timeout) > 0;
}
