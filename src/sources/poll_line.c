/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/poll_line.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "common/clock.h"
#include "sources/pps_find.h"

/* A change of the clock by less is that of a reader who was interrupted. */
#define SET_LEAST_NS NS_PER_MS

void poll_line_prepare_thread(void)
{
	struct sched_param priority = {.sched_priority = 1};
	cpu_set_t allowed, last;

	prctl(PR_SET_TIMERSLACK, 1UL);
	if (sched_getscheduler(0) == SCHED_OTHER) {
		sched_setscheduler(0, SCHED_FIFO, &priority);
	}
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
		return;
	}
	for (size_t i = CPU_SETSIZE - 1; i > 0; i--) {
		if (CPU_ISSET(i, &allowed)) {
			CPU_ZERO(&last);
			CPU_SET(i, &last);
			sched_setaffinity(0, sizeof(last), &last);
			return;
		}
	}
}

/* "0": a list of one processor. What cannot be read is taken for several. */
static bool is_alone(const char *online)
{
	char list[64] = "-";
	FILE *file = fopen(online, "re");

	if (file) {
		list[fread(list, 1, sizeof(list) - 1, file)] = '\0';
		fclose(file);
	}
	return !strpbrk(list, "-,");
}

int poll_line_open(struct poll_line *line, const struct poll_line_options *options,
		   struct error *err)
{
	const char *platform = options->platform ? options->platform : "/sys/bus/platform/devices";
	struct level_options level = {
		.mem = options->mem, .device_tree = options->device_tree, .dev = options->dev};
	struct pps_device device;
	struct pps_wire wire = {0};

	if (is_alone(options->online ? options->online : "/sys/devices/system/cpu/online")) {
		return error_set(
			err,
			"this machine has one processor: the pulse's interrupt would come into the polling, and the answer would mean nothing");
	}
	if (pps_find_device(options->pps->sysfs ? options->pps->sysfs : PPS_SYSFS,
			    options->pps->device, options->pps->gpio, &device, err) ||
	    (pps_find_wire(platform, &device, &wire, err) && options->gpio < 0)) {
		return -1;
	}
	line->gpio = options->gpio < 0 ? wire.gpio : options->gpio;
	line->falling = wire.falling != options->pps->clear;
	level.gpio = line->gpio;
	return level_open(&line->level, &level, err);
}

void poll_line_close(struct poll_line *line)
{
	level_close(&line->level);
}

static bool is_past(void *arg)
{
	const struct poll_line *line = arg;

	return level_read(&line->level) != line->falling;
}

static int64_t real_ns(void *arg)
{
	(void)arg;
	return clock_ns(CLOCK_REALTIME);
}

/* Slewing bends both alike: it changes when the clock is set, and by what reading both takes. */
static int64_t set_by_ns(void)
{
	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
}

struct poll_edge poll_line_watch(const struct poll_line *line, int64_t expected_ns, int64_t half_ns)
{
	struct poll_edge edge = {.outcome = POLL_LATE};
	struct poll_eye eye = {is_past, real_ns, (void *)line};
	int64_t was_ns = set_by_ns();
	int64_t left = expected_ns - half_ns - clock_ns(CLOCK_REALTIME);

	/* A clock that was set could have us sleep for years. */
	if (left > 2 * NS_PER_S) {
		return edge;
	}
	if (left > 0) {
		struct timespec until = ns_timespec(clock_ns(CLOCK_MONOTONIC) + left);

		/* A signal is to be heeded by the caller, not waited out by polling. */
		if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
			return edge;
		}
	}
	edge = poll_edge_find(&eye, expected_ns + half_ns);
	if (llabs(set_by_ns() - was_ns) > SET_LEAST_NS) {
		edge.outcome = POLL_CLOCK;
	}
	return edge;
}
