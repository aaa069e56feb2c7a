/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/poll.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "sources/poll_track.h"

/*
 * Two threads call: wait() is the pulse thread's, which polls; read() is anybody's. A pulse that
 * another thread reads while this one still polls for it has no polled edge: it is corrected, and in
 * order. The mutex guards what both know.
 */
struct poll {
	struct pulse_source source;
	struct pulse_source *kernel;
	struct pps_options pps;
	struct poll_line_options options; /* for another try */
	struct poll_line line;
	bool polls; /* the line can be read */
	int waits;  /* while it cannot */
	pthread_mutex_t mutex;
	struct poll_track track;
	struct poll_edge edge; /* of the next pulse */
	uint32_t seq;          /* of the last one */
	int unseen;            /* pulses in a row without a polled edge; UNSEEN_TOLD: told */
};

/* So many, and the line is not the pulse's, or stuck. */
enum { UNSEEN_TOLD = 30 };

static const struct poll_edge nothing = {.outcome = POLL_LATE};

/* The registers' node comes late in boot at times: so many waits, and it is tried again. */
enum { WAITS_TRY = 30 };

static bool line_has_come(struct poll *poll)
{
	struct poll_line line;
	struct error why;

	if (poll->polls || ++poll->waits % WAITS_TRY != 0 ||
	    poll_line_open(&line, &poll->options, &why) != 0) {
		return false;
	}
	poll_line_close(&line);
	return true;
}

/* Polls if the next edge comes within the timeout. */
static void look(struct poll *poll, int timeout_ms)
{
	int64_t expected_ns, half_ns;
	int64_t until_ns = clock_ns(CLOCK_REALTIME) + timeout_ms * NS_PER_MS;

	pthread_mutex_lock(&poll->mutex);
	bool where = poll->polls && poll_track_next(&poll->track, &expected_ns, &half_ns);

	pthread_mutex_unlock(&poll->mutex);
	if (!where || expected_ns + half_ns > until_ns) {
		return;
	}
	struct poll_edge edge = poll_line_watch(&poll->line, expected_ns, half_ns);

	pthread_mutex_lock(&poll->mutex);
	poll->edge = edge;
	pthread_mutex_unlock(&poll->mutex);
}

static int poll_wait(struct pulse_source *source, int timeout_ms, struct error *err)
{
	struct poll *poll = (struct poll *)source;
	int64_t begin_ns = raw_now_ns();

	if (line_has_come(poll)) {
		return error_set(err, "%s: its line can be polled now: opening it anew",
				 source->name);
	}
	look(poll, timeout_ms);
	int left_ms = timeout_ms - (int)((raw_now_ns() - begin_ns) / NS_PER_MS);

	return poll->kernel->ops->wait(poll->kernel, left_ms > 0 ? left_ms : 0, err);
}

/* What never comes is told once, and that it came after all. */
static void tell_unseen(struct poll *poll, const struct pulse *pulse, enum poll_outcome outcome)
{
	if (pulse->kind == PULSE_POLLED) {
		if (poll->unseen == UNSEEN_TOLD) {
			log_notice("%s: polling sees the pulse again", poll->source.name);
		}
		poll->unseen = 0;
		return;
	}
	if (poll->unseen < UNSEEN_TOLD && ++poll->unseen == UNSEEN_TOLD) {
		log_warning(
			"%s: polling has not seen the last %d pulses (%s): another line, or stuck? Going on with the kernel's stamps",
			poll->source.name, UNSEEN_TOLD,
			outcome == POLL_SEEN ? "an edge more than 1 ms from the kernel's stamp"
					     : poll_outcome_name(outcome));
	}
}

static int poll_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	struct poll *poll = (struct poll *)source;
	int got = poll->kernel->ops->read(poll->kernel, pulse, err);

	if (got <= 0 || pulse->refusal != PULSE_GOOD) {
		return got;
	}
	pthread_mutex_lock(&poll->mutex);
	struct poll_stamp stamp = poll_track_take(&poll->track, pulse->real_ns, &poll->edge,
						  pulse->seq != poll->seq + 1);

	enum poll_outcome outcome = poll->edge.outcome;

	poll->edge = nothing;
	poll->seq = pulse->seq;
	pthread_mutex_unlock(&poll->mutex);
	/* Microseconds, which are the same on both clocks. */
	pulse->raw_ns += stamp.at_ns - pulse->real_ns;
	pulse->real_ns = stamp.at_ns;
	pulse->kind = stamp.kind;
	pulse->width_ns = stamp.width_ns;
	pulse->bias_ns = stamp.bias_ns;
	if (poll->polls) {
		tell_unseen(poll, pulse, outcome);
	}
	return got;
}

static void poll_close(struct pulse_source *source)
{
	struct poll *poll = (struct poll *)source;

	poll->kernel->ops->close(poll->kernel);
	if (poll->polls) {
		poll_line_close(&poll->line);
	}
	pthread_mutex_destroy(&poll->mutex);
	free(poll);
}

static const struct pulse_ops poll_ops = {
	.wait = poll_wait,
	.read = poll_read,
	.close = poll_close,
};

/* The thread that polls may have a real-time priority: whoever holds it up inherits that. */
static void make_mutex(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

struct pulse_source *poll_open(const struct poll_line_options *options, int64_t bias_ns,
			       struct error *why, struct error *err)
{
	struct pulse_source *kernel = pps_open(options->pps, err);
	struct poll *poll;

	why->text[0] = '\0';
	if (!kernel) {
		return NULL;
	}
	poll = calloc(1, sizeof(*poll));
	if (!poll) {
		kernel->ops->close(kernel);
		error_set(err, "out of memory");
		return NULL;
	}
	poll->kernel = kernel;
	poll->edge = nothing;
	poll->pps = *options->pps;
	poll->options = *options;
	poll->options.pps = &poll->pps;
	poll->polls = poll_line_open(&poll->line, options, why) == 0;
	poll->source.ops = &poll_ops;
	snprintf(poll->source.name, sizeof(poll->source.name), "%s", kernel->name);
	make_mutex(&poll->mutex);
	poll_track_init(&poll->track, bias_ns);
	if (poll->polls) {
		snprintf(poll->source.name, sizeof(poll->source.name), "%.60s, polled on GPIO %d",
			 kernel->name, poll->line.gpio);
		poll_line_prepare_thread();
	}
	return &poll->source;
}
