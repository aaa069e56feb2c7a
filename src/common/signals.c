/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/log.h"

/* Raised by a fault of our own, which must not be held back, or by the terminal and children. */
static const int left_alone[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGTRAP, SIGSYS,
				 SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG,  SIGWINCH};

static const int ending[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPWR, SIGXCPU};

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int signals_block(struct error *err)
{
	sigset_t set;

	sigfillset(&set);
	for (size_t i = 0; i < sizeof(left_alone) / sizeof(left_alone[0]); i++) {
		sigdelset(&set, left_alone[i]);
	}
	if (is_ignored(SIGHUP)) {
		sigdelset(&set, SIGHUP);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigdelset(&set, SIGPIPE);
	sigdelset(&set, SIGXFSZ);
	sigprocmask(SIG_BLOCK, &set, NULL);

	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	return fd < 0 ? error_set(err, "signalfd: %s", strerror(errno)) : fd;
}

void signals_release(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		sigaddset(&set, ending[i]);
	}
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static bool ends(int number)
{
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		if (ending[i] == number) {
			return true;
		}
	}
	return false;
}

bool signals_end(int fd)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		int number = (int)info.ssi_signo;
		bool asks = ends(number);

		log_line(asks ? LOG_LEVEL_INFO : LOG_LEVEL_NOTICE,
			 "signal %d (%s) from process %u: %s", number, strsignal(number),
			 info.ssi_pid, asks ? "ending" : "ignored");
		end = end || asks;
	}
	return end;
}
