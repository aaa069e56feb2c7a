/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/answer.h"

/* Airoha's PAIR sentences (LC29H, LC76G, LC86G, L96-2 ...). */

static const struct {
	const char *name;
	long wanted;
} sentences[] = {{"GGA", EVERY_FIX}, {"GLL", 0}, {"GSA", EVERY_FIX}, {"GSV", GSV_FIXES},
		 {"RMC", EVERY_FIX}, {"VTG", 0}, {"ZDA", 0},         {"GRS", 0},
		 {"GST", 0},         {"GNS", 0}};

enum { SENTENCES = sizeof(sentences) / sizeof(sentences[0]) };

static void read_sentence(int type, const struct reply *reply, struct settings *settings)
{
	struct setting *setting =
		settings_add(settings, sentences[type].name, sentences[type].name);
	long now = answer_number(reply, 2, 0);

	setting_rates(setting, now, sentences[type].wanted);
	command_text(&setting->set, "PAIR062,%d,%ld", type, sentences[type].wanted);
	command_text(&setting->undo, "PAIR062,%d,%ld", type, now);
}

static void read_model(const struct reply *reply, struct settings *settings)
{
	enum { NORMAL = 0, FITNESS = 1, STATIONARY = 4 };
	struct setting *setting = settings_add(settings, "model", "dynamic model");
	long now = answer_number(reply, 1, NORMAL);

	setting_words(setting,
		      now == STATIONARY ? "stationary"
		      : now == FITNESS  ? "fitness"
		      : now == NORMAL   ? "normal"
					: "another",
		      "stationary");
	setting->optional = true; /* not all variants have it */
	command_text(&setting->set, "PAIR080,%d", STATIONARY);
	command_text(&setting->undo, "PAIR080,%ld", now);
}

static enum talk_result read_all(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err)
{
	enum { FIXES = SENTENCES, MODEL, QUERIES };
	struct query queries[QUERIES];

	(void)identity;
	for (int type = 0; type < SENTENCES; type++) {
		command_text(&queries[type].command, "PAIR063,%d", type);
	}
	command_text(&queries[FIXES].command, "PAIR051");
	command_text(&queries[MODEL].command, "PAIR081");
	enum talk_result result = talk_ask_all(talk, queries, QUERIES, err);

	if (result != TALK_DONE) {
		return result;
	}
	if (talk->bps) {
		uint32_t wanted = wish_bps(wish, talk->bps, family_airoha.bps_most);
		struct setting *setting = settings_add_bps(settings, talk->bps, wanted);

		command_text(&setting->set, "PAIR864,0,0,%u", wanted);
		command_text(&setting->undo, "PAIR864,0,0,%u", talk->bps);
		command_text(&setting->restart, "PAIR023");
	}
	for (int type = 0; type < SENTENCES; type++) {
		if (queries[type].result == TALK_DONE) {
			read_sentence(type, &queries[type].reply, settings);
		}
	}
	if (queries[FIXES].result == TALK_DONE) {
		answer_fixes(&queries[FIXES].reply, "PAIR050", settings);
	}
	if (queries[MODEL].result == TALK_DONE && !wish->moving) {
		read_model(&queries[MODEL].reply, settings);
	}
	struct setting *pulse = settings_add(settings, "pulse", "pulse");

	setting_words(pulse, NULL, "only with a fix, 100 ms"); /* it cannot be asked for */
	pulse->optional = true;
	command_text(&pulse->set, "PAIR752,3,100");
	return TALK_DONE;
}

static void save(const struct settings *settings, struct settings *saves)
{
	(void)settings;
	command_text(&settings_add(saves, "save", "save")->set, "PAIR513");
}

const struct family family_airoha = {
	.name = "Airoha PAIR",
	.bps_most = 115200,
	.read = read_all,
	.save = save,
	.save_note = "saved in the receiver's flash",
};
