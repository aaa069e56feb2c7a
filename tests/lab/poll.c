/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * usage: lab_poll SECONDS
 *
 * Polls every pulse of /dev/pps0 as the daemon does, and logs each one that the kernel stamped:
 *
 *	<seq> <kernel's stamp> <stamp taken> <its kind> <width of the bracket> <outcome>
 *
 * The kind is 0 the kernel's, 1 the same less the bias, 2 polled. It begins with the 30th pulse.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sources/poll_line.h"
#include "sources/poll_track.h"
#include "true_time.h"

#define SECOND_NS INT64_C(1000000000)
#define LEARNT    30

int main(int argc, char **argv)
{
	const struct pps_options pps = {.device = "auto", .gpio = -1};
	const struct poll_line_options options = {.pps = &pps, .gpio = -1};
	struct poll_edge edge = {.outcome = POLL_LATE};
	struct poll_track track;
	uint32_t last_seq = 0;
	struct pulse_source *source;
	struct poll_line line;
	struct pulse pulse;
	struct error error;
	int64_t end_ns =
		clock_read_ns(CLOCK_REALTIME) + atoi(argc > 1 ? argv[1] : "60") * SECOND_NS;

	if (!(source = pps_open(&pps, &error)) || poll_line_open(&line, &options, &error)) {
		errx(1, "%s", error.text);
	}
	poll_line_prepare_thread();
	poll_track_init(&track, 0);
	while (clock_read_ns(CLOCK_REALTIME) < end_ns) {
		if (source->ops->wait(source, 1500, &error) <= 0 ||
		    source->ops->read(source, &pulse, &error) <= 0) {
			continue;
		}
		struct poll_stamp stamp =
			poll_track_take(&track, pulse.real_ns, &edge, pulse.seq != last_seq + 1);
		int64_t expected_ns, half_ns;

		if (pulse.seq >= LEARNT) {
			printf("%" PRIu32 " %" PRId64 " %" PRId64 " %d %" PRId64 " %s\n", pulse.seq,
			       pulse.real_ns, stamp.at_ns, (int)stamp.kind, stamp.width_ns,
			       poll_outcome_name(edge.outcome));
		}
		last_seq = pulse.seq;
		poll_track_next(&track, &expected_ns, &half_ns);
		edge = poll_line_watch(&line, expected_ns, half_ns);
	}
	return 0;
}
