/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "receiver/command.h"

/*
 * What is wished of a receiver, and the settings that come of it: the same list is shown by 'show',
 * planned by 'setup', carried out, kept for an undo and taken back.
 */

/* Text and frames at 1 fix a second: how often each is wanted, in fixes. 0: never. */
enum { EVERY_FIX = 1, GSV_FIXES = 5, LEAP_FIXES = 30 };

enum {
	WISH_BPS = 115200,         /* or the most that the receiver has */
	PULSE_US = 100000,         /* how long the pulse is, if it has no length yet */
	SURVEY_S = 3600,           /* survey-in: so long at least ... */
	SURVEY_ACCURACY_MM = 5000, /* ... and until its position is known so well */
};

struct wish {
	uint32_t bps; /* exactly this; 0: WISH_BPS, or what it has if that is more */
	bool moving;  /* the antenna moves: neither stationary mode nor survey-in */
};

struct setting {
	char key[24];  /* for programs and the journal: "GSV", "bps" */
	char name[40]; /* for people */
	char now[64];  /* "": the receiver does not tell */
	char wanted[64];
	bool differs;
	bool optional;    /* a receiver that refuses it has no such thing, and need not have it */
	uint32_t bps_now; /* of the line, before and after; 0: this is not the bit rate */
	uint32_t bps;
	struct command set;
	struct command undo; /* len 0: what was before is not known */
	/*
	 * Of a bit rate that may hold only after a start: starts the receiver anew, which forgets
	 * what it has not saved. len 0: none.
	 */
	struct command restart;
};

/* The key of the bit rate. */
#define SETTING_BPS "bps"

enum { SETTINGS_MAX = 96 };

struct settings {
	struct setting at[SETTINGS_MAX];
	int count;
};

/* A new one at the end, zeroed but for key and name. One that does not fit is not counted. */
struct setting *settings_add(struct settings *settings, const char *key, const char *name);

/* The bit rate, as the first of them: differs only where wanted is another one. */
struct setting *settings_add_bps(struct settings *settings, uint32_t now, uint32_t wanted);

/* By its key; NULL. */
const struct setting *settings_find(const struct settings *settings, const char *key);

/* How many differ from what is wanted. */
int settings_differ(const struct settings *settings);

/*
 * Fills now, wanted and differs of a message that is sent every so many fixes: "off", "every fix",
 * "every 5 fixes". now < 0: not known.
 */
void setting_rates(struct setting *setting, long now, long wanted);

/* The same of two words or numbers; now NULL: not known. */
void setting_words(struct setting *setting, const char *now, const char *wanted);

/* Of the bit rate: the rate that wish asks for on a line that has bps now. */
uint32_t wish_bps(const struct wish *wish, uint32_t bps, uint32_t most);
