/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clean.h"
#include "receiver/ublox.h"

/* Once generation 9 begins, a number for each setting. */
enum { PROTOCOL_OF_KEYS = 27 };

static void copy(char *to, size_t size, const char *from, size_t len)
{
	size_t n = strnlen(from, len);

	while (n > 0 && from[n - 1] == ' ') {
		n--;
	}
	clean_bytes(to, size, from, n);
}

/* ---- u-blox ---- */

static void hello_ublox(struct command *hello)
{
	command_frame(hello, FRAME_UBX, UBX_MON, UBX_MON_VER, NULL, 0);
}

/* MON-VER: 30 bytes of software, 10 of hardware, and lines of 30: "PROTVER=18.00", "MOD=NEO-M8N". */
static void know_ublox(struct identity *identity, const struct reply *reply)
{
	enum { SOFTWARE = 30, LINES = 40, LINE = 30 };
	const char *payload = (const char *)reply->payload;
	size_t length = reply->frame.length;
	int protocol = 0;

	snprintf(identity->maker, sizeof(identity->maker), "u-blox");
	copy(identity->firmware, sizeof(identity->firmware), payload,
	     length < SOFTWARE ? length : SOFTWARE);
	for (size_t at = LINES; at + LINE <= length; at += LINE) {
		char line[LINE + 1];

		copy(line, sizeof(line), payload + at, LINE);
		char *value = line + strcspn(line, "= ") + (line[0] != '\0');

		if (strncmp(line, "PROTVER", 7) == 0) {
			protocol = atoi(value);
		} else if (strncmp(line, "FWVER=", 6) == 0) {
			snprintf(identity->firmware, sizeof(identity->firmware), "%s", value);
		} else if (strncmp(line, "MOD=", 4) == 0) {
			snprintf(identity->model, sizeof(identity->model), "%s", value);
		}
	}
	snprintf(identity->protocol, sizeof(identity->protocol), protocol ? "UBX %d" : "UBX",
		 protocol);
	identity->family = protocol >= PROTOCOL_OF_KEYS ? &family_ublox_val : &family_ublox_cfg;
}

/* ---- CASIC ---- */

static void hello_casic(struct command *hello)
{
	command_frame(hello, FRAME_CASIC, UBX_MON, UBX_MON_VER, NULL, 0);
}

/* MON-VER: 32 bytes of software and of hardware. Some refuse it, in CASIC. */
static void know_casic(struct identity *identity, const struct reply *reply)
{
	enum { TEXT = 32 };
	const char *payload = (const char *)reply->payload;

	snprintf(identity->maker, sizeof(identity->maker), "Zhongke (CASIC)");
	snprintf(identity->protocol, sizeof(identity->protocol), "CASIC");
	if (reply->frame.length >= 2 * TEXT) {
		copy(identity->firmware, sizeof(identity->firmware), payload, TEXT);
		copy(identity->model, sizeof(identity->model), payload + TEXT, TEXT);
		identity->model[strcspn(identity->model, ",")] = '\0'; /* its number follows */
	}
	identity->family = &family_casic;
}

/* ---- Quectel, Airoha, MediaTek ---- */

static void hello_pqtm(struct command *hello)
{
	command_text(hello, "PQTMVERNO");
}

static void hello_airoha(struct command *hello)
{
	command_text(hello, "PAIR020");
}

static void hello_mtk(struct command *hello)
{
	command_text(hello, "PMTK605");
}

static const char *field(const struct reply *reply, int i)
{
	return i < reply->fields.count ? reply->fields.field[i] : "";
}

/* "LG290P03AANR01A03S": most of the L and LC rows understand Airoha's sentences as well. */
static void know_pqtm(struct identity *identity, const struct reply *reply)
{
	const char *version = field(reply, 1);

	snprintf(identity->maker, sizeof(identity->maker), "Quectel");
	copy(identity->firmware, sizeof(identity->firmware), version, strlen(version));
	const char *end = strstr(version, "NR"); /* the module's name comes before its release */

	copy(identity->model, sizeof(identity->model), version,
	     end ? (size_t)(end - version) : strlen(version));
	bool airoha = strncmp(version, "LG", 2) != 0;

	snprintf(identity->protocol, sizeof(identity->protocol), airoha ? "PAIR" : "PQTM");
	identity->family = airoha ? &family_airoha : &family_pqtm;
}

static void know_airoha(struct identity *identity, const struct reply *reply)
{
	const char *version = field(reply, 1);

	snprintf(identity->maker, sizeof(identity->maker), "Airoha");
	snprintf(identity->protocol, sizeof(identity->protocol), "PAIR");
	copy(identity->firmware, sizeof(identity->firmware), version, strlen(version));
	identity->family = &family_airoha;
}

