/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * The region that audio programs read: POSIX shared memory /nqptp, mode 0644, as nqptp 1.2 has it.
 *
 * A reader copies it twice, with a barrier between, and takes the first copy's main if it equals the
 * second copy's secondary. There is no lock, so no reader can hold up the writer.
 */
#define NQPTP_SMI_VERSION 10
#define NQPTP_REGION_NAME "/nqptp"

/* All zero: no master. Nanoseconds of CLOCK_MONOTONIC_RAW, and a difference modulo 2^64. */
struct nqptp_set {
	uint64_t master_clock_id; /* the grandmaster's identity */
	uint64_t local_time;      /* of the last Sync */
	uint64_t local_to_master_time_offset;
	uint64_t master_clock_start_time; /* local time since when this master is followed */
};

struct nqptp_layout {
	uint16_t version; /* 0: not made yet, or the daemon has ended */
	struct nqptp_set main;
	struct nqptp_set secondary;
};

static_assert(sizeof(struct nqptp_layout) == 72, "nqptp region");
static_assert(offsetof(struct nqptp_layout, main) == 8, "nqptp region: main");
static_assert(offsetof(struct nqptp_layout, secondary) == 40, "nqptp region: secondary");

struct nqptp_region {
	struct nqptp_layout *layout; /* NULL: it could not be opened */
	int fd;
	char name[64];
};

/*
 * Makes the region, or takes over what a dead daemon of ours left, and empties it. To be called when
 * the control port is ours: nqptp holds that as long as it runs. What that does not show (a program in
 * another network namespace that shares our /dev/shm): one of ours holds a lock on the region; another
 * one's is seen because it changes, which is waited for 1.5 s if it was written in the last ten.
 *
 * 0, or -1 with err.
 */
int nqptp_region_open(struct nqptp_region *region, const char *name, struct error *err);

/*
 * Takes 3 us: a reader's two copies are nearer to one another than that, so they cannot show it the
 * same half of a write in both sets.
 */
void nqptp_region_write(struct nqptp_region *region, const struct nqptp_set *set);

/* Version 0 for who still maps it, and the name removed. */
void nqptp_region_close(struct nqptp_region *region);
