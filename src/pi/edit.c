/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/edit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Puts a line (without its ending) in the place of old[begin, end). */
static void splice(struct text *text, size_t begin, size_t end, const char *with)
{
	struct text old;

	text_copy(&old, text);
	text_free(text);
	text_init(text);
	text_add(text, old.at, begin);
	text_addf(text, "%s", with);
	text_add(text, old.at + end, old.len - end);
	text_free(&old);
}

static void add_line(struct text *text, const char *line)
{
	if (text->len > 0 && text->at[text->len - 1] != '\n') {
		text_addf(text, "\n");
	}
	text_addf(text, "%s\n", line);
}

/* Where "key =" stands in a line (0: at its begin), or -1. Comment marks may come before it. */
static long key_at(const struct text_line *line, const char *key, bool commented)
{
	size_t i = 0, len = strlen(key);

	while (i < line->len &&
	       (isblank((unsigned char)line->at[i]) || (commented && strchr("#;", line->at[i])))) {
		i++;
	}
	size_t at = i;

	if (line->len - i < len || strncmp(line->at + i, key, len) != 0) {
		return -1;
	}
	for (i += len; i < line->len && isblank((unsigned char)line->at[i]); i++) {
	}
	return i < line->len && (line->at[i] == '=' || line->at[i] == ':') ? (long)at : -1;
}

static bool is_section(const struct text_line *line, const char *section)
{
	size_t len = strlen(section);

	return line->len >= len + 2 && line->at[0] == '[' &&
	       strncmp(line->at + 1, section, len) == 0 && line->at[len + 1] == ']';
}

/* The comment behind a value, with the blank before it; or the line's end. */
static size_t comment_at(const struct text_line *line)
{
	for (size_t i = 1; i < line->len; i++) {
		if (line->at[i] == ';' && isblank((unsigned char)line->at[i - 1])) {
			return i - 1;
		}
	}
	return line->len;
}

void edit_ini(struct text *text, const char *section, const char *key, const char *value)
{
	struct text_line line = {0};
	size_t place = 0; /* a new line goes there; 0: the section was not seen */
	bool inside = false, commented = false;
	char made[400];

	while (text_next_line(text, &line)) {
		if (line.len > 0 && line.at[0] == '[') {
			inside = is_section(&line, section);
			place = inside ? line.end : place;
		} else if (inside && key_at(&line, key, false) >= 0) {
			size_t comment = comment_at(&line);

			snprintf(made, sizeof(made), "%s = %s", key, value);
			splice(text, line.begin, line.begin + comment, made);
			return;
		} else if (inside && !commented && key_at(&line, key, true) >= 0) {
			commented = true;
			place = line.end;
		}
	}
	if (place == 0) {
		if (text->len > 0) {
			add_line(text, "");
		}
		snprintf(made, sizeof(made), "[%s]\n%s = %s", section, key, value);
		add_line(text, made);
	} else {
		snprintf(made, sizeof(made), "%s%s = %s\n", text->at[place - 1] == '\n' ? "" : "\n",
			 key, value);
		splice(text, place, place, made);
	}
}

/* NAME=, at the line's begin as a shell file has it. */
static const char *shell_value(const struct text_line *line, const char *name)
{
	const char *at = line->at, *end = line->at + line->len;
	size_t len = strlen(name);

	while (at < end && isblank((unsigned char)*at)) {
		at++;
	}
	if ((size_t)(end - at) > len && strncmp(at, name, len) == 0 && at[len] == '=') {
		return at + len + 1;
	}
	return NULL;
}

void edit_shell(struct text *text, const char *name, const char *value)
{
	struct text_line line = {0}, last = {0};
	char made[200];

	snprintf(made, sizeof(made), "%s=\"%s\"", name, value);
	while (text_next_line(text, &line)) {
		if (shell_value(&line, name)) {
			last = line;
		}
	}
	if (last.number == 0) {
		add_line(text, made);
	} else {
		splice(text, last.begin, last.begin + last.len, made);
	}
}

void edit_shell_value(const struct text *text, const char *name, char *value, size_t size)
{
	struct text_line line = {0};

	value[0] = '\0';
	while (text_next_line(text, &line)) {
		const char *at = shell_value(&line, name);

		if (at) {
			char quote = *at == '"' || *at == '\'' ? *at : '\0';
			const char *from = quote ? at + 1 : at;
			size_t len = 0, most = (size_t)(line.at + line.len - from);

			while (len < most &&
			       (quote ? from[len] != quote : !isspace((unsigned char)from[len]))) {
				len++;
			}
			snprintf(value, size, "%.*s", (int)len, from);
		}
	}
}
