/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/nqptp_region.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"

enum { SIZE = sizeof(struct nqptp_layout), WORDS = sizeof(struct nqptp_set) / sizeof(uint64_t) };

#define FRESH_NS (10 * NS_PER_S)
#define APART_NS 3000 /* between main and secondary */

static const struct timespec LOOK = {.tv_sec = 1, .tv_nsec = 500 * NS_PER_MS};

static int fail(const struct nqptp_region *region, const char *what, struct error *err)
{
	return error_set(err, "shared memory %s: %s: %s", region->name, what, strerror(errno));
}

static int open_name(struct nqptp_region *region, struct error *err)
{
	struct stat st;

	/* O_CREAT only with O_EXCL: nothing that others have made is created or cut. */
	region->fd = shm_open(region->name, O_RDWR | O_NONBLOCK, 0);
	if (region->fd < 0 && errno == ENOENT) {
		region->fd = shm_open(region->name, O_RDWR | O_CREAT | O_EXCL, 0644);
	}
	if (region->fd < 0 && errno != EACCES) {
		return fail(region, "cannot be opened", err);
	}
	if (region->fd < 0 || fstat(region->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid()) {
		return error_set(
			err,
			"shared memory %s: another user made it: stop nqptp if it runs, and remove /dev/shm%s",
			region->name, region->name);
	}
	if (flock(region->fd, LOCK_EX | LOCK_NB) != 0) {
		return error_set(
			err,
			"shared memory %s: another pps2shm-ptp writes it: stop it, or leave out the part nqptp here",
			region->name);
	}
	return 0;
}

/* When what is there was written, by its own words. */
static uint64_t written_ns(const struct nqptp_region *region)
{
	return *(volatile const uint64_t *)&region->layout->main.local_time;
}

/* Does another program write it? Only what was written lately can be. */
static bool is_written(const struct nqptp_region *region)
{
	uint64_t then_ns = written_ns(region);

	if ((uint64_t)raw_now_ns() - then_ns >= (uint64_t)FRESH_NS) {
		return false;
	}
	nanosleep(&LOOK, NULL);
	return written_ns(region) != then_ns;
}

static int map(struct nqptp_region *region, struct error *err)
{
	if (fchmod(region->fd, 0644) || ftruncate(region->fd, SIZE)) {
		return fail(region, "72 bytes in /dev/shm", err);
	}
	/* With memory behind it, so that no store can fail. */
	errno = posix_fallocate(region->fd, 0, SIZE);
	if (errno) {
		return fail(region, "72 bytes in /dev/shm", err);
	}
	void *layout = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, region->fd, 0);

	if (layout == MAP_FAILED) {
		return fail(region, "mmap", err);
	}
	region->layout = layout;
	if (is_written(region)) {
		munmap(region->layout, SIZE);
		region->layout = NULL;
		return error_set(
			err,
			"shared memory %s: another program writes it: stop it (nqptp?), or leave out the part nqptp here",
			region->name);
	}
	return 0;
}

int nqptp_region_open(struct nqptp_region *region, const char *name, struct error *err)
{
	static const struct nqptp_set none;

	*region = (struct nqptp_region){.fd = -1};
	if (strlen(name) >= sizeof(region->name)) {
		return error_set(err, "shared memory name '%s': too long", name);
	}
	strcpy(region->name, name);
	if (open_name(region, err) || map(region, err)) {
		if (region->fd >= 0) {
			close(region->fd);
		}
		return -1;
	}
	nqptp_region_write(region, &none);
	region->layout->version = NQPTP_SMI_VERSION;
	return 0;
}

static void store(struct nqptp_set *to, const struct nqptp_set *from)
{
	_Atomic uint64_t *words = (_Atomic uint64_t *)to;
	uint64_t values[WORDS];

	memcpy(values, from, sizeof(values));
	for (int i = 0; i < WORDS; i++) {
		atomic_store_explicit(&words[i], values[i], memory_order_release);
	}
	atomic_thread_fence(memory_order_seq_cst);
}

static void wait_apart(void)
{
	int64_t until_ns = raw_now_ns() + APART_NS;

	while (raw_now_ns() < until_ns) {
	}
}

void nqptp_region_write(struct nqptp_region *region, const struct nqptp_set *set)
{
	store(&region->layout->main, set);
	wait_apart();
	store(&region->layout->secondary, set);
}

void nqptp_region_close(struct nqptp_region *region)
{
	static const struct nqptp_set none;

	nqptp_region_write(region, &none);
	region->layout->version = 0;
	shm_unlink(region->name);
	munmap(region->layout, SIZE);
	close(region->fd);
}
