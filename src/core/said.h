/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/frame.h"
#include "core/nmea.h"

/*
 * What a receiver says of itself beside its fix: whether it knows how many leap seconds lie between
 * GPS time and UTC, whether one is to come, and whether its signals are jammed or spoofed.
 *
 * GPS tells UTC's distance once in 12.5 minutes. Until it has heard it, a receiver that has lost its
 * memory counts with the number that its firmware was born with.
 */

/*
 * Who said so; of one receiver the later in this list is believed. What each says, with the length
 * and the place in the payload or sentence:
 *
 *	SAID_PUBX       $PUBX,04   field 6: the count, with a D while it is the firmware's
 *	SAID_PQTM       $PQTMLS    field 3: 0 while it has none of any system; field 5: the count
 *	SAID_SKYTRAQ    64 8e      14: byte 13, bit 2: known; byte 12: the count
 *	SAID_ALLYSTAR   01 05      16: byte 1, bit 2: known; byte 10: the count
 *	                01 21      20: byte 19, bit 2: known
 *	SAID_CASIC      01 10      24: byte 21, bit 2: known
 *	                11 05      20: byte 17, bit 2: known; byte 19: the count
 *	SAID_TIMEUTC    UBX 01 21  20: byte 19, bit 2: known
 *	SAID_TIMEGPS    UBX 01 20  16: byte 11, bit 2: known; byte 10: the count
 *	SAID_TIMELS     UBX 01 26  24: byte 23, bit 0: valid, and byte 8: where it has it from, not 0
 *	                           (the firmware) or 255; byte 9: the count; see said_leap
 *
 * Sources: the makers' protocol descriptions, and gpsd's drivers for Allystar, CASIC, SkyTraq.
 */
enum said_by {
	SAID_NOTHING,
	SAID_PUBX,
	SAID_PQTM,
	SAID_SKYTRAQ,
	SAID_ALLYSTAR,
	SAID_CASIC,
	SAID_TIMEUTC,
	SAID_TIMEGPS,
	SAID_TIMELS,
	SAID_BY_COUNT,
};

/* As it is called in words: "UBX-NAV-TIMELS"; SAID_NOTHING: "nothing". */
const char *said_by_name(enum said_by by);

/* GPS time minus UTC, in seconds. */
#define SAID_NO_COUNT (-1)

enum said_flag {
	SAID_UNKNOWN, /* nothing said, or it does not look */
	SAID_NONE,
	SAID_SOME, /* jamming: but there is a fix; spoofing: indicated */
	SAID_MUCH, /* jamming: no fix; spoofing: affirmed, or by several signs */
};

struct said {
	enum said_by by; /* SAID_NOTHING: nothing of the leap count */
	bool knows;      /* it has it from the sky, or was told; else from its firmware */
	int count;       /* with which it makes UTC; SAID_NO_COUNT: not said */

	/* SAID_TIMELS: in leap_in_s seconds there is a leap second, +1 inserted, -1 deleted. */
	int leap;
	int32_t leap_in_s;

	/* UBX: NAV-STATUS, SEC-SIG; MON-RF, MON-HW */
	enum said_flag spoofing, jamming;

	/* A model that is known to be born with a count that has been wrong since ($GPTXT). */
	bool old_count;
};

/* False if it says nothing of all that. */
bool said_by_frame(const struct frame *frame, struct said *said);
bool said_by_sentence(const struct nmea_fields *fields, struct said *said);
