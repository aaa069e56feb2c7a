/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/segment.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "status/segment_fill.h"
#include "status/segment_store.h"

#define HEAD_AT(field)    offsetof(struct pps2shm_segment_head, field)
#define TRACE_WORDS       (PPS2SHM_SEGMENT_TRACE_BYTES / 8)
#define RECORD_HEAD_BYTES sizeof(struct pps2shm_segment_record)

/* The layout is an interface between programs: a change here is a new PPS2SHM_SEGMENT_VERSION. */
static_assert(sizeof(struct pps2shm_segment_settings) == 80, "segment settings");
static_assert(sizeof(struct pps2shm_segment_head) == 1112, "segment head");
static_assert(sizeof(struct pps2shm_segment_receiver) == 40, "segment receiver");
static_assert(sizeof(struct pps2shm_segment_leap) == 48, "segment leap");
static_assert(sizeof(struct pps2shm_segment_unit) == 264, "segment unit");
static_assert(sizeof(struct pps2shm_segment_source) == 328, "segment source");
static_assert(sizeof(struct pps2shm_segment_socket) == 360, "segment socket");
static_assert(sizeof(struct pps2shm_segment_page) == 2496, "segment page");
static_assert(sizeof(struct pps2shm_segment_sample) == 64, "segment sample");
static_assert(sizeof(struct pps2shm_segment_record) == 48, "segment record");
static_assert(RECORD_HEAD_BYTES + PPS2SHM_SEGMENT_EVENT_BYTES == PPS2SHM_SEGMENT_RECORD_MAX,
	      "longest record");

struct segment {
	struct segment_store store;
	struct core_sample last[CORE_UNITS];
	bool fresh[CORE_UNITS]; /* in the second being collected */
	int64_t second;         /* of the raw clock, last written to the ring */
	uint64_t seq;
	uint64_t samples;
	uint64_t trace; /* bytes */
	uint64_t events;
	struct pps2shm_segment_page page; /* as last shown */
};

/*
 * Every word of the shared memory is stored with release order: who loads any of them with acquire
 * order also sees what was stored before it, such as the odd page_seq. This needs no fence.
 */
static void store_words(void *to, const void *from, size_t bytes)
{
	_Atomic uint64_t *words = to;
	const char *bytewise = from;

	for (size_t i = 0; i < bytes / 8; i++) {
		uint64_t word;

		memcpy(&word, bytewise + i * 8, 8);
		atomic_store_explicit(&words[i], word, memory_order_release);
	}
}

static void store_head(struct segment *segment, size_t at, uint64_t value)
{
	store_words((char *)&segment->store.layout->head + at, &value, 8);
}

static void show_page(struct segment *segment)
{
	store_head(segment, HEAD_AT(page_seq), ++segment->seq);
	store_words(&segment->store.layout->page, &segment->page, sizeof(segment->page));
	store_head(segment, HEAD_AT(page_seq), ++segment->seq);
}

static void fill_head(struct pps2shm_segment_head *head, const char *program,
		      const struct core_config *config)
{
	head->version = PPS2SHM_SEGMENT_VERSION;
	head->pid = (uint32_t)getpid();
	head->size = sizeof(struct pps2shm_segment_layout);
	head->instance = (uint64_t)raw_now_ns() | 1;
	snprintf(head->program, sizeof(head->program), "%s", program);
	segment_fill_head(head, config);
}

struct segment *segment_create(const char *name, const char *program,
			       const struct core_config *config, struct error *err)
{
	struct pps2shm_segment_head head = {0};
	struct segment *segment = calloc(1, sizeof(*segment));
	uint64_t magic;

	if (!segment) {
		error_set(err, "status segment %s: out of memory", name);
		errno = ENOMEM;
		return NULL;
	}
	if (segment_store_open(&segment->store, name, err)) {
		int why = errno;

		free(segment);
		errno = why;
		return NULL;
	}
	fill_head(&head, program, config);
	store_words(&segment->store.layout->head, &head, sizeof(head));
	/* A first heartbeat: nobody is to think that the daemon hangs while it starts. */
	segment->page.raw_ns = (int64_t)head.instance;
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		segment->page.units[i].unit = -1;
	}
	show_page(segment);
	memcpy(&magic, PPS2SHM_SEGMENT_MAGIC, 8);
	store_head(segment, HEAD_AT(magic), magic);
	return segment;
}

