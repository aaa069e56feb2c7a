/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/core.h"

/*
 * The head of a capture: who wrote it, and what the time logic went by (docs/capture.md). What it
 * does not say has a value that is fixed with the format and not with a release, so that no later
 * default changes what an old capture gives.
 */

/* The pivot of every release that wrote format 1: 1 November 2026. */
#define CAPTURE_PIVOT_S INT64_C(1793491200)

/* A learned lag further from zero was never one: what a state file may hold. */
#define CAPTURE_LAG_MAX INT64_C(3000000000)

/* No instant that the time logic knows is later: EVENT_REAL_MAX in seconds. */
#define CAPTURE_UTC_MAX_S INT64_C(4611686018)

/* Longest text of capture_format_head(), with its NUL. */
#define CAPTURE_HEAD_MAX 1024

enum capture_key {
	CAPTURE_PROGRAM, /* version of the program that recorded */
	CAPTURE_PIVOT,
	CAPTURE_AGREE,
	CAPTURE_RELABEL_HOLD,
	CAPTURE_HOLDOVER,
	CAPTURE_PPS_OFFSET,
	CAPTURE_COARSE_LAG,
	CAPTURE_LEARNED_LAG,
	CAPTURE_EDGE,
	CAPTURE_LEAP_KNOWN_UNTIL,
	CAPTURE_LEAP_UTC,
	CAPTURE_LEAP,
	CAPTURE_LEAP_COUNT,
	CAPTURE_TIME_LEAP,
	CAPTURE_LEAP_CORRECTED,
	CAPTURE_KEYS,
};

struct capture_head {
	int format;     /* 0: not read yet */
	uint32_t given; /* a bit for each key said */
	char program[80];
	struct core_config config;
};

/* Nothing said: the format's own values. */
void capture_head_init(struct capture_head *head);

static inline bool capture_head_says(const struct capture_head *head, enum capture_key key)
{
	return head->given >> key & 1;
}

/* The word that stands for the key in the file. */
const char *capture_key_name(enum capture_key key);

/* What follows the key in the file: the present value as text; returns text. */
const char *capture_key_text(const struct capture_head *head, enum capture_key key, char *text,
			     size_t size);

/* Its text is a decimal number, or "none". */
bool capture_key_is_number(enum capture_key key);

/* Takes this key's value over, and no other; nothing for CAPTURE_PROGRAM. */
void capture_key_copy(struct core_config *to, const struct core_config *from, enum capture_key key);

/*
 * The header line and a line for every key, in text that holds CAPTURE_HEAD_MAX; returns its length
 * without the NUL. A pivot within a day is written as that day; program is cleaned and cut.
 */
size_t capture_format_head(const struct capture_head *head, char *text);

struct capture_cursor;

/* A line of the head after its C: 0, or -1 with an error that names line and key. */
int capture_take_setting(struct capture_head *head, struct capture_cursor *in);

/* YYYY-MM-DD as the UTC second at which that day begins; false if it is none from 1980 to 2115. */
bool capture_date(const char *text, size_t len, int64_t *utc_s);
