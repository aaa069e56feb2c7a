/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/sentence.h"

#include <string.h>

#include "core/calendar.h"

static const char *field(const struct nmea_fields *f, int i)
{
	return i < f->count ? f->field[i] : "";
}

static bool digits(const char *text, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		*value = *value * 10 + (text[i] - '0');
	}
	return true;
}

/* Digits after the point, as many as there are, to ns; what lies below a ns is cut. */
static bool fraction(const char *text, int32_t *ns)
{
	int32_t unit = 100000000;

	*ns = 0;
	if (*text == '\0') {
		return true;
	}
	if (*text != '.') {
		return false;
	}
	for (text++; *text; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		*ns += (*text - '0') * unit;
		unit /= 10;
	}
	return true;
}

/* hhmmss[.s…]. A 60th second exists only at the end of a UTC day. */
static bool parse_time(const char *text, struct sentence *s)
{
	int h, m, sec;

	if (*text == '\0') {
		return true;
	}
	if (strlen(text) < 6 || !digits(text, 2, &h) || !digits(text + 2, 2, &m) ||
	    !digits(text + 4, 2, &sec) || !fraction(text + 6, &s->fraction_ns)) {
		return false;
	}
	if (h > 23 || m > 59 || sec > 60 || (sec == 60 && (h != 23 || m != 59))) {
		return false;
	}
	s->second_of_day = h * 3600 + m * 60 + sec;
	s->has_time = true;
	return true;
}

/* ddmmyy of RMC. Whether the day exists in its year is known once the century is. */
static bool parse_short_date(const char *text, struct sentence *s)
{
	if (*text == '\0') {
		return true;
	}
	s->has_date = strlen(text) == 6 && digits(text, 2, &s->day) &&
		      digits(text + 2, 2, &s->month) && digits(text + 4, 2, &s->year);
	return s->has_date;
}

/* dd,mm,yyyy of ZDA. */
static bool parse_long_date(const struct nmea_fields *f, struct sentence *s)
{
	if (!*field(f, 2) && !*field(f, 3) && !*field(f, 4)) {
		return true;
	}
	s->full_year = true;
	s->has_date = strlen(field(f, 2)) == 2 && strlen(field(f, 3)) == 2 &&
		      strlen(field(f, 4)) == 4 && digits(field(f, 2), 2, &s->day) &&
		      digits(field(f, 3), 2, &s->month) && digits(field(f, 4), 4, &s->year);
	return s->has_date;
}

static enum sentence_validity worse(enum sentence_validity a, enum sentence_validity b)
{
	return a > b ? a : b;
}

static enum sentence_validity status_validity(const char *status)
{
	if (*status == '\0') {
		return VALIDITY_NONE;
	}
	return strcmp(status, "A") == 0 ? VALIDITY_GOOD : VALIDITY_BAD;
}

/* NMEA 2.3 mode: not valid, estimated, manual and simulated are no fix of the sky. */
static enum sentence_validity mode_validity(const char *mode)
{
	return *mode && strchr("NEMS", *mode) ? VALIDITY_BAD : VALIDITY_NONE;
}

/*
 * NMEA 4.1 navigational status: only U(nsafe) is a refusal. V means "not provided", and is what
 * u-blox always sends.
 */
static enum sentence_validity navigation_validity(const char *status)
{
	return *status == 'U' ? VALIDITY_BAD : VALIDITY_NONE;
}

/* GGA quality: 0 none, 6 estimated, 7 manual, 8 simulated. */
static enum sentence_validity quality_validity(const char *quality)
{
	if (*quality == '\0') {
		return VALIDITY_NONE;
	}
	return strchr("123459", *quality) && quality[1] == '\0' ? VALIDITY_GOOD : VALIDITY_BAD;
}

/* A small non-negative number, -1 if empty or odd: only shown, never decided upon. */
static int small_number(const char *text, int scale)
{
	int value = 0;

	if (*text < '0' || *text > '9') {
		return -1;
	}
	for (; *text >= '0' && *text <= '9' && value < 100000; text++) {
		value = value * 10 + (*text - '0');
	}
	value *= scale;
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9' && scale > 1; text++) {
			scale /= 10;
			value += (*text - '0') * scale;
		}
	}
	return value;
}

static bool parse_rmc(const struct nmea_fields *f, struct sentence *s)
{
	s->validity = worse(status_validity(field(f, 2)),
			    worse(mode_validity(field(f, 12)), navigation_validity(field(f, 13))));
	return parse_time(field(f, 1), s) && parse_short_date(field(f, 9), s);
}

static bool parse_zda(const struct nmea_fields *f, struct sentence *s)
{
	return parse_time(field(f, 1), s) && parse_long_date(f, s);
}

static bool parse_gga(const struct nmea_fields *f, struct sentence *s)
{
	s->validity = quality_validity(field(f, 6));
	s->satellites_used = small_number(field(f, 7), 1);
	s->hdop_x100 = small_number(field(f, 8), 100);
	return parse_time(field(f, 1), s);
}

static bool parse_gll(const struct nmea_fields *f, struct sentence *s)
{
	s->validity = worse(status_validity(field(f, 6)), mode_validity(field(f, 7)));
	return parse_time(field(f, 5), s);
}

static bool parse_gsa(const struct nmea_fields *f, struct sentence *s)
{
	int mode = small_number(field(f, 2), 1);

	s->fix_mode = mode >= 1 && mode <= 3 ? mode : 0;
	s->hdop_x100 = small_number(field(f, 16), 100);
	return true;
}

static bool parse_gsv(const struct nmea_fields *f, struct sentence *s)
{
	s->satellites_seen = small_number(field(f, 3), 1);
	return true;
}

static bool parse_gst(const struct nmea_fields *f, struct sentence *s)
{
	return parse_time(field(f, 1), s);
}

bool sentence_parse(const struct nmea_fields *f, struct sentence *s)
{
	static const struct {
		const char *name;
		enum sentence_type type;
		bool (*parse)(const struct nmea_fields *, struct sentence *);
	} known[] = {
		{"RMC", SENTENCE_RMC, parse_rmc}, {"ZDA", SENTENCE_ZDA, parse_zda},
		{"GGA", SENTENCE_GGA, parse_gga}, {"GLL", SENTENCE_GLL, parse_gll},
		{"GSA", SENTENCE_GSA, parse_gsa}, {"GSV", SENTENCE_GSV, parse_gsv},
		{"GST", SENTENCE_GST, parse_gst},
	};
	const char *address = field(f, 0);

	*s = (struct sentence){.satellites_used = -1, .satellites_seen = -1, .hdop_x100 = -1};
	/* Two letters of talker, three of type; proprietary ones ($P…) are none of ours. */
	if (strlen(address) != 5 || address[0] == 'P') {
		return true;
	}
	memcpy(s->talker, address, 2);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(address + 2, known[i].name) == 0) {
			s->type = known[i].type;
			return known[i].parse(f, s);
		}
	}
	return true;
}
