/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "receiver/family.h"

/*
 * CASIC (Zhongke AT6558 and its kin): binary messages much like u-blox's, but a query has no
 * payload, and is answered for all ports or all messages at once.
 */

enum { CFG = 0x06, CFG_PRT = 0, CFG_MSG = 1, CFG_TP = 3, CFG_RATE = 4, CFG_CFG = 5, CFG_TMODE = 6 };
enum { CFG_NAVX = 7, NMEA = 0x4e, NAV = 0x01 };

enum { PORT_CURRENT = 0xff, PROTO_BINARY_TEXT_BOTH_WAYS = 0x33 };

/* The messages that are wanted; all others that the receiver lists are to be off. */
static const struct {
	uint8_t class, id;
	const char *name;
	long wanted;
} messages[] = {
	{NMEA, 0x00, "GGA", EVERY_FIX}, {NMEA, 0x01, "GLL", 0},
	{NMEA, 0x02, "GSA", EVERY_FIX}, {NMEA, 0x03, "GSV", GSV_FIXES},
	{NMEA, 0x04, "RMC", EVERY_FIX}, {NMEA, 0x05, "VTG", 0},
	{NMEA, 0x07, "GST", 0},         {NMEA, 0x08, "ZDA", 0},
	{NMEA, 0x11, "TXT", -1},        {NAV, 0x10, "NAV-TIMEUTC", EVERY_FIX},
};

static void cfg(struct command *command, uint8_t id, const uint8_t *payload, size_t length)
{
	command_frame(command, FRAME_CASIC, CFG, id, payload, length);
}

/* ---- what is answered several times ---- */

enum { LISTED_MAX = 64, QUIET_MS = 1500 };

struct list {
	uint8_t id;    /* of CFG */
	size_t length; /* of an entry */
	size_t named;  /* so many of its first bytes name it */
	uint8_t at[LISTED_MAX][8];
	int count;
};

static bool take_entry(void *arg, const struct message *message)
{
	const struct frame *frame = message->frame;
	struct list *list = arg;
	int i = 0;

	if (!frame || frame->protocol != FRAME_CASIC || frame->class != CFG ||
	    frame->id != list->id || frame->length != list->length) {
		return false;
	}
	while (i < list->count && memcmp(list->at[i], frame->payload, list->named) != 0) {
		i++;
	}
	if (i < LISTED_MAX) {
		memcpy(list->at[i], frame->payload, list->length);
		list->count += i == list->count;
	}
	return true; /* the time till the next one begins anew */
}

/* Asks twice: on a full line answers get lost. After the first entry the others follow at once. */
static enum talk_result read_list(struct talk *talk, struct list *list, struct error *err)
{
	struct command command;

	cfg(&command, list->id, NULL, 0);
	for (int i = 0; i < 2; i++) {
		if (talk_send(talk, &command, err)) {
			return TALK_GONE;
		}
		enum talk_result result = talk_listen(talk, talk->answer_ms, take_entry, list, err);

		while (result == TALK_DONE) {
			result = talk_listen(talk, QUIET_MS, take_entry, list, err);
		}
		if (result == TALK_GONE) {
			return result;
		}
	}
	return list->count > 0 ? TALK_DONE : TALK_SILENT;
}

/* ---- the groups ---- */

static enum talk_result read_port(struct talk *talk, const struct wish *wish,
				  struct settings *settings, struct error *err)
{
	struct list list = {.id = CFG_PRT, .length = 8, .named = 1};
	enum talk_result result = read_list(talk, &list, err);

	if (result != TALK_DONE) {
		return result;
	}
	uint8_t payload[8];
	int ours = 0;

	for (int i = list.count - 1; i >= 0; i--) { /* the first with our bit rate */
		ours = frame_u4(list.at[i] + 4) == talk->bps ? i : ours;
	}
	uint32_t wanted = wish_bps(wish, talk->bps, family_casic.bps_most);
	struct setting *setting = settings_add_bps(settings, talk->bps, wanted);

