/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "receiver/answer.h"

/* Quectel's own PQTM sentences (LG290P, LG580P and their kin). */

static const struct {
	const char *name;
	long wanted;
} sentences[] = {{"RMC", EVERY_FIX}, {"GGA", EVERY_FIX}, {"GSA", EVERY_FIX}, {"GSV", GSV_FIXES},
		 {"GLL", 0},         {"VTG", 0},         {"ZDA", 0},         {"GST", 0},
		 {"GBS", 0},         {"GNS", 0}};

enum { SENTENCES = sizeof(sentences) / sizeof(sentences[0]) };

static void read_sentence(int i, const struct reply *reply, struct settings *settings)
{
	struct setting *setting = settings_add(settings, sentences[i].name, sentences[i].name);
	long now = answer_number(reply, 3, 0);

	setting_rates(setting, now, sentences[i].wanted);
	command_text(&setting->set, "PQTMCFGMSGRATE,W,%s,%ld", sentences[i].name,
		     sentences[i].wanted);
	command_text(&setting->undo, "PQTMCFGMSGRATE,W,%s,%ld", sentences[i].name, now);
}

/* $PQTMCFGPPS,OK,1,1,100,2,1,0: index, on, ms, mode (2: only with a fix), polarity, reserved. */
static void read_pulse(const struct reply *reply, struct settings *settings)
{
	enum { WITH_FIX = 2 };
	struct setting *setting = settings_add(settings, "pulse", "pulse");
	long ms = answer_number(reply, 4, 0);
	char now[60];

	setting_words(setting,
		      answer_number(reply, 3, 0) == 0          ? "off"
		      : answer_number(reply, 5, 0) == WITH_FIX ? "only with a fix"
							       : "without a fix too",
		      "only with a fix");
	answer_fields(reply, 2, now, sizeof(now));
	command_text(&setting->undo, "PQTMCFGPPS,W,%s", now);
	command_text(&setting->set, "PQTMCFGPPS,W,1,1,%ld,%d,%ld,0", ms > 0 && ms < 500 ? ms : 100,
		     WITH_FIX, answer_number(reply, 6, 1));
}

static enum talk_result read_all(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err)
{
	enum { PULSE = SENTENCES, QUERIES };
	struct query queries[QUERIES];

	(void)identity;
	for (int i = 0; i < SENTENCES; i++) {
		command_text(&queries[i].command, "PQTMCFGMSGRATE,R,%s", sentences[i].name);
	}
	command_text(&queries[PULSE].command, "PQTMCFGPPS,R,1");
	enum talk_result result = talk_ask_all(talk, queries, QUERIES, err);

	if (result != TALK_DONE) {
		return result;
	}
	if (talk->bps) {
		uint32_t wanted = wish_bps(wish, talk->bps, family_pqtm.bps_most);
		struct setting *setting = settings_add_bps(settings, talk->bps, wanted);

		command_text(&setting->set, "PQTMCFGUART,W,%u", wanted);
		command_text(&setting->undo, "PQTMCFGUART,W,%u", talk->bps);
	}
	for (int i = 0; i < SENTENCES; i++) {
		if (queries[i].result == TALK_DONE) {
			read_sentence(i, &queries[i].reply, settings);
		}
	}
	if (queries[PULSE].result == TALK_DONE) {
		read_pulse(&queries[PULSE].reply, settings);
	}
	return TALK_DONE;
}

static void save(const struct settings *settings, struct settings *saves)
{
	(void)settings;
	command_text(&settings_add(saves, "save", "save")->set, "PQTMSAVEPAR");
}

const struct family family_pqtm = {
	.name = "Quectel PQTM",
	.bps_most = 460800,
	.read = read_all,
	.save = save,
	.save_note = "saved in the receiver's flash",
};
