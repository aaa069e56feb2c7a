/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>

#include "common/error.h"
#include "ptp/packet.h"
#include "ptp/phc.h"

/* PTP's two UDP ports, over IPv4 and IPv6. */

enum { RECEIVE_SOCKETS = 4, RECEIVE_BYTES = 2048 };

struct receive_socket {
	int fd; /* -1: there is no IPv6 on this system */
	int family;
	uint16_t port;
};

struct receive {
	struct receive_socket sockets[RECEIVE_SOCKETS]; /* those of the event port first */
	struct phcs phcs;
};

/* 0, or -1 with err: another program has a port, or we may not open it. */
int receive_open(struct receive *receive, struct error *err);

/*
 * Reads the packets that wait at socket `number`, at most a batch, and gives each to take(). True if there may
 * be more. was_set() is asked once they are read: if the system clock was set, their stamps are none.
 */
bool receive_read(struct receive *receive, int number, bool (*was_set)(void *arg),
		  void (*take)(void *arg, const struct ptp_packet *packet), void *arg);

/* The socket of the general port, to send from; -1 if there is none. */
int receive_general(const struct receive *receive, int family);

void receive_close(struct receive *receive);
