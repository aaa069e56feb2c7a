/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/receiver.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/ns.h"

#define WEEK_S 604800
#define DAY_S  86400

/* One burst being written. */
struct burst {
	const struct receiver_config *config;
	char time[20]; /* hhmmss.ss, "" if not said */
	int year, month, day;
	char position[40]; /* ddmm.mmmmm,N,dddmm.mmmmm,E, or ",,," */
	char *text;
	size_t size;
	size_t length;
	bool full;
};

void receiver_default(struct receiver_config *config)
{
	*config = (struct receiver_config){
		.talker = "GP",
		.sentences = RECEIVER_UBLOX,
		.bps = 9600,
		.fix = true,
		.satellites_used = 8,
		.satellites_seen = 10,
		.nmea_version = 23,
		.fraction_digits = 2,
		.latitude_e7 = 472852395,
		.longitude_e7 = 85652537,
		.altitude_dm = 4996,
	};
}

int64_t receiver_wire_ns(const struct receiver_config *config, size_t count)
{
	return (int64_t)count * 10 * NS_PER_S / config->bps;
}

/* "$", talker, the body, checksum, CR LF. */
static void __attribute__((format(printf, 2, 3))) say(struct burst *b, const char *format, ...)
{
	char body[120];
	uint8_t sum = 0;
	va_list args;
	int n = snprintf(body, sizeof(body), "%.2s", b->config->talker);

	va_start(args, format);
	vsnprintf(body + n, sizeof(body) - (size_t)n, format, args);
	va_end(args);
	/* A satellite belongs to one system: no GSV is said by "all of them". */
	if (strncmp(body, "GNGSV", 5) == 0) {
		body[1] = 'P';
	}
	for (const char *c = body; *c; c++) {
		sum ^= (uint8_t)*c;
	}
	size_t left = b->size - b->length;

	n = snprintf(b->text + b->length, left, "$%s*%02X\r\n", body, sum);

	if (n < 0 || (size_t)n >= left) {
		b->full = true;
		return;
	}
	b->length += (size_t)n;
}

static bool modern(const struct burst *b)
{
	return b->config->nmea_version >= 41;
}

static char mode(const struct burst *b)
{
	return b->config->fix ? 'A' : 'N';
}

static char status(const struct burst *b)
{
	return b->config->fix ? 'A' : 'V';
}

static void say_rmc(struct burst *b)
{
	char date[24] = "";

	if (b->time[0]) {
		snprintf(date, sizeof(date), "%02d%02d%02d", b->day, b->month, b->year % 100);
	}
	say(b, "RMC,%s,%c,%s,%s,,%s,,,%c%s", b->time, status(b), b->position,
	    b->config->fix ? "0.004" : "", date, mode(b), modern(b) ? ",V" : "");
}

static void say_vtg(struct burst *b)
{
	say(b, "VTG,,T,,M,%s,N,%s,K,%c", b->config->fix ? "0.004" : "",
	    b->config->fix ? "0.008" : "", mode(b));
}

static void say_gga(struct burst *b)
{
	const struct receiver_config *c = b->config;

	if (!c->fix) {
		say(b, "GGA,%s,,,,,0,00,99.99,,,,,,", b->time);
		return;
	}
	say(b, "GGA,%s,%s,1,%02d,1.01,%s%d.%d,M,48.0,M,,", b->time, b->position, c->satellites_used,
	    c->altitude_dm < 0 ? "-" : "", abs(c->altitude_dm) / 10, abs(c->altitude_dm) % 10);
}

/* Satellites are numbered from 2 in steps of 2, so that used and seen ones agree. */
static int satellite(int index)
{
	return 2 + index * 2;
}

static void say_gsa(struct burst *b)
{
	char used[12 * 4 + 1] = "";
	size_t n = 0;

	for (int i = 0; i < 12; i++) {
		if (b->config->fix && i < b->config->satellites_used) {
			n += (size_t)snprintf(used + n, sizeof(used) - n, "%02d,", satellite(i));
		} else {
			n += (size_t)snprintf(used + n, sizeof(used) - n, ",");
		}
	}
	say(b, "GSA,A,%d,%s%s%s", b->config->fix ? 3 : 1, used,
	    b->config->fix ? "1.84,1.01,1.54" : "99.99,99.99,99.99", modern(b) ? ",1" : "");
}

