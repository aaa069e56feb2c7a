/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Framing of NMEA 0183: bytes in, whole sentences with a right checksum out. Anything may stand
 * between sentences: line noise, UBX, RTCM, another '$'.
 */

/* The standard allows 82 characters; receivers send longer ones. */
#define NMEA_LINE_MAX   255
#define NMEA_FIELDS_MAX 40

enum nmea_result {
	NMEA_MORE,     /* nothing to report for this byte */
	NMEA_SENTENCE, /* a whole sentence with a right checksum: nmea_split() it */
	NMEA_CHECKSUM, /* a line from '$' to its end without a right checksum */
	NMEA_OVERLONG, /* no end within NMEA_LINE_MAX; thrown away up to the next '$' */
};

struct nmea_framer {
	char line[NMEA_LINE_MAX + 1]; /* what follows '$' */
	size_t len;
	bool inside;
};

/* Zeroed is initialised. `$` starts a sentence wherever it stands. */
enum nmea_result nmea_feed(struct nmea_framer *framer, uint8_t byte);

/*
 * Takes the bytes at the front for which nmea_feed() would report nothing but NMEA_MORE and which
 * start no sentence, all at once: the text within one, the noise between two. Returns how many.
 */
size_t nmea_skip(struct nmea_framer *framer, const uint8_t *data, size_t len);

/* The fields of the sentence that has just ended; they point into the framer and end in NUL. */
struct nmea_fields {
	int count;
	const char *field[NMEA_FIELDS_MAX]; /* [0] is the address, "GPRMC" */
};

void nmea_split(struct nmea_framer *framer, struct nmea_fields *fields);
