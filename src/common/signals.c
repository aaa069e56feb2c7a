/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/log.h"

/* Raised by a fault of our own, which must not be held back, or by the terminal and children. */
static const int left_alone[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGTRAP, SIGSYS,
				 SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG,  SIGWINCH};

/* What a hangup means: the end of the terminal, or a message to a service that has none. */
static bool has_terminal;

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
	int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	has_terminal = terminal >= 0;
	if (has_terminal) {
		close(terminal);
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

static enum signals_ask asks(int number)
{
	if (number == SIGHUP && !has_terminal) {
		return SIGNALS_RELOAD;
	}
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		if (ending[i] == number) {
			return SIGNALS_END;
		}
	}
	return SIGNALS_NOTHING;
}

enum signals_ask signals_read(int fd)
{
	static const char *const words[] = {"ignored", "reading the configuration again", "ending"};
	struct signalfd_siginfo info;
	enum signals_ask most = SIGNALS_NOTHING;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		int number = (int)info.ssi_signo;
		enum signals_ask ask = asks(number);

		log_line(ask ? LOG_LEVEL_INFO : LOG_LEVEL_NOTICE,
			 "signal %d (%s) from process %u: %s", number, strsignal(number),
			 info.ssi_pid, words[ask]);
		most = ask > most ? ask : most;
	}
	return most;
}
