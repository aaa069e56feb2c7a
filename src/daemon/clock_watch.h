/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * What happens to CLOCK_REALTIME: whether somebody set it (timerfd with TFD_TIMER_CANCEL_ON_SET,
 * timerfd_create(2)) and whether the kernel calls it synchronised (ntp_adjtime(2)).
 */
struct clock_watch {
	int fd; /* readable when the clock was set */
	bool sync;
	int64_t maxerr_us;
	bool told; /* sync and maxerr_us have been reported once */
};

int clock_watch_open(struct clock_watch *watch, struct error *err);
void clock_watch_close(struct clock_watch *watch);

/* True once after each setting of the clock. Never sleeps. */
bool clock_watch_was_set(struct clock_watch *watch);

/*
 * Asks the kernel; true the first time and when its view has changed: another word on
 * synchronisation, or an error bound changed by a quarter or more.
 */
bool clock_watch_changed(struct clock_watch *watch);
