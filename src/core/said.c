/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/said.h"

#include <stdlib.h>
#include <string.h>

/* The bit that says "leap seconds known", wherever it stands. */
#define KNOWN_BIT 0x04
#define NOWHERE   (-1)
#define COUNT_MAX 127

#define TIMELS_FIRMWARE 0
#define TIMELS_UNKNOWN  255

const char *said_by_name(enum said_by by)
{
	static const char *const names[SAID_BY_COUNT] = {
		[SAID_NOTHING] = "nothing",
		[SAID_PUBX] = "$PUBX,04",
		[SAID_PQTM] = "$PQTMLS",
		[SAID_SKYTRAQ] = "SkyTraq 64 8e",
		[SAID_ALLYSTAR] = "Allystar NAV",
		[SAID_CASIC] = "CASIC NAV-TIMEUTC",
		[SAID_TIMEUTC] = "UBX-NAV-TIMEUTC",
		[SAID_TIMEGPS] = "UBX-NAV-TIMEGPS",
		[SAID_TIMELS] = "UBX-NAV-TIMELS",
	};

	return (unsigned int)by < SAID_BY_COUNT ? names[by] : "unknown";
}

static const struct place {
	enum frame_protocol protocol;
	uint8_t class, id;
	int sub; /* SkyTraq: the first byte; NOWHERE: none */
	size_t length;
	enum said_by by;
	int flags, count; /* offsets of these bytes */
} places[] = {
	{FRAME_UBX, 0x01, 0x20, NOWHERE, 16, SAID_TIMEGPS, 11, 10},
	{FRAME_UBX, 0x01, 0x21, NOWHERE, 20, SAID_TIMEUTC, 19, NOWHERE},
	{FRAME_CASIC, 0x01, 0x10, NOWHERE, 24, SAID_CASIC, 21, NOWHERE},
	{FRAME_CASIC, 0x11, 0x05, NOWHERE, 20, SAID_CASIC, 17, 19},
	{FRAME_ALLYSTAR, 0x01, 0x05, NOWHERE, 16, SAID_ALLYSTAR, 1, 10},
	{FRAME_ALLYSTAR, 0x01, 0x21, NOWHERE, 20, SAID_ALLYSTAR, 19, NOWHERE},
	{FRAME_SKYTRAQ, 0x00, 0x64, 0x8e, 14, SAID_SKYTRAQ, 13, 12},
};

static int count_of(uint8_t byte)
{
	return byte <= COUNT_MAX ? byte : SAID_NO_COUNT;
}

static bool is_at(const struct place *place, const struct frame *f)
{
	return place->protocol == f->protocol && place->class == f->class && place->id == f->id &&
	       place->length == f->length && (place->sub == NOWHERE || place->sub == f->payload[0]);
}

static bool take_place(const struct frame *f, struct said *said)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (is_at(&places[i], f)) {
			said->by = places[i].by;
			said->knows = f->payload[places[i].flags] & KNOWN_BIT;
			said->count = places[i].count == NOWHERE
					      ? SAID_NO_COUNT
					      : count_of(f->payload[places[i].count]);
			return true;
		}
	}
	return false;
}

/* NAV-TIMELS. Long after the last leap second the time to it is that of one long past. */
static void take_timels(const uint8_t *p, struct said *said)
{
	uint8_t source = p[8];
	int8_t change = (int8_t)p[11];
	int32_t in_s = (int32_t)frame_u4(p + 12);

	said->by = SAID_TIMELS;
	said->knows = p[23] & 1 && source != TIMELS_FIRMWARE && source != TIMELS_UNKNOWN;
	said->count = count_of(p[9]);
	if (said->knows && p[23] & 2 && abs(change) == 1 && in_s >= 0) {
		said->leap = change;
		said->leap_in_s = in_s;
	}
}

static enum said_flag flag(unsigned int value)
{
	return value <= SAID_MUCH ? (enum said_flag)value : SAID_UNKNOWN;
}

/* The worst of all radio blocks. */
static void take_mon_rf(const uint8_t *p, size_t length, struct said *said)
{
	for (size_t at = 4; at + 24 <= length; at += 24) {
		enum said_flag of = flag(p[at + 1] & 3U);

		said->jamming = of > said->jamming ? of : said->jamming;
	}
}

