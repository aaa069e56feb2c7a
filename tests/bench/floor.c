/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * The floor: the least a program can do to get a pulse's time into NTP shared memory. It fetches
 * each pulse and reads the serial line by line, believes whatever it reads, and checks nothing.
 * With "once" it reads once a second, right after the pulse, what the line has brought since the one
 * before: nothing can be woken more rarely, or know its second later. What the daemon costs is
 * measured against these two.
 *
 * usage: floor PPS SERIAL UNIT [once]
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timepps.h>
#include <time.h>
#include <unistd.h>

#include "ntpshm/ntpshm.h"

static _Atomic time_t fix_s; /* the UTC second that the last RMC sentence names */

/* The field after so many commas. */
static const char *field(const char *line, int commas)
{
	while (commas-- > 0 && *line) {
		line = strchrnul(line, ',');
		line += *line == ',';
	}
	return line;
}

/* "$GPRMC,hhmmss.ss,A,lat,N,lon,E,speed,course,ddmmyy,…" */
static void parse_line(const char *line)
{
	struct tm tm = {0};

	if (strncmp(line + 3, "RMC", 3) == 0 && *field(line, 2) == 'A' &&
	    sscanf(field(line, 1), "%2d%2d%2d", &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 3 &&
	    sscanf(field(line, 9), "%2d%2d%2d", &tm.tm_mday, &tm.tm_mon, &tm.tm_year) == 3) {
		tm.tm_mon -= 1;
		tm.tm_year += 100;
		fix_s = timegm(&tm);
	}
}

static int open_serial(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void *read_lines(void *path)
{
	char line[256];
	int fd = open_serial(path);
	ssize_t length;

	fcntl(fd, F_SETFL, 0);
	/* The line discipline hands out a line a read. */
	while ((length = read(fd, line, sizeof(line) - 1)) > 0) {
		line[length] = '\0';
		if (length > 7) {
			parse_line(line);
		}
	}
	return NULL;
}

/* All that has come, with one read: a line for each that is whole. */
static void read_once(int fd)
{
	char text[4096];
	ssize_t length = read(fd, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	for (char *line = text; *line; line += *line == '\n') {
		char *end = strchrnul(line, '\n');

		if (end - line > 7) {
			parse_line(line);
		}
		line = end;
	}
}

int main(int argc, char **argv)
{
	struct ntpshm_error err;
	pthread_t reader;
	pps_handle_t handle;
	pps_info_t info;
	bool known = argc == 4 || (argc == 5 && strcmp(argv[4], "once") == 0);
	struct ntpshm *shm = known ? ntpshm_open(atoi(argv[3]), NTPSHM_CREATE, &err) : NULL;
	int serial = -1;

	if (!shm) {
		fprintf(stderr, "%s\n", known ? err.text : "usage: floor PPS SERIAL UNIT [once]");
		return 1;
	}
	if (argc == 5) {
		serial = open_serial(argv[2]);
	} else if (pthread_create(&reader, NULL, read_lines, argv[2]) != 0) {
		return 1;
	}
	if (time_pps_create(open(argv[1], O_RDONLY), &handle) < 0) {
		perror(argv[1]);
		return 1;
	}
	while (time_pps_fetch(handle, PPS_TSFMT_TSPEC, &info, NULL) == 0) {
		if (fix_s) {
			struct ntpshm_sample sample = {
				.clock_ns = (fix_s + 1) * NTPSHM_S,
				.receive_ns = info.assert_timestamp.tv_sec * NTPSHM_S +
					      info.assert_timestamp.tv_nsec,
				.mode = 1,
				.precision = -20,
			};

			ntpshm_write(shm, &sample);
		}
		if (serial >= 0) {
			read_once(serial);
		}
	}
	perror("time_pps_fetch");
	return 1;
}