static void fill_extra(struct segment *segment, const struct segment_extra *extra)
{
	struct pps2shm_segment_page *page = &segment->page;

	page->raw_ns = extra->raw_ns;
	page->real_ns = extra->real_ns;
	page->clock_steps = extra->clock_steps;
	page->foreign = extra->foreign;
	page->unpaired = extra->unpaired;
	page->stamps = extra->stamps;
	memcpy(page->sources, extra->sources, sizeof(page->sources));
	memcpy(page->units, extra->units, sizeof(page->units));
	memcpy(page->sockets, extra->sockets, sizeof(page->sockets));
	for (int i = 0; i < CORE_UNITS; i++) {
		page->units[i].clock_ns = segment->last[i].clock_ns;
		page->units[i].receive_ns = segment->last[i].receive_ns;
		page->units[i].leap = segment->last[i].leap;
		page->units[i].precision = segment->last[i].precision;
	}
}

static int64_t offset_ns(const struct core_sample *sample)
{
	return sample->clock_ns - sample->receive_ns;
}

/* Counted on from the label, else by the system clock. */
static int64_t utc_now_s(const struct pps2shm_segment_page *page)
{
	if (page->label_utc_s == 0) {
		return page->real_ns / NS_PER_S;
	}
	return page->label_utc_s + (page->raw_ns - page->label_raw_ns) / NS_PER_S;
}

/* One entry for each second of the raw clock, however often the page is updated. */
static void show_second(struct segment *segment)
{
	const struct pps2shm_segment_page *page = &segment->page;
	struct pps2shm_segment_sample sample = {
		.raw_ns = page->raw_ns,
		.utc_s = utc_now_s(page),
		.pps_offset_ns = segment->fresh[CORE_PPS] ? offset_ns(&segment->last[CORE_PPS]) : 0,
		.coarse_offset_ns =
			segment->fresh[CORE_COARSE] ? offset_ns(&segment->last[CORE_COARSE]) : 0,
		.lag_ns = page->lag_ns,
		.jitter_ns = page->jitter_ns,
		.state = page->state,
		.index = segment->samples,
	};

	sample.flags = (segment->fresh[CORE_PPS] ? PPS2SHM_SEGMENT_HAS_PPS : 0) |
		       (segment->fresh[CORE_COARSE] ? PPS2SHM_SEGMENT_HAS_COARSE : 0) |
		       (page->label_utc_s ? PPS2SHM_SEGMENT_HAS_LABEL : 0) |
		       (page->clock_sync ? PPS2SHM_SEGMENT_CLOCK_SYNC : 0);
	store_words(&segment->store.layout->samples[segment->samples % PPS2SHM_SEGMENT_SAMPLES],
		    &sample, sizeof(sample));
	store_head(segment, HEAD_AT(samples_next), ++segment->samples);
	memset(segment->fresh, 0, sizeof(segment->fresh));
}

void segment_update(struct segment *segment, const struct core_status *status,
		    const struct segment_extra *extra)
{
	segment_fill_page(&segment->page, status);
	fill_extra(segment, extra);
	show_page(segment);
	if (extra->raw_ns / NS_PER_S != segment->second) {
		segment->second = extra->raw_ns / NS_PER_S;
		show_second(segment);
	}
}

void segment_sample(struct segment *segment, const struct core_sample *sample)
{
	segment->last[sample->unit] = *sample;
	segment->fresh[sample->unit] = true;
}

/* Appends words to the ring, round its end. */
static void trace_words(struct segment *segment, const void *from, size_t bytes)
{
	size_t at = segment->trace / 8 % TRACE_WORDS;
	size_t first = (TRACE_WORDS - at) * 8;

	first = bytes < first ? bytes : first;
	store_words(&segment->store.layout->trace[at], from, first);
	store_words(segment->store.layout->trace, (const char *)from + first, bytes - first);
	segment->trace += bytes;
}

void segment_trace(struct segment *segment, const struct event *event)
{
	struct pps2shm_segment_record record = {
		.index = segment->events++,
		.raw_ns = event->raw_ns,
		.real_ns = event->real_ns,
		.type = (uint8_t)event->type,
	};
	const uint8_t *data = segment_fill_record(&record, event);
	size_t whole = record.len & ~(size_t)7;
	uint64_t rest = 0;

	record.size = (uint32_t)(RECORD_HEAD_BYTES + ((record.len + 7) & ~7U));
	trace_words(segment, &record, sizeof(record));
	if (record.len) {
		trace_words(segment, data, whole);
	}
	if (record.len > whole) {
		memcpy(&rest, data + whole, record.len - whole);
		trace_words(segment, &rest, 8);
	}
	if (event->type == EVENT_OFFSET) {
		store_head(segment, HEAD_AT(settings.pps_offset_ns),
			   (uint64_t)event->offset.pps_offset_ns);
	}
	store_head(segment, HEAD_AT(trace_next), segment->trace);
}

bool segment_lost(const struct segment *segment)
{
	return segment_store_lost(&segment->store);
}

void segment_close(struct segment *segment)
{
	if (!segment) {
		return;
	}
	segment->page.ended = 1;
	show_page(segment);
	segment_store_remove(&segment->store);
	free(segment);
}
