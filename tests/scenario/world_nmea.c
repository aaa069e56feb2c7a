/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "world.h"

/*
 * The receiver's hand. Written apart from the core's own parser and calendar, which it has to
 * test, and without printf: a million worlds are made of some hundred million sentences.
 */

struct pen {
	uint8_t *at;
	const int64_t *p;
};

static void pen_text(struct pen *pen, const char *text)
{
	size_t len = strlen(text);

	memcpy(pen->at, text, len);
	pen->at += len;
}

static void pen_number(struct pen *pen, int64_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		pen->at[i] = (uint8_t)('0' + value % 10);
		value /= 10;
	}
	pen->at += digits;
}

struct date {
	int64_t year;
	int month, day;
};

/* Days since 1970 to a date: whole eras of 400 years, counted from a first of March. */
static struct date date_from_days(int64_t days)
{
	int64_t z = days + 719468, era = z / 146097, doe = z % 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t month = (5 * doy + 2) / 153;
	struct date date = {
		.year = yoe + era * 400 + (month >= 10),
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(doy - (153 * month + 2) / 5 + 1),
	};

	return date;
}

/* Seconds since 1970 that the printed date belongs to: a :60 stands on the day before. */
static int64_t stamp_day_s(const struct stamp *stamp)
{
	return stamp->sixty ? stamp->utc_s - 1 : stamp->utc_s;
}

static bool pen_is_blank(const struct pen *pen)
{
	return !pen->p[WORLD_FIX] && pen->p[WORLD_BLANK];
}

static void pen_time(struct pen *pen, const struct stamp *stamp)
{
	static const int tens[] = {1000, 100, 10, 1};
	int64_t second = stamp_day_s(stamp) % 86400;
	int64_t digits = pen->p[WORLD_DIGITS];

	if (pen_is_blank(pen)) {
		return;
	}
	pen_number(pen, second / 3600, 2);
	pen_number(pen, second / 60 % 60, 2);
	pen_number(pen, stamp->sixty ? 60 : second % 60, 2);
	if (digits > 0) {
		pen_text(pen, ".");
		pen_number(pen, stamp->ms / tens[digits], (int)digits);
	}
}

static void pen_place(struct pen *pen)
{
	pen_text(pen, pen->p[WORLD_FIX] ? "4807.03800,N,01131.00000,E" : ",,,");
}

static void pen_rmc(struct pen *pen, const struct stamp *stamp)
{
	struct date date = date_from_days(stamp_day_s(stamp) / 86400);

	pen_time(pen, stamp);
	pen_text(pen, pen->p[WORLD_FIX] ? ",A," : ",V,");
	pen_place(pen);
	pen_text(pen, ",0.022,84.4,");
	if (!pen_is_blank(pen)) {
		pen_number(pen, date.day, 2);
		pen_number(pen, date.month, 2);
		pen_number(pen, date.year % 100, 2);
	}
	pen_text(pen, pen->p[WORLD_FIX] ? ",,,A" : ",,,N");
	if (pen->p[WORLD_NAV]) {
		pen_text(pen, ",V");
	}
}

static void pen_gga(struct pen *pen, const struct stamp *stamp)
{
	pen_time(pen, stamp);
	pen_text(pen, ",");
	pen_place(pen);
	pen_text(pen, pen->p[WORLD_FIX] ? ",1," : ",0,");
	pen_number(pen, pen->p[WORLD_FIX] ? pen->p[WORLD_SATELLITES] : 0, 2);
	pen_text(pen, ",0.9,545.4,M,46.9,M,,");
}

static void pen_gll(struct pen *pen, const struct stamp *stamp)
{
	pen_place(pen);
	pen_text(pen, ",");
	pen_time(pen, stamp);
	pen_text(pen, pen->p[WORLD_FIX] ? ",A,A" : ",V,N");
}

static void pen_zda(struct pen *pen, const struct stamp *stamp)
{
	struct date date = date_from_days(stamp_day_s(stamp) / 86400);

	pen_time(pen, stamp);
	if (pen_is_blank(pen)) {
		pen_text(pen, ",,,,,");
		return;
	}
	pen_text(pen, ",");
	pen_number(pen, date.day, 2);
	pen_text(pen, ",");
	pen_number(pen, date.month, 2);
	pen_text(pen, ",");
	pen_number(pen, date.year, 4);
	pen_text(pen, ",00,00");
}

static void pen_gsa(struct pen *pen)
{
	pen_text(pen, pen->p[WORLD_FIX] ? "A,3,01,02,03,06,09,17,19,22,,,,,1.7,0.9,1.4"
					: "A,1,,,,,,,,,,,,,99.9,99.9,99.9");
}

static void pen_gsv(struct pen *pen, int part)
{
	pen_text(pen, "3,");
	pen_number(pen, part + 1, 1);
	pen_text(pen, ",11,01,40,083,46,02,17,308,41,12,07,344,39,14,22,228,45");
}

static void pen_gst(struct pen *pen, const struct stamp *stamp)
{
	pen_time(pen, stamp);
	pen_text(pen, ",2.8,,,,2.1,2.2,4.0");
}

/* Checksum and end of line; returns the length of all. */
static size_t pen_end(struct pen *pen, uint8_t *bytes)
{
	static const char hex[] = "0123456789ABCDEF";
	uint8_t sum = 0;

	for (const uint8_t *at = bytes + 1; at < pen->at; at++) {
		sum ^= *at;
	}
	pen_text(pen, "*");
	*pen->at++ = (uint8_t)hex[sum >> 4];
	*pen->at++ = (uint8_t)hex[sum & 15];
	pen_text(pen, "\r\n");
	return (size_t)(pen->at - bytes);
}

void nmea_pad(size_t len, uint8_t *bytes)
{
	struct pen pen = {.at = bytes};

	pen_text(&pen, "$GNTXT,01,01,02,");
	memset(pen.at, 'x', len - (NMEA_PAD_MIN - 1));
	pen.at += len - (NMEA_PAD_MIN - 1);
	pen_end(&pen, bytes);
}

size_t nmea_write(const int64_t *p, enum world_sentence kind, int part, const struct stamp *stamp,
		  uint8_t *bytes)
{
	static const char talkers[][3] = {"GP", "GN", "GL", "GA", "BD"};
	static const char names[NMEA_KINDS][5] = {"RMC,", "GGA,", "GLL,", "ZDA,",
						  "GSA,", "GSV,", "VTG,", "GST,"};
	struct pen pen = {.at = bytes, .p = p};

	pen_text(&pen, "$");
	pen_text(&pen, talkers[p[WORLD_TALKER]]);
	pen_text(&pen, names[kind]);
	switch (kind) {
	case NMEA_RMC:
		pen_rmc(&pen, stamp);
		break;
	case NMEA_GGA:
		pen_gga(&pen, stamp);
		break;
	case NMEA_GLL:
		pen_gll(&pen, stamp);
		break;
	case NMEA_ZDA:
		pen_zda(&pen, stamp);
		break;
	case NMEA_GSA:
		pen_gsa(&pen);
		break;
	case NMEA_GSV:
		pen_gsv(&pen, part);
		break;
	case NMEA_VTG:
		pen_text(&pen, p[WORLD_FIX] ? "84.4,T,,M,0.022,N,0.041,K,A" : ",,,,,,,,N");
		break;
	case NMEA_GST:
		pen_gst(&pen, stamp);
		break;
	case NMEA_KINDS:
		break;
	}
	return pen_end(&pen, bytes);
}
