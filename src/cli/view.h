/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "cli/options.h"

/* Of commands that show what a daemon's segment holds, once or each second. */
struct view {
	const char *segment;
	bool json, watch;
};

/* Their rows; json_help: what is said of --json. */
#define VIEW_OPTIONS(view, json_help)                                                              \
	{"json", 0, NULL, cli_flag, &(view).json, .help = (json_help)},                            \
		{"watch",       0,                                                                 \
		 NULL,          cli_flag,                                                          \
		 &(view).watch, .help = "Again every second; with --json, one line each."},        \
		CLI_SEGMENT_NAME((view).segment)

/* Calls show(), with --watch until the output is lost. Returns what it last returned. */
int view_run(const struct view *view, int (*show)(const struct view *view));

/* With --watch: a terminal is cleared before the text, and an empty line ends it. */
void view_begin(const struct view *view);
void view_end(const struct view *view);

/* Takes the reference. */
void view_json(const struct view *view, json_t *json);
