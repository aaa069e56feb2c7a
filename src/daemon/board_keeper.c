/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/board_keeper.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "core/calendar.h"

#define LOOK_NS (10 * NS_PER_S)

static void tell(struct board_keeper *k, const struct error *why)
{
	if (!why && k->told.text[0]) {
		log_notice("board %s: made", k->name);
		k->told.text[0] = '\0';
	} else if (why && strcmp(why->text, k->told.text) != 0) {
		log_warning("%s; going on without the board, and trying again", why->text);
		k->told = *why;
	}
}

int board_keeper_start(struct board_keeper *k, int64_t raw_ns, struct error *err)
{
	if (!k->name) {
		return 0;
	}
	k->look_raw_ns = raw_ns + LOOK_NS;
	k->engine->board = board_create(k->name, k->version, &k->config, err);
	if (k->engine->board) {
		return 0;
	}
	if (errno == EBUSY || errno == EINVAL) {
		return -1;
	}
	tell(k, err);
	return 0;
}

static void change(struct board_keeper *k, struct board *board)
{
	engine_enter(k->engine);
	k->engine->board = board;
	engine_show(k->engine);
	engine_leave(k->engine);
}

void board_keeper_look(struct board_keeper *k, int64_t raw_ns)
{
	struct board *board = k->engine->board; /* nobody else changes it */
	struct error err;

	if (!k->name || raw_ns < k->look_raw_ns) {
		return;
	}
	k->look_raw_ns = raw_ns + LOOK_NS;
	if (board && board_lost(board)) {
		log_warning("board %s: somebody removed or cut it; making it anew", k->name);
		change(k, NULL);
		board_close(board);
		board = NULL;
	}
	if (!board) {
		board = board_create(k->name, k->version, &k->config, &err);
		tell(k, board ? NULL : &err);
		change(k, board);
	}
}
