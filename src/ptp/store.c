/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"

#define AT(field)   offsetof(struct pps2shm_ptp_layout, field)
#define LAYOUT_SIZE sizeof(struct pps2shm_ptp_layout)

/* The layout is an interface between programs: a change here is a new PPS2SHM_PTP_VERSION. */
static_assert(sizeof(struct pps2shm_ptp_head) == 128, "segment head");
static_assert(sizeof(struct pps2shm_ptp_unit) == 352, "segment unit");
static_assert(sizeof(struct pps2shm_ptp_clock) == 416, "segment clock");
static_assert(sizeof(struct pps2shm_ptp_page) == 27152, "segment page");

enum { TRIES = 3 };

/* A write and the next are ordered for readers on other processors. */
static bool put(const struct store *store, const void *from, size_t size, size_t at)
{
	atomic_thread_fence(memory_order_seq_cst);
	bool done = pwrite(store->fd, from, size, (off_t)at) == (ssize_t)size;

	atomic_thread_fence(memory_order_seq_cst);
	return done;
}

static int fail(const struct store *store, int code, const char *what, struct error *err)
{
	error_set(err, "segment %s: %s: %s", store->name, what, strerror(code));
	errno = code;
	return -1;
}

/* The process that shows this segment, if it lives; 0 otherwise. */
static uint32_t living_owner(const struct store *store)
{
	struct pps2shm_ptp_layout there;
	char why[200];

	return pps2shm_ptp_read(store->name, &there, why, sizeof(why)) == 0 &&
			       !pps2shm_ptp_dead(&there, raw_now_ns())
		       ? there.head.pid
		       : 0;
}

/* Removes what a dead daemon of ours has left. Any reader may hold a lock on it. */
static int clear(const struct store *store, struct error *err)
{
	struct stat st;
	int fd = shm_open(store->name, O_RDWR | O_NONBLOCK, 0);

	if (fd < 0 && errno == ENOENT) {
		return 0;
	}
	bool ours = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
	uint32_t pid = ours && flock(fd, LOCK_EX | LOCK_NB) != 0 ? living_owner(store) : 0;

	if (fd >= 0) {
		close(fd);
	}
	if (!ours) {
		error_set(
			err,
			"segment %s: something else is in the way in /dev/shm: remove it, or choose another --segment-name",
			store->name);
		errno = EPERM;
		return -1;
	}
	if (pid) {
		error_set(
			err,
			"segment %s: pps2shm-ptp is running (pid %u): stop it, or give this one another --segment-name",
			store->name, pid);
		errno = EBUSY;
		return -1;
	}
	shm_unlink(store->name);
	return 0;
}

/* A new file, locked, with memory behind it, and its head but for the magic. */
static int make(struct store *store, const char *program, uint32_t parts, struct error *err)
{
	struct pps2shm_ptp_head head = {
		.version = PPS2SHM_PTP_VERSION,
		.pid = (uint32_t)getpid(),
		.size = LAYOUT_SIZE,
		.instance = (uint64_t)raw_now_ns(),
		.parts = parts,
	};
	int rc = fchmod(store->fd, 0644) || flock(store->fd, LOCK_EX | LOCK_NB) ? errno : 0;

	if (rc == 0) {
		rc = posix_fallocate(store->fd, 0, LAYOUT_SIZE);
	}
	snprintf(head.program, sizeof(head.program), "%s", program);
	if (rc == 0 && !put(store, &head, sizeof(head), 0)) {
		rc = errno;
	}
	if (rc == 0) {
		return 0;
	}
	shm_unlink(store->name);
	close(store->fd);
	store->fd = -1;
	return fail(store, rc, "cannot be made in /dev/shm", err);
}

static bool is_name(const char *name)
{
	return name[0] == '/' && name[1] && !strchr(name + 1, '/') &&
	       strlen(name) < sizeof(((struct store *)0)->name);
}

int store_open(struct store *store, const char *name, const char *program, uint32_t parts,
	       struct error *err)
{
	*store = (struct store){.fd = -1};
	snprintf(store->name, sizeof(store->name), "%s", name);
	if (!is_name(name)) {
		error_set(err, "segment name '%s': must be / and at most %zu other characters",
			  name, sizeof(store->name) - 2);
		errno = EINVAL;
		return -1;
	}
	for (int i = 0; i < TRIES && store->fd < 0; i++) {
		if (clear(store, err)) {
			return -1;
		}
		store->fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0644);
	}
	if (store->fd < 0) {
		return fail(store, errno, "cannot be made in /dev/shm", err);
	}
	return make(store, program, parts, err);
}

bool store_write(struct store *store, const struct pps2shm_ptp_page *page)
{
	struct stat st;
	uint64_t odd = ++store->seq, even = ++store->seq;

	/* A file that was cut must not grow again to something that looks whole. */
	if (fstat(store->fd, &st) != 0 || st.st_nlink == 0 || st.st_size != LAYOUT_SIZE) {
		return false;
	}
	/* The magic comes after the first page. */
	return put(store, &odd, sizeof(odd), AT(head.seq)) &&
	       put(store, page, sizeof(*page), AT(page)) &&
	       put(store, &even, sizeof(even), AT(head.seq)) &&
	       put(store, PPS2SHM_PTP_MAGIC, 8, AT(head.magic));
}

void store_close(struct store *store, struct pps2shm_ptp_page *page)
{
	if (store->fd < 0) {
		return;
	}
	page->ended = 1;
	if (store_write(store, page)) {
		shm_unlink(store->name);
	}
	close(store->fd);
	store->fd = -1;
}
