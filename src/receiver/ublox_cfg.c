/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "receiver/ublox.h"

/*
 * u-blox up to generation 8: a message for each group of settings. Each is polled, changed where it
 * must be, and sent back; what was polled undoes it.
 */

/* NMEA and frames, and how often each is wanted. What a receiver does not know it refuses. */
static const struct {
	uint8_t class, id;
	const char *key;
	long wanted;
} messages[] = {
	{UBX_NMEA, 0x04, "RMC", EVERY_FIX},
	{UBX_NMEA, 0x00, "GGA", EVERY_FIX},
	{UBX_NMEA, 0x02, "GSA", EVERY_FIX},
	{UBX_NMEA, 0x03, "GSV", GSV_FIXES},
	{UBX_NMEA, 0x01, "GLL", 0},
	{UBX_NMEA, 0x05, "VTG", 0},
	{UBX_NMEA, 0x06, "GRS", 0},
	{UBX_NMEA, 0x07, "GST", 0},
	{UBX_NMEA, 0x08, "ZDA", 0},
	{UBX_NMEA, 0x09, "GBS", 0},
	{UBX_NMEA, 0x0a, "DTM", 0},
	{UBX_NMEA, 0x0d, "GNS", 0},
	{0xf1, 0x00, "PUBX,00", 0},
	{0xf1, 0x03, "PUBX,03", 0},
	{0xf1, 0x04, "PUBX,04", 0},
	{0x01, 0x03, "NAV-STATUS", EVERY_FIX},
	{0x01, 0x26, "NAV-TIMELS", LEAP_FIXES},
	{0x01, 0x07, "NAV-PVT", 0},
	{0x01, 0x35, "NAV-SAT", 0},
};

enum { MESSAGES = sizeof(messages) / sizeof(messages[0]) };

static void cfg(struct command *command, uint8_t id, const uint8_t *payload, size_t length)
{
	command_frame(command, FRAME_UBX, UBX_CFG, id, payload, length);
}

/* The setting whose group was polled: undone by what was polled, made by what payload becomes. */
static void take_group(struct setting *setting, uint8_t id, const struct reply *reply,
		       const uint8_t *payload)
{
	cfg(&setting->undo, id, reply->payload, reply->frame.length);
	cfg(&setting->set, id, payload, reply->frame.length);
}

/* ---- the groups ---- */

enum { PORT_IN = 12, PORT_OUT = 14, UBX_AND_NMEA = 3 };

static const char *say_protocols(const uint8_t *port)
{
	static const char *const words[] = {"neither", "UBX", "NMEA", "UBX and NMEA"};

	return words[port[PORT_OUT] & UBX_AND_NMEA];
}

/* Somebody may have left it with frames alone; what sets the rate as well must know the new one. */
static void read_protocols(const struct reply *reply, const struct setting *bps,
			   struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "protocols", "sends");

	memcpy(payload, reply->payload, reply->frame.length);
	payload[PORT_IN] |= UBX_AND_NMEA;
	payload[PORT_OUT] |= UBX_AND_NMEA;
	command_put_u4(payload + 8, bps->bps);
	setting_words(setting, say_protocols(reply->payload), say_protocols(payload));
	take_group(setting, UBX_CFG_PRT, reply, payload);
	if (bps->differs) {
		setting->undo.len = 0; /* that of the rate restores them */
	}
}

static void read_port(const struct talk *talk, const struct reply *reply, const struct wish *wish,
		      struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	uint8_t port = reply->payload[0];

	if (talk->bps == 0 || (port != UBX_PORT_UART1 && port != UBX_PORT_UART2)) {
		return; /* USB has no rate */
	}
	uint32_t wanted = wish_bps(wish, talk->bps, family_ublox_cfg.bps_most);
	struct setting *setting = settings_add_bps(settings, talk->bps, wanted);

	memcpy(payload, reply->payload, reply->frame.length);
	command_put_u4(payload + 8, wanted);
	take_group(setting, UBX_CFG_PRT, reply, payload);
	read_protocols(reply, setting, settings);
}

