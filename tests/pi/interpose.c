/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Preloaded into setup: counts its steps on files (whatever changes something, or flushes it) and
 *
 *   PPS2SHM_CUT=N     ends the program before step N, as a power cut would;
 *   PPS2SHM_TEAR=N    the same, but a write at step N is half done first;
 *   PPS2SHM_FAIL=N:E  lets step N fail with errno E; N+ all from there on;
 *   PPS2SHM_UID=N     makes it believe that it runs as user N;
 *   PPS2SHM_NO_OPENAT2=1  is a kernel before Linux 5.6;
 *   PPS2SHM_STEPS=F   leaves the names of the steps in the file F, one a line.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STEPS_MAX = 10000 };

static long steps;
static const char *names[STEPS_MAX];

static long number(const char *name)
{
	const char *value = getenv(name);

	return value ? atol(value) : 0;
}

/* Before each step. Is it to fail? Then errno is set. */
static int step(const char *name)
{
	const char *fail = getenv("PPS2SHM_FAIL");
	char *colon = NULL;

	names[steps++ % STEPS_MAX] = name;
	if (steps == number("PPS2SHM_CUT") || steps == number("PPS2SHM_TEAR")) {
		_exit(99);
	}
	long first = fail ? strtol(fail, &colon, 10) : 0;

	if (fail && (*colon == '+' ? steps >= first : steps == first)) {
		errno = atoi(colon + (*colon == '+' ? 2 : 1));
		return 1;
	}
	return 0;
}

/* The next definition of a function, as its own type. */
#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t len)
{
	NEXT(write);

	if (fd <= STDERR_FILENO) {
		return next(fd, bytes, len);
	}
	if (steps + 1 == number("PPS2SHM_TEAR") && next(fd, bytes, len / 2) < 0) {
		return -1;
	}
	return step(__func__) ? -1 : next(fd, bytes, len);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	NEXT(renameat);

	return step("rename") ? -1 : next(from_folder, from, to_folder, to);
}

int unlinkat(int folder, const char *name, int flags)
{
	NEXT(unlinkat);

	return step(flags & AT_REMOVEDIR ? "rmdir" : "unlink") ? -1 : next(folder, name, flags);
}

int symlinkat(const char *target, int folder, const char *name)
{
	NEXT(symlinkat);

	return step("symlink") ? -1 : next(target, folder, name);
}

int mkdirat(int folder, const char *name, mode_t mode)
{
	NEXT(mkdirat);

	return step("mkdir") ? -1 : next(folder, name, mode);
}

int fsync(int fd)
{
	NEXT(fsync);

	return step(__func__) ? -1 : next(fd);
}

int fchmod(int fd, mode_t mode)
{
	NEXT(fchmod);

	return step(__func__) ? -1 : next(fd, mode);
}

uid_t geteuid(void)
{
	NEXT(geteuid);

	return getenv("PPS2SHM_UID") ? (uid_t)number("PPS2SHM_UID") : next();
}

long syscall(long number, ...)
{
	NEXT(syscall);
	va_list args;
	long a[6];

	va_start(args, number);
	for (int i = 0; i < 6; i++) {
		a[i] = va_arg(args, long);
	}
	va_end(args);
	if (number == SYS_openat2 && getenv("PPS2SHM_NO_OPENAT2")) {
		errno = ENOSYS;
		return -1;
	}
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("PPS2SHM_STEPS");
	FILE *file = path ? fopen(path, "w") : NULL;

	for (long i = 0; file && i < steps; i++) {
		fprintf(file, "%s\n", names[i]);
	}
	if (file) {
		fclose(file);
	}
}
