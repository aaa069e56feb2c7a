/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "daemon/ask.h"
#include "daemon/backoff.h"
#include "daemon/engine.h"

/*
 * When to read the line. What matters of a burst is the instant of its first byte: for that the
 * reader sleeps on the descriptor. The rest it collects in a few reads, without being woken for
 * every load of the UART's FIFO, and tells the core when the line has gone quiet. Once nothing is in
 * doubt it dozes: it lends the line to the engine, and only each eighth burst wakes it (doze.h).
 */
struct reader {
	struct engine *engine;
	const struct config *config;
	struct byte_source *source; /* NULL while there is none */
	struct backoff backoff;
	struct asker asker;
	int64_t opened_raw_ns;
	uint32_t bps_found;               /* to begin with after reopening */
	bool collecting;                  /* do not sleep on the descriptor */
	size_t last_count;                /* bytes of the read before */
	int64_t burst_raw_ns, end_raw_ns; /* first and, so far, last byte of this burst */
	int64_t burst_ns; /* how long bursts last at least, as learned; 0: unknown */
	int64_t last_raw_ns;
	int64_t wake_raw_ns; /* next read, tick or attempt to open; 0: none due */
	bool may_doze;       /* the line can be lent */
	bool dozing;         /* the line is lent, or was given back and the loop roused */
	bool listening;      /* to the first byte of a burst, to doze on */
	int in_time; /* bursts that were over early enough to doze, less those that were not */
};

void reader_init(struct reader *reader, struct engine *engine, const struct config *config,
		 uint32_t bps_hint);

/* The descriptor to sleep on, -1: none at present. */
int reader_fd(const struct reader *reader);

/* Its source was a file or standard input, and came to its end. */
bool reader_ended(const struct reader *reader);

/* It will read at wake_raw_ns. */
bool reader_comes(const struct reader *reader);

/* It sleeps while the engine has the line and the pulse thread keeps house. */
bool reader_dozes(const struct reader *reader);

/* A burst has begun and its end has not been seen. */
bool reader_in_burst(const struct reader *reader);

/* There is something at the descriptor, or wake_raw_ns has come. Enters the engine by itself. */
void reader_run(struct reader *reader);

/* About once a second, unless it dozes: search for the bit rate, which may sleep. */
void reader_keep(struct reader *reader, int64_t raw_ns);

/* What it found, for status. Within enter and leave. */
void reader_show(const struct reader *reader);

void reader_end(struct reader *reader);
