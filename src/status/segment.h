/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "core/core.h"
#include "core/event.h"
#include "status/pps2shm_segment.h"

/*
 * The writing side of the status segment (docs/status-segment.md). One thread writes; no call here
 * sleeps, allocates or enters the kernel, save segment_create and segment_close.
 */

struct segment;

/* What the core does not know; the daemon fills it for each segment_update. */
struct segment_extra {
	int64_t raw_ns; /* now, on both clocks */
	int64_t real_ns;
	uint64_t clock_steps;
	uint64_t foreign, unpaired; /* edges, see the page, as of the next */
	struct pps2shm_segment_stamps stamps;
	/* The segment itself fills clock_ns, receive_ns, leap and precision from segment_sample. */
	struct pps2shm_segment_unit units[PPS2SHM_SEGMENT_UNITS];
	struct pps2shm_segment_source sources[PPS2SHM_SEGMENT_SOURCES];
	struct pps2shm_segment_socket sockets[PPS2SHM_SEGMENT_UNITS];
};

/*
 * Makes the segment, readable by all, and locks it (flock) for as long as it is open. name begins
 * with "/"; program is the version shown to readers, config what the core was given. What a dead
 * daemon of this user left behind is taken over. NULL with err on failure; errno is EBUSY if a
 * running daemon of this user has it, EINVAL for an invalid name. Any other failure should not stop
 * the daemon: something else is in its place, or /dev/shm is full.
 */
struct segment *segment_create(const char *name, const char *program,
			       const struct core_config *config, struct error *err);

/* Writes the whole page; to be called about once a second, and when the state changes. */
void segment_update(struct segment *segment, const struct core_status *status,
		    const struct segment_extra *extra);

/* A sample that was published. */
void segment_sample(struct segment *segment, const struct core_sample *sample);

/* An event that goes to the core; cheap: it is copied into a ring. Bytes beyond 4096 are cut. */
void segment_trace(struct segment *segment, const struct event *event);

/* Was it removed or truncated? Then no reader sees it any more: close it and make a new one. */
bool segment_lost(const struct segment *segment);

/* Marks the segment as ended and removes it. NULL is allowed. */
void segment_close(struct segment *segment);
