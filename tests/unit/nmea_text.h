/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* "$" body "*hh\r\n", of a printf format for the body; returns the length. text holds 300. */
__attribute__((format(printf, 2, 3))) static inline size_t nmea_text(char *text, const char *format,
								     ...)
{
	unsigned int sum = 0;
	char body[280];
	va_list args;

	va_start(args, format);
	vsnprintf(body, sizeof(body), format, args);
	va_end(args);
	for (const char *p = body; *p; p++) {
		sum ^= (unsigned char)*p;
	}
	return (size_t)snprintf(text, 300, "$%s*%02X\r\n", body, sum);
}
