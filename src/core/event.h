/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All that can enter the core. The letters are those of the capture format (docs/capture.md).
 *
 * Every event carries the same instant on two clocks: raw_ns on CLOCK_MONOTONIC_RAW, which nobody
 * sets or slews, and real_ns on CLOCK_REALTIME (Unix epoch), which may be wrong or stepped.
 * Events reach the core in the order of raw_ns.
 *
 * Times further from zero than these are taken as these, so that no difference can overflow. (Of a
 * capture, in which raw times up to EVENT_REAL_MAX are allowed, too.)
 */
#define EVENT_RAW_MAX  (INT64_MAX / 8) /* 36 years of uptime */
#define EVENT_REAL_MAX (INT64_MAX / 2) /* 146 years: until 2116 */

enum event_type {
	EVENT_PULSE = 'P',
	EVENT_BYTES = 'S',
	EVENT_CLOCK = 'K',
	EVENT_STEP = 'J',
	EVENT_SOURCE = 'X',
	EVENT_TICK = 'T',
	EVENT_OFFSET = 'O',
};

struct event {
	enum event_type type;
	int64_t raw_ns;
	int64_t real_ns;
	union {
		/* A pulse edge; the times are the edge's own instant. */
		struct {
			bool clear; /* the edge that RFC 2783 calls clear; else assert */
			uint32_t seq;
			/* For people alone; enum pulse_kind of sources/source.h. */
			uint8_t kind;      /* 0 stamped, 1 corrected, 2 polled */
			uint32_t width_ns; /* of the polled bracket; 0 none */
			int32_t bias_ns;   /* what the kernel's stamps are late by; 0 unknown */
		} pulse;
		/* What one read returned, at that instant. */
		struct {
			uint32_t bps; /* bit rate of the line; 0: unknown or not a UART */
			const uint8_t *data;
			size_t len;
			/*
			 * Above 0: nobody looked at the line since then, on purpose; nothing had come
			 * up to then since the read before, and when these bytes came is not known.
			 */
			int64_t since_raw_ns;
		} bytes;
		/* The kernel's view of its own clock, from ntp_adjtime(2). */
		struct {
			bool sync;
			int64_t maxerr_us;
		} clock;
		/* core_config.pps_offset_ns is another one from now on. */
		struct {
			int64_t pps_offset_ns;
		} offset;
		/* A source went away or came back. */
		struct {
			bool pps; /* else serial */
			bool back;
		} source;
	};
};