/* SEC-SIG in its two versions. */
static void take_sec_sig(const uint8_t *p, size_t length, struct said *said)
{
	if (p[0] == 1 && length >= 12) {
		said->jamming = p[4] & 1 ? flag(p[4] >> 1 & 3U) : SAID_UNKNOWN;
		said->spoofing = p[8] & 1 ? flag(p[8] >> 1 & 7U) : SAID_UNKNOWN;
	} else if (p[0] == 2 && length >= 4) {
		said->jamming = p[1] & 1 ? flag(p[1] >> 1 & 3U) : SAID_UNKNOWN;
		said->spoofing = p[1] & 8 ? flag(p[1] >> 4 & 7U) : SAID_UNKNOWN;
	}
}

static bool take_ubx(const struct frame *f, struct said *said)
{
	switch (f->class << 8 | f->id) {
	case 0x0126:
		if (f->length == 24) {
			take_timels(f->payload, said);
		}
		break;
	case 0x0103: /* NAV-STATUS */
		if (f->length == 16) {
			said->spoofing = flag(f->payload[7] >> 3 & 3U);
		}
		break;
	case 0x2709:
		if (f->length >= 4) {
			take_sec_sig(f->payload, f->length, said);
		}
		break;
	case 0x0a38:
		take_mon_rf(f->payload, f->length, said);
		break;
	case 0x0a09: /* MON-HW */
		if (f->length == 60) {
			said->jamming = flag(f->payload[22] >> 2 & 3U);
		}
		break;
	default:
		return false;
	}
	return said->by != SAID_NOTHING || said->spoofing || said->jamming;
}

bool said_by_frame(const struct frame *f, struct said *said)
{
	*said = (struct said){.count = SAID_NO_COUNT};
	return take_place(f, said) || (f->protocol == FRAME_UBX && take_ubx(f, said));
}

/* Digits, and what follows them. */
static const char *take_count(const char *text, int *count)
{
	int value = 0;

	*count = SAID_NO_COUNT;
	if (*text < '0' || *text > '9') {
		return text;
	}
	for (; *text >= '0' && *text <= '9' && value <= COUNT_MAX; text++) {
		value = value * 10 + (*text - '0');
	}
	*count = value <= COUNT_MAX ? value : SAID_NO_COUNT;
	return text;
}

static bool take_pubx(const struct nmea_fields *f, struct said *said)
{
	if (f->count < 7 || strcmp(f->field[1], "04") != 0) {
		return false;
	}
	const char *rest = take_count(f->field[6], &said->count);

	if (said->count == SAID_NO_COUNT || (*rest && strcmp(rest, "D") != 0)) {
		return false;
	}
	said->by = SAID_PUBX;
	said->knows = *rest == '\0';
	return true;
}

static bool take_pqtmls(const struct nmea_fields *f, struct said *said)
{
	int source;

	if (f->count < 6 || *take_count(f->field[3], &source) || source == SAID_NO_COUNT ||
	    *take_count(f->field[5], &said->count)) {
		return false;
	}
	said->by = SAID_PQTM;
	said->knows = source != 0 && said->count != SAID_NO_COUNT;
	return true;
}

/*
 * What a u-blox says of itself at its start. The firmwares of u-blox 5 to 7 (2007 to 2013) were
 * built when the count was 14 to 16; it has been 18 since 2017.
 */
static bool take_text(const struct nmea_fields *f, struct said *said)
{
	static const char *const models[] = {"UBX-G50", "UBX-G60", "UBX-G70"};

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]) && f->count >= 5; i++) {
		said->old_count |= strncmp(f->field[4], "HW", 2) == 0 &&
				   strstr(f->field[4], models[i]) != NULL;
	}
	return said->old_count;
}

bool said_by_sentence(const struct nmea_fields *f, struct said *said)
{
	const char *address = f->count > 0 ? f->field[0] : "";

	*said = (struct said){.count = SAID_NO_COUNT};
	if (strcmp(address, "PUBX") == 0) {
		return take_pubx(f, said);
	}
	if (strcmp(address, "PQTMLS") == 0) {
		return take_pqtmls(f, said);
	}
	return strlen(address) == 5 && strcmp(address + 2, "TXT") == 0 && take_text(f, said);
}
