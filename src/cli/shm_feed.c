/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shm.h"

static const char usage[] =
	"usage: pps2shm shm feed --unit N [OPTION]...\n\n"
	"Writes the system clock plus an offset, until SIGTERM or Ctrl-C. With --offset -1.0 it\n"
	"is the source that is off by one second, to test that ntpd does not believe it: never\n"
	"feed a unit that sets a clock in use.\n\n"
	"  --unit N           0 to 255\n"
	"  --offset SECONDS   0 if not given\n"
	"  --rate SECONDS     between samples, 1 if not given\n"
	"  --count N          end after so many samples\n"
	"  --precision P      log2 of seconds; -20 if not given\n";

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
		return cli_failed(feed->command, "--offset leads beyond the year 2262 or 1677");
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
	shm_block_end();
	while (!ended && written < feed->count && (result = feed_one(feed, shm)) == CLI_OK) {
		written++;
		ended = shm_sleep(feed->rate_ns);
		taken += ntpshm_consumed(shm);
	}
	printf("unit %d: %d samples written, %d taken by a reader\n", feed->unit, written, taken);
	ntpshm_close(shm);
	return result;
}

static int check_feed(const struct feed *feed)
{
	if (feed->unit < 0) {
		return cli_usage_error(feed->command, "which unit? give --unit");
	}
	if (feed->rate_ns < 1000000) {
		return cli_usage_error(feed->command, "--rate: a millisecond at least");
	}
	return 0;
}

static int parse_option(struct feed *feed, int option)
{
	switch (option) {
	case 'u':
		return shm_parse_unit(feed->command, optarg, &feed->unit);
	case 'o':
		return shm_parse_span(feed->command, "--offset", optarg, &feed->offset_ns);
	case 'r':
		return shm_parse_span(feed->command, "--rate", optarg, &feed->rate_ns);
	case 'n':
		return cli_take_int(feed->command, "--count", optarg, 1, INT_MAX, &feed->count);
	case 'p':
		return cli_take_int(feed->command, "--precision", optarg, -32, 31,
				    &feed->precision);
	default:
		return CLI_USAGE;
	}
}

int shm_feed(int argc, char **argv)
{
	static const struct option options[] = {{"unit", required_argument, NULL, 'u'},
						{"offset", required_argument, NULL, 'o'},
						{"rate", required_argument, NULL, 'r'},
						{"count", required_argument, NULL, 'n'},
						{"precision", required_argument, NULL, 'p'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	struct feed feed = {.command = argv[0],
			    .unit = -1,
			    .rate_ns = NTPSHM_S,
			    .count = INT_MAX,
			    .precision = -20};
	int option, wrong = 0;

	while (!wrong && (option = cli_next_option(argc, argv, "u:o:r:n:p:h", options)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return CLI_OK;
		}
		wrong = parse_option(&feed, option);
	}
	if (wrong || cli_no_words(argc, argv) || check_feed(&feed)) {
		return CLI_USAGE;
	}
	return feed_unit(&feed);
}
