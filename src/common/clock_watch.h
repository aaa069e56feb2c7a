/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * What happens to CLOCK_REALTIME: whether it was set (timerfd with TFD_TIMER_CANCEL_ON_SET,
 * timerfd_create(2)) and whether the kernel says it is synchronised (ntp_adjtime(2)).
 */
struct clock_watch {
	int fd; /* readable when the clock was set */
	bool sync;
	int64_t maxerr_us;
	bool told;       /* sync and maxerr_us have been reported once */
	int64_t seen_us; /* the error bound at the last look, reported or not */
};

/* What the kernel says about its clock. */
struct clock_view {
	int64_t raw_ns; /* when it was asked */
	bool sync;      /* also false where asking is forbidden */
	int64_t maxerr_us;
};

int clock_watch_open(struct clock_watch *watch, struct error *err);
void clock_watch_close(struct clock_watch *watch);

/* True once after each setting of the clock. Never sleeps. */
bool clock_watch_was_set(struct clock_watch *watch);

/* Asks the kernel, which takes a system call. */
void clock_watch_ask(struct clock_view *view);

/*
 * To be called once a second with what the kernel says, and repeated as long as it returns true.
 * Returns true, with sync and maxerr_us, the first time and when the kernel's view has changed: sync
 * itself, an error bound that grew by a quarter and a millisecond, or one that fell by any amount
 * while synchronised. The bound only grows by itself, so a fall is an update (core/witness.h). If a
 * growth too small to be reported preceded the fall, it is reported first, so that the fall is seen
 * as one.
 */
bool clock_watch_changed(struct clock_watch *watch, const struct clock_view *view);
