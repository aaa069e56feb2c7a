/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/core.h"

/*
 * chrony's SOCK refclock: one datagram a sample to a socket that chronyd makes (chrony.conf(5),
 * "refclock SOCK"; layout: struct sock_sample of its refclock_sock.c).
 */

/* A connected descriptor, or -1 if chronyd is not there (yet). */
int chrony_sock_open(const char *path);

/* Never sleeps. 0; -1 if chronyd is gone: close, and open again later. */
int chrony_sock_send(int fd, const struct core_sample *sample);

/* -1 is allowed, and set. */
void chrony_sock_close(int *fd);
