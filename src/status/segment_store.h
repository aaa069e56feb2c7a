/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "status/pps2shm_segment.h"

/*
 * The shared memory object of the status segment: made, locked, taken over from the dead, removed.
 */
struct segment_store {
	struct pps2shm_segment_layout *layout; /* all zeros after opening */
	int fd;
	char name[64];
};

/* 0, or -1 with err and errno as segment_create() has them. One at a time in a process. */
int segment_store_open(struct segment_store *store, const char *name, struct error *err);
/* Was it removed or truncated? Stores are still harmless, but no reader sees them. */
bool segment_store_lost(const struct segment_store *store);
void segment_store_remove(struct segment_store *store);
