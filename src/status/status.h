/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "status/pps2shm_segment.h"

/* A snapshot of the status segment, judged, and shown to people and programs. */

enum { STATUS_ADVICE_MAX = 8 };

struct status {
	bool alive;                          /* a daemon is there and its heart beats */
	bool healthy;                        /* ... and PPS time is being published */
	int64_t raw_ns;                      /* when it was judged */
	char verdict[400];                   /* one sentence */
	char advice[STATUS_ADVICE_MAX][400]; /* what is missing and what to do */
	int advices;
	struct pps2shm_segment_snapshot segment; /* zeros if there is none */
};

/* raw_ns: now. */
void status_judge(struct status *status, const struct pps2shm_segment_snapshot *segment,
		  int64_t raw_ns);

/*
 * After status_judge(): names the other daemon that writes to a unit of ours, if the daemon has
 * seen that somebody does, by the segment that it shows in folder ("/dev/shm"), or else the program
 * that by proc ("/proc") has used the unit.
 */
void status_name_rivals(struct status *status, const char *folder, const char *proc);

/*
 * After status_judge(): what to do about units that nobody reads. daemon: the time daemon that runs,
 * "ntpd" or "chronyd"; "" if that cannot be seen; NULL: none.
 */
void status_advise_unread(struct status *status, const char *daemon);

/* There is no segment to judge; why as a part of a sentence. */
void status_judge_none(struct status *status, const char *why, int64_t raw_ns);

/* Is the time that the daemon publishes a simulated receiver's? */
bool status_simulated(const struct status *status);

/* Has the pulse source delivered within the last seconds? */
bool status_pps_enabled(const struct status *status);

/* How full the receiver's line is on average, in percent; -1: not known, or no UART. */
int status_line_percent(const struct status *status);

/* From more than so many percent on people are told. */
enum { STATUS_LINE_FULL = 80 };

/* Does the unit for PPS time hold a sample that ntpd would take? */
bool status_shm_valid(const struct status *status);

/* In how many seconds time alone will have confirmed the leap seconds; 0: that is not known. */
int64_t status_leap_left_s(const struct status *status);

/* Is a socket of chrony's open to us, but full, because nobody reads it? */
bool status_socket_stuck(const struct status *status, int role);

void status_print(const struct status *status, FILE *out);
