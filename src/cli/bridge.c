/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/shm.h"
#include "sources/bytes.h"

static int take_seconds(const struct cli_option *option, const char *text, struct error *why)
{
	int64_t *ns = option->at;

	if (shm_span(option, text, why)) {
		return -1;
	}
	if (*ns < 0 || *ns > option->most * NTPSHM_S) {
		return error_set(why, "must be 0 to %d seconds", option->most);
	}
	return 0;
}

/*
 * What would be retried for ever is a mistake here: a path that is not there (but a device may yet
 * be plugged in), and a unit that cannot be opened.
 */
static int check(const char *path, int unit, struct error *err)
{
	struct ntpshm_error why;
	struct ntpshm *shm;

	if (strncmp(path, "/dev/", 5) != 0 && strcmp(path, "-") != 0) {
		if (byte_source_check(path, err)) {
			return -1;
		}
		if (access(path, R_OK) != 0) {
			return error_set(err, "%s: %s", path, strerror(errno));
		}
	}
	shm = ntpshm_open(unit, NTPSHM_CREATE, &why);
	if (!shm) {
		return error_set(err, "%s", why.text);
	}
	ntpshm_close(shm);
	return 0;
}

int cli_bridge(int argc, char **argv)
{
	const char *path = "-", *baud = "auto";
	int64_t holdoff_ns = 10 * NTPSHM_S, lag_ns = 0;
	int unit = 0;
	const struct cli_option rows[] = {
		{"path", 'p', "PATH", cli_text, &path,
		 .help = "Serial port, FIFO, file, or - (default): standard input."},
		{"baud", 'b', "BAUD", cli_text, &baud,
		 .help = "Of a serial port, as for 'pps2shm run'; detected if omitted."},
		{"unit", 's', "N", cli_int, &unit, 0, NTPSHM_UNITS - 1,
		 .help = "0 (default) to 255."},
		{"holdoff", 'H', "SECONDS", take_seconds, &holdoff_ns, 0, 86400,
		 .help = "How long sentences must be good in every second before the first write (default 10)."},
		{"lag", 'l', "SECONDS", take_seconds, &lag_ns, 0, 2,
		 .help = "Time from the second to the first byte of its sentences, which is subtracted (default 0)."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Reads NMEA sentences and writes their time to one shared memory unit, without pulses: coarse time. "
			"Ends at the end of a file or of standard input, at SIGTERM or Ctrl-C.",
		.options = rows,
		.end = "Exit status: 0 ended by a signal, or with samples written; 1 it did not work, or input ended and nothing was written; 2 usage error.",
	};
	struct error err;
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (check(path, unit, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	/* The daemon, with nothing but this: no pulses, configuration, state or status segment. */
	char folder[PATH_MAX] = "", serial[2 * PATH_MAX], rate[64], to[32], wait[48], late[48];
	char *words[] = {argv[0],
			 (char[]){"--config=/dev/null"},
			 (char[]){"--pps=none"},
			 (char[]){"--pps-unit=none"},
			 (char[]){"--no-segment"},
			 (char[]){"--state-file=none"},
			 serial,
			 rate,
			 to,
			 wait,
			 late,
			 NULL};

	if (path[0] != '/' && strcmp(path, "-") != 0 && !getcwd(folder, sizeof(folder))) {
		return cli_failed(argv[0], "this folder: %s", strerror(errno));
	}
	snprintf(serial, sizeof(serial), "--serial=%s%s%s", folder, folder[0] ? "/" : "", path);
	snprintf(rate, sizeof(rate), "--baud=%s", baud);
	snprintf(to, sizeof(to), "--coarse-unit=%d", unit);
	snprintf(wait, sizeof(wait), "--coarse-holdoff=%.9f", (double)holdoff_ns / 1e9);
	snprintf(late, sizeof(late), "--coarse-lag=%.6f", (double)lag_ns / 1e6);
	return cli_run((int)(sizeof(words) / sizeof(words[0])) - 1, words);
}
