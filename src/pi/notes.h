/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/* Remarks for the user that are no errors. Those beyond the last place are dropped. */
struct notes {
	char lines[16][240];
	int count;
};

void notes_add(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));
