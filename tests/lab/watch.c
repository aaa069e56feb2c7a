/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * A witness of its own beside the daemon: logs what the kernel stamped and what the units hold,
 * without consuming and without a line of the project's code.
 *
 *	K <seq> <real>                                                the kernel's assert stamp
 *	S <unit> <raw seen> <count> <clock> <receive> <leap> <precision>  a new sample
 *
 * usage: lab_watch EVERY_MS COARSE_UNIT PPS_UNIT >LOG        ends at SIGTERM
 */
#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

#include "true_time.h"

#define SECOND_NS INT64_C(1000000000)

/* As every NTP daemon has it; ntpd's refclock_shm.c names the fields. */
struct segment {
	int mode;
	int count;
	time_t clock_s;
	int clock_us;
	time_t receive_s;
	int receive_us;
	int leap;
	int precision;
	int nsamples;
	int valid;
	unsigned int clock_ns;
	unsigned int receive_ns;
	int dummy[8];
};

struct unit {
	int number;
	const volatile struct segment *segment;
	int count;
	int64_t clock_ns, receive_ns;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void attach(struct unit *unit)
{
	int id = shmget(0x4e545030 + unit->number, 0, 0);

	if (id >= 0) {
		const void *at = shmat(id, NULL, SHM_RDONLY);

		unit->segment = at == (void *)-1 ? NULL : at;
	}
}

static int64_t join(time_t s, int us, unsigned int ns)
{
	/* Nanoseconds count only where they go with the microseconds: ntpd's own rule. */
	return s * SECOND_NS +
	       (ns - (unsigned int)us * 1000 < 1000 ? (int64_t)ns : us * INT64_C(1000));
}

static void look_at_unit(struct unit *unit)
{
	struct segment copy;

	if (!unit->segment) {
		attach(unit);
		return;
	}
	int before = unit->segment->count;

	if (before == unit->count) {
		return;
	}
	__sync_synchronize();
	memcpy(&copy, (const void *)unit->segment, sizeof(copy));
	__sync_synchronize();
	if (unit->segment->count != before || before % 2) {
		return; /* being written: next time */
	}
	unit->count = before;

	int64_t clock_ns = join(copy.clock_s, copy.clock_us, copy.clock_ns);
	int64_t receive_ns = join(copy.receive_s, copy.receive_us, copy.receive_ns);

	if (clock_ns != unit->clock_ns || receive_ns != unit->receive_ns) {
		unit->clock_ns = clock_ns;
		unit->receive_ns = receive_ns;
		printf("S %d %" PRId64 " %d %" PRId64 " %" PRId64 " %d %d\n", unit->number,
		       clock_read_ns(CLOCK_MONOTONIC_RAW), before, clock_ns, receive_ns, copy.leap,
		       copy.precision);
	}
}

static void look_at_kernel(unsigned long *last)
{
	FILE *file = fopen("/sys/class/pps/pps0/assert", "re");
	long s, ns;
	unsigned long seq;

	if (!file) {
		return;
	}
	if (fscanf(file, "%ld.%ld#%lu", &s, &ns, &seq) == 3 && seq && seq != *last) {
		*last = seq;
		printf("K %lu %" PRId64 "\n", seq, s * SECOND_NS + ns);
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stop};
	unsigned long last = 0;

	if (argc != 4) {
		errx(2, "usage: lab_watch EVERY_MS COARSE_UNIT PPS_UNIT");
	}
	struct unit coarse = {.number = atoi(argv[2])};
	struct unit pps = {.number = atoi(argv[3])};
	int every_ms = atoi(argv[1]);
	struct timespec nap = {.tv_sec = every_ms / 1000, .tv_nsec = every_ms % 1000 * 1000000L};

	sigaction(SIGTERM, &action, NULL);
	setlinebuf(stdout);
	/* What stands there from before is no news. */
	attach(&coarse);
	attach(&pps);
	coarse.count = coarse.segment ? coarse.segment->count : 0;
	pps.count = pps.segment ? pps.segment->count : 0;
	while (!stopped) {
		look_at_unit(&coarse);
		look_at_unit(&pps);
		look_at_kernel(&last);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
	}
	return 0;
}
