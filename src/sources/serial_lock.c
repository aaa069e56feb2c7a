/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/serial_lock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "common/process.h"
#include "common/safe_open.h"
#include "sources/device_user.h"

#define PROC "/proc"

/* What a lock file says, and whose it is. */
struct lock_file {
	char path[300];
	struct stat st;
	int pid;
	char name[24]; /* of the process */
};

/* Why the lock file counts for nothing; NULL: it is read, and its process lives. */
static const char *read_lock_file(struct lock_file *lock)
{
	char text[200];

	if (safe_read(lock->path, SAFE_NO_FOLLOW, text, sizeof(text), &lock->st) < 0) {
		return safe_open_reason(errno);
	}
	if (sscanf(text, "%9d", &lock->pid) != 1 || lock->pid <= 0) {
		return "no process number in it";
	}
	/* We leave none: it is of another one, which had our number. */
	if (lock->pid == getpid() || (kill(lock->pid, 0) < 0 && errno == ESRCH)) {
		return "its program has ended; delete it";
	}
	return NULL;
}

/* Its process is not hidden, as by systemd's ProtectProc=. */
static bool is_visible(const struct lock_file *lock, struct stat *process)
{
	char path[32];

	snprintf(path, sizeof(path), PROC "/%d", lock->pid);
	return stat(path, process) == 0;
}

/*
 * In a folder that is open to all anybody can name any process. So a lock counts there only if it
 * is root's, or of the process's own user, and then of one who may open the port anyway.
 */
static bool is_plausible(const struct lock_file *lock, const char *directory, const char *device)
{
	struct stat folder, process;

	if (stat(directory, &folder) == 0 && !(folder.st_mode & S_IWOTH)) {
		return true;
	}
	if (lock->st.st_nlink != 1) {
		return false;
	}
	return lock->st.st_uid == 0 ||
	       (is_visible(lock, &process) && lock->st.st_uid == process.st_uid &&
		device_user_may_open(PROC, lock->pid, device));
}

static const char *judge(struct lock_file *lock, const char *directory, const char *device)
{
	const char *reason = read_lock_file(lock);
	struct stat process;

	if (reason) {
		return reason;
	}
	if (!is_plausible(lock, directory, device)) {
		return "it belongs to a user who may not use the port";
	}
	/* The number may have gone to another program since. */
	if (is_visible(lock, &process) && device_user_has_open(PROC, lock->pid, device) == 0) {
		return "the process that it names does not have the port open; delete it";
	}
	process_name(PROC, lock->pid, lock->name, sizeof(lock->name));
	return NULL;
}

int serial_lock_file(const char *directory, const char *device, struct error *err)
{
	const char *slash = strrchr(device, '/');
	struct lock_file lock = {0};
	struct stat st;

	snprintf(lock.path, sizeof(lock.path), "%s/LCK..%s", directory, slash ? slash + 1 : device);
	if (lstat(lock.path, &st) != 0) {
		return 0;
	}
	const char *ignored = judge(&lock, directory, device);

	if (ignored) {
		log_notice("%s: ignoring the lock file %s (user %u): %s", device, lock.path,
			   (unsigned int)st.st_uid, ignored);
		return 0;
	}
	return error_set(err, "%s: in use by %s (process %d, lock file %s); stop it first", device,
			 lock.name[0] == '?' ? "a program" : lock.name, lock.pid, lock.path);
}

int serial_busy(const char *device, struct error *err)
{
	const char *slash = strrchr(device, '/');

	return error_set(
		err,
		"%s: in use by another program ('sudo fuser -v %s' names it): often serial-getty@%s.service (systemctl disable --now it, and remove console= from cmdline.txt), gpsd or ModemManager",
		device, device, slash ? slash + 1 : device);
}

int serial_lock(int fd, const char *device, struct error *err)
{
	struct device_user user;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		return device_user_locker(PROC, fd, &user) != 1
			       ? serial_busy(device, err)
			       : error_set(err, "%s: in use by %s (process %d): end one of the two",
					   device, user.name, user.pid);
	}
	/* A port whose driver cannot be locked is used all the same. */
	ioctl(fd, TIOCEXCL);
	return 0;
}

void serial_unlock(int fd)
{
	ioctl(fd, TIOCNXCL);
}
