/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the reads of a serial line prove of the receiver's send queue (rule 3). A burst tells when
 * its second began only if it was sent when it was made; on a line that is never idle it may have
 * waited in the queue for seconds.
 *
 * Between two reads the line was busy for at most as long as the bytes of the second take. Where
 * more time passed, it was idle for a moment and the queue empty: what was sent after that moment
 * was made after it.
 */

/*
 * A look at the line this long after the one before shows that the loop was stopped: what it then
 * finds has waited, nobody knows how long. An event that looks comes at least every 1.25 s.
 */
#define LINE_STALL_NS INT64_C(1750000000)
/* A line whose bit rate is not known was idle if nothing was read for this long. */
#define LINE_QUIET_NS INT64_C(180000000)
/* The queue was never seen empty. */
#define LINE_NEVER INT64_MIN

struct line {
	int64_t look_raw_ns;  /* when the loop was last alive; 0 never */
	int64_t read_raw_ns;  /* the last read; before the first, the first look; 0 never */
	int64_t empty_raw_ns; /* the queue was empty at or after this instant; LINE_NEVER */
	/* the read in hand */
	int64_t before_raw_ns; /* the read before it */
	int64_t first_raw_ns;  /* its first byte, if the line was busy up to the read */
	int64_t byte_ns;       /* 0 unknown */
	bool idle;             /* the line was idle between the two */
	bool inside;           /* the bytes before it ended within a sentence */
	bool stale;            /* some of it had waited to be read */
};

void line_init(struct line *line);

/* The loop is alive: it would have read what there was. */
void line_look(struct line *line, int64_t raw_ns);

/* A read of count bytes of byte_ns each; inside: what was read before ended within a sentence. */
void line_read(struct line *line, int64_t raw_ns, size_t count, int64_t byte_ns, bool inside);

/* The earliest instant at which a burst that begins with that byte of the read can have been made:
 * its own, if the line was idle right before it. LINE_NEVER: no telling. */
int64_t line_made_raw_ns(const struct line *line, size_t index);

/* The read in hand has been dealt with. */
void line_done(struct line *line, size_t count);
