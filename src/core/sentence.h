/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/nmea.h"

/*
 * What a sentence says, of any talker: RMC, ZDA, GGA, GLL (time), GSA, GSV (satellites), GST (time
 * and errors; known, nothing taken from it but the time).
 */

enum sentence_type {
	SENTENCE_OTHER, /* well formed, of no use here */
	SENTENCE_RMC,
	SENTENCE_ZDA,
	SENTENCE_GGA,
	SENTENCE_GLL,
	SENTENCE_GSA,
	SENTENCE_GSV,
	SENTENCE_GST,
};

/* The receiver's own word on its solution. */
enum sentence_validity {
	VALIDITY_NONE, /* the sentence does not say */
	VALIDITY_GOOD,
	VALIDITY_BAD,
};

struct sentence {
	enum sentence_type type;
	char talker[3];

	bool has_time;
	int second_of_day; /* 0..86400; 86400 is 23:59:60 */
	int32_t fraction_ns;

	bool has_date;
	int year; /* two digits unless full_year */
	bool full_year;
	int month, day;

	enum sentence_validity validity;

	int fix_mode;        /* GSA; 0 not said */
	int satellites_used; /* GGA; -1 not said */
	int satellites_seen; /* GSV, this talker; -1 not said */
	int hdop_x100;       /* GGA, GSA; -1 not said */
};

/* False if a field that is used here is malformed; empty fields are merely not said. */
bool sentence_parse(const struct nmea_fields *fields, struct sentence *sentence);
