/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void text_reserve(struct text *text, size_t more)
{
	size_t need = text->len + more + 1;

	if (need > text->size) {
		size_t size = need * 2;
		char *at = realloc(text->at, size);

		if (!at) {
			abort();
		}
		text->at = at;
		text->size = size;
	}
}

void text_init(struct text *text)
{
	memset(text, 0, sizeof(*text));
	text_add(text, "", 0);
}

void text_free(struct text *text)
{
	free(text->at);
	memset(text, 0, sizeof(*text));
}

void text_add(struct text *text, const void *bytes, size_t len)
{
	text_reserve(text, len);
	memcpy(text->at + text->len, bytes, len);
	text->len += len;
	text->at[text->len] = '\0';
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text_reserve(text, (size_t)len);
	va_start(args, format);
	vsnprintf(text->at + text->len, (size_t)len + 1, format, args);
	va_end(args);
	text->len += (size_t)len;
}

void text_copy(struct text *to, const struct text *from)
{
	text_init(to);
	text_add(to, from->at, from->len);
}

bool text_same(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

bool text_next_line(const struct text *text, struct text_line *line)
{
	const char *at = text->at + line->end;
	size_t left = text->len - line->end;
	const char *newline = memchr(at, '\n', left);

	if (left == 0) {
		return false;
	}
	line->at = at;
	line->begin = line->end;
	line->len = newline ? (size_t)(newline - at) : left;
	line->end += line->len + (newline ? 1 : 0);
	line->newline = newline != NULL;
	line->carriage = newline && line->len > 0 && at[line->len - 1] == '\r';
	line->len -= line->carriage ? 1 : 0;
	line->number++;
	return true;
}
