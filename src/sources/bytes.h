/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "sources/source.h"

/*
 * Where sentences come from, whatever it is: a serial port (through libserialport), or a plain
 * descriptor for all that libserialport refuses: FIFO, pty, file, standard input.
 */
struct byte_options {
	const char *path;  /* device or file; "-": standard input */
	uint32_t bps;      /* bit rate; 0: search for it (serial ports), unknown (all else) */
	uint32_t hint_bps; /* where a search begins: the rate found last time; 0: none */
};

/* Could there be sentences at this path? -1 with err: nothing is there, or a folder, disk or socket. */
int byte_source_check(const char *path, struct error *err);

/* NULL on failure. */
struct byte_source *byte_source_open(const struct byte_options *options, struct error *err);

/* The two by themselves. */
struct byte_source *serial_open(const struct byte_options *options, struct error *err);
struct byte_source *stream_open(const struct byte_options *options, struct error *err);
