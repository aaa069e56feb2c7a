/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>

#include "common/error.h"
#include "core/capture_head.h"
#include "core/event.h"

/*
 * The capture format (docs/capture.md): a head that says what the time logic went by, then events,
 * as lines of text, both ways. Pure: the caller reads and writes.
 */

/* The format written; those from CAPTURE_OLDEST on are read. */
#define CAPTURE_VERSION 4
#define CAPTURE_OLDEST  1
#define CAPTURE_HEADER  "# pps2shm capture 4\n"

/* The most bytes one S or D line may hold: what a loop's read buffer can return. */
#define CAPTURE_BYTES_MAX 4096
/* The longest line with its newline and NUL. */
#define CAPTURE_LINE_MAX (CAPTURE_BYTES_MAX * 4 + 128)

/*
 * Writes one line with newline and NUL; returns its length without the NUL. text must hold
 * CAPTURE_LINE_MAX. Bytes beyond CAPTURE_BYTES_MAX are cut.
 */
size_t capture_format(const struct event *event, char *text);

struct capture_reader {
	long line;                /* lines taken so far */
	int64_t last_raw_ns;      /* times must not run backwards */
	bool events;              /* the first event was taken: the head is whole */
	struct capture_head head; /* what its lines have said so far */
	uint8_t bytes[CAPTURE_BYTES_MAX];
};

void capture_reader_init(struct capture_reader *reader);

/*
 * Takes one line of len bytes (without newline; need not end in NUL; may hold any byte).
 * 1: event filled (its data points into reader->bytes until the next call); 0: comment, blank, or a
 * line of the head, which is then in reader->head; -1: err says "line N: ...". The first line must
 * be the header.
 */
int capture_parse(struct capture_reader *reader, const char *line, size_t len, struct event *event,
		  struct error *err);
