/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "ptp/clocks.h"
#include "ptp/nqptp.h"
#include "ptp/receive.h"

/* The nqptp interface brought to life: its control port, its region, and what it sends. */

enum { CONTROL_SOCKETS = 2 };

struct control {
	int fds[CONTROL_SOCKETS]; /* on 127.0.0.1 and ::1; -1 where there is no such address */
	struct nqptp nqptp;
	struct nqptp_region region; /* layout is NULL while it is closed */
};

/* A part that is off: no descriptor, and the other calls do nothing. */
void control_off(struct control *control);

/* 0, or -1 with err: another program has the port or the region. */
int control_open(struct control *control, struct error *err);

/* Reads the commands that wait, and takes their peers as clocks to be preferred. */
void control_read(struct control *control, struct ptp_clocks *clocks);

/* After each clocks_packet() that had a clock. */
void control_taken(struct control *control, const struct ptp_packet *packet,
		   const struct ptp_message *message, const struct ptp_taken *taken);

/* Sends what is due, and writes what has changed. */
void control_look(struct control *control, const struct receive *receive, int64_t raw_ns);

/* When it is next to be called; INT64_MAX: when something came. */
int64_t control_due_raw_ns(const struct control *control);

void control_close(struct control *control);