	memcpy(payload, list.at[ours], sizeof(payload));
	payload[0] = PORT_CURRENT;
	command_put_u4(payload + 4, talk->bps);
	cfg(&setting->undo, CFG_PRT, payload, sizeof(payload));
	payload[1] |= PROTO_BINARY_TEXT_BOTH_WAYS;
	command_put_u4(payload + 4, wanted);
	cfg(&setting->set, CFG_PRT, payload, sizeof(payload));
	return TALK_DONE;
}

static void add_message(struct settings *settings, const uint8_t *entry, const char *name,
			long wanted)
{
	struct setting *setting = settings_add(settings, name, name);
	uint8_t set[] = {entry[0], entry[1], (uint8_t)wanted, 0};

	setting_rates(setting, frame_u2(entry + 2), wanted);
	cfg(&setting->set, CFG_MSG, set, sizeof(set));
	cfg(&setting->undo, CFG_MSG, entry, 4);
}

static enum talk_result read_messages(struct talk *talk, struct settings *settings,
				      struct error *err)
{
	struct list list = {.id = CFG_MSG, .length = 4, .named = 2};
	enum talk_result result = read_list(talk, &list, err);
	size_t known = sizeof(messages) / sizeof(messages[0]);

	for (int i = 0; i < list.count; i++) {
		const uint8_t *entry = list.at[i];
		char name[16];
		size_t m = 0;

		while (m < known && (messages[m].class != entry[0] || messages[m].id != entry[1])) {
			m++;
		}
		snprintf(name, sizeof(name), "%02X-%02X", entry[0], entry[1]);
		if (m < known && messages[m].wanted >= 0) {
			add_message(settings, entry, messages[m].name, messages[m].wanted);
		} else if (m == known && frame_u2(entry + 2) > 0) {
			add_message(settings, entry, name, 0);
		}
	}
	return result;
}

/* The setting whose group was polled, and which payload makes. */
static void take_group(struct setting *setting, uint8_t id, const struct reply *reply,
		       const uint8_t *payload)
{
	cfg(&setting->undo, id, reply->payload, reply->frame.length);
	cfg(&setting->set, id, payload, reply->frame.length);
}

static void read_fixes(const struct reply *reply, struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "fixes", "time between fixes");
	char now[24];

	snprintf(now, sizeof(now), "%u ms", (unsigned int)frame_u2(reply->payload));
	setting_words(setting, now, "1000 ms");
	memcpy(payload, reply->payload, reply->frame.length);
	payload[0] = 1000 & 0xff;
	payload[1] = 1000 >> 8;
	payload[2] = payload[2] ? 1 : 0; /* newer ones say it in Hz, too */
	take_group(setting, CFG_RATE, reply, payload);
}

enum { PULSE_WITH_FIX = 3, BASE_UTC = 0 };

static void say_pulse(const uint8_t *tp, char *text, size_t size)
{
	static const char *const when[] = {"off", "without a fix too", "also after a fix",
					   "only with a fix"};

	if (frame_u4(tp) != 1000000) {
		snprintf(text, size, "%u us apart", frame_u4(tp));
	} else {
		snprintf(text, size, "1 Hz, %s, %s", tp[8] < 4 ? when[tp[8]] : "in another way",
			 tp[10] == BASE_UTC ? "UTC" : "not on UTC");
	}
}

static void read_pulse(const struct reply *reply, const struct identity *identity,
		       struct settings *settings)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	uint32_t width_us = frame_u4(reply->payload + 4);

	/* From version 6 on the same numbers mean other things. */
	if (strstr(identity->firmware, "V6")) {
		return;
	}
	struct setting *setting = settings_add(settings, "pulse", "pulse");

	memcpy(payload, reply->payload, reply->frame.length);
	command_put_u4(payload, 1000000);
	command_put_u4(payload + 4, width_us > 0 && width_us < 500000 ? width_us : PULSE_US);
	payload[8] = PULSE_WITH_FIX;
	payload[10] = BASE_UTC;
	say_pulse(reply->payload, setting->now, sizeof(setting->now));
	say_pulse(payload, setting->wanted, sizeof(setting->wanted));
	setting->differs = strcmp(setting->now, setting->wanted) != 0;
	take_group(setting, CFG_TP, reply, payload);
}

