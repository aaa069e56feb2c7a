/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "daemon/backoff.h"
#include "daemon/doze.h"
#include "daemon/engine.h"

/*
 * When to read the line. What matters of a burst is the instant of its first byte: for that the
 * reader sleeps on the descriptor. The rest it collects in a few reads, without being woken for
 * every load of the UART's FIFO, and tells the core when the line has gone quiet. Once nothing is in
 * doubt it dozes: it comes once a second, when the burst is surely there and before the next pulse.
 */
struct reader {
	struct engine *engine;
	const struct config *config;
	struct byte_source *source; /* NULL while there is none */
	struct backoff backoff;
	int64_t opened_raw_ns;
	uint32_t bps_found;               /* to begin with after reopening */
	bool collecting;                  /* do not sleep on the descriptor */
	size_t last_count;                /* bytes of the read before */
	int64_t burst_raw_ns, end_raw_ns; /* first and, so far, last byte of this burst */
	int64_t burst_ns; /* how long bursts last at least, as learned; 0: unknown */
	int64_t last_raw_ns;
	int64_t wake_raw_ns; /* next read, tick or attempt to open; 0: none due */
	struct doze doze;
	bool dozing;
	bool whole;  /* while dozing: what was read last ended with a sentence */
	int in_time; /* bursts that were over early enough to doze, less those that were not */
};

/* others: what the loop polls beside the line. */
void reader_init(struct reader *reader, struct engine *engine, const struct config *config,
		 uint32_t bps_hint, const int others[DOZE_OTHERS]);

/* The descriptor to sleep on, -1: none at present. */
int reader_fd(const struct reader *reader);

/* poll(2), where that descriptor is put into the last of fds. */
int reader_poll(const struct reader *reader, struct pollfd *fds, int count, int timeout_ms);

/* Its source was a file or standard input, and came to its end. */
bool reader_ended(const struct reader *reader);

/* It will read at wake_raw_ns. */
bool reader_comes(const struct reader *reader);

/* A burst has begun and its end has not been seen. */
bool reader_in_burst(const struct reader *reader);

/* Input is there, or wake_raw_ns has come. Enters the engine by itself. */
void reader_run(struct reader *reader);

/* What engine->at_pulse is to be; reader is a struct reader. */
void reader_at_pulse(void *reader, bool steady, int64_t now_raw_ns);

/* Once a second: search for the bit rate, which may sleep. */
void reader_keep(struct reader *reader, int64_t raw_ns);

/* What it found, for status. Within enter and leave. */
void reader_show(const struct reader *reader);

void reader_end(struct reader *reader);