static void say_gsv(struct burst *b)
{
	int seen = b->config->satellites_seen;
	int messages = seen > 0 ? (seen + 3) / 4 : 1;

	for (int m = 0; m < messages; m++) {
		char list[4 * 16 + 1] = "";
		size_t n = 0;

		for (int i = m * 4; i < seen && i < m * 4 + 4; i++) {
			n += (size_t)snprintf(list + n, sizeof(list) - n, ",%02d,%02d,%03d,%02d",
					      satellite(i), 10 + i * 7 % 80, i * 29 % 360,
					      20 + i * 5 % 30);
		}
		say(b, "GSV,%d,%d,%02d%s%s", messages, m + 1, seen, list, modern(b) ? ",1" : "");
	}
}

static void say_gll(struct burst *b)
{
	say(b, "GLL,%s,%s,%c,%c", b->position, b->time, status(b), mode(b));
}

static void say_zda(struct burst *b)
{
	if (!b->time[0]) {
		say(b, "ZDA,,,,,00,00");
		return;
	}
	say(b, "ZDA,%s,%02d,%02d,%04d,00,00", b->time, b->day, b->month, b->year);
}

static void say_gst(struct burst *b)
{
	say(b, "GST,%s,%s", b->time, b->config->fix ? "12,,,,2.1,1.9,3.4" : ",,,,,,");
}

static const struct {
	char name[4];
	void (*say)(struct burst *b);
} kinds[] = {
	{"RMC", say_rmc}, {"VTG", say_vtg}, {"GGA", say_gga}, {"GSA", say_gsa},
	{"GSV", say_gsv}, {"GLL", say_gll}, {"ZDA", say_zda}, {"GST", say_gst},
};

/*
 * Gregorian date of a day since 1970-01-01, by counting in 400-year cycles from 0000-03-01. Not by
 * the core's calendar, so that a fault of that one shows.
 */
static void set_date(struct burst *b, int64_t days)
{
	int64_t z = days + 719468;
	int64_t cycle = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_cycle = z - cycle * 146097;
	int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
	int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153; /* from March */

	b->day = (int)(in_year - (153 * month + 2) / 5 + 1);
	b->month = (int)(month < 10 ? month + 3 : month - 9);
	b->year = (int)(year + cycle * 400 + (b->month <= 2));
}

static void set_time(struct burst *b, int64_t utc_s, bool leap60)
{
	const struct receiver_config *c = b->config;
	char fraction[10];

	utc_s += (int64_t)c->era_weeks * WEEK_S + c->wrong_s;
	if (leap60 && c->leap == RECEIVER_LEAP_REPEAT_00) {
		utc_s++;
	}
	int64_t day = (utc_s >= 0 ? utc_s : utc_s - (DAY_S - 1)) / DAY_S;
	int in_day = (int)(utc_s - day * DAY_S);
	int second = in_day % 60 + (leap60 && c->leap == RECEIVER_LEAP_60);

	set_date(b, day);
	if (!c->fix && c->mute_time) {
		return;
	}
	snprintf(fraction, sizeof(fraction), "%09u", (unsigned int)(c->fraction_ns % NS_PER_S));
	snprintf(b->time, sizeof(b->time), "%02d%02d%02d%s%.*s", in_day / 3600, in_day / 60 % 60,
		 second, c->fraction_digits ? "." : "", c->fraction_digits, fraction);
}

/* ddmm.mmmmm: degrees and minutes, as NMEA has them. */
static int write_angle(char *text, size_t size, int32_t angle_e7, int degree_digits, char positive,
		       char negative)
{
	int64_t e7 = llabs((int64_t)angle_e7);
	int64_t minutes_e5 = e7 % 10000000 * 60 / 100;

	return snprintf(text, size, "%0*d%02d.%05d,%c", degree_digits, (int)(e7 / 10000000),
			(int)(minutes_e5 / 100000), (int)(minutes_e5 % 100000),
			angle_e7 < 0 ? negative : positive);
}

static void set_position(struct burst *b)
{
	const struct receiver_config *c = b->config;

	if (!c->fix) {
		snprintf(b->position, sizeof(b->position), ",,,");
		return;
	}
	int n = write_angle(b->position, sizeof(b->position), c->latitude_e7, 2, 'N', 'S');

	b->position[n++] = ',';
	write_angle(b->position + n, sizeof(b->position) - (size_t)n, c->longitude_e7, 3, 'E', 'W');
}

size_t receiver_burst(const struct receiver_config *config, int64_t utc_s, bool leap60, char *text,
		      size_t size)
{
	struct burst b = {.config = config, .text = text, .size = size};

	set_time(&b, utc_s, leap60);
	set_position(&b);
	for (const char *name = config->sentences; *name; name += strcspn(name, " ")) {
		name += strspn(name, " ");
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if (strncmp(name, kinds[i].name, 3) == 0) {
				kinds[i].say(&b);
			}
		}
	}
	return b.full ? 0 : b.length;
}
