/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "sources/gpio.h"

enum { OUTPUT_MAX = 1 << 18, NOT_FOUND = 127 };

static int64_t mono_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

/*
 * Is there a file of this name in any folder of PATH? execvp(3) calls a program forbidden, not
 * missing, if only one folder may not be entered.
 */
static bool is_there(const char *name)
{
	const char *path = getenv("PATH");
	struct stat st;

	if (strchr(name, '/') || !path) {
		return stat(name, &st) == 0;
	}
	for (const char *at = path;; at++) {
		char file[PATH_MAX];
		int len = (int)strcspn(at, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", len, len ? at : ".", name) < PATH_MAX &&
		    stat(file, &st) == 0) {
			return true;
		}
		at += len;
		if (*at == '\0') {
			return false;
		}
	}
}

/*
 * In the child: its own process group, so that what it starts ends with it; and it ends with who
 * started it.
 */
static void become(const char *const *argv, int out)
{
	int null = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv("LC_ALL", "C", 1);
	if (dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
	}
	_exit(errno == ENOENT || (errno == EACCES && !is_there(argv[0])) ? NOT_FOUND : 126);
}

/* What it says until it closes its output; false if the time is over before. */
static bool listen_to(int in, int64_t until_ms, struct text *text)
{
	char part[4096];

	for (;;) {
		struct pollfd p = {.fd = in, .events = POLLIN};
		int64_t left = until_ms - mono_ms();

		if (left <= 0 || (poll(&p, 1, (int)left) < 0 && errno != EINTR)) {
			return false;
		}
		ssize_t n = p.revents ? read(in, part, sizeof(part)) : -1;

		if (n == 0) {
			return true;
		}
		if (n > 0 && text->len + (size_t)n < OUTPUT_MAX) {
			text_add(text, part, (size_t)n);
		}
	}
}

/* Its output may be closed long before it ends. */
static bool wait_for(pid_t child, int64_t until_ms, int *status)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	pid_t ended;

	while ((ended = waitpid(child, status, WNOHANG)) == 0 && mono_ms() < until_ms) {
		nanosleep(&pause, NULL);
	}
	return ended == child;
}

void outside_run(const char *const *argv, int patience_ms, struct doctor_output *output)
{
	int64_t until_ms = mono_ms() + patience_ms;
	int ends[2];
	int status = 0;

	output->how = DOCTOR_NO_TOOL;
	output->status = NOT_FOUND;
	if (pipe2(ends, O_CLOEXEC)) {
		return;
	}
	pid_t child = fork();

	if (child == 0) {
		become(argv, ends[1]);
	}
	close(ends[1]);
	if (child > 0) {
		bool ended = listen_to(ends[0], until_ms, &output->text) &&
			     wait_for(child, until_ms, &status);

		if (!ended) {
			setpgid(child, child); /* should it not have come that far */
			kill(-child, SIGKILL);
			waitpid(child, &status, 0);
		}
		output->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		output->how = !ended                        ? DOCTOR_HUNG
			      : output->status == NOT_FOUND ? DOCTOR_NO_TOOL
							    : DOCTOR_ENDED;
	}
	close(ends[0]);
}

static void system_run(void *arg, const char *const *argv, struct doctor_output *output)
{
	(void)arg;
	outside_run(argv, DOCTOR_PATIENCE_S * 1000, output);
}

static void system_pause(void *arg, int ms)
{
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	(void)arg;
	while (nanosleep(&left, &left) && errno == EINTR) {
	}
}

static int system_clock(void *arg, int64_t *maxerr_us)
{
	struct timex state = {.modes = 0};
	int rc = ntp_adjtime(&state);

	(void)arg;
	*maxerr_us = state.maxerror;
	return rc < 0 ? -1 : rc != TIME_ERROR && !(state.status & STA_UNSYNC);
}

static int system_line_holder(void *arg, int gpio, char *holder, size_t size)
{
	const struct gpio_options options = {.gpio = gpio};
	struct error ignored;

	(void)arg;
	return gpio_consumer(&options, holder, size, &ignored);
}

static int64_t system_raw_ns(void *arg)
{
	(void)arg;
	return raw_now_ns();
}

const struct doctor_outside outside_system = {
	.run = system_run,
	.pause = system_pause,
	.clock = system_clock,
	.line_holder = system_line_holder,
	.raw_ns = system_raw_ns,
	.running = true,
};

static void nothing_run(void *arg, const char *const *argv, struct doctor_output *output)
{
	(void)arg;
	(void)argv;
	output->how = DOCTOR_NOT_ASKED;
	output->status = NOT_FOUND;
}

static void nothing_pause(void *arg, int ms)
{
	(void)arg;
	(void)ms;
}

static int nothing_clock(void *arg, int64_t *maxerr_us)
{
	(void)arg;
	(void)maxerr_us;
	return -1;
}

static int nothing_line_holder(void *arg, int gpio, char *holder, size_t size)
{
	(void)arg;
	(void)gpio;
	(void)holder;
	(void)size;
	return -1;
}

const struct doctor_outside outside_nothing = {
	.run = nothing_run,
	.pause = nothing_pause,
	.clock = nothing_clock,
	.line_holder = nothing_line_holder,
	.raw_ns = system_raw_ns,
};
