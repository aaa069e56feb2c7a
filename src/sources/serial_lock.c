/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/serial_lock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include "common/log.h"

/* "minicom", or "a program" if it may not be asked. */
static void program_name(int pid, char *name, size_t size)
{
	char path[40];

	snprintf(name, size, "a program");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	FILE *file = fopen(path, "re");

	if (!file) {
		return;
	}
	if (fgets(name, (int)size, file)) {
		name[strcspn(name, "\n")] = '\0';
	}
	fclose(file);
}

int serial_lock_file(const char *directory, const char *device, struct error *err)
{
	char path[200];
	char name[24];
	int pid;
	const char *slash = strrchr(device, '/');

	snprintf(path, sizeof(path), "%s/LCK..%s", directory, slash ? slash + 1 : device);
	FILE *file = fopen(path, "re");

	if (!file) {
		return 0;
	}
	int fields = fscanf(file, "%9d", &pid);

	fclose(file);
	if (fields != 1 || pid <= 0 || (kill(pid, 0) < 0 && errno == ESRCH)) {
		log_notice("%s: ignoring the stale lock file %s; its program has ended, delete it",
			   device, path);
		return 0;
	}
	program_name(pid, name, sizeof(name));
	return error_set(err, "%s: in use by %s (process %d, lock file %s); stop it first", device,
			 name, pid, path);
}

int serial_busy(const char *device, struct error *err)
{
	const char *slash = strrchr(device, '/');

	return error_set(err,
			 "%s: in use by another program ('sudo fuser -v %s' names it): often "
			 "serial-getty@%s.service (systemctl disable --now it, and take console= "
			 "off cmdline.txt), gpsd or ModemManager",
			 device, device, slash ? slash + 1 : device);
}

int serial_lock(int fd, const char *device, struct error *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		return serial_busy(device, err);
	}
	/* A port whose driver cannot be locked is used all the same. */
	ioctl(fd, TIOCEXCL);
	return 0;
}

void serial_unlock(int fd)
{
	ioctl(fd, TIOCNXCL);
}
