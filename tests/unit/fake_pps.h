/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "scratch.h"

/*
 * sources/pps.c over a kernel that is played here: timepps.h is inline functions over ioctl, so
 * that the driver is included with ioctl and open replaced.
 */
static int fake_ioctl(int fd, unsigned long request, ...);
static int fake_open(const char *path, int flags);
#define ioctl fake_ioctl
#define open  fake_open
#include "sources/pps.c"
#undef ioctl
#undef open

static struct {
	pthread_mutex_t lock;
	pthread_cond_t event;
	int caps;
	uint32_t seq[2]; /* assert, clear */
	int64_t real_ns[2];
	int fetch_errno;
	int open_errno;
	bool not_pps;
	bool pulse_on_wait; /* an assert edge comes while a fetch sleeps */
	bool sleeps;        /* sleeping fetches sleep truly, for another thread's pulses */
	int flags;
	int64_t slept_ns; /* the longest sleep asked for */
} kernel = {.lock = PTHREAD_MUTEX_INITIALIZER, .event = PTHREAD_COND_INITIALIZER};

static void pulse_at(bool clear, int64_t real_ns)
{
	pthread_mutex_lock(&kernel.lock);
	kernel.seq[clear]++;
	kernel.real_ns[clear] = real_ns;
	pthread_cond_broadcast(&kernel.event);
	pthread_mutex_unlock(&kernel.lock);
}

static int64_t now_real(void)
{
	int64_t raw;
	int64_t real;

	clocks_read(&raw, &real);
	return real;
}

static int fail_with(int number)
{
	errno = number;
	return -1;
}

/* As drivers/pps/pps.c: without a timeout the last event at once, else the next. */
static int fake_fetch(struct pps_fdata *data)
{
	bool sleep = data->timeout.sec || data->timeout.nsec;
	int64_t timeout_ns = data->timeout.sec * 1000000000 + data->timeout.nsec;

	kernel.slept_ns = timeout_ns > kernel.slept_ns ? timeout_ns : kernel.slept_ns;
	if (kernel.fetch_errno) {
		return fail_with(kernel.fetch_errno);
	}
	if (sleep && kernel.sleeps) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += data->timeout.sec;
		if (pthread_cond_timedwait(&kernel.event, &kernel.lock, &until)) {
			return fail_with(ETIMEDOUT);
		}
	} else if (sleep && kernel.pulse_on_wait) {
		kernel.seq[0]++;
		kernel.real_ns[0] = now_real();
	} else if (sleep) {
		return fail_with(ETIMEDOUT);
	}
	data->info.assert_sequence = kernel.seq[0];
	data->info.clear_sequence = kernel.seq[1];
	data->info.assert_tu.sec = kernel.real_ns[0] / 1000000000;
	data->info.assert_tu.nsec = (int)(kernel.real_ns[0] % 1000000000);
	data->info.clear_tu.sec = kernel.real_ns[1] / 1000000000;
	data->info.clear_tu.nsec = (int)(kernel.real_ns[1] % 1000000000);
	return 0;
}

static int fake_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	int rc = 0;

	va_start(args, request);
	void *arg = va_arg(args, void *);

	va_end(args);
	assert_true(fd >= 0);
	pthread_mutex_lock(&kernel.lock);
	if (kernel.not_pps) {
		rc = fail_with(ENOTTY);
	} else if (request == PPS_GETCAP) {
		*(int *)arg = kernel.caps;
	} else if (request == PPS_FETCH) {
		rc = fake_fetch(arg);
	} else {
		assert_int_equal(request, PPS_GETPARAMS);
	}
	pthread_mutex_unlock(&kernel.lock);
	return rc;
}

static int fake_open(const char *path, int flags)
{
	kernel.flags = flags;
	return kernel.open_errno ? fail_with(kernel.open_errno) : open(path, flags);
}
