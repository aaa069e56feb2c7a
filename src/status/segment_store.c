/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/segment_store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/process.h"
#include "status/segment_reader.h"

enum { LAYOUT_SIZE = sizeof(struct pps2shm_segment_layout), TRIES = 10, PATH_SIZE = 80 };

/* Between tries, for a daemon that is just making the segment: that takes it microseconds. */
static const struct timespec TRY_PAUSE = {.tv_nsec = 10000000};

/* Its process is there, and is a program of our name: a number may have gone to another one. */
static bool is_our_kind(const struct pps2shm_segment_snapshot *segment)
{
	char its[32], ours[32];

	if (!pps2shm_segment_process_there(segment)) {
		return false;
	}
	return !process_name("/proc", (int)segment->head.pid, its, sizeof(its)) ||
	       !process_name("/proc", getpid(), ours, sizeof(ours)) || strcmp(its, ours) == 0;
}

/*
 * Any reader may hold a lock on what a dead daemon left (flock needs no write permission), so a
 * lock alone does not prove that a daemon is there. Returns its pid if one is, 0 if it is starting
 * now, -1 if nobody is.
 */
static int live_owner(int fd)
{
	struct pps2shm_segment_snapshot old = {0};
	const size_t wanted = offsetof(struct pps2shm_segment_layout, samples);

	if (pread(fd, &old, wanted, 0) != (ssize_t)wanted || old.head.magic[0] == '\0') {
		return 0;
	}
	if (is_our_kind(&old) || pps2shm_segment_heartbeat_fresh(&old, raw_now_ns())) {
		return (int)old.head.pid;
	}
	return -1;
}

static const char *path_of(const struct segment_store *store, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "/dev/shm%s", store->name);
	return path;
}

/* Somebody has put something else there; always -1, with EPERM. */
static int say_not_ours(const struct segment_store *store, int code, struct error *err)
{
	char path[PATH_SIZE];
	struct stat st;

	if (lstat(path_of(store, path), &st) != 0) {
		error_set(err, "status segment %s: %s", store->name, strerror(code));
	} else {
		error_set(
			err,
			"status segment %s: %s is in the way, %s of user %u: remove it, or choose another --segment-name",
			store->name, path, S_ISREG(st.st_mode) ? "a file" : "not a plain file,",
			(unsigned int)st.st_uid);
	}
	errno = EPERM;
	return -1;
}

/* A descriptor of what stands there, or of a new one; -1 with errno. */
static int open_name(const struct segment_store *store)
{
	/* O_CREAT only with O_EXCL: nothing that others have made is ever created or truncated. */
	int fd = shm_open(store->name, O_RDWR | O_NONBLOCK, 0);

	if (fd < 0 && errno == ENOENT) {
		fd = shm_open(store->name, O_RDWR | O_CREAT | O_EXCL, 0644);
	}
	return fd;
}

/* Can anybody else change or cut it? 0 no, 1 it is ours, but yes; -1 it is not ours. */
static int look_at(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
		return -1;
	}
	return st.st_nlink != 1 || st.st_mode & (S_IWGRP | S_IWOTH);
}

/* Locks what open_name() opened. 1 ours; 0 try again; -1 err, with errno. */
static int lock(const struct segment_store *store, bool patient, struct error *err)
{
	int kind = look_at(store->fd);

	if (kind < 0) {
		return say_not_ours(store, EPERM, err);
	}
	if (kind > 0) {
		/* An old one of ours with a second name, or removed meanwhile. */
		shm_unlink(store->name);
		return 0;
	}
	if (flock(store->fd, LOCK_EX | LOCK_NB) == 0) {
		/* A name that its owner removed while we waited is no longer the segment. */
		return look_at(store->fd) == 0;
	}
	int owner = live_owner(store->fd);

	if (owner > 0) {
		errno = EBUSY;
		return error_set(
			err,
			"status segment %s: a daemon is running (pid %d): stop it, or give this one another --segment-name",
			store->name, owner);
	}
	if (owner < 0 || !patient) {
		shm_unlink(store->name);
	}
	return 0;
}

