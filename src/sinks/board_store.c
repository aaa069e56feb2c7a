/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sinks/board_store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sinks/board_reader.h"

enum { LAYOUT_SIZE = sizeof(struct pps2shm_board_layout), TRIES = 10 };

static int64_t raw_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/*
 * Any reader may hold a lock on what a dead daemon left (flock needs no write permission), so a
 * lock alone does not prove that a daemon is there. Returns its pid if one is, 0 if it is starting
 * now, -1 if nobody is.
 */
static int live_owner(int fd)
{
	struct pps2shm_board_snapshot old = {0};
	const size_t wanted = offsetof(struct pps2shm_board_layout, samples);

	if (pread(fd, &old, wanted, 0) != (ssize_t)wanted || old.head.magic[0] == '\0') {
		return 0;
	}
	if (pps2shm_board_process_there(&old) || pps2shm_board_heartbeat_fresh(&old, raw_now())) {
		return (int)old.head.pid;
	}
	return -1;
}

/* Opens and locks. 1 ours; 0 it went away meanwhile or was removed: try again; -1 err. */
static int open_and_lock(struct board_store *store, struct error *err)
{
	struct stat st;

	store->fd = shm_open(store->name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (store->fd < 0) {
		return error_set(
			err,
			"board %s: %s; if another user left it, remove /dev/shm%s or choose "
			"another --board-name",
			store->name, strerror(errno), store->name);
	}
	if (flock(store->fd, LOCK_EX | LOCK_NB) == 0) {
		/* A name that its owner removed while we waited is no longer the board. */
		if (fstat(store->fd, &st) == 0 && st.st_nlink > 0) {
			return 1;
		}
		close(store->fd);
		return 0;
	}
	int owner = live_owner(store->fd);

	close(store->fd);
	if (owner >= 0) {
		return error_set(err,
				 "board %s: a daemon is running (pid %d): stop it, or give this "
				 "one another --board-name",
				 store->name, owner);
	}
	shm_unlink(store->name);
	return 0;
}

/* Zeros of the right size with memory behind them, so that no later store can fail. */
static int make_room(struct board_store *store, struct error *err)
{
	int rc = 0;

	if (fchmod(store->fd, 0644) || ftruncate(store->fd, LAYOUT_SIZE) ||
	    fallocate(store->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, LAYOUT_SIZE)) {
		rc = errno;
	} else {
		rc = posix_fallocate(store->fd, 0, LAYOUT_SIZE);
	}
	if (rc) {
		return error_set(err, "board %s: %d bytes in /dev/shm: %s", store->name,
				 LAYOUT_SIZE, strerror(rc));
	}
	store->layout = mmap(NULL, LAYOUT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, store->fd, 0);
	if (store->layout == MAP_FAILED) {
		return error_set(err, "board %s: mmap: %s", store->name, strerror(errno));
	}
	return 0;
}

int board_store_open(struct board_store *store, const char *name, struct error *err)
{
	int rc = 0;

	if (name[0] != '/' || strchr(name + 1, '/') || name[1] == '\0' ||
	    strlen(name) >= sizeof(store->name)) {
		return error_set(err, "board name '%s': want / and at most %zu other characters",
				 name, sizeof(store->name) - 2);
	}
	strcpy(store->name, name);
	for (int i = 0; i < TRIES && rc == 0; i++) {
		rc = open_and_lock(store, err);
	}
	if (rc == 0) {
		return error_set(err, "board %s: somebody keeps removing or locking it", name);
	}
	if (rc < 0) {
		return -1;
	}
	if (make_room(store, err)) {
		shm_unlink(store->name);
		close(store->fd);
		return -1;
	}
	return 0;
}

void board_store_remove(struct board_store *store)
{
	/* Removed before the lock goes: who opens it now makes a new one. */
	shm_unlink(store->name);
	munmap(store->layout, LAYOUT_SIZE);
	close(store->fd);
}
