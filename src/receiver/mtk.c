/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "receiver/answer.h"

/* MediaTek's PMTK sentences (L70, L76, L80, L86, PA6H, PA1616 ...). */

/* The places of PMTK314 and 514. */
static const struct {
	int at;
	const char *name;
	long wanted;
} sentences[] = {{1, "RMC", EVERY_FIX}, {3, "GGA", EVERY_FIX}, {4, "GSA", EVERY_FIX},
		 {5, "GSV", GSV_FIXES}, {0, "GLL", 0},         {2, "VTG", 0},
		 {6, "GRS", 0},         {7, "GST", 0},         {17, "ZDA", 0}};

enum { PLACES = 19, SENTENCES = sizeof(sentences) / sizeof(sentences[0]) };

/* "RMC/1 GGA/1 GSV/5": those that are on, of the rates at their places. */
static void say_sentences(const long rates[PLACES], char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < SENTENCES; i++) {
		long rate = rates[sentences[i].at];

		if (rate && n < size) {
			n += (size_t)snprintf(text + n, size - n, "%s%s/%ld", n ? " " : "",
					      sentences[i].name, rate);
		}
	}
}

/* One command sets them all. */
static void read_sentences(const struct reply *reply, struct settings *settings)
{
	struct setting *setting = settings_add(settings, "sentences", "sentences");
	char was[sizeof(setting->now)], will[sizeof(setting->wanted)];
	char rates[4 * PLACES] = "", now[200];
	long old[PLACES], wanted[PLACES] = {0};
	size_t n = 0;

	for (size_t i = 0; i < SENTENCES; i++) {
		wanted[sentences[i].at] = sentences[i].wanted;
	}
	for (int i = 0; i < PLACES; i++) {
		old[i] = answer_number(reply, 1 + i, 0);
		n += (size_t)snprintf(rates + n, sizeof(rates) - n, ",%ld", wanted[i]);
	}
	say_sentences(old, was, sizeof(was));
	say_sentences(wanted, will, sizeof(will));
	setting_words(setting, was, will);
	answer_fields(reply, 1, now, sizeof(now));
	command_text(&setting->set, "PMTK314%s", rates);
	command_text(&setting->undo, "PMTK314,%s", now);
}

static enum talk_result read_all(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err)
{
	struct query queries[2];

	(void)identity;
	command_text(&queries[0].command, "PMTK414");
	command_text(&queries[1].command, "PMTK400");
	enum talk_result result = talk_ask_all(talk, queries, 2, err);

	if (result != TALK_DONE) {
		return result;
	}
	if (talk->bps) {
		uint32_t wanted = wish_bps(wish, talk->bps, family_mtk.bps_most);
		struct setting *setting = settings_add_bps(settings, talk->bps, wanted);

		command_text(&setting->set, "PMTK251,%u", wanted);
		command_text(&setting->undo, "PMTK251,%u", talk->bps);
	}
	if (queries[0].result == TALK_DONE) {
		read_sentences(&queries[0].reply, settings);
	}
	if (queries[1].result == TALK_DONE) {
		answer_fixes(&queries[1].reply, "PMTK220", settings);
	}
	struct setting *pulse = settings_add(settings, "pulse", "pulse");

	/* It cannot be asked for. Many have no such setting: they pulse with a fix alone. */
	setting_words(pulse, NULL, "only with a fix, 100 ms");
	pulse->optional = true;
	command_text(&pulse->set, "PMTK285,3,100");
	return TALK_DONE;
}

const struct family family_mtk = {
	.name = "MTK",
	.bps_most = 115200,
	.read = read_all,
	.save_note =
		"no command saves anything in this receiver: it keeps its settings as long as its backup battery lasts",
};
