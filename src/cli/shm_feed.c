/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/shm.h"

struct feed {
	const char *command;
	int unit;
	int64_t offset_ns, rate_ns;
	int count; /* INT_MAX: no end */
	int precision;
};

static int feed_one(const struct feed *feed, struct ntpshm *shm)
{
	int64_t now_ns = ntpshm_now_ns();
	struct ntpshm_sample sample = {
		.receive_ns = now_ns, .mode = 1, .precision = feed->precision};

	if (__builtin_add_overflow(now_ns, feed->offset_ns, &sample.clock_ns)) {
		return cli_failed(feed->command, "--offset: leads beyond the year 2262 or 1677");
	}
	if (ntpshm_write(shm, &sample)) {
		return cli_failed(feed->command, "unit %d: %s", feed->unit, strerror(errno));
	}
	return CLI_OK;
}

static int feed_unit(const struct feed *feed)
{
	struct ntpshm_error err;
	struct ntpshm *shm = ntpshm_open(feed->unit, NTPSHM_CREATE, &err);
	char offset[SHM_TEXT], rate[SHM_TEXT];
	int result = CLI_OK, written = 0, taken = 0;
	bool ended = false;

	if (!shm) {
		return cli_failed(feed->command, "%s", err.text);
	}
	printf("unit %d: system clock %s s, every %s s\n", feed->unit,
	       shm_seconds(feed->offset_ns, true, offset), shm_seconds(feed->rate_ns, false, rate));
	fflush(stdout);
	cli_catch_end();
	while (!ended && written < feed->count && (result = feed_one(feed, shm)) == CLI_OK) {
		written++;
		ended = cli_sleep(feed->rate_ns);
		taken += ntpshm_consumed(shm);
	}
	printf("unit %d: %d samples written, %d taken by a reader\n", feed->unit, written, taken);
	ntpshm_close(shm);
	return result;
}

int shm_feed(int argc, char **argv)
{
	struct feed feed = {
		.command = argv[0], .rate_ns = NTPSHM_S, .count = INT_MAX, .precision = -20};
	const struct cli_option rows[] = {
		{SHM_UNIT(&feed.unit)},
		{"offset", 'o', "SECONDS", shm_span, &feed.offset_ns, .help = "Default 0."},
		{"rate", 'r', "SECONDS", shm_span, &feed.rate_ns,
		 .help = "Time between samples (default 1)."},
		{"count", 'n', "N", cli_int, &feed.count, 1, INT_MAX,
		 .help = "Stop after this many samples."},
		{"precision", 'p', "P", cli_int, &feed.precision, -32, 31,
		 .help = "log2 of seconds (default -20)."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Writes the system clock plus an offset, until SIGTERM or Ctrl-C. "
			"With --offset -1.0 it acts as a source that is off by one second, to test that ntpd rejects it. Never feed a unit that sets a clock in use.",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (feed.rate_ns < 1000000) {
		return cli_usage_error(feed.command, "--rate: must be at least a millisecond");
	}
	return feed_unit(&feed);
}
