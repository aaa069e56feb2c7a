/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "status/pps2shm_segment.h"

/* Shared by the files of the reading side. All return 0, or -1 with a line in why. */

struct pps2shm_segment {
	int fd;
	/* The trace, see segment_trace.c. */
	bool following;
	uint64_t instance;
	uint64_t position;   /* in the trace, up to which it was copied or skipped */
	uint64_t next_index; /* of the next event, once one was seen */
	bool seen;
	size_t filled, taken; /* bytes of buffer */
	uint8_t buffer[PPS2SHM_SEGMENT_TRACE_BYTES];
};

int pps2shm_segment_fail(char *why, size_t why_size, const char *text);

/* Copies bytes of the object, in order with all copies before and after. */
int pps2shm_segment_copy(struct pps2shm_segment *segment, void *to, size_t at, size_t size,
			 char *why, size_t why_size);

/* A ring of bytes in the object; a position counts the bytes ever written to it. */
struct segment_ring {
	size_t at;
	size_t size;
};

int pps2shm_segment_copy_ring(struct pps2shm_segment *segment, void *to,
			      const struct segment_ring *ring, uint64_t position, size_t size,
			      char *why, size_t why_size);

bool pps2shm_segment_process_there(const struct pps2shm_segment_snapshot *snapshot);
bool pps2shm_segment_heartbeat_fresh(const struct pps2shm_segment_snapshot *snapshot,
				     int64_t raw_ns);

/* A copy of the head, checked. */
int pps2shm_segment_read_head(struct pps2shm_segment *segment, struct pps2shm_segment_head *head,
			      char *why, size_t why_size);
