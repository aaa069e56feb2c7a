/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "receiver/ublox.h"

/*
 * u-blox from generation 9 on: a number (a key) for each single setting. Each is read, and set one
 * by one, so that one that a firmware does not know takes none with it.
 */

enum { LAYER_RAM = 1, LAYER_BBR = 2, LAYER_FLASH = 4 };
enum { HEAD = 4, KEY = 4 }; /* bytes of a payload before the key, and of the key */

static const char *const off_on[] = {"off", "on"};
static const char *const no_yes[] = {"no", "yes"};
static const char *const grids[] = {"UTC", "GPS", "GLONASS", "BeiDou", "Galileo"};
static const char *const pulse_by[] = {"period", "frequency"};
static const char *const length_by[] = {"ratio", "length"};

#define WORDS(list) .words = list, .word_count = sizeof(list) / sizeof(list[0])

struct row {
	uint32_t key; /* of UART1, where each port has its own */
	const char *name, *title;
	uint32_t wanted;
	enum { SAME, FIXES, MODEL, SURVEY, LENGTH } kind;
	const char *const *words; /* SAME: of the values; NULL: unit */
	uint32_t word_count;
	const char *unit;
	bool stands;        /* only for an antenna that stands */
	uint32_t port_step; /* each port has its own; the next one is so much further on */
};

#define MESSAGE(key, name, wanted)                                                                 \
	{                                                                                          \
		key, name, name, wanted, FIXES, .port_step = 1                                     \
	}

static const struct row rows[] = {
	/* So that we hear both. */
	{0x10740001, "ubx", "UBX on this port", 1, WORDS(off_on), .port_step = 0x20000},
	{0x10740002, "nmea", "NMEA on this port", 1, WORDS(off_on), .port_step = 0x20000},
	MESSAGE(0x209100ac, "RMC", EVERY_FIX),
	MESSAGE(0x209100bb, "GGA", EVERY_FIX),
	MESSAGE(0x209100c0, "GSA", EVERY_FIX),
	MESSAGE(0x209100c5, "GSV", GSV_FIXES),
	MESSAGE(0x209100ca, "GLL", 0),
	MESSAGE(0x209100b1, "VTG", 0),
	MESSAGE(0x209100cf, "GRS", 0),
	MESSAGE(0x209100d4, "GST", 0),
	MESSAGE(0x209100d9, "ZDA", 0),
	MESSAGE(0x209100de, "GBS", 0),
	MESSAGE(0x209100a7, "DTM", 0),
	MESSAGE(0x209100b6, "GNS", 0),
	MESSAGE(0x2091001b, "NAV-STATUS", EVERY_FIX),
	MESSAGE(0x20910061, "NAV-TIMELS", LEAP_FIXES),
	MESSAGE(0x2091035a, "MON-RF", LEAP_FIXES),
	{0x1041000d, "jamming", "jamming is looked for", 1, WORDS(no_yes)},
	MESSAGE(0x20910007, "NAV-PVT", 0),
	MESSAGE(0x20910016, "NAV-SAT", 0),
	{0x30210001, "fixes", "time between fixes", 1000, .unit = "ms"},
	{0x30210002, "ratio", "measurements for a fix", 1, .unit = ""},
	{0x10050007, "pulse", "pulse", 1, WORDS(off_on)},
	{0x10050008, "pulse.sync", "pulse follows the satellites", 1, WORDS(no_yes)},
	{0x10050009, "pulse.fix", "pulse with a fix is another", 1, WORDS(no_yes)},
	{0x1005000a, "pulse.align", "pulse aligned to the second", 1, WORDS(no_yes)},
	{0x2005000c, "pulse.grid", "pulse's time", UBX_GRID_UTC, WORDS(grids)},
	{0x20050023, "pulse.def", "pulse set by", 0, WORDS(pulse_by)},
	{0x20050030, "pulse.length", "pulse's length set by", 1, WORDS(length_by)},
	{0x40050002, "pulse.period", "pulse's period", 1000000, .unit = "us"},
	{0x40050003, "pulse.period.fix", "pulse's period with a fix", 1000000, .unit = "us"},
	{0x40050004, "pulse.us", "pulse's length without a fix", 0, .unit = "us"},
	{0x40050005, "pulse.us.fix", "pulse's length with a fix", PULSE_US, LENGTH, .unit = "us"},
	{0x20110021, "model", "dynamic model", UBX_STATIONARY, MODEL, .stands = true},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Of timing receivers: how long and how well, before it begins. */
enum { SURVEY_MODE = 0x20030001 };
static const struct row survey_rows[] = {
	{0x40030010, "survey.s", "survey-in's least duration", SURVEY_S, .unit = "s"},
	{0x40030011, "survey.mm", "survey-in's accuracy", SURVEY_ACCURACY_MM * 10,
	 .unit = "x 0.1 mm"},
	{SURVEY_MODE, "survey", "survey-in", UBX_SURVEY_IN, SURVEY, .stands = true},
};

enum { BPS_UART1 = 0x40520001, BPS_UART2 = 0x40530001 };

/* Bytes of a key's value, by its bits 28 to 30. */
static size_t value_size(uint32_t key)
{
	static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 0, 0};

	return sizes[key >> 28 & 7];
}

