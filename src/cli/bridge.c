/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/bridge.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/shm.h"
#include "common/log.h"
#include "common/signals.h"
#include "core/capture.h"
#include "daemon/backoff.h"
#include "sources/bytes.h"

/* While a burst comes: the time between reads, so that not each load of a FIFO wakes us. */
#define COLLECT_MS 100
#define IDLE_MS    1000
_Static_assert(COLLECT_MS *INT64_C(1000000) < EPOCH_GAP_NS, "a burst must not fall apart");

enum outcome { INPUT_ENDED, SIGNALLED, NOT_OPENED, LOST };

/* Until the source is gone (err) or a signal comes. */
static enum outcome follow(struct bridge *b, struct byte_source *source, int signals,
			   struct error *err)
{
	uint8_t buffer[CAPTURE_BYTES_MAX];

	for (;;) {
		bool burst = bridge_in_burst(b);
		struct pollfd fds[] = {
			{.fd = signals, .events = POLLIN},
			{.fd = b->clock.fd, .events = POLLIN},
			{.fd = burst ? -1 : source->fd, .events = POLLIN},
		};
		ssize_t count;

		poll(fds, 3, burst ? COLLECT_MS : IDLE_MS);
		if (fds[0].revents && signals_end(signals)) {
			return SIGNALLED;
		}
		count = source->ops->read(source, buffer, sizeof(buffer), err);
		if (count < 0) {
			return source->end ? INPUT_ENDED : LOST;
		}
		if (bridge_take(b, source->bps, buffer, (size_t)count) && source->ops->tick) {
			source->ops->tick(source, b->raw_ns);
		}
	}
}

static enum outcome open_and_follow(struct bridge *b, const struct byte_options *options,
				    int signals, struct error *err)
{
	struct byte_source *source = byte_source_open(options, err);
	enum outcome outcome;

	if (!source) {
		return NOT_OPENED;
	}
	log_info("sentences from %s", source->name);
	bridge_source(b, true);
	outcome = follow(b, source, signals, err);
	bridge_source(b, false);
	source->ops->close(source);
	return outcome;
}

/* A path that is not there at the start is a mistake, but a device may yet be plugged in. */
static bool hopeless(const char *path, bool opened)
{
	return !opened && strncmp(path, "/dev/", 5) != 0;
}

static enum outcome follow_path(struct bridge *b, const struct byte_options *options, int signals)
{
	struct backoff backoff = {0};
	struct error err, told = {""};
	bool opened = false;

	for (;;) {
		uint64_t before = b->core.status.bytes;
		enum outcome outcome = open_and_follow(b, options, signals, &err);
		struct pollfd fd = {.fd = signals, .events = POLLIN};

		if (outcome == SIGNALLED || outcome == INPUT_ENDED) {
			return outcome;
		}
		opened = opened || outcome == LOST;
		if (b->core.status.bytes != before) {
			backoff.failures = 0;
			told.text[0] = '\0';
		}
		if (strcmp(err.text, told.text) != 0) {
			log_error("%s", err.text);
			told = err;
		}
		if (hopeless(options->path, opened)) {
			return NOT_OPENED;
		}
		if (poll(&fd, 1, (int)(backoff_next_ns(&backoff) / 1000000)) > 0 &&
		    signals_end(signals)) {
			return SIGNALLED;
		}
	}
}

static int bridge(const struct byte_options *options, int unit, int64_t holdoff_ns, int64_t lag_ns)
{
	static struct bridge b;
	enum outcome outcome;
	struct error err;
	int signals = signals_block(&err);

	if (signals < 0) {
		return cli_failed("bridge", "%s", err.text);
	}
	if (bridge_init(&b, unit, holdoff_ns, lag_ns, &err)) {
		close(signals);
		return cli_failed("bridge", "%s", err.text);
	}
	outcome = follow_path(&b, options, signals);
	close(signals);
	if (!bridge_end(&b) && outcome == INPUT_ENDED) {
		return CLI_FAILED;
	}
	return outcome == NOT_OPENED ? CLI_FAILED : CLI_OK;
}

int cli_bridge(int argc, char **argv)
{
	struct byte_options input = {.path = "-"};
	int64_t holdoff_ns = 10 * NTPSHM_S, lag_ns = 0;
	int unit = 0, baud = 0;
	const struct cli_option rows[] = {
		{"path", 'p', "PATH", cli_text, &input.path,
		 .help = "Serial port, FIFO, file, or - (default): standard input."},
		{"baud", 'b', "BAUD", cli_int, &baud, 50, 4000000,
		 .help = "Of a serial port; without it, it is searched for."},
		{"unit", 's', "N", cli_int, &unit, 0, NTPSHM_UNITS - 1,
		 .help = "0 (default) to 255."},
		{"holdoff", 'H', "SECONDS", shm_span, &holdoff_ns,
		 .help = "How long sentences must be good, one second after the other, before the first write; 10 if not given."},
		{"lag", 'l', "SECONDS", shm_span, &lag_ns,
		 .help = "From the second to its first byte, taken off; 0 if not given."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Reads NMEA sentences and writes their time to one shared memory unit, without pulses: coarse time. "
			"Ends at the end of a file or of standard input, by SIGTERM and Ctrl-C.",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (holdoff_ns < 0) {
		return cli_usage_error(argv[0], "--holdoff: cannot be negative");
	}
	input.bps = (uint32_t)baud;
	return bridge(&input, unit, holdoff_ns, lag_ns);
}