static void read_message(size_t i, const struct reply *reply, uint8_t port,
			 struct settings *settings)
{
	uint8_t set[] = {messages[i].class, messages[i].id, (uint8_t)messages[i].wanted};
	uint8_t undo[] = {messages[i].class, messages[i].id, reply->payload[2 + port]};
	struct setting *setting = settings_add(settings, messages[i].key, messages[i].key);

	setting_rates(setting, undo[2], messages[i].wanted);
	cfg(&setting->set, UBX_CFG_MSG, set, sizeof(set));
	cfg(&setting->undo, UBX_CFG_MSG, undo, sizeof(undo));
}

static void read_fixes(const struct reply *reply, struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "fixes", "time between fixes");
	char now[24];

	snprintf(now, sizeof(now), "%u ms",
		 (unsigned int)frame_u2(reply->payload) * frame_u2(reply->payload + 2));
	setting_words(setting, now, "1000 ms");
	memcpy(payload, reply->payload, reply->frame.length);
	command_put_u4(payload, 1000 | 1 << 16); /* a measurement every 1000 ms, a fix for each */
	take_group(setting, UBX_CFG_RATE, reply, payload);
}

/* Bits of CFG-TP5's flags. */
enum {
	TP_ACTIVE = 1,
	TP_LOCK_GNSS = 2,
	TP_LOCKED_SET = 4,
	TP_IS_FREQUENCY = 8,
	TP_IS_LENGTH = 16,
	TP_ALIGN = 32,
	TP_TIMED = TP_LOCK_GNSS | TP_ALIGN,
	TP_GRID = 0xf << 7,
};

/* In words: what of it a clock minds. */
static void say_pulse(const uint8_t *tp, char *text, size_t size)
{
	uint32_t flags = frame_u4(tp + 28);
	bool frequency = flags & TP_IS_FREQUENCY;
	uint32_t locked = frame_u4(tp + 12), unlocked_length = frame_u4(tp + 16);

	if (!(flags & TP_ACTIVE)) {
		snprintf(text, size, "off");
	} else if (locked != (frequency ? 1 : 1000000)) {
		snprintf(text, size, "%u %s", locked, frequency ? "Hz" : "us apart");
	} else {
		snprintf(text, size, "1 Hz, %s, %s",
			 unlocked_length == 0 && (flags & TP_LOCKED_SET) ? "only with a fix"
									 : "without a fix too",
			 (flags & TP_TIMED) != TP_TIMED ? "not aligned"
			 : (flags & TP_GRID) == 0       ? "UTC"
							: "not on UTC");
	}
}

/* One pulse a second, none before there is a fix, on the second of UTC. Its polarity stays. */
static void make_pulse(uint8_t *tp)
{
	uint32_t flags = frame_u4(tp + 28);
	bool keeps_length =
		(flags & TP_IS_LENGTH) && frame_u4(tp + 20) > 0 && frame_u4(tp + 20) < 500000;

	command_put_u4(tp + 8, 1000000);
	command_put_u4(tp + 12, 1000000);
	command_put_u4(tp + 16, 0);
	if (!keeps_length) {
		command_put_u4(tp + 20, PULSE_US);
	}
	flags &= ~(uint32_t)(TP_IS_FREQUENCY | TP_GRID);
	command_put_u4(tp + 28,
		       flags | TP_ACTIVE | TP_LOCK_GNSS | TP_LOCKED_SET | TP_IS_LENGTH | TP_ALIGN);
}

static void read_pulse(const struct reply *reply, struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "pulse", "pulse");

	memcpy(payload, reply->payload, reply->frame.length);
	make_pulse(payload);
	say_pulse(reply->payload, setting->now, sizeof(setting->now));
	say_pulse(payload, setting->wanted, sizeof(setting->wanted));
	setting->differs = strcmp(setting->now, setting->wanted) != 0;
	take_group(setting, UBX_CFG_TP5, reply, payload);
}

static void read_model(struct reply *reply, struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "model", "dynamic model");

	reply->payload[0] = 1; /* of the groups in it only this one counts */
	reply->payload[1] = 0;
	memcpy(payload, reply->payload, reply->frame.length);
	payload[2] = UBX_STATIONARY;
	setting_words(setting, ublox_model_word(reply->payload[2]),
		      ublox_model_word(UBX_STATIONARY));
	take_group(setting, UBX_CFG_NAV5, reply, payload);
}

