/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "cli/lines.h"
#include "config/config.h"
#include "core/capture.h"

/*
 * What a capture is played with: options and the file of --config over what the capture says over
 * what the format has fixed. A pivot that nobody says is found in the capture's content.
 */

enum setting_source { SETTING_DEFAULT, SETTING_CAPTURE, SETTING_CONTENT, SETTING_OPTION };

struct replay_settings {
	struct capture_head head; /* config: what to play with */
	enum setting_source from[CAPTURE_KEYS];
};

/*
 * Reads as much of the capture as is needed and goes back to its first line. pivot_s: of --pivot,
 * or NULL. A bad line is left to be found again by who plays it. -1 with err if it cannot go back.
 */
int replay_settings_find(struct replay_settings *settings, struct lines *lines,
			 const struct config *config, const int64_t *pivot_s, struct error *err);

/* "settings":{...}, an object of value and source for each key. */
void replay_settings_print(const struct replay_settings *settings);
