/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>

/*
 * Lines to standard error. Under systemd (JOURNAL_STREAM set) each carries the "<n>" priority
 * prefix that the journal understands; on a terminal it is left out.
 */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

void log_set_level(enum log_level most);

/*
 * For a program with a thread that must not wait for the reader of the log: after log_hold(),
 * log_line() only stores lines, and log_flush() writes as many as can be written without waiting.
 * Call log_flush() often and at the end, always from the same thread. Lines that do not fit are
 * counted, and their number is logged.
 */
void log_hold(void);
void log_flush(void);
bool log_waits(void); /* there are lines to flush */

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_line(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
