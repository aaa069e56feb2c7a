/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any bytes as a receiver's line. What comes out as a sentence must stand in the input between a
 * '$' and a line end with the checksum it needs, as a second, simpler look at the same bytes finds.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/said.h"
#include "core/sentence.h"
#include "fuzz.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

/* Back from a line end at data[end] to its '$': "*hh" right before, no '$' and no other '*' within. */
static bool sentence_ends_here(const uint8_t *data, size_t end, const uint8_t **body, size_t *len)
{
	size_t start = end;
	unsigned int sum = 0;
	char digits[3];

	while (start > 0 && data[start - 1] != '$') {
		start--;
	}
	if (start == 0 || end - start < 3 || data[end - 3] != '*') {
		return false;
	}
	for (size_t i = start; i < end; i++) {
		if (data[i] < 0x20 || data[i] > 0x7e) {
			return false;
		}
		sum ^= i < end - 3 ? data[i] : 0;
	}
	*body = data + start;
	*len = end - 3 - start;
	for (size_t i = end - 2; i < end; i++) {
		digits[i - (end - 2)] = (char)(data[i] >= 'a' ? data[i] - 32 : data[i]);
	}
	char wanted[9];

	snprintf(wanted, sizeof(wanted), "%02X", sum);
	return end - start <= NMEA_LINE_MAX && memcmp(digits, wanted, 2) == 0 &&
	       memchr(*body, '*', *len) == NULL;
}

static void check_sentence(const struct sentence *s)
{
	must(!s->has_time || (s->second_of_day >= 0 && s->second_of_day <= 86400));
	must(s->fraction_ns >= 0 && s->fraction_ns < 1000000000);
	must(!s->has_date || (s->day >= 0 && s->day <= 99 && s->month >= 0 && s->month <= 99));
	must(!s->has_date || (s->year >= 0 && s->year <= (s->full_year ? 9999 : 99)));
	must(s->fix_mode >= 0 && s->fix_mode <= 3);
	must(s->satellites_seen >= -1 && s->satellites_used >= -1 && s->hdop_x100 >= -1);
	must(strlen(s->talker) == 0 || strlen(s->talker) == 2);
}

static void take(struct nmea_framer *framer, const uint8_t *body, size_t len)
{
	struct nmea_fields fields;
	struct sentence sentence;
	struct said said;

	must(strlen(framer->line) == len && memcmp(framer->line, body, len) == 0);
	nmea_split(framer, &fields);
	must(fields.count >= 1 && fields.count <= NMEA_FIELDS_MAX);
	if (said_by_sentence(&fields, &said)) {
		must(said.by != SAID_NOTHING || said.old_count);
		must(said.count >= SAID_NO_COUNT && said.count <= 127);
	}
	if (sentence_parse(&fields, &sentence)) {
		check_sentence(&sentence);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nmea_framer framer = {0};
	for (size_t i = 0; i < size; i++) {
		const uint8_t *body;
		size_t len;
		bool line_end = data[i] == '\r' || data[i] == '\n';
		bool expected = line_end && sentence_ends_here(data, i, &body, &len);
		enum nmea_result result = nmea_feed(&framer, data[i]);

		must((result == NMEA_SENTENCE) == expected);
		if (expected) {
			take(&framer, body, len);
		}
	}
	return 0;
}