static void set_key(struct command *command, uint8_t layers, uint32_t key, uint32_t value)
{
	uint8_t payload[HEAD + KEY + 8] = {0, layers, 0, 0};
	uint8_t bytes[8] = {0};

	command_put_u4(payload + HEAD, key);
	command_put_u4(bytes, value);
	memcpy(payload + HEAD + KEY, bytes, value_size(key));
	command_frame(command, FRAME_UBX, UBX_CFG, UBX_CFG_VALSET, payload,
		      HEAD + KEY + value_size(key));
}

static void ask_key(struct query *query, uint32_t key)
{
	uint8_t payload[HEAD + KEY] = {0}; /* of the layer in force */

	command_put_u4(payload + HEAD, key);
	command_frame(&query->command, FRAME_UBX, UBX_CFG, UBX_CFG_VALGET, payload,
		      sizeof(payload));
}

/* False: the receiver has no such key. */
static bool value_of(const struct query *query, uint32_t key, uint32_t *value)
{
	size_t size = value_size(key);

	if (query->result != TALK_DONE || query->reply.frame.length < HEAD + KEY + size) {
		return false;
	}
	*value = 0;
	for (size_t i = 0; i < size && i < 4; i++) {
		*value |= (uint32_t)query->reply.payload[HEAD + KEY + i] << 8 * i;
	}
	return true;
}

static void say_value(const struct row *row, uint32_t value, char *text, size_t size)
{
	if (row->words && value < row->word_count) {
		snprintf(text, size, "%s", row->words[value]);
	} else if (row->kind == MODEL) {
		snprintf(text, size, "%s", ublox_model_word((int)value));
	} else if (row->kind == SURVEY) {
		snprintf(text, size, "%s", ublox_survey_word((int)value));
	} else {
		snprintf(text, size, "%u%s%s", value, row->unit && row->unit[0] ? " " : "",
			 row->unit ? row->unit : "");
	}
}

/* What is wanted where the receiver has this now: what is as good stays. */
static uint32_t wanted_of(const struct row *row, uint32_t now)
{
	if ((row->kind == LENGTH && now > 0 && now < 500000) || (row->kind == SURVEY && now != 0)) {
		return now;
	}
	return row->wanted;
}

static void read_row(const struct row *row, uint32_t key, uint32_t now, struct settings *settings)
{
	uint32_t wanted = wanted_of(row, now);
	struct setting *setting = settings_add(settings, row->name, row->title);

	if (row->kind == FIXES) {
		setting_rates(setting, now, wanted);
	} else {
		char was[40], will[40];

		say_value(row, now, was, sizeof(was));
		say_value(row, wanted, will, sizeof(will));
		setting_words(setting, was, will);
	}
	set_key(&setting->set, LAYER_RAM, key, wanted);
	set_key(&setting->undo, LAYER_RAM, key, now);
}

/* Asks for the keys of these rows, and adds those that the receiver has. */
static enum talk_result read_rows(struct talk *talk, const struct row *list, size_t count,
				  uint32_t step, const struct wish *wish, struct settings *settings,
				  struct error *err)
{
	struct query queries[ROWS];

