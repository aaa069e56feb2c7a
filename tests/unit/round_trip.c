/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * round_trip PPS2SHM: a daemon's core with a segment, in a time of its own, under a pivot and
 * settings that are not the defaults; `pps2shm record` follows the segment, and `pps2shm replay`
 * must give what the core has published, byte for byte.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/calendar.h"
#include "nmea_text.h"
#include "spans.h"
#include "status/segment.h"

#define RAW     (INT64_C(7000) * NS_PER_S)
#define SECONDS 90

struct daemon {
	struct core *core;
	struct segment *segment;
	FILE *published; /* as replay prints it */
	int64_t utc_s;   /* begins at RAW */
	int samples;
};

static void on_sample(void *arg, const struct core_sample *sample)
{
	struct daemon *d = arg;
	char text[256];

	core_sample_json(sample, text, sizeof(text));
	fprintf(d->published, "%s\n", text);
	d->samples++;
}

static void feed(struct daemon *d, struct event event)
{
	event.real_ns = event.raw_ns - RAW + d->utc_s * NS_PER_S + 1234;
	core_event(d->core, &event);
	segment_trace(d->segment, &event);
}

/* A receiver that is 1024 weeks behind, and says the year in two digits. */
static void second(struct daemon *d, int64_t n)
{
	const int64_t raw = RAW + n * NS_PER_S;
	const int64_t said = d->utc_s + n - GPS_ERA_S;
	const int in_day = (int)(said - floor_div(said, S_PER_DAY) * S_PER_DAY);
	int year, month, day;
	char text[300];

	calendar_date(said, &year, &month, &day);
	size_t len =
		nmea_text(text, "GNRMC,%02d%02d%02d.00,A,,,,,,,%02d%02d%02d,,,A", in_day / 3600,
			  in_day / 60 % 60, in_day % 60, day, month, year % 100);

	feed(d, (struct event){.type = EVENT_PULSE,
			       .raw_ns = raw + n * 977 % 500,
			       .pulse = {.clear = true, .seq = (uint32_t)n + 1}});
	/* From the second half on, as from a reader that dozes. */
	const bool put_off = n > SECONDS / 2 && n % 4 != 0;

	feed(d, (struct event){.type = EVENT_BYTES,
			       .raw_ns = raw + (put_off ? 650 : 200) * MS + n * 7919 % MS,
			       .bytes = {.bps = 9600,
					 .data = (const uint8_t *)text,
					 .len = len,
					 .since_raw_ns = put_off ? raw + MS : 0}});
	feed(d, (struct event){.type = EVENT_TICK, .raw_ns = raw + 900 * MS});
}

static int start_daemon(struct daemon *d, const char *name)
{
	struct core_config config;
	struct core_output output = {.arg = d, .sample = on_sample};
	struct segment_extra extra = {.raw_ns = RAW, .real_ns = 1};
	struct error err;

	core_config_default(&config);
	config.pivot_s = calendar_day_start_s(2033, 5, 7);
	config.agree = 7;
	config.pps_offset_ns = -4321;
	config.learned_lag_ns = 87654321;
	config.clear_edge = true;
	config.leap_known_until_s = calendar_day_start_s(2034, 6, 28);
	config.leap_utc_s = calendar_day_start_s(2034, 1, 1);
	config.leap = -1;
	config.leap_count_s = 17;
	config.time_leap = CORE_LEAP_TRUST;
	config.leap_corrected = true;
	/* ... which the receiver tells as a day in 2028, after the pivot of format 1. */
	d->utc_s = calendar_day_start_s(2048, 1, 2) + 4711;
	d->core = malloc(core_size());
	d->segment = segment_create(name, "9.8.7 (round trip)", &config, &err);
	if (!d->core || !d->segment) {
		fprintf(stderr, "%s\n", d->segment ? "out of memory" : err.text);
		return -1;
	}
	core_init(d->core, &config, &output);
	segment_update(d->segment, core_status(d->core), &extra);
	return 0;
}

static pid_t start(const char *program, const char *command, const char *file, const char *name,
		   const char *output)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (output && !freopen(output, "w", stdout)) {
			_exit(126);
		}
		execl(program, program, command, file, name ? "--segment-name" : NULL, name,
		      (char *)NULL);
		_exit(127);
	}
	return pid;
}

static int ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The recorder has written an event: from now on it follows. */
static int followed(const char *path)
{
	char line[256];
	FILE *file = fopen(path, "re");
	int found = 0;

	while (file && !found && fgets(line, sizeof(line), file)) {
		found = line[0] == 'T';
	}
	if (file) {
		fclose(file);
	}
	return found;
}

/* Nothing but time, which stands still, until the recorder is there; it dies first or comes. */
static int wait_for_recorder(struct daemon *d, pid_t recorder, const char *path)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	int status;

	while (!followed(path)) {
		if (waitpid(recorder, &status, WNOHANG) != 0) {
			fputs("the recorder has ended\n", stderr);
			return -1;
		}
		feed(d, (struct event){.type = EVENT_TICK, .raw_ns = RAW - NS_PER_S});
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int same(const char *one, const char *other)
{
	FILE *a = fopen(one, "re"), *b = fopen(other, "re");
	int x = EOF, y = EOF;

	while (a && b) {
		x = fgetc(a);
		y = fgetc(b);
		if (x != y || x == EOF) {
			break;
		}
	}
	int equal = a && b && x == y;

	if (a) {
		fclose(a);
	}
	if (b) {
		fclose(b);
	}
	return equal;
}

static int run(struct daemon *d, const char *program, const char *name)
{
	pid_t recorder = start(program, "record", "capture", name, NULL);

	if (wait_for_recorder(d, recorder, "capture")) {
		return -1;
	}
	for (int64_t n = 0; n < SECONDS; n++) {
		second(d, n);
		if (n == SECONDS / 3) {
			feed(d, (struct event){.type = EVENT_OFFSET,
					       .raw_ns = RAW + n * NS_PER_S + 950 * MS,
					       .offset = {-4567}});
		}
	}
	kill(recorder, SIGTERM);
	if (!ended_well(recorder) || fclose(d->published)) {
		fputs("the recorder failed\n", stderr);
		return -1;
	}
	if (!ended_well(start(program, "replay", "capture", NULL, "replayed"))) {
		fputs("the capture cannot be replayed\n", stderr);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/pps2shm-round-trip.XXXXXX";
	char name[64];
	char *program = argc == 2 ? realpath(argv[1], NULL) : NULL;
	struct daemon d = {0};

	if (!program || !mkdtemp(folder) || chdir(folder)) {
		fprintf(stderr, "usage: round_trip PPS2SHM (%s)\n", strerror(errno));
		return 2;
	}
	snprintf(name, sizeof(name), "/pps2shm-round-trip-%d", getpid());
	d.published = fopen("published", "we");
	int failed = !d.published || start_daemon(&d, name) || run(&d, program, name);

	/* For all but the first seconds a PPS sample, and a coarse one unless it was put off. */
	if (!failed && d.samples < SECONDS + SECONDS * 5 / 8 - 30) {
		fprintf(stderr, "only %d samples published\n", d.samples);
		failed = 1;
	}
	if (!failed && !same("published", "replayed")) {
		fprintf(stderr, "replay gives something else: see %s\n", folder);
		segment_close(d.segment);
		return 1;
	}
	segment_close(d.segment);
	free(d.core);
	free(program);
	if (!failed) {
		printf("%d samples, the same to the byte\n", d.samples);
		unlink("capture");
		unlink("published");
		unlink("replayed");
		rmdir(folder);
	}
	return failed;
}
