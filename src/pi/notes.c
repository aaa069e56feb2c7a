/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/notes.h"

#include <stdarg.h>
#include <stdio.h>

void notes_add(struct notes *notes, const char *format, ...)
{
	va_list args;

	if (notes->count == (int)(sizeof(notes->lines) / sizeof(notes->lines[0]))) {
		return;
	}
	va_start(args, format);
	vsnprintf(notes->lines[notes->count++], sizeof(notes->lines[0]), format, args);
	va_end(args);
}
