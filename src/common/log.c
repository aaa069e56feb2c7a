/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/clean.h"

static enum log_level most_shown = LOG_LEVEL_INFO;

void log_set_level(enum log_level most)
{
	most_shown = most;
}

void log_line(enum log_level level, const char *format, ...)
{
	char line[512];
	int n = 0;
	va_list args;

	if (level > most_shown) {
		return;
	}
	if (getenv("JOURNAL_STREAM")) {
		n = snprintf(line, sizeof(line), "<%d>", (int)level);
	} else {
		n = snprintf(line, sizeof(line), "pps2shm: ");
	}
	va_start(args, format);
	int more = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, args);
	va_end(args);
	/* What is logged holds names from devices and files. */
	n += more < 0 ? 0 : (int)clean_text(line + n, sizeof(line) - (size_t)n - 1, line + n);
	line[n++] = '\n';
	/* One write a line: lines of the two threads never mix. Nobody to tell if it fails. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0) {
		return;
	}
}
