/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/pps2shm_ptp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A page takes microseconds to write once a second: so many tries mean a writer that died in it. */
enum { TRIES = 50 };
static const struct timespec TRY_PAUSE = {.tv_nsec = 100000};

#define HEARTBEAT_LIMIT_NS INT64_C(5000000000)

static int fail(char *why, size_t why_size, const char *text)
{
	snprintf(why, why_size, "%s", text);
	return -1;
}

static int copy_part(int fd, void *to, size_t at, size_t size, char *why, size_t why_size)
{
	/* What the kernel copies in one call is not ordered against the next call by itself. */
	atomic_thread_fence(memory_order_seq_cst);
	ssize_t n = pread(fd, to, size, (off_t)at);

	atomic_thread_fence(memory_order_seq_cst);
	if (n == (ssize_t)size) {
		return 0;
	}
	return fail(why, why_size,
		    n < 0 ? strerror(errno) : "the segment of pps2shm-ptp is cut short");
}

static int check_head(const struct pps2shm_ptp_head *head, char *why, size_t why_size)
{
	if (memcmp(head->magic, PPS2SHM_PTP_MAGIC, sizeof(head->magic)) != 0) {
		return fail(why, why_size,
			    head->magic[0] == '\0' ? "the segment of pps2shm-ptp is being made"
						   : "this is no segment of pps2shm-ptp");
	}
	if (head->version != PPS2SHM_PTP_VERSION ||
	    head->size != sizeof(struct pps2shm_ptp_layout)) {
		snprintf(
			why, why_size,
			"the segment of pps2shm-ptp has version %u and %llu bytes, this program reads version %d: use the program that came with the daemon",
			head->version, (unsigned long long)head->size, PPS2SHM_PTP_VERSION);
		return -1;
	}
	return 0;
}

/* Ends in NUL, and nothing in it can play tricks on a terminal. */
static void clean_text(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (; *text; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}

static void clean(struct pps2shm_ptp_layout *copy)
{
	struct pps2shm_ptp_page *page = &copy->page;

	clean_text(copy->head.program, sizeof(copy->head.program));
	clean_text(page->gps_why, sizeof(page->gps_why));
	clean_text(page->unit.why, sizeof(page->unit.why));
	clean_text(page->unit.error, sizeof(page->unit.error));
	page->unit.state %= PPS2SHM_PTP_UNIT_STATES;
	if (page->clock_count > PPS2SHM_PTP_CLOCKS) {
		page->clock_count = PPS2SHM_PTP_CLOCKS;
	}
	for (int i = 0; i < PPS2SHM_PTP_CLOCKS; i++) {
		struct pps2shm_ptp_clock *clock = &page->clocks[i];

		clean_text(clock->address, sizeof(clock->address));
		clean_text(clock->interface, sizeof(clock->interface));
		clean_text(clock->why, sizeof(clock->why));
		clock->stamp %= PPS2SHM_PTP_STAMPS;
	}
}

/* 1 a consistent copy, 0 the writer was at it, -1 why. */
static int try_copy(int fd, struct pps2shm_ptp_layout *copy, char *why, size_t why_size)
{
	const size_t seq_at = offsetof(struct pps2shm_ptp_head, seq);
	uint64_t before, after;

	if (copy_part(fd, &before, seq_at, sizeof(before), why, why_size) ||
	    copy_part(fd, copy, 0, sizeof(copy->head), why, why_size) ||
	    check_head(&copy->head, why, why_size) ||
	    copy_part(fd, &copy->page, offsetof(struct pps2shm_ptp_layout, page),
		      sizeof(copy->page), why, why_size) ||
	    copy_part(fd, &after, seq_at, sizeof(after), why, why_size)) {
		return -1;
	}
	return before == after && before % 2 == 0;
}

static int copy_all(int fd, struct pps2shm_ptp_layout *copy, char *why, size_t why_size)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		return fail(
			why, why_size,
			"something other than a plain file is in the place of pps2shm-ptp's segment");
	}
	for (int i = 0; i < TRIES; i++) {
		int rc = try_copy(fd, copy, why, why_size);

		if (rc) {
			clean(copy);
			return rc < 0 ? -1 : 0;
		}
		nanosleep(&TRY_PAUSE, NULL);
	}
	return fail(why, why_size, "pps2shm-ptp stopped in the middle of writing its segment");
}

int pps2shm_ptp_read(const char *name, struct pps2shm_ptp_layout *copy, char *why, size_t why_size)
{
	/* A FIFO in its place does not hold us up; nor is a link followed (shm_open). */
	int fd = shm_open(name ? name : PPS2SHM_PTP_NAME, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0 && errno == ENOENT) {
		return fail(
			why, why_size,
			"pps2shm-ptp is not running: start it with 'systemctl start pps2shm-ptp'");
	}
	if (fd < 0) {
		snprintf(why, why_size, "the segment of pps2shm-ptp cannot be opened: %s",
			 strerror(errno));
		return -1;
	}
	int rc = copy_all(fd, copy, why, why_size);

	close(fd);
	return rc;
}

const char *pps2shm_ptp_dead(const struct pps2shm_ptp_layout *copy, int64_t raw_ns)
{
	pid_t pid = (pid_t)copy->head.pid;

	if (copy->page.ended) {
		return "pps2shm-ptp has ended";
	}
	if (pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH)) {
		return "pps2shm-ptp died unexpectedly";
	}
	/* A heartbeat from the future is of a boot before this one. */
	if (copy->page.raw_ns > raw_ns || copy->page.raw_ns <= raw_ns - HEARTBEAT_LIMIT_NS) {
		return "pps2shm-ptp hangs: no heartbeat for more than 5 s";
	}
	return NULL;
}
