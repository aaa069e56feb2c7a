/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/pps2shm_segment.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "status/segment_reader.h"

/* A page takes microseconds to write once a second: so many tries mean a writer that died in it. */
enum { TRIES = 50 };
static const struct timespec TRY_PAUSE = {.tv_nsec = 100000};

#define HEARTBEAT_LIMIT_NS INT64_C(5000000000)

int pps2shm_segment_fail(char *why, size_t why_size, const char *text)
{
	snprintf(why, why_size, "%s", text);
	return -1;
}

int pps2shm_segment_copy(struct pps2shm_segment *segment, void *to, size_t at, size_t size,
			 char *why, size_t why_size)
{
	/* What the kernel copies in one call is not ordered against the next call by itself. */
	atomic_thread_fence(memory_order_seq_cst);
	ssize_t n = pread(segment->fd, to, size, (off_t)at);

	atomic_thread_fence(memory_order_seq_cst);
	if (n == (ssize_t)size) {
		return 0;
	}
	return pps2shm_segment_fail(why, why_size,
				    n < 0 ? strerror(errno) : "the status segment is cut short");
}

int pps2shm_segment_copy_ring(struct pps2shm_segment *segment, void *to,
			      const struct segment_ring *ring, uint64_t position, size_t size,
			      char *why, size_t why_size)
{
	size_t at = (size_t)(position % ring->size);
	size_t first = size < ring->size - at ? size : ring->size - at;

	if (pps2shm_segment_copy(segment, to, ring->at + at, first, why, why_size)) {
		return -1;
	}
	return pps2shm_segment_copy(segment, (char *)to + first, ring->at, size - first, why,
				    why_size);
}

static int check_head(const struct pps2shm_segment_head *head, char *why, size_t why_size)
{
	if (memcmp(head->magic, PPS2SHM_SEGMENT_MAGIC, sizeof(head->magic)) != 0) {
		return pps2shm_segment_fail(why, why_size,
					    head->magic[0] == '\0'
						    ? "the status segment is being made"
						    : "this is no status segment of pps2shm");
	}
	if (head->version != PPS2SHM_SEGMENT_VERSION) {
		snprintf(
			why, why_size,
			"the status segment has version %u, this program reads %d: use the program that came with the daemon",
			head->version, PPS2SHM_SEGMENT_VERSION);
		return -1;
	}
	if (head->size != sizeof(struct pps2shm_segment_layout)) {
		snprintf(why, why_size,
			 "the status segment says it has %llu bytes, version %d has %zu",
			 (unsigned long long)head->size, PPS2SHM_SEGMENT_VERSION,
			 sizeof(struct pps2shm_segment_layout));
		return -1;
	}
	return 0;
}

int pps2shm_segment_read_head(struct pps2shm_segment *segment, struct pps2shm_segment_head *head,
			      char *why, size_t why_size)
{
	if (pps2shm_segment_copy(segment, head, 0, sizeof(*head), why, why_size)) {
		return -1;
	}
	return check_head(head, why, why_size);
}

struct pps2shm_segment *pps2shm_segment_open_fd(int fd, char *why, size_t why_size)
{
	struct pps2shm_segment_head head;
	struct stat st;
	struct pps2shm_segment *segment = calloc(1, sizeof(*segment));

	if (!segment || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		pps2shm_segment_fail(
			why, why_size,
			segment ? "something other than a plain file is in the status segment's place"
				: "out of memory");
		free(segment);
		close(fd);
		return NULL;
	}
	segment->fd = fd;
	if (pps2shm_segment_read_head(segment, &head, why, why_size)) {
		pps2shm_segment_close(segment);
		return NULL;
	}
	return segment;
}

struct pps2shm_segment *pps2shm_segment_open(const char *name, char *why, size_t why_size)
{
	/* A FIFO in its place does not hold us up; nor is a link followed (shm_open). */
	int fd = shm_open(name ? name : PPS2SHM_SEGMENT_NAME, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0) {
		if (errno == ENOENT) {
			pps2shm_segment_fail(why, why_size,
					     "no daemon is running (there is no status segment)");
		} else {
			snprintf(why, why_size, "the status segment cannot be opened: %s",
				 strerror(errno));
		}
		return NULL;
	}
	return pps2shm_segment_open_fd(fd, why, why_size);
}

void pps2shm_segment_close(struct pps2shm_segment *segment)
{
	if (segment) {
		close(segment->fd);
		free(segment);
	}
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

static void clean(struct pps2shm_segment_snapshot *snapshot)
{
	struct pps2shm_segment_head *head = &snapshot->head;
	struct pps2shm_segment_page *page = &snapshot->page;

	clean_text(head->program, sizeof(head->program));
	for (int i = 0; i < PPS2SHM_SEGMENT_STATES; i++) {
		clean_text(head->state_names[i], sizeof(head->state_names[i]));
	}
	for (int i = 0; i < PPS2SHM_SEGMENT_CAUSES; i++) {
		clean_text(head->cause_names[i], sizeof(head->cause_names[i]));
	}
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		clean_text(page->units[i].error, sizeof(page->units[i].error));
		clean_text(page->sockets[i].path, sizeof(page->sockets[i].path));
		clean_text(page->sockets[i].error, sizeof(page->sockets[i].error));
	}
	for (int i = 0; i < PPS2SHM_SEGMENT_SOURCES; i++) {
		clean_text(page->sources[i].name, sizeof(page->sources[i].name));
		clean_text(page->sources[i].error, sizeof(page->sources[i].error));
	}
	clean_text(page->receiver.talker, sizeof(page->receiver.talker));
	page->state %= PPS2SHM_SEGMENT_STATES;
	page->stamps.kind %= PPS2SHM_SEGMENT_KINDS;
}

