/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clean.h"

enum { LINE_MAX_BYTES = 512, KEPT_BYTES = 32 * LINE_MAX_BYTES };

static enum log_level most_shown = LOG_LEVEL_INFO;

/* Lines that are not written yet. */
static struct {
	bool hold;
	pthread_mutex_t lock;
	char text[KEPT_BYTES];
	size_t len;
	unsigned int lost;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

void log_set_level(enum log_level most)
{
	most_shown = most;
}

/* One write a line: lines of several threads never mix. Nobody to tell if it fails. */
static void put(const char *line, size_t len)
{
	if (write(STDERR_FILENO, line, len) < 0) {
		return;
	}
}

void log_hold(void)
{
	kept.hold = true;
}

static void keep(const char *line, size_t len)
{
	pthread_mutex_lock(&kept.lock);
	if (len <= sizeof(kept.text) - kept.len) {
		memcpy(kept.text + kept.len, line, len);
		kept.len += len;
	} else {
		kept.lost++;
	}
	pthread_mutex_unlock(&kept.lock);
}

/* One line at a time: a pipe or socket that can be written to has room for that. */
static size_t take_line(char line[LINE_MAX_BYTES], unsigned int *lost)
{
	size_t len = 0;

	pthread_mutex_lock(&kept.lock);
	if (kept.len) {
		len = (size_t)((char *)memchr(kept.text, '\n', kept.len) + 1 - kept.text);
		memcpy(line, kept.text, len);
		kept.len -= len;
		memmove(kept.text, kept.text + len, kept.len);
	} else {
		*lost = kept.lost;
		kept.lost = 0;
	}
	pthread_mutex_unlock(&kept.lock);
	return len;
}

void log_flush(void)
{
	struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};
	char line[LINE_MAX_BYTES];
	unsigned int lost = 0;
	size_t len;

	if (!kept.hold) {
		return;
	}
	while (poll(&reader, 1, 0) > 0 && (len = take_line(line, &lost)) > 0) {
		put(line, len);
	}
	if (lost) {
		log_warning("%u log lines were lost because nobody read them", lost);
		log_flush();
	}
}

bool log_waits(void)
{
	pthread_mutex_lock(&kept.lock);
	bool waits = kept.len > 0 || kept.lost > 0;

	pthread_mutex_unlock(&kept.lock);
	return waits;
}

void log_line(enum log_level level, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
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
	if (kept.hold) {
		keep(line, (size_t)n);
	} else {
		put(line, (size_t)n);
	}
}
