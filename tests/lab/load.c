/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * usage: lab_load
 *
 * A busy machine, from 2 ms before each second until 2 ms after it: a process that takes all of the
 * processor it gets, and one of high real-time priority that takes it from everybody, as interrupts
 * do on the last processor of a busy board: for 5 us on average, a thousand times a second. In
 * virtual time only what reads the clock takes time, so that is all they do; and to do it all the
 * second long would take minutes.
 */
#include <err.h>
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "true_time.h"

#define SECOND_NS     INT64_C(1000000000)
#define AROUND_NS     INT64_C(2000000)
#define BURST_NS      5000.0
#define BETWEEN_NS    1000000.0
#define PRIORITY_MOST 90

static int64_t exponential(double mean_ns)
{
	return (int64_t)(-mean_ns * log(1 - drand48()));
}

static void sleep_until(int64_t ns)
{
	struct timespec until = {.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};

	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL);
}

static void spin_until(int64_t ns)
{
	while (clock_read_ns(CLOCK_REALTIME) < ns) {
	}
}

static void interrupt_until(int64_t end_ns)
{
	int64_t now;

	while ((now = clock_read_ns(CLOCK_REALTIME)) < end_ns) {
		spin_until(now + exponential(BURST_NS));
		sleep_until(clock_read_ns(CLOCK_REALTIME) + exponential(BETWEEN_NS));
	}
}

int main(void)
{
	struct sched_param priority = {.sched_priority = PRIORITY_MOST};
	bool interrupts = fork() == 0;

	prctl(PR_SET_TIMERSLACK, 1UL);
	if (interrupts && sched_setscheduler(0, SCHED_FIFO, &priority)) {
		err(1, "SCHED_FIFO");
	}
	for (;;) {
		int64_t now = clock_read_ns(CLOCK_REALTIME);
		int64_t next = (now / SECOND_NS + 1) * SECOND_NS - AROUND_NS;

		if (next < now) { /* still around this one */
			next += SECOND_NS;
		}
		sleep_until(next);
		if (interrupts) {
			interrupt_until(next + 2 * AROUND_NS);
		} else {
			spin_until(next + 2 * AROUND_NS);
		}
	}
}