/* 1 a consistent copy, 0 the writer was at it, -1 why. */
static int try_read(struct pps2shm_segment *segment, struct pps2shm_segment_snapshot *snapshot,
		    char *why, size_t why_size)
{
	const size_t seq_at = offsetof(struct pps2shm_segment_head, page_seq);
	uint64_t before, after;

	if (pps2shm_segment_copy(segment, &before, seq_at, sizeof(before), why, why_size) ||
	    pps2shm_segment_read_head(segment, &snapshot->head, why, why_size) ||
	    pps2shm_segment_copy(segment, &snapshot->page,
				 offsetof(struct pps2shm_segment_layout, page),
				 sizeof(snapshot->page), why, why_size) ||
	    pps2shm_segment_copy(segment, &after, seq_at, sizeof(after), why, why_size)) {
		return -1;
	}
	return before == after && before % 2 == 0;
}

int pps2shm_segment_read(struct pps2shm_segment *segment, struct pps2shm_segment_snapshot *snapshot,
			 char *why, size_t why_size)
{
	struct stat st;

	if (fstat(segment->fd, &st)) {
		return pps2shm_segment_fail(why, why_size, strerror(errno));
	}
	snapshot->owner = st.st_uid;
	for (int i = 0; i < TRIES; i++) {
		int rc = try_read(segment, snapshot, why, why_size);

		if (rc) {
			clean(snapshot);
			return rc < 0 ? -1 : 0;
		}
		nanosleep(&TRY_PAUSE, NULL);
	}
	return pps2shm_segment_fail(
		why, why_size, "the daemon stopped in the middle of writing the status segment");
}

bool pps2shm_segment_process_there(const struct pps2shm_segment_snapshot *snapshot)
{
	pid_t pid = (pid_t)snapshot->head.pid;

	return pid > 0 && (kill(pid, 0) == 0 || errno != ESRCH);
}

bool pps2shm_segment_heartbeat_fresh(const struct pps2shm_segment_snapshot *snapshot,
				     int64_t raw_ns)
{
	/* A heartbeat from the future is of a boot before this one. */
	return snapshot->page.raw_ns <= raw_ns &&
	       snapshot->page.raw_ns > raw_ns - HEARTBEAT_LIMIT_NS;
}

const char *pps2shm_segment_dead(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns)
{
	if (snapshot->page.ended) {
		return "the daemon has ended";
	}
	if (!pps2shm_segment_process_there(snapshot)) {
		return "the daemon died unexpectedly";
	}
	if (!pps2shm_segment_heartbeat_fresh(snapshot, raw_ns)) {
		return "the daemon hangs: no heartbeat for more than 5 s";
	}
	return NULL;
}

int pps2shm_segment_samples(struct pps2shm_segment *segment, struct pps2shm_segment_sample *samples,
			    size_t most, char *why, size_t why_size)
{
	static const struct segment_ring ring = {
		.at = offsetof(struct pps2shm_segment_layout, samples),
		.size = PPS2SHM_SEGMENT_SAMPLES * sizeof(struct pps2shm_segment_sample),
	};
	struct pps2shm_segment_head head;

	if (pps2shm_segment_read_head(segment, &head, why, why_size)) {
		return -1;
	}
	/* No position in bytes may overflow, whatever the segment says. */
	uint64_t next = head.samples_next % (UINT64_MAX / sizeof(*samples));
	size_t n = most < PPS2SHM_SEGMENT_SAMPLES ? most : PPS2SHM_SEGMENT_SAMPLES;

	n = next < n ? (size_t)next : n;
	uint64_t first = next - n;

	if (pps2shm_segment_copy_ring(segment, samples, &ring, first * sizeof(*samples),
				      n * sizeof(*samples), why, why_size)) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		samples[i].state %= PPS2SHM_SEGMENT_STATES;
	}
	/* What was, or may have been, overwritten meanwhile is at the old end. */
	if (pps2shm_segment_read_head(segment, &head, why, why_size)) {
		return -1;
	}
	uint64_t whole = head.samples_next >= PPS2SHM_SEGMENT_SAMPLES
				 ? head.samples_next - PPS2SHM_SEGMENT_SAMPLES + 1
				 : 0;
	size_t torn = whole > first ? (size_t)(whole - first) : 0;

	torn = torn < n ? torn : n;
	memmove(samples, samples + torn, (n - torn) * sizeof(*samples));
	return (int)(n - torn);
}