static int open_and_lock(struct segment_store *store, bool patient, struct error *err)
{
	store->fd = open_name(store);
	if (store->fd < 0) {
		return errno == EEXIST ? 0 : say_not_ours(store, errno, err);
	}
	int rc = lock(store, patient, err);

	if (rc <= 0) {
		int why = errno;

		close(store->fd);
		errno = why;
	}
	return rc;
}

/* Zeros of the right size with memory behind them, so that no later store can fail. */
static int make_room(struct segment_store *store, struct error *err)
{
	int rc = 0;

	if (fchmod(store->fd, 0644) || ftruncate(store->fd, LAYOUT_SIZE) ||
	    fallocate(store->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, LAYOUT_SIZE)) {
		rc = errno;
	} else {
		rc = posix_fallocate(store->fd, 0, LAYOUT_SIZE);
	}
	if (rc) {
		return error_set(err, "status segment %s: %d bytes in /dev/shm: %s", store->name,
				 LAYOUT_SIZE, strerror(rc));
	}
	store->layout = mmap(NULL, LAYOUT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, store->fd, 0);
	if (store->layout == MAP_FAILED) {
		return error_set(err, "status segment %s: mmap: %s", store->name, strerror(errno));
	}
	return 0;
}

/* ---- Root, or another program of this user, may cut what we have mapped ---- */

static _Atomic uintptr_t guarded; /* the layout; 0: none */
static atomic_bool cut;

/* A store found no memory behind the layout: give it some that nobody sees. */
static void on_bus_error(int number, siginfo_t *info, void *context)
{
	uintptr_t layout = guarded;
	int before = errno;

	(void)context;
	if (!layout || (uintptr_t)info->si_addr - layout >= LAYOUT_SIZE ||
	    mmap((void *)layout, LAYOUT_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
		signal(number, SIG_DFL); /* it is somebody else's: tried again, it ends us */
	} else {
		cut = true;
	}
	errno = before;
}

static void guard(const struct segment_store *store)
{
	struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};

	cut = false;
	guarded = (uintptr_t)store->layout;
	sigaction(SIGBUS, &action, NULL);
}

bool segment_store_lost(const struct segment_store *store)
{
	struct stat st;

	return cut || fstat(store->fd, &st) != 0 || st.st_size != LAYOUT_SIZE ||
	       look_at(store->fd) != 0;
}

/* ---- */

int segment_store_open(struct segment_store *store, const char *name, struct error *err)
{
	int rc = 0;

	if (name[0] != '/' || strchr(name + 1, '/') || name[1] == '\0' ||
	    strlen(name) >= sizeof(store->name)) {
		error_set(err,
			  "status segment name '%s': must be / and at most %zu other characters",
			  name, sizeof(store->name) - 2);
		errno = EINVAL;
		return -1;
	}
	strcpy(store->name, name);
	for (int i = 0; i < TRIES && rc == 0; i++) {
		rc = open_and_lock(store, i < TRIES - 2, err);
		if (rc == 0) {
			nanosleep(&TRY_PAUSE, NULL);
		}
	}
	if (rc == 0) {
		error_set(err, "status segment %s: some program keeps removing or locking it",
			  name);
		errno = EAGAIN;
	}
	if (rc <= 0) {
		return -1;
	}
	if (make_room(store, err)) {
		shm_unlink(store->name);
		close(store->fd);
		errno = ENOSPC;
		return -1;
	}
	guard(store);
	return 0;
}

/* Is what the name stands for still ours? */
static bool has_name(const struct segment_store *store)
{
	char path[PATH_SIZE];
	struct stat here, there;

	return fstat(store->fd, &here) == 0 && lstat(path_of(store, path), &there) == 0 &&
	       here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

void segment_store_remove(struct segment_store *store)
{
	/* Removed before the lock goes: who opens it now makes a new one. */
	if (has_name(store)) {
		shm_unlink(store->name);
	}
	guarded = 0;
	munmap(store->layout, LAYOUT_SIZE);
	close(store->fd);
}
