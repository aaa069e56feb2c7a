/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/cmdline_txt.h"

#include <ctype.h>
#include <string.h>

static const char *const ports[] = {"serial0", "ttyAMA0", "ttyS0"};

/* "console=ttyS0" or "console=ttyS0,...", not "console=ttyS01". */
static bool names_port(const char *word, size_t len, const char *key)
{
	size_t key_len = strlen(key);

	if (len < key_len || strncmp(word, key, key_len) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		size_t end = key_len + strlen(ports[i]);

		if (len >= end && strncmp(word + key_len, ports[i], end - key_len) == 0 &&
		    (len == end || word[end] == ',')) {
			return true;
		}
	}
	return false;
}

/* The next word from at on. False: there is none. */
static bool next_word(const struct text *text, size_t at, size_t *begin, size_t *end)
{
	while (at < text->len && isspace((unsigned char)text->at[at])) {
		at++;
	}
	*begin = at;
	while (at < text->len && !isspace((unsigned char)text->at[at])) {
		at++;
	}
	*end = at;
	return *end > *begin;
}

static int check(const char *name, const struct text *text, struct error *err)
{
	struct text_line line = {0};
	int lines = 0;
	size_t begin, end = 0;

	if (memchr(text->at, '\0', text->len)) {
		return error_set(err, "%.200s: holds a NUL byte: not a text file, or damaged",
				 name);
	}
	while (text_next_line(text, &line)) {
		lines += line.len > 0 ? 1 : 0;
	}
	if (lines != 1) {
		return error_set(
			err,
			"%.200s: %d lines, but the firmware reads only one: put everything on the first line",
			name, lines);
	}
	while (next_word(text, end, &begin, &end)) {
		if (names_port(text->at + begin, end - begin, "kgdboc=")) {
			return error_set(
				err,
				"%.200s: %.*s puts the kernel's debugger on the receiver's port: remove it",
				name, (int)(end - begin), text->at + begin);
		}
	}
	return 0;
}

static bool has_other_console(const struct text *text)
{
	size_t begin, end = 0;

	while (next_word(text, end, &begin, &end)) {
		const char *word = text->at + begin;

		if (strncmp(word, "console=", 8) == 0 &&
		    !names_port(word, end - begin, "console=")) {
			return true;
		}
	}
	return false;
}

bool cmdline_txt_uses_port(const struct text *text)
{
	size_t begin, end = 0;

	while (next_word(text, end, &begin, &end)) {
		if (names_port(text->at + begin, end - begin, "console=")) {
			return true;
		}
	}
	return false;
}

int cmdline_txt_free_port(const char *name, const struct text *old, struct text *made,
			  struct error *err)
{
	bool other = has_other_console(old);
	size_t begin, end = 0, kept = 0;

	text_init(made);
	if (check(name, old, err)) {
		return -1;
	}
	while (next_word(old, end, &begin, &end)) {
		if (!names_port(old->at + begin, end - begin, "console=")) {
			continue;
		}
		text_add(made, old->at + kept, begin - kept);
		kept = end;
		if (!other) {
			text_addf(made, "console=tty1");
			other = true;
		} else if (old->at[end] == ' ' || old->at[end] == '\t') {
			kept = end + 1; /* the word and the blank behind it */
		} else if (made->len > 0 && made->at[made->len - 1] == ' ') {
			made->at[--made->len] = '\0'; /* the last word: the blank before it */
		}
	}
	text_add(made, old->at + kept, old->len - kept);
	return 0;
}
