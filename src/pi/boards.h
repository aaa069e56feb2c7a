/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/* GPS boards whose wiring is known. */
struct board {
	const char *name;
	const char *title;
	int gpio;         /* of the pulse */
	const char *baud; /* as in pps2shm.conf; NULL: no source for it, search */
	const char *source;
};

extern const struct board boards[]; /* ends with a NULL name */

/* NULL: there is none of this name. */
const struct board *board_named(const char *name);