static void read_model(struct reply *reply, struct settings *settings)
{
	enum { STATIONARY = 1, MASK_MODEL = 1 };
	static const char *const words[] = {"portable", "stationary", "pedestrian", "automotive"};
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "model", "dynamic model");
	uint8_t model = reply->payload[4];

	setting_words(setting, model < 4 ? words[model] : "another", words[STATIONARY]);
	command_put_u4(reply->payload, MASK_MODEL); /* of all that it holds only this is taken */
	memcpy(payload, reply->payload, reply->frame.length);
	payload[4] = STATIONARY;
	take_group(setting, CFG_NAVX, reply, payload);
}

/* Of timing receivers. Its mode has two bytes, whatever the manual says; its variance is a float, in m2. */
static void read_survey(const struct reply *reply, struct settings *settings)
{
	enum { SURVEY_IN = 1, FLOAT_25 = 0x41c80000 }; /* (5 m)2 */
	static const char *const words[] = {"off", "survey-in", "fixed position"};
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct setting *setting = settings_add(settings, "survey", "survey-in");
	unsigned int mode = frame_u2(reply->payload);
	const char *now = mode < 3 ? words[mode] : "another";

	memcpy(payload, reply->payload, reply->frame.length);
	command_put_u4(payload, SURVEY_IN);
	command_put_u4(payload + 32, SURVEY_S);
	command_put_u4(payload + 36, FLOAT_25);
	setting_words(setting, now, mode ? now : words[SURVEY_IN]);
	take_group(setting, CFG_TMODE, reply, payload);
}

/* The groups that have one answer each. */
static enum talk_result read_groups(struct talk *talk, const struct identity *identity,
				    const struct wish *wish, struct settings *settings,
				    struct error *err)
{
	enum { FIXES, PULSE, MODEL, SURVEY, GROUPS };
	static const struct {
		uint8_t id;
		size_t length;
	} groups[GROUPS] = {{CFG_RATE, 4}, {CFG_TP, 16}, {CFG_NAVX, 44}, {CFG_TMODE, 40}};
	struct query queries[GROUPS];
	bool there[GROUPS];

	for (int i = 0; i < GROUPS; i++) {
		cfg(&queries[i].command, groups[i].id, NULL, 0);
	}
	enum talk_result result = talk_ask_all(talk, queries, GROUPS, err);

	for (int i = 0; i < GROUPS; i++) {
		there[i] = queries[i].result == TALK_DONE &&
			   queries[i].reply.frame.length == groups[i].length;
	}
	if (result != TALK_DONE) {
		return result;
	}
	if (there[FIXES]) {
		read_fixes(&queries[FIXES].reply, settings);
	}
	if (there[PULSE]) {
		read_pulse(&queries[PULSE].reply, identity, settings);
	}
	if (there[MODEL] && !wish->moving) {
		read_model(&queries[MODEL].reply, settings);
	}
	if (there[SURVEY] && !wish->moving) {
		read_survey(&queries[SURVEY].reply, settings);
	}
	return TALK_DONE;
}

static enum talk_result read_all(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err)
{
	enum talk_result result = talk->bps ? read_port(talk, wish, settings, err) : TALK_DONE;

	result = result == TALK_DONE ? read_messages(talk, settings, err) : result;
	return result == TALK_DONE ? read_groups(talk, identity, wish, settings, err) : result;
}

static void save(const struct settings *settings, struct settings *saves)
{
	static const uint8_t all[] = {0xff, 0xff, 1, 0};

	(void)settings;
	cfg(&settings_add(saves, "save", "save")->set, CFG_CFG, all, sizeof(all));
}

const struct family family_casic = {
	.name = "CASIC",
	.bps_most = 115200,
	.read = read_all,
	.save = save,
	.save_note = "saved in the receiver's flash",
};
