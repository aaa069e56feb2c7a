/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * usage: bench_poll [SECONDS]
 *
 * What polling an edge a second costs, and how near the truth it comes, by the real clock and
 * scheduler of this machine: a page in memory stands for the registers (so a look costs nanoseconds,
 * and not 0.1 us as on a BCM2711 or 0.95 us as on an RP1), and another process changes the level and
 * notes when. The kernel's stamp is taken to be 12 us late. No verdict but that edges are found.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "sources/poll_line.h"
#include "sources/poll_track.h"

#define GPIO        18
#define LATE_NS     12000
#define EARLY_NS    (200 * INT64_C(1000)) /* so long before it the other process spins */
#define SECONDS     60
#define SECONDS_MAX 3600
/* Until the window has shrunk. */
#define LEARNT 20

/* What the two processes share. */
struct shared {
	volatile int64_t begin_ns, made_ns, took_ns;
};

static char folder[] = "/tmp/bench-poll-XXXXXX";

static void put(const char *name, const char *bytes, size_t size)
{
	char path[80];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!(file = fopen(path, "w")) || fwrite(bytes, 1, size, file) != size || fclose(file)) {
		err(1, "%s", path);
	}
}

static volatile uint32_t *make_page(void)
{
	char path[80];
	static const char zeros[0x1000];
	int fd;
	void *page;

	if (!mkdtemp(folder)) {
		err(1, "%s", folder);
	}
	put("compatible", "brcm,bcm2711", sizeof("brcm,bcm2711"));
	put("gpiomem", zeros, sizeof(zeros));
	snprintf(path, sizeof(path), "%s/gpiomem", folder);
	fd = open(path, O_RDWR);
	page = mmap(NULL, sizeof(zeros), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd < 0 || page == MAP_FAILED) {
		err(1, "%s", path);
	}
	return (volatile uint32_t *)page + 0x34 / 4;
}

/*
 * The pin: up at each second of begin_ns, down half a second later. As wires are, it is in time
 * whatever runs, as far as that is permitted; on the first processor, as the poller is on the last.
 */
static void drive(volatile uint32_t *level, struct shared *shared)
{
	struct sched_param priority = {.sched_priority = 2};
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	sched_setscheduler(0, SCHED_FIFO, &priority);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_TIMERSLACK, 1UL);
	for (int64_t at = shared->begin_ns;; at += NS_PER_S) {
		struct timespec before = ns_timespec(at - EARLY_NS);
		struct timespec half = ns_timespec(at + NS_PER_S / 2);
		int64_t now;

		clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &before, NULL);
		while ((now = clock_ns(CLOCK_REALTIME)) < at) {
		}
		*level = UINT32_C(1) << GPIO;
		shared->took_ns = clock_ns(CLOCK_REALTIME) - now;
		shared->made_ns = now + shared->took_ns / 2;
		clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &half, NULL);
		*level = 0;
	}
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void show(int64_t *off, int64_t *widths, int count, const int *kinds, int64_t cpu_ns)
{
	if (count == 0) {
		errx(1, "no pulse whose instant is known");
	}
	qsort(off, (size_t)count, sizeof(*off), by_size);
	qsort(widths, (size_t)count, sizeof(*widths), by_size);
	printf("%d polled, %d corrected, %d as stamped; off by %.2f us in the median, %.2f at 99 %%, %.2f at most; brackets %.2f us; %.0f us of processor a second (%.3f %%)\n",
	       kinds[PULSE_POLLED], kinds[PULSE_CORRECTED], kinds[PULSE_STAMPED],
	       (double)off[count / 2] / 1e3, (double)off[count * 99 / 100] / 1e3,
	       (double)off[count - 1] / 1e3, (double)widths[count / 2] / 1e3,
	       (double)cpu_ns / count / 1e3, (double)cpu_ns / count / 1e7);
}

/* Returns how many of the pulses were found by polling. */
static int poll_pulses(const struct poll_line *line, struct shared *shared, int seconds)
{
	static int64_t off[SECONDS_MAX], widths[SECONDS_MAX];
	struct poll_edge edge = {.outcome = POLL_LATE};
	struct poll_track track;
	int64_t cpu_ns = 0, half_ns, at = shared->begin_ns;
	int kinds[PULSE_KINDS] = {0}, count = 0;

	poll_track_init(&track, 0);
	for (int i = 0; i < seconds + LEARNT; i++, at += NS_PER_S) {
		struct timespec later = ns_timespec(at + 20 * NS_PER_MS);

		clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &later, NULL);
		struct poll_stamp stamp =
			poll_track_take(&track, shared->made_ns + LATE_NS, &edge, false);

		/* Where the pin was interrupted nobody knows when it moved. */
		if (i >= LEARNT && shared->took_ns < 1000) {
			widths[count] = stamp.width_ns;
			off[count++] = llabs(stamp.at_ns - shared->made_ns);
			kinds[stamp.kind]++;
		} else if (i < LEARNT) {
			cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		}
		int64_t expected_ns;

		poll_track_next(&track, &expected_ns, &half_ns);
		edge = poll_line_watch(line, expected_ns, half_ns);
	}
	show(off, widths, count, kinds, clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns);
	return kinds[PULSE_POLLED];
}

int main(int argc, char **argv)
{
	const struct pps_options pps = {.device = "/dev/pps0", .gpio = -1};
	const struct poll_line_options options = {
		.pps = &pps, .gpio = GPIO, .device_tree = folder, .dev = folder};
	int seconds = argc > 1 ? atoi(argv[1]) : SECONDS;
	volatile uint32_t *level = make_page();
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char path[80];
	struct poll_line line;
	struct error error;
	pid_t driver;

	if (seconds < 1 || seconds > SECONDS_MAX || shared == MAP_FAILED) {
		errx(2, "usage: bench_poll [SECONDS]");
	}
	shared->begin_ns = (clock_ns(CLOCK_REALTIME) / NS_PER_S + 2) * NS_PER_S;
	if ((driver = fork()) == 0) {
		drive(level, shared);
	}
	if (poll_line_open(&line, &options, &error)) {
		errx(1, "%s", error.text);
	}
	poll_line_prepare_thread();
	int polled = poll_pulses(&line, shared, seconds);

	kill(driver, SIGKILL);
	snprintf(path, sizeof(path), "%s/compatible", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/gpiomem", folder);
	unlink(path);
	rmdir(folder);
	return polled == 0;
}
