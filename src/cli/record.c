/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "common/clock.h"
#include "common/ns.h"
#include "core/capture.h"
#include "status/pps2shm_segment.h"

/* Twice a second is plenty: the daemon's ring holds about a minute of an ordinary receiver. */
#define PAUSE_NS INT64_C(500000000)

struct recording {
	struct pps2shm_segment *segment;
	FILE *out;
	int64_t last_raw_ns;
	uint64_t events;
	uint64_t lost;
	char why[200];
};

struct options {
	const char *file;
	const char *segment;
	int seconds; /* 0: no end */
};

/* What the daemon goes by, with the lag that it has learned by now. */
static int write_head(struct recording *recording)
{
	char text[CAPTURE_HEAD_MAX];
	struct pps2shm_segment_snapshot seen;
	struct capture_head head;

	if (pps2shm_segment_read(recording->segment, &seen, recording->why,
				 sizeof(recording->why))) {
		return -1;
	}
	const struct pps2shm_segment_settings *settings = &seen.head.settings;

	capture_head_init(&head);
	snprintf(head.program, sizeof(head.program), "%s", seen.head.program);
	head.config.pivot_s = settings->pivot_utc_s;
	head.config.agree = settings->agree;
	head.config.relabel_hold_ns = settings->relabel_hold_ns;
	head.config.holdover_ns = settings->holdover_ns;
	head.config.pps_offset_ns = settings->pps_offset_ns;
	head.config.configured_lag_ns = settings->configured_lag_ns;
	if (seen.page.lag_learned && llabs(seen.page.lag_ns) <= CAPTURE_LAG_MAX) {
		head.config.learned_lag_ns = seen.page.lag_ns;
	}
	head.config.clear_edge = settings->clear_edge;
	head.config.leap_known_until_s = settings->leap_known_until_utc_s;
	head.config.leap_utc_s = settings->leap_utc_s;
	head.config.leap = settings->leap;
	head.config.leap_count_s = settings->leap_count_s;
	/* What has been confirmed by now the replay cannot confirm again as soon. */
	head.config.time_leap = seen.page.leap.confirmed_by ? CORE_LEAP_TRUST : settings->time_leap;
	head.config.leap_corrected = settings->leap_corrected;
	capture_format_head(&head, text);
	fputs(text, recording->out);
	return 0;
}

/* A trace record as the event that it was. */
static struct event event_of(const struct pps2shm_segment_event *traced)
{
	const struct pps2shm_segment_record *record = &traced->record;
	struct event event = {
		.type = (enum event_type)record->type,
		.raw_ns = record->raw_ns,
		.real_ns = record->real_ns,
	};