/* PMTK705,release,build,name,... */
static void know_mtk(struct identity *identity, const struct reply *reply)
{
	snprintf(identity->maker, sizeof(identity->maker), "MediaTek");
	snprintf(identity->protocol, sizeof(identity->protocol), "PMTK");
	copy(identity->firmware, sizeof(identity->firmware), field(reply, 1),
	     strlen(field(reply, 1)));
	copy(identity->model, sizeof(identity->model), field(reply, 3), strlen(field(reply, 3)));
	identity->family = &family_mtk;
}

/* ---- those that can be named alone ---- */

static void hello_allystar(struct command *hello)
{
	command_frame(hello, FRAME_ALLYSTAR, UBX_MON, UBX_MON_VER, NULL, 0);
}

static void know_allystar(struct identity *identity, const struct reply *reply)
{
	snprintf(identity->maker, sizeof(identity->maker), "Allystar");
	snprintf(identity->protocol, sizeof(identity->protocol), "Allystar");
	copy(identity->firmware, sizeof(identity->firmware), (const char *)reply->payload,
	     reply->frame.length < 16 ? reply->frame.length : 16);
}

enum { PQTM = 2, AIROHA = 3 };
static const struct {
	void (*hello)(struct command *hello);
	void (*know)(struct identity *identity, const struct reply *reply);
	bool refuses; /* may refuse the question, and has said by that what it is */
} makers[] = {
	{hello_ublox, know_ublox, true},
	{hello_casic, know_casic, true},
	[PQTM] = {hello_pqtm, know_pqtm, false},
	[AIROHA] = {hello_airoha, know_airoha, false},
	{hello_mtk, know_mtk, false},
	{hello_allystar, know_allystar, true},
};

enum { MAKERS = sizeof(makers) / sizeof(makers[0]) };

/* Of all makers' hellos, the one that is answered. */
struct greeting {
	struct command hellos[MAKERS];
	int maker;
	struct reply reply;
};

static bool take_answer(void *arg, const struct message *message)
{
	struct greeting *greeting = arg;

	for (int i = 0; i < MAKERS; i++) {
		bool answered = command_answered(&greeting->hellos[i], message);

		if (answered ||
		    (makers[i].refuses &&
		     command_acknowledged(&greeting->hellos[i], message) == ANSWER_REFUSED)) {
			greeting->maker = i;
			memset(&greeting->reply, 0, sizeof(greeting->reply));
			if (answered) {
				reply_keep(&greeting->reply, message);
			}
			return i !=
			       AIROHA; /* Quectel's answer to two, and know more of the other */
		}
	}
	return false;
}

/* Airoha's chips in modules of Quectel answer to both: who made the module is known by the one alone. */
static enum talk_result ask_quectel(struct talk *talk, struct identity *identity, struct error *err)
{
	struct command question;
	struct reply reply;

	hello_pqtm(&question);
	enum talk_result result = talk_ask(talk, &question, &reply, err);

	if (result == TALK_DONE) {
		identity->hello = question;
		know_pqtm(identity, &reply);
	}
	return result == TALK_GONE ? result : TALK_DONE;
}

/* One that should understand Airoha's sentences, by its name: does it? */
static enum talk_result confirm_airoha(struct talk *talk, struct identity *identity,
				       struct error *err)
{
	struct command question;
	struct reply reply;

	command_text(&question, "PAIR051");
	enum talk_result result = talk_ask(talk, &question, &reply, err);

	if (result == TALK_SILENT) {
		snprintf(identity->protocol, sizeof(identity->protocol), "PQTM");
		identity->family = &family_pqtm;
	}
	return result == TALK_GONE ? result : TALK_DONE;
}

enum talk_result family_identify(struct talk *talk, struct identity *identity, struct error *err)
{
	enum { ROUNDS = 4 };
	struct greeting greeting;
	enum talk_result result = TALK_SILENT;

	memset(identity, 0, sizeof(*identity));
	family_hellos(greeting.hellos);
	greeting.maker = -1;
	for (int round = 0; round < ROUNDS && result == TALK_SILENT; round++) {
		for (int i = 0; i < MAKERS; i++) {
			if (talk_send(talk, &greeting.hellos[i], err)) {
				return TALK_GONE;
			}
		}
		result = talk_listen(talk, talk->answer_ms, take_answer, &greeting, err);
	}
	if (result == TALK_DONE) {
		identity->hello = greeting.hellos[greeting.maker];
		makers[greeting.maker].know(identity, &greeting.reply);
	}
	if (result == TALK_DONE && greeting.maker == AIROHA) {
		return ask_quectel(talk, identity, err);
	}
	return identity->family == &family_airoha ? confirm_airoha(talk, identity, err) : result;
}

int family_hellos(struct command hellos[FAMILY_HELLOS])
{
	for (int i = 0; i < MAKERS; i++) {
		makers[i].hello(&hellos[i]);
	}
	return MAKERS;
}