/* Only timing receivers have it. A fixed position is better still, and stays. */
static void read_survey(const struct reply *reply, struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "survey", "survey-in");
	uint8_t mode = reply->payload[0];

	memcpy(payload, reply->payload, reply->frame.length);
	payload[0] = UBX_SURVEY_IN;
	command_put_u4(payload + 20, SURVEY_S);
	command_put_u4(payload + 24, SURVEY_ACCURACY_MM);
	setting_words(setting, ublox_survey_word(mode),
		      ublox_survey_word(mode ? mode : UBX_SURVEY_IN));
	take_group(setting, UBX_CFG_TMODE2, reply, payload);
}

/* ---- all of them ---- */

/* What is polled before the messages: the least length of an answer that is understood. */
enum { PORT, FIXES, PULSE, MODEL, SURVEY, GROUPS };
static const struct {
	uint8_t id;
	size_t least;
} groups[GROUPS] = {[PORT] = {UBX_CFG_PRT, 20},
		    [FIXES] = {UBX_CFG_RATE, 6},
		    [PULSE] = {UBX_CFG_TP5, 32},
		    [MODEL] = {UBX_CFG_NAV5, 36},
		    [SURVEY] = {UBX_CFG_TMODE2, 28}};

static void make_queries(struct query *queries)
{
	static const uint8_t first[] = {0};

	for (int i = 0; i < GROUPS; i++) {
		cfg(&queries[i].command, groups[i].id, i == PULSE ? first : NULL, i == PULSE);
	}
	for (size_t i = 0; i < MESSAGES; i++) {
		const uint8_t poll[] = {messages[i].class, messages[i].id};

		cfg(&queries[GROUPS + i].command, UBX_CFG_MSG, poll, sizeof(poll));
	}
}

/* What the receiver refuses it does not have. */
static bool has(const struct query *query, size_t least)
{
	return query->result == TALK_DONE && query->reply.frame.length >= least &&
	       query->reply.frame.length <= 100;
}

static enum talk_result read_all(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err)
{
	struct query queries[GROUPS + MESSAGES];
	uint8_t port = talk->bps ? UBX_PORT_UART1 : UBX_PORT_USB;
	bool there[GROUPS];

	(void)identity;
	make_queries(queries);
	enum talk_result result = talk_ask_all(talk, queries, GROUPS + MESSAGES, err);

	if (result != TALK_DONE) {
		return result;
	}
	for (int i = 0; i < GROUPS; i++) {
		there[i] = has(&queries[i], groups[i].least);
	}
	if (there[PORT]) {
		port = queries[PORT].reply.payload[0] % 6;
		read_port(talk, &queries[PORT].reply, wish, settings);
	}
	for (size_t i = 0; i < MESSAGES; i++) {
		if (has(&queries[GROUPS + i], 8)) {
			read_message(i, &queries[GROUPS + i].reply, port, settings);
		}
	}
	if (there[FIXES]) {
		read_fixes(&queries[FIXES].reply, settings);
	}
	if (there[PULSE]) {
		read_pulse(&queries[PULSE].reply, settings);
	}
	if (there[MODEL] && !wish->moving) {
		read_model(&queries[MODEL].reply, settings);
	}
	if (there[SURVEY] && !wish->moving) {
		read_survey(&queries[SURVEY].reply, settings);
	}
	return TALK_DONE;
}

/* Everything that is set, into battery-backed memory, and flash where there is one. */
static void save(const struct settings *settings, struct settings *saves)
{
	uint8_t payload[13] = {0};

	(void)settings;
	payload[4] = 0x1b;  /* ports, messages, navigation, receiver manager (the pulse) */
	payload[12] = 0x17; /* battery-backed RAM, flash, EEPROM, SPI flash */
	cfg(&settings_add(saves, "save", "save")->set, UBX_CFG_CFG, payload, sizeof(payload));
}

const struct family family_ublox_cfg = {
	.name = "u-blox CFG",
	.bps_most = 460800,
	.read = read_all,
	.save = save,
	.save_note = "saved in battery-backed memory; for good only where the receiver has a flash",
};
