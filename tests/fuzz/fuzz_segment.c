/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any bytes as a segment. The input is head and page, then (after the zeros of an empty sample
 * ring) the trace; a short input is a segment that is cut short.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "status/pps2shm_segment.h"
#include "status/status_json.h"

#define AT(field) offsetof(struct pps2shm_segment_layout, field)

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void put(int fd, const void *data, size_t len, size_t at)
{
	must(pwrite(fd, data, len, (off_t)at) == (ssize_t)len);
}

static int make_segment(const uint8_t *data, size_t size)
{
	const size_t fixed = AT(samples);
	int fd = memfd_create("segment", MFD_CLOEXEC);

	must(fd >= 0);
	if (size < fixed) {
		put(fd, data, size, 0);
		return fd;
	}
	must(ftruncate(fd, sizeof(struct pps2shm_segment_layout)) == 0);
	put(fd, data, fixed, 0);
	size -= fixed;
	put(fd, data + fixed,
	    size < PPS2SHM_SEGMENT_TRACE_BYTES ? size : PPS2SHM_SEGMENT_TRACE_BYTES, AT(trace));
	return fd;
}

static void check_text(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	must(len < size);
	for (size_t i = 0; i < len; i++) {
		must(text[i] >= ' ' && text[i] <= '~');
	}
}

/* Judged and shown, to people and to programs: whatever it says, it is text. */
static void show(const struct pps2shm_segment_snapshot *seen)
{
	static struct status status;
	static FILE *nowhere;
	json_t *json;
	char *text;

	nowhere = nowhere ? nowhere : fopen("/dev/null", "w");
	must(nowhere != NULL);
	status_judge(&status, seen, 17672256 * INT64_C(1000));
	status_print(&status, nowhere);
	json = status_json(&status);
	text = json_dumps(json, JSON_COMPACT);
	must(text != NULL);
	free(text);
	json_decref(json);
}

static void read_all(struct pps2shm_segment *segment, char *why, size_t why_size)
{
	static struct pps2shm_segment_sample samples[PPS2SHM_SEGMENT_SAMPLES];
	struct pps2shm_segment_snapshot seen;

	if (pps2shm_segment_read(segment, &seen, why, why_size) == 0) {
		must(seen.page.state < PPS2SHM_SEGMENT_STATES);
		check_text(seen.head.program, sizeof(seen.head.program));
		check_text(seen.page.sources[1].error, sizeof(seen.page.sources[1].error));
		show(&seen);
	}
	int n = pps2shm_segment_samples(segment, samples, PPS2SHM_SEGMENT_SAMPLES, why, why_size);

	must(n <= PPS2SHM_SEGMENT_SAMPLES);
}

static void follow(struct pps2shm_segment *segment, int fd, size_t trace_bytes, char *why,
		   size_t why_size)
{
	const size_t next_at = AT(head) + offsetof(struct pps2shm_segment_head, trace_next);
	uint64_t next;
	volatile uint8_t last = 0;
	struct pps2shm_segment_event event;

	/* What the input says is the start, which then moves on by the trace there is. */
	must(pread(fd, &next, sizeof(next), (off_t)next_at) == sizeof(next));
	if (pps2shm_segment_trace_next(segment, &event, why, why_size)) {
		return;
	}
	next += trace_bytes;
	put(fd, &next, sizeof(next), next_at);
	while (pps2shm_segment_trace_next(segment, &event, why, why_size) == 1) {
		must(event.record.len <= PPS2SHM_SEGMENT_EVENT_BYTES);
		for (uint32_t i = 0; i < event.record.len; i++) {
			last = event.data[i];
		}
	}
	(void)last;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[200] = "";
	int fd = make_segment(data, size);
	struct pps2shm_segment *segment = pps2shm_segment_open_fd(dup(fd), why, sizeof(why));

	if (!segment) {
		check_text(why, sizeof(why));
		must(why[0] != '\0');
		close(fd);
		return 0;
	}
	read_all(segment, why, sizeof(why));
	if (size > AT(samples)) {
		follow(segment, fd, size - AT(samples), why, sizeof(why));
	}
	pps2shm_segment_close(segment);
	close(fd);
	return 0;
}
