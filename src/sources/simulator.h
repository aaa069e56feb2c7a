/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/receiver.h"
#include "sources/source.h"

/*
 * A healthy receiver played against CLOCK_REALTIME, for the demo: a pulse at each whole second and
 * a burst after it. What it does in a second is a function of the second and the seed alone, so the
 * pulse source and the byte source need not know of each other.
 */
struct simulator_config {
	struct receiver_config receiver;
	int64_t pulse_jitter_ns; /* rms */
	int64_t lag_ns;          /* second to first bit of the burst */
	int64_t lag_jitter_ns;   /* rms */
	uint64_t seed;
};

/* receiver_default(), pulses 1 µs rms, bursts after 120 ms with 8 ms rms. */
void simulator_default(struct simulator_config *config);

/* The instants of second utc_s, in ns since 1970: its pulse; the start of its burst. */
int64_t simulator_pulse_ns(const struct simulator_config *config, int64_t utc_s);
int64_t simulator_burst_ns(const struct simulator_config *config, int64_t utc_s);

/* config is copied (its strings are not). NULL on failure. */
struct pulse_source *simulator_pulses(const struct simulator_config *config, struct error *err);

/*
 * Bytes come as from a UART with an 8-byte FIFO at the receiver's bit rate. The descriptor is a
 * timer; like a UART's it is readable while bytes wait.
 */
struct byte_source *simulator_bytes(const struct simulator_config *config, struct error *err);
