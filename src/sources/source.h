/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "common/error.h"
#include "common/ns.h"

/*
 * Where pulses and bytes come from. A driver embeds one of these structs as its first member and
 * fills the ops; open functions are in the driver's own header and return NULL with err filled.
 */

/* Why an edge is of no use: its instant on the raw clock cannot be known. */
enum pulse_refusal {
	PULSE_GOOD,
	PULSE_FOREIGN,  /* stamped before the clock was set, or in the future */
	PULSE_UNPAIRED, /* whoever read the clocks was interrupted each time */
	PULSE_REFUSALS
};

/* Where its stamp comes from. */
enum pulse_kind {
	PULSE_STAMPED,   /* the source's own stamp: the kernel's */
	PULSE_CORRECTED, /* the kernel's less what it is late by, as polling has shown */
	PULSE_POLLED,    /* the edge as polling has found it */
	PULSE_KINDS
};

struct pulse {
	bool clear;                 /* RFC 2783 clear edge; else assert */
	uint32_t seq;               /* counts edges of this kind; a gap is a lost edge */
	int64_t real_ns;            /* the source's stamp on CLOCK_REALTIME, untouched */
	int64_t raw_ns;             /* the same instant on CLOCK_MONOTONIC_RAW, converted at read */
	enum pulse_refusal refusal; /* not PULSE_GOOD: the instants mean nothing */
	enum pulse_kind kind;
	int64_t width_ns; /* of the bracket that polling has found; 0 none */
	int64_t bias_ns;  /* what the kernel's stamps are late by, as learned so far; 0 unknown */
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
	char name[96]; /* for people: "/dev/pps0 (pps@12.-1)" */
};

struct byte_source;

struct byte_ops {
	/*
	 * What is there now, never sleeping: > 0 bytes; 0 nothing; -1 the source is gone (err),
	 * which at the end of a plain file has *end set.
	 */
	ssize_t (*read)(struct byte_source *source, uint8_t *buffer, size_t size,
			struct error *err);
	/*
	 * To the receiver, never sleeping: how many of the bytes are on their way, -1 with err. NULL:
	 * it is only listened to.
	 */
	ssize_t (*write)(struct byte_source *source, const uint8_t *bytes, size_t count,
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

/* A stamp older than this at reading, or from the future, tells that the clock was set between. */
#define STAMP_AGE_MAX_NS (2 * NS_PER_S)
/* Clocks that could not be read nearer together than this are not compared. */
#define PAIRING_MAX_NS 80000

/*
 * Fills in an edge's two instants from its stamp on CLOCK_REALTIME or CLOCK_MONOTONIC, or why that
 * cannot be done. Clocks are never read at one instant; the error that makes is always late, as
 * that of an interrupt is, and that of real_ns is no larger than that of raw_ns: so whoever refuses
 * late edges by raw_ns refuses these.
 */
void pulse_place(struct pulse *pulse, clockid_t clock, int64_t stamp_ns);
