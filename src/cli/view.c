/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/view.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

int view_run(const struct view *view, int (*show)(const struct view *view))
{
	for (;;) {
		int rc = show(view);

		if (cli_flush() || !view->watch) {
			return rc;
		}
		sleep(1);
	}
}

void view_begin(const struct view *view)
{
	if (view->watch && isatty(STDOUT_FILENO)) {
		fputs("\033[H\033[2J", stdout);
	}
}

void view_end(const struct view *view)
{
	if (view->watch) {
		putchar('\n');
	}
}

void view_json(const struct view *view, json_t *json)
{
	cli_print_json(json, view->watch ? JSON_COMPACT : JSON_INDENT(2));
}
