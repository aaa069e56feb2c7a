/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What the lab's receiver is told: how it behaves, and what befalls it at which second. */

enum script_action {
	SCRIPT_PULSE,  /* 0 off, 1 on */
	SCRIPT_SERIAL, /* 0 silent, 1 talking */
	SCRIPT_FIX,    /* 0 lost, 1 back */
	SCRIPT_LATE,   /* this second's pulse comes so many µs late */
	SCRIPT_EDGE,   /* one more edge, so many ms after this second's pulse */
	SCRIPT_LAG,    /* bursts now begin so many ms after their pulse */
	SCRIPT_WIDTH,  /* pulses now last so many ms */
	SCRIPT_JUMP,   /* the time in the sentences jumps by so many seconds */
	SCRIPT_LEAP,   /* 1: this second is 23:59:60; -1: this second (23:59:59) does not exist */
	SCRIPT_PPB,    /* from here on true time runs so many ppb faster than the raw clock */
	SCRIPT_WANDER, /* from here on that wanders, by so many ppb a minute */
};

struct script_line {
	int64_t second; /* since the receiver's first pulse */
	enum script_action action;
	int64_t value;
};

#define SCRIPT_LINES_MAX 64

struct script {
	const char *pull;      /* the gpio-sim line's pull file; NULL: no pulses */
	const char *edge;      /* /dev/labedge in its place; NULL: none */
	bool inverted;         /* a pulse is low */
	const char *tty;       /* NULL: no sentences */
	const char *log;       /* truth goes here; NULL: nowhere */
	const char *sentences; /* RMC VTG GGA …, in that order */
	long baud;
	int64_t seconds;    /* ends after so many; 0: at SIGTERM */
	int64_t ahead_ns;   /* true time minus the lab's clock at the start */
	int64_t ppb;        /* how much faster true time runs than the lab's raw clock */
	int64_t wander_ppb; /* sigma of what that changes in a minute, a random walk */
	int64_t width_ns;
	int64_t lag_ns;
	int64_t lag_sigma_ns;
	int64_t lag_drift_ns; /* a second */
	int64_t noise_ns;     /* sigma of the pulses */
	/* With edge: the interrupt is late by this, its sigma, and one that is exponential. */
	int64_t stamp_late_ns, stamp_sigma_ns, stamp_tail_ns;
	uint64_t seed;
	struct script_line lines[SCRIPT_LINES_MAX];
	int count;
};

/* Ends the program with a line on standard error if the command line is wrong. */
void script_parse(struct script *script, int argc, char **argv);
