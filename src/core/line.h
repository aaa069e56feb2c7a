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
 * was made after it. At worst it was idle right after the first read, and all bytes of the second
 * followed without a pause.
 */

/*
 * A look at the line this long after the one before shows that the loop was stopped: what it then
 * finds has waited, nobody knows how long. A look comes at least every 1.25 s.
 */
#define LINE_STALL_NS INT64_C(1750000000)
/* The loop collects a burst with shorter pauses than this. */
#define LINE_QUIET_NS INT64_C(180000000)
/* What is no UART (USB, a pipe) is far faster than the receiver: with this pause it was idle. */
#define LINE_PAUSE_NS INT64_C(25000000)
/* The queue was never seen empty. */
#define LINE_NEVER INT64_MIN

struct line {
	int64_t look_raw_ns;  /* when the loop was last alive; 0 never */
	int64_t read_raw_ns;  /* the last read; before the first, the first look; 0 never */
	int64_t empty_raw_ns; /* what came since this look was made at or after it; LINE_NEVER */
	bool stalled;         /* the loop was stopped, and has not read since */
	int64_t split_raw_ns; /* it was idle within a sentence; 0 never */
	/* this look at the line: one read, or several in a row by a loop with a small buffer */
	unsigned look;    /* its number */
	int64_t gap_ns;   /* since the look before */
	int64_t busy_ns;  /* what its bytes took */
	int64_t quiet_ns; /* how long the line was idle before byte quiet_at of its first read */
	size_t quiet_at;
	int tidy; /* looks in a row that began with a sentence */
	/* times in a row that of two looks with a pause the first ended, and the second began with
	 * a whole sentence: then it is one pause */
	int clean;
	bool pausing;    /* the look before had a pause, and ended with a sentence */
	bool idle;       /* the line was idle for a moment since the look before */
	bool stale;      /* some of it had waited to be read */
	bool tidily;     /* idle before its first byte, by that */
	bool whole;      /* it ended with a sentence */
	bool in_rest;    /* it brought nothing but the rest of one that had begun before */
	int64_t rest_ns; /* what that rest took: it came before any pause */
	bool goes_on;    /* the read in hand is not its first */
	/* the read in hand */
	int64_t first_raw_ns; /* its first byte, if the line was busy up to the read */
	int64_t byte_ns;      /* of one byte; 0 no UART */
	int64_t overlap_ns; /* so much earlier came what the reads before it in this look brought */
	size_t after;       /* from this byte on, the line was idle before and not after it */
};

void line_init(struct line *line);

/* The loop is alive: it would have read what there was. */
void line_look(struct line *line, int64_t raw_ns);

/*
 * A read; inside: the one before ended within a sentence. A frame (core/frame.h) is a sentence here:
 * its first byte must be given as '$', its last as a newline, those between as neither.
 */
void line_read(struct line *line, int64_t raw_ns, const uint8_t *data, size_t count,
	       int64_t byte_ns, bool inside);

/*
 * The earliest instant at which a burst that begins with that byte of the read can have been made:
 * its own, if the line was idle right before it. LINE_NEVER: no telling.
 */
int64_t line_made_raw_ns(const struct line *line, size_t index);
