/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/clock_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

#include "common/clock.h"

/* A growth of the error bound by less is nobody's business. */
#define MAXERR_STEP_US 1000

static int arm(int fd)
{
	/* Far beyond any clock, so that it never fires: only its cancellation matters. */
	struct itimerspec never = {.it_value.tv_sec = sizeof(time_t) > 4 ? (time_t)1 << 33
									 : (time_t)INT32_MAX};

	return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

int clock_watch_open(struct clock_watch *watch, struct error *err)
{
	*watch = (struct clock_watch){0};
	watch->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (watch->fd < 0 || arm(watch->fd) != 0) {
		return error_set(err, "cannot watch the system clock (timerfd): %s",
				 strerror(errno));
	}
	return 0;
}

void clock_watch_close(struct clock_watch *watch)
{
	close(watch->fd);
	watch->fd = -1;
}

bool clock_watch_was_set(struct clock_watch *watch)
{
	uint64_t expirations;

	return read(watch->fd, &expirations, sizeof(expirations)) < 0 && errno == ECANCELED;
}

void clock_watch_ask(struct clock_view *view)
{
	struct timex kernel = {.modes = 0};
	int64_t asked_raw_ns = raw_now_ns();
	int state = adjtimex(&kernel);

	*view = (struct clock_view){.raw_ns = asked_raw_ns};
	if (state >= 0) {
		view->sync = state != TIME_ERROR && !(kernel.status & STA_UNSYNC);
		view->maxerr_us = kernel.maxerror;
	}
}

static bool tell(struct clock_watch *watch, bool sync, int64_t maxerr_us)
{
	watch->told = true;
	watch->sync = sync;
	watch->maxerr_us = maxerr_us;
	return true;
}

bool clock_watch_changed(struct clock_watch *watch, const struct clock_view *view)
{
	int64_t before = watch->seen_us;
	int64_t change;

	if (!watch->told || view->sync != watch->sync) {
		watch->seen_us = view->maxerr_us;
		return tell(watch, view->sync, view->maxerr_us);
	}
	if (view->sync && view->maxerr_us < before && before > watch->maxerr_us) {
		return tell(watch, view->sync, before); /* and the fall at the next call */
	}
	watch->seen_us = view->maxerr_us;
	change = llabs(view->maxerr_us - watch->maxerr_us);
	if ((view->sync && view->maxerr_us < watch->maxerr_us) ||
	    (change >= MAXERR_STEP_US && change >= watch->maxerr_us / 4)) {
		return tell(watch, view->sync, view->maxerr_us);
	}
	return false;
}
