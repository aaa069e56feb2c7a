/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "core/core.h"

/*
 * chrony's SOCK refclock: one datagram per sample to a socket that chronyd makes (chrony.conf(5),
 * "refclock SOCK"; layout: struct sock_sample of its refclock_sock.c). chronyd makes a new one at
 * each start, for root only; changing its owner is not done here.
 */
struct chrony_sock {
	const char *path; /* empty: none */
	int fd;           /* -1 while it is not connected */
	atomic_bool
		ended; /* a send found that chronyd has: the next take() gives the descriptor up */
	int64_t since_raw_ns; /* connected, or not, since */
	int64_t sent_raw_ns;  /* last sample sent */
	uint64_t sent;
	uint64_t lost;      /* samples dropped because chronyd's queue was full */
	uint64_t losses;    /* connections that ended */
	struct error error; /* why it is not connected */
	struct error told;  /* the same, as last logged */
};

/* path is kept, not copied. Nothing is opened yet. */
void chrony_sock_init(struct chrony_sock *sock, const char *path);

/* Never sleeps; does nothing while it is not connected. */
void chrony_sock_send(struct chrony_sock *sock, const struct core_sample *sample, int64_t raw_ns);

/* What chrony_sock_look() found, and after chrony_sock_take() what is to be closed. */
struct chrony_sock_found {
	int fd, old; /* -1: none */
	struct error error;
};

/*
 * To be called about once a second, by one thread: connects where that is missing. Only take() needs
 * the lock that chrony_sock_send() is called under; it makes no system call.
 */
void chrony_sock_look(const struct chrony_sock *sock, struct chrony_sock_found *found);
void chrony_sock_take(struct chrony_sock *sock, struct chrony_sock_found *found, int64_t raw_ns);
void chrony_sock_drop(struct chrony_sock_found *found);

void chrony_sock_close(struct chrony_sock *sock);
