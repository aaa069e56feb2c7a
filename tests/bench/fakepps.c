/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * A /dev/pps0 for machines without one, to be preloaded into any program: it pulses once a second
 * of CLOCK_REALTIME and behaves towards ioctl(2) as the kernel's pps-gpio does (capture assert,
 * wait in PPS_FETCH). What it costs the program is what the kernel would: one wake-up a pulse.
 *
 * FAKEPPS_PHASE_NS in the environment: the pulse lies so long after the whole second (default 0).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pps.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DEVICE "/dev/pps0"
/* What is opened in its place: a character device that hardly any program uses for itself. */
#define STAND_IN          "/dev/full"
#define NS_PER_S          1000000000LL
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static int64_t phase_ns;
static int64_t epoch_s;          /* sequence number 0 */
static volatile bool ours[1024]; /* descriptors opened on DEVICE; good enough: never forgotten */

__attribute__((constructor)) static void begin(void)
{
	const char *phase = getenv("FAKEPPS_PHASE_NS");

	phase_ns = phase ? atoll(phase) : 0;
	epoch_s = time(NULL) - 1;
}

static const char *real_path(const char *path)
{
	return path && strcmp(path, DEVICE) == 0 ? STAND_IN : path;
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* The second whose pulse came last. */
static int64_t last_pulse_s(int64_t ns)
{
	return (ns - phase_ns) / NS_PER_S;
}

static int sleep_until(int64_t ns)
{
	static _Thread_local bool exact;
	struct timespec t = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};

	if (!exact) { /* an interrupt knows no timer slack */
		prctl(PR_SET_TIMERSLACK, 1UL);
		exact = true;
	}
	return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
}

static int fetch(struct pps_fdata *data)
{
	int64_t now = now_ns();
	int64_t next = (last_pulse_s(now) + 1) * NS_PER_S + phase_ns;
	bool for_ever = data->timeout.flags & PPS_TIME_INVALID;
	int64_t limit = now + data->timeout.sec * NS_PER_S + data->timeout.nsec;
	int64_t pulse_s;
	int64_t pulse_ns;

	if (for_ever || limit > now) {
		int error = sleep_until(for_ever || next <= limit ? next : limit);

		if (error || (!for_ever && next > limit)) {
			errno = error ? error : ETIMEDOUT;
			return -1;
		}
	}
	pulse_s = last_pulse_s(now_ns());
	pulse_ns = pulse_s * NS_PER_S + phase_ns;
	memset(&data->info, 0, sizeof(data->info));
	data->info.assert_sequence = (uint32_t)(pulse_s - epoch_s);
	data->info.assert_tu.sec = pulse_ns / NS_PER_S;
	data->info.assert_tu.nsec = (int32_t)(pulse_ns % NS_PER_S);
	data->info.current_mode = PPS_CAPTUREASSERT | PPS_TSFMT_TSPEC;
	return 0;
}

static int pps_ioctl(unsigned long request, void *arg)
{
	switch (request) {
	case PPS_GETPARAMS:
		*(struct pps_kparams *)arg = (struct pps_kparams){
			.api_version = PPS_API_VERS,
			.mode = PPS_CAPTUREASSERT | PPS_TSFMT_TSPEC,
		};
		return 0;
	case PPS_SETPARAMS:
		return 0;
	case PPS_GETCAP:
		*(int *)arg = PPS_CAPTUREASSERT | PPS_OFFSETASSERT | PPS_CANWAIT | PPS_TSFMT_TSPEC;
		return 0;
	case PPS_FETCH:
		return fetch(arg);
	default:
		errno = ENOTTY;
		return -1;
	}
}

/* --- what the program calls, in place of the C library's --- */

int ioctl(int fd, unsigned long request, ...)
{
	static int (*next)(int, unsigned long, ...);
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (_IOC_TYPE(request) == 'p' && fd >= 0 && fd < (int)ARRAY_SIZE(ours) && ours[fd]) {
		return pps_ioctl(request, arg);
	}
	if (!next) {
		next = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	}
	return next(fd, request, arg);
}

static int open_at(const char *path, int flags, mode_t mode)
{
	static int (*next)(int, const char *, int, ...);
	const char *real = real_path(path);
	int fd;

	if (!next) {
		next = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat");
	}
	fd = next(AT_FDCWD, real, flags, mode);
	if (real != path && fd >= 0 && fd < (int)ARRAY_SIZE(ours)) {
		ours[fd] = true;
	}
	return fd;
}

#define MODE_OF(flags, mode)                                                                       \
	do {                                                                                       \
		va_list args;                                                                      \
		va_start(args, flags);                                                             \
		mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;                 \
		va_end(args);                                                                      \
	} while (0)

int open(const char *path, int flags, ...)
{
	mode_t mode;

	MODE_OF(flags, mode);
	return open_at(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	mode_t mode;

	MODE_OF(flags, mode);
	return open_at(path, flags, mode);
}

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
	return open_at(path, flags, 0);
}

int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
	return open_at(path, flags, 0);
}

int stat(const char *restrict path, struct stat *restrict st)
{
	return fstatat(AT_FDCWD, real_path(path), st, 0);
}

int access(const char *path, int mode)
{
	return faccessat(AT_FDCWD, real_path(path), mode, 0);
}
