/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Following the trace. Positions count the bytes ever written; trace_next always stands between two
 * records. While the writer puts down a record behind trace_next, the oldest RECORD_MAX bytes of
 * the ring may be torn: what lies that far back is taken as lost.
 */
#include "status/segment_reader.h"

#include <string.h>

static const struct segment_ring ring = {
	.at = offsetof(struct pps2shm_segment_layout, trace),
	.size = PPS2SHM_SEGMENT_TRACE_BYTES,
};

static bool overrun(const struct pps2shm_segment *segment, uint64_t next)
{
	return next - segment->position > ring.size - PPS2SHM_SEGMENT_RECORD_MAX;
}

static int check_alive(struct pps2shm_segment *segment, char *why, size_t why_size)
{
	const size_t at = offsetof(struct pps2shm_segment_layout, page) +
			  offsetof(struct pps2shm_segment_page, ended);
	uint32_t ended;

	if (pps2shm_segment_copy(segment, &ended, at, sizeof(ended), why, why_size)) {
		return -1;
	}
	return ended ? pps2shm_segment_fail(why, why_size, "the daemon has ended") : 0;
}

/* Takes all that is new into the buffer. 1 something, 0 nothing, -1 why. */
static int refill(struct pps2shm_segment *segment, char *why, size_t why_size)
{
	struct pps2shm_segment_head head;

	if (pps2shm_segment_read_head(segment, &head, why, why_size)) {
		return -1;
	}
	if (!segment->following) {
		segment->following = true;
		segment->instance = head.instance;
		segment->position = head.trace_next;
	}
	if (head.instance != segment->instance) {
		return pps2shm_segment_fail(why, why_size, "the daemon was restarted");
	}
	if (head.trace_next == segment->position) {
		return check_alive(segment, why, why_size);
	}
	if (head.trace_next % 8 || head.trace_next < segment->position) {
		return pps2shm_segment_fail(why, why_size,
					    "the trace of the status segment is broken");
	}
	if (overrun(segment, head.trace_next)) {
		segment->position = head.trace_next;
		return 0;
	}
	size_t size = (size_t)(head.trace_next - segment->position);

	if (pps2shm_segment_copy_ring(segment, segment->buffer, &ring, segment->position, size, why,
				      why_size) ||
	    pps2shm_segment_read_head(segment, &head, why, why_size)) {
		return -1;
	}
	if (overrun(segment, head.trace_next)) {
		segment->position = head.trace_next;
		return 0;
	}
	segment->position += size;
	segment->filled = size;
	segment->taken = 0;
	return 1;
}

static bool record_is_sound(const struct pps2shm_segment_record *record, size_t left)
{
	return record->size <= left && record->len <= PPS2SHM_SEGMENT_EVENT_BYTES &&
	       record->size == sizeof(*record) + ((record->len + 7) & ~7U) && record->type != 0 &&
	       strchr("PSKJXTO", record->type) != NULL;
}

int pps2shm_segment_trace_next(struct pps2shm_segment *segment, struct pps2shm_segment_event *event,
			       char *why, size_t why_size)
{
	struct pps2shm_segment_record *record = &event->record;

	if (segment->taken == segment->filled) {
		int rc = refill(segment, why, why_size);

		if (rc <= 0) {
			return rc;
		}
	}
	size_t left = segment->filled - segment->taken;

	if (left < sizeof(*record)) {
		return pps2shm_segment_fail(why, why_size,
					    "the trace of the status segment is broken");
	}
	memcpy(record, segment->buffer + segment->taken, sizeof(*record));
	if (!record_is_sound(record, left)) {
		return pps2shm_segment_fail(why, why_size,
					    "the trace of the status segment is broken");
	}
	event->data = segment->buffer + segment->taken + sizeof(*record);
	event->lost = segment->seen ? record->index - segment->next_index : 0;
	segment->seen = true;
	segment->next_index = record->index + 1;
	segment->taken += record->size;
	return 1;
}