	switch (event.type) {
	case EVENT_PULSE:
		event.pulse.clear = record->flags & 1;
		event.pulse.seq = record->arg;
		event.pulse.kind = record->flags >> 1 & 3;
		event.pulse.width_ns = record->stamp.width_ns;
		event.pulse.bias_ns = record->stamp.bias_ns;
		break;
	case EVENT_BYTES:
		event.bytes.bps = record->arg;
		event.bytes.since_raw_ns = record->since_raw_ns;
		event.bytes.data = traced->data;
		event.bytes.len = record->len;
		break;
	case EVENT_CLOCK:
		event.clock.sync = record->flags & 1;
		event.clock.maxerr_us = record->arg;
		break;
	case EVENT_SOURCE:
		event.source.pps = record->flags & 1;
		event.source.back = record->flags & 2;
		break;
	case EVENT_OFFSET:
		event.offset.pps_offset_ns = (int32_t)record->arg;
		break;
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	return event;
}

static void write_event(struct recording *recording, const struct event *event)
{
	static char text[CAPTURE_LINE_MAX];

	fwrite(text, 1, capture_format(event, text), recording->out);
}

/* A capture begins with the kernel's view of its clock, which the daemon traces only on change. */
static int write_clock(struct recording *recording, const struct event *first)
{
	struct pps2shm_segment_snapshot snapshot;

	if (pps2shm_segment_read(recording->segment, &snapshot, recording->why,
				 sizeof(recording->why))) {
		return -1;
	}
	struct event clock = {
		.type = EVENT_CLOCK,
		.raw_ns = first->raw_ns,
		.real_ns = first->real_ns,
		.clock = {.sync = snapshot.page.clock_sync != 0,
			  .maxerr_us = snapshot.page.clock_maxerr_us},
	};

	if (snapshot.page.clock_sync & PPS2SHM_SEGMENT_SYNC_SEEN) {
		/* The bound falls, so that the clock is a witness in the replay, too. */
		clock.clock.maxerr_us++;
		write_event(recording, &clock);
		clock.clock.maxerr_us--;
	}
	write_event(recording, &clock);
	return 0;
}

static int take(struct recording *recording, const struct pps2shm_segment_event *traced)
{
	struct event event = event_of(traced);

	/* The core takes an event from before the last one as of that instant; so does a replay. */
	if (event.raw_ns < recording->last_raw_ns) {
		event.raw_ns = recording->last_raw_ns;
	}
	recording->last_raw_ns = event.raw_ns;
	if (traced->lost) {
		fprintf(recording->out, "# lost %" PRIu64 " events\n", traced->lost);
		recording->lost += traced->lost;
	}
	if (recording->events++ == 0 && write_clock(recording, &event)) {
		return -1;
	}
	write_event(recording, &event);
	return 0;
}

/* -1, and why by errno. */
static int say_unwritten(struct recording *recording)
{
	snprintf(recording->why, sizeof(recording->why), "writing: %s",
		 errno == EAGAIN ? "nobody reads what is in the FIFO" : strerror(errno));
	return -1;
}

/* All that is there now; -1 with why. */
static int take_all(struct recording *recording)
{
	struct pps2shm_segment_event traced;
	int rc;

	while ((rc = pps2shm_segment_trace_next(recording->segment, &traced, recording->why,
						sizeof(recording->why))) > 0) {
		if (take(recording, &traced)) {
			return -1;
		}
	}
	if (fflush(recording->out) || ferror(recording->out)) {
		return say_unwritten(recording);
	}
	return rc;
}

static int record(struct recording *recording, int seconds)
{
	const int64_t end_ns = raw_now_ns() + seconds * NS_PER_S;
	int rc = write_head(recording);

	cli_catch_end();
	while (rc == 0 && (!seconds || raw_now_ns() < end_ns)) {
		rc = take_all(recording);
		if (rc || cli_sleep(PAUSE_NS)) {
			break;
		}
	}
	return rc ? rc : take_all(recording);
}

/* A FIFO is not waited for: the daemon's ring goes on meanwhile. */
static FILE *open_file(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

static int record_to(struct recording *recording, const struct options *options)
{
	const bool to_stdout = !options->file || strcmp(options->file, "-") == 0;

	recording->out = to_stdout ? stdout : open_file(options->file);
	if (!recording->out) {
		return cli_failed("record", "%s: %s", options->file,
				  errno == ENXIO
					  ? "a FIFO that nobody reads: start its reader first"
					  : strerror(errno));
	}
	int rc = record(recording, options->seconds);

	if (!to_stdout && fclose(recording->out) && rc == 0) {
		rc = say_unwritten(recording);
	}
	if (!to_stdout) {
		fprintf(stderr, "%" PRIu64 " events recorded, %" PRIu64 " lost\n",
			recording->events, recording->lost);
	}
	return rc ? cli_failed("record", "%s; the capture ends here", recording->why) : CLI_OK;
}

int cli_record(int argc, char **argv)
{
	struct recording recording = {0};
	struct options options = {0};
	const struct cli_option rows[] = {
		{NULL, 0, "FILE", cli_text, &options.file,
		 .help = "Standard output if missing or -."},
		{"seconds", 0, "N", cli_int, &options.seconds, 1, 100000000,
		 .help = "Stop after this many seconds; otherwise at SIGINT (Ctrl-C) or SIGTERM."},
		CLI_SEGMENT_NAME(options.segment),
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Records the running daemon's pulses and sentences from now on, as a capture that 'pps2shm replay' can play. "
			"Needs no privileges and does not disturb the daemon.",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	recording.segment =
		pps2shm_segment_open(options.segment, recording.why, sizeof(recording.why));
	if (!recording.segment) {
		return cli_failed(argv[0], "%s; 'pps2shm status' tells what to do", recording.why);
	}
	rc = record_to(&recording, &options);
	pps2shm_segment_close(recording.segment);
	return rc;
}
