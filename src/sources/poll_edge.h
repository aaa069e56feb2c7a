/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * An edge found by looking: the line is asked over and over, with the clock read before and after
 * each look. The edge came between the last look that did not see it and the first that did; so its
 * bracket reaches from the reading before the one to the reading after the other, and its instant is
 * the middle. An interrupted look makes the bracket wide, never the answer wrong by more than half of
 * it. Pure: line and clock are the caller's.
 */
struct poll_eye {
	bool (*past)(void *arg);      /* is the line as it is after the edge? */
	int64_t (*now_ns)(void *arg); /* any clock */
	void *arg;
};

enum poll_outcome {
	POLL_SEEN,
	POLL_ALREADY, /* past its edge at the first look: we came late, or it is another line */
	POLL_NONE,    /* no edge by the end of the window */
	POLL_LATE,    /* the window was over at the first look */
	POLL_CLOCK,   /* the clock was set: back within the bracket, as far as is seen here */
	POLL_OUTCOMES
};

/* "seen", "already there", ... */
const char *poll_outcome_name(enum poll_outcome outcome);

struct poll_edge {
	enum poll_outcome outcome;
	int64_t at_ns;    /* the middle of the bracket; POLL_SEEN alone */
	int64_t width_ns; /* of the bracket */
};

/* Looks from now until the edge is seen or the clock reads end_ns. */
struct poll_edge poll_edge_find(const struct poll_eye *eye, int64_t end_ns);
