/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Following the trace. Positions count the bytes ever written; trace_next always stands between two
 * records. While the writer puts down a record behind trace_next, the oldest RECORD_MAX bytes of
 * the ring may be torn: what lies that far back is taken as lost.
 */
#include "sinks/board_reader.h"

#include <string.h>

static const struct board_ring ring = {
	.at = offsetof(struct pps2shm_board_layout, trace),
	.size = PPS2SHM_BOARD_TRACE_BYTES,
};

static bool overrun(const struct pps2shm_board *board, uint64_t next)
{
	return next - board->position > ring.size - PPS2SHM_BOARD_RECORD_MAX;
}

static int check_alive(struct pps2shm_board *board, char *why, size_t why_size)
{
	const size_t at = offsetof(struct pps2shm_board_layout, page) +
			  offsetof(struct pps2shm_board_page, ended);
	uint32_t ended;

	if (pps2shm_board_copy(board, &ended, at, sizeof(ended), why, why_size)) {
		return -1;
	}
	return ended ? pps2shm_board_fail(why, why_size, "the daemon has ended") : 0;
}

/* Takes all that is new into the buffer. 1 something, 0 nothing, -1 why. */
static int refill(struct pps2shm_board *board, char *why, size_t why_size)
{
	struct pps2shm_board_head head;

	if (pps2shm_board_read_head(board, &head, why, why_size)) {
		return -1;
	}
	if (!board->following) {
		board->following = true;
		board->instance = head.instance;
		board->position = head.trace_next;
	}
	if (head.instance != board->instance) {
		return pps2shm_board_fail(why, why_size, "the daemon was started anew");
	}
	if (head.trace_next == board->position) {
		return check_alive(board, why, why_size);
	}
	if (head.trace_next % 8 || head.trace_next < board->position) {
		return pps2shm_board_fail(why, why_size, "the trace of the board is broken");
	}
	if (overrun(board, head.trace_next)) {
		board->position = head.trace_next;
		return 0;
	}
	size_t size = (size_t)(head.trace_next - board->position);

	if (pps2shm_board_copy_ring(board, board->buffer, &ring, board->position, size, why,
				    why_size) ||
	    pps2shm_board_read_head(board, &head, why, why_size)) {
		return -1;
	}
	if (overrun(board, head.trace_next)) {
		board->position = head.trace_next;
		return 0;
	}
	board->position += size;
	board->filled = size;
	board->taken = 0;
	return 1;
}

static bool record_is_sound(const struct pps2shm_board_record *record, size_t left)
{
	return record->size <= left && record->len <= PPS2SHM_BOARD_EVENT_BYTES &&
	       record->size == sizeof(*record) + ((record->len + 7) & ~7U) && record->type != 0 &&
	       strchr("PSKJXT", record->type) != NULL;
}

int pps2shm_board_trace_next(struct pps2shm_board *board, struct pps2shm_board_event *event,
			     char *why, size_t why_size)
{
	struct pps2shm_board_record *record = &event->record;

	if (board->taken == board->filled) {
		int rc = refill(board, why, why_size);

		if (rc <= 0) {
			return rc;
		}
	}
	size_t left = board->filled - board->taken;

	if (left < sizeof(*record)) {
		return pps2shm_board_fail(why, why_size, "the trace of the board is broken");
	}
	memcpy(record, board->buffer + board->taken, sizeof(*record));
	if (!record_is_sound(record, left)) {
		return pps2shm_board_fail(why, why_size, "the trace of the board is broken");
	}
	event->data = board->buffer + board->taken + sizeof(*record);
	event->lost = board->seen ? record->index - board->next_index : 0;
	board->seen = true;
	board->next_index = record->index + 1;
	board->taken += record->size;
	return 1;
}
