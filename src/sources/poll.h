/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/poll_line.h"

/*
 * The kernel's pulses (sources/pps.h), each stamped by its edge as polling has found it
 * (sources/poll_track.h); where it has not, by the kernel. wait() polls, so the thread that calls it
 * is readied for that (poll_line_prepare_thread). If the line cannot be read, these are the kernel's
 * stamps less bias_ns, and why says so; "" if it can. Once it
 * can, the source is gone, to be opened anew. What options point to must stay.
 *
 * bias_ns: how late the kernel's stamps are by an earlier measurement; 0: not known.
 */
struct pulse_source *poll_open(const struct poll_line_options *options, int64_t bias_ns,
			       struct error *why, struct error *err);
