/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/robust.h"

/* Edges of a train that a line is fitted to, at most. */
#define FIT_MAX 8

/*
 * The line through the first pulses. Some of them may be late, each by its own delay; those that
 * are not agree with one another: the line is taken that most edges lie on.
 */
struct fit {
	int64_t error_q16;       /* of the second: what the train's seconds are longer by, ns */
	int64_t offset_ns;       /* of the line from the newest edge */
	struct robust residuals; /* of the edges on it */
	bool newest;             /* the newest edge is one of them */
	int seconds;             /* from the first of them to the last */
};

/*
 * phase: how late the edge i seconds ago was, counted in true seconds of the raw clock; edges
 * within reach_ns lie on the line. Its second is wrong by less than error_ns. False if there are
 * not `needed` of them on any credible one.
 */
bool fit_train(struct fit *fit, const struct robust *phase, int64_t error_ns, int64_t reach_ns,
	       int needed);
