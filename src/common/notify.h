/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

/*
 * sd_notify(3) without libsystemd: one datagram to $NOTIFY_SOCKET. All do nothing outside systemd.
 */
void notify_send(const char *message);

/* Half of the time within which systemd wants WATCHDOG=1 from this process, ns; 0: it does not. */
int64_t notify_watchdog_ns(void);
