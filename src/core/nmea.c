/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/nmea.h"

#include <string.h>

#include "core/hex.h"

/* The line must be "…*hh", hh the exclusive-or of all before its only '*'; cuts it off if so. */
static bool take_checksum(struct nmea_framer *f)
{
	unsigned int sum = 0;

	if (f->len < 3 || f->line[f->len - 3] != '*') {
		return false;
	}
	int high = hex_digit(f->line[f->len - 2]);
	int low = hex_digit(f->line[f->len - 1]);

	f->len -= 3;
	if (memchr(f->line, '*', f->len)) {
		return false;
	}
	for (size_t i = 0; i < f->len; i++) {
		sum ^= (uint8_t)f->line[i];
	}
	f->line[f->len] = '\0';
	return high >= 0 && low >= 0 && sum == (unsigned int)(high << 4 | low);
}

static bool text(uint8_t byte)
{
	return byte >= 0x20 && byte <= 0x7e && byte != '$';
}

size_t nmea_skip(struct nmea_framer *f, const uint8_t *data, size_t len)
{
	size_t count = 0;

	if (!f->inside) {
		const uint8_t *start = memchr(data, '$', len);

		return start ? (size_t)(start - data) : len;
	}
	if (len > NMEA_LINE_MAX - f->len) {
		len = NMEA_LINE_MAX - f->len;
	}
	while (count < len && text(data[count])) {
		count++;
	}
	memcpy(f->line + f->len, data, count);
	f->len += count;
	return count;
}

enum nmea_result nmea_feed(struct nmea_framer *f, uint8_t byte)
{
	if (byte == '$') {
		bool cut_short = f->inside && f->len > 0;

		f->inside = true;
		f->len = 0;
		return cut_short ? NMEA_CHECKSUM : NMEA_MORE;
	}
	if (!f->inside) {
		return NMEA_MORE;
	}
	if (byte == '\r' || byte == '\n') {
		f->inside = false;
		return take_checksum(f) ? NMEA_SENTENCE : NMEA_CHECKSUM;
	}
	if (byte < 0x20 || byte > 0x7e) {
		/* A '$' in binary data was no start, or the line is spoiled. */
		f->inside = false;
		return f->len >= 6 ? NMEA_CHECKSUM : NMEA_MORE;
	}
	if (f->len == NMEA_LINE_MAX) {
		f->inside = false;
		return NMEA_OVERLONG;
	}
	f->line[f->len++] = (char)byte;
	return NMEA_MORE;
}

void nmea_split(struct nmea_framer *f, struct nmea_fields *fields)
{
	char *start = f->line;

	fields->count = 0;
	while (start && fields->count < NMEA_FIELDS_MAX) {
		fields->field[fields->count++] = start;
		start = strchr(start, ',');
		if (start) {
			*start++ = '\0';
		}
	}
}