	for (size_t i = 0; i < count; i++) {
		ask_key(&queries[i], list[i].key + step * list[i].port_step);
	}
	enum talk_result result = talk_ask_all(talk, queries, (int)count, err);

	for (size_t i = 0; result == TALK_DONE && i < count; i++) {
		uint32_t key = list[i].key + step * list[i].port_step, now;

		if (value_of(&queries[i], key, &now) && !(list[i].stands && wish->moving)) {
			read_row(&list[i], key, now, settings);
		}
	}
	return result;
}

/*
 * What must be known first: on which port we are (on a UART the one that has our bit rate, the first
 * if both have), and whether there is a survey to be made. survey: its mode, -1: it has none.
 */
static enum talk_result look_first(struct talk *talk, uint8_t *port, int *survey, struct error *err)
{
	struct query queries[3];
	uint32_t first = 0, second = 0, mode;

	ask_key(&queries[0], BPS_UART1);
	ask_key(&queries[1], BPS_UART2);
	ask_key(&queries[2], SURVEY_MODE);
	enum talk_result result = talk_ask_all(talk, queries, 3, err);

	if (result == TALK_DONE) {
		value_of(&queries[0], BPS_UART1, &first);
		value_of(&queries[1], BPS_UART2, &second);
		*survey = value_of(&queries[2], SURVEY_MODE, &mode) ? (int)mode : -1;
		*port = talk->bps == 0                              ? UBX_PORT_USB
			: first != talk->bps && second == talk->bps ? UBX_PORT_UART2
								    : UBX_PORT_UART1;
	}
	return result;
}

static void read_bps(struct talk *talk, uint8_t port, const struct wish *wish,
		     struct settings *settings)
{
	if (port == UBX_PORT_USB) {
		return;
	}
	uint32_t key = port == UBX_PORT_UART2 ? BPS_UART2 : BPS_UART1;
	uint32_t wanted = wish_bps(wish, talk->bps, family_ublox_val.bps_most);
	struct setting *setting = settings_add_bps(settings, talk->bps, wanted);

	set_key(&setting->set, LAYER_RAM, key, wanted);
	set_key(&setting->undo, LAYER_RAM, key, talk->bps);
}

static enum talk_result read_all(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err)
{
	uint8_t port;
	int survey;
	enum talk_result result = look_first(talk, &port, &survey, err);

	(void)identity;
	if (result == TALK_DONE) {
		read_bps(talk, port, wish, settings);
		result = read_rows(talk, rows, ROWS,
				   port == UBX_PORT_USB     ? 2
				   : port == UBX_PORT_UART2 ? 1
							    : 0,
				   wish, settings, err);
	}
	/* A receiver that is at it, or knows its position, is left alone. */
	if (result == TALK_DONE && survey >= 0 && !wish->moving) {
		size_t from = survey > 0 ? 2 : 0;

		result = read_rows(talk, survey_rows + from, 3 - from, 0, wish, settings, err);
	}
	return result;
}

/* The same keys into the two layers that it starts from. Not every receiver has a flash. */
static void save(const struct settings *settings, struct settings *saves)
{
	static const uint8_t layers[] = {LAYER_BBR, LAYER_FLASH};

	for (int i = 0; i < settings->count; i++) {
		const uint8_t *payload = settings->at[i].set.bytes + 6;
		uint32_t value = frame_u4(payload + HEAD + KEY);
		uint32_t key = frame_u4(payload + HEAD);
		size_t size = value_size(key);

		value &= size < 4 ? (1U << 8 * size) - 1 : UINT32_MAX;
		for (size_t j = 0; j < 2; j++) {
			struct setting *save =
				settings_add(saves, settings->at[i].key, settings->at[i].name);

			set_key(&save->set, layers[j], key, value);
			save->optional = layers[j] == LAYER_FLASH;
		}
	}
}

const struct family family_ublox_val = {
	.name = "u-blox VALSET",
	.bps_most = 460800,
	.read = read_all,
	.save = save,
	.saves_values = true,
	.save_note = "saved in battery-backed memory, and in the flash where the receiver has one",
};
