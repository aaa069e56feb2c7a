/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/ns.h"

/*
 * Where pulses and bytes come from. A driver embeds one of these structs as its first member and
 * fills the ops; open functions are in the driver's own header and return NULL with err filled.
 */

struct pulse {
	bool clear;      /* RFC 2783 clear edge; else assert */
	uint32_t seq;    /* counts edges of this kind; a gap is a lost edge */
	int64_t real_ns; /* the source's own stamp on CLOCK_REALTIME, untouched */
	int64_t raw_ns;  /* the same instant on CLOCK_MONOTONIC_RAW, converted at read */
};

struct pulse_source;

struct pulse_ops {
	/*
	 * Sleeps until an edge that read() has not returned yet, or timeout. Called by the pulse
	 * thread only, without lock. 1 edge, 0 timeout or signal, -1 the source is gone (err).
	 */
	int (*wait)(struct pulse_source *source, int timeout_ms, struct error *err);
	/* The next edge not returned yet, never sleeping. 1 edge, 0 none, -1 gone (err). Locked. */
	int (*read)(struct pulse_source *source, struct pulse *pulse, struct error *err);
	void (*close)(struct pulse_source *source);
};

struct pulse_source {
	const struct pulse_ops *ops;
	char name[96];    /* for people: "/dev/pps0 (pps@12.-1)" */
	uint64_t dropped; /* edges whose stamp stamp_to_raw() refused; written by read() */
};

struct byte_source;

struct byte_ops {
	/*
	 * What is there now, never sleeping: > 0 bytes; 0 nothing; -1 the source is gone (err),
	 * which at the end of a plain file has *end set.
	 */
	ssize_t (*read)(struct byte_source *source, uint8_t *buffer, size_t size,
			struct error *err);
	/* Called about once a second with the raw clock: baud search. May be NULL. */
	void (*tick)(struct byte_source *source, int64_t raw_ns);
	void (*close)(struct byte_source *source);
};

struct byte_source {
	const struct byte_ops *ops;
	int fd;       /* to poll(2) for input (not epoll: plain files); stays the same while open */
	uint32_t bps; /* bit rate of the line now; 0 unknown or not a UART */
	bool searching; /* bit rate not yet found: read() swallows what comes and returns 0 */
	bool end;       /* a plain file came to its end: opening it again is pointless */
	char name[96];  /* for people: "/dev/serial0 (/dev/ttyAMA0)" */
};

/* CLOCK_MONOTONIC_RAW and CLOCK_REALTIME read as close together as one can. */
void clocks_read(int64_t *raw_ns, int64_t *real_ns);

/* The same with CLOCK_MONOTONIC, which libgpiod 1 stamps with. */
void clocks_read_mono(int64_t *raw_ns, int64_t *real_ns, int64_t *mono_ns);

/* A stamp older than this at reading, or from the future, tells that the clock was set between. */
#define STAMP_AGE_MAX_NS (2 * NS_PER_S)

/*
 * The raw instant of an edge stamped stamp_ns on a clock that read now_ns when the raw clock read
 * raw_now_ns. False if the stamp's age is not within 0..STAMP_AGE_MAX_NS: then the stamp belongs to
 * another setting of the clock, and its edge must be dropped.
 */
bool stamp_to_raw(int64_t stamp_ns, int64_t raw_now_ns, int64_t now_ns, int64_t *raw_ns);
