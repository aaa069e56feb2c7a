/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/poll_edge.h"

#include <stdatomic.h>

const char *poll_outcome_name(enum poll_outcome outcome)
{
	static const char *const names[] = {"seen", "already there", "none in the window",
					    "woken too late", "the clock was set"};

	return names[outcome];
}

/* The processor must not read line and clock in another order. */
static bool look(const struct poll_eye *eye)
{
	atomic_thread_fence(memory_order_seq_cst);
	bool past = eye->past(eye->arg);

	atomic_thread_fence(memory_order_seq_cst);
	return past;
}

struct poll_edge poll_edge_find(const struct poll_eye *eye, int64_t end_ns)
{
	struct poll_edge edge = {.outcome = POLL_LATE};
	int64_t before = eye->now_ns(eye->arg), last = before;

	if (before >= end_ns) {
		return edge;
	}
	if (look(eye)) {
		edge.outcome = POLL_ALREADY;
		return edge;
	}
	edge.outcome = POLL_NONE;
	for (int64_t now = eye->now_ns(eye->arg); now < end_ns; now = eye->now_ns(eye->arg)) {
		before = last;
		last = now;
		if (look(eye)) {
			int64_t after = eye->now_ns(eye->arg);

			edge.width_ns = after - before;
			edge.at_ns = before + edge.width_ns / 2;
			edge.outcome = after < last || last < before ? POLL_CLOCK : POLL_SEEN;
			break;
		}
	}
	return edge;
}
