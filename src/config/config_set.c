/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"

/* Digits after the point that a unit of scale ns leaves room for. */
static int places(int64_t scale)
{
	int n = 0;

	for (; scale >= 10; scale /= 10) {
		n++;
	}
	return n;
}

/*
 * A decimal number as an integer count of its last allowed digit; no floating point, no loss.
 * -1: not a number, or more than decimals digits after the point, or beyond int64_t.
 */
static int read_number(const char *text, int decimals, int64_t *value)
{
	bool minus = *text == '-';
	bool point = false;
	int digits = 0;
	int64_t n = 0;

	for (text += minus; *text; text++) {
		if (*text == '.' && !point && decimals > 0) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || (point && decimals == 0) ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, *text - '0', &n)) {
			return -1;
		}
		digits++;
		decimals -= point;
	}
	for (; decimals > 0; decimals--) {
		if (__builtin_mul_overflow(n, 10, &n)) {
			return -1;
		}
	}
	*value = minus ? -n : n;
	return digits > 0 ? 0 : -1;
}

static const struct config_word *find_word(const struct config_key *key, const char *value)
{
	const struct config_word *w = key->words;

	for (; w && w->word; w++) {
		if (strcmp(w->word, value) == 0) {
			return w;
		}
	}
	return NULL;
}

static void store(struct config *config, const struct config_key *key, int64_t value)
{
	char *to = (char *)config + key->at;
	const bool flag = value != 0;
	const int32_t narrow = (int32_t)value;

	switch (key->size) {
	case sizeof(flag):
		memcpy(to, &flag, sizeof(flag));
		break;
	case sizeof(narrow):
		memcpy(to, &narrow, sizeof(narrow));
		break;
	default:
		memcpy(to, &value, sizeof(value));
	}
}

/* "60 s" and "60s" are 60 where seconds are meant. */
static void drop_unit(const struct config_key *key, const char *value, char *number, size_t size)
{
	size_t len = (size_t)snprintf(number, size, "%s", value);
	size_t unit = key->unit ? strlen(key->unit) : 0;

	if (unit > 0 && len > unit && len < size && strcmp(number + len - unit, key->unit) == 0) {
		len -= unit;
		while (len > 0 && number[len - 1] == ' ') {
			len--;
		}
		number[len] = '\0';
	}
}

static int set_number(struct config *config, const struct config_key *key, const char *text)
{
	const struct config_word *word = find_word(key, text);
	char value[64];
	int64_t number;

	if (strlen(text) >= sizeof(value)) {
		return -1;
	}
	drop_unit(key, text, value, sizeof(value));
	if (word) {
		number = word->value;
	} else if (read_number(value, places(key->scale), &number) || number < key->least ||
		   number > key->most) {
		return -1;
	}
	store(config, key, number);
	return 0;
}

static int set_text(struct config *config, const struct config_key *key, const char *value)
{
	char *to = (char *)config + key->at;

	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f) {
			return -1;
		}
	}
	if (*value == '\0' || strlen(value) >= key->size ||
	    (key->kind == CONFIG_PATH_OR && *value != '/' && !find_word(key, value))) {
		return -1;
	}
	strcpy(to, strcmp(value, "none") == 0 ? "" : value);
	return 0;
}

int config_set(struct config *config, const struct config_key *key, const char *value,
	       struct error *why)
{
	char allowed[200];
	int rc = key->kind == CONFIG_TEXT || key->kind == CONFIG_PATH_OR
			 ? set_text(config, key, value)
			 : set_number(config, key, value);

	if (rc == 0) {
		config->given |= UINT64_C(1) << (key - config_keys);
		return 0;
	}
	config_allowed(key, allowed, sizeof(allowed));
	return error_set(why, "'%.60s': must be %s", value, allowed);
}

bool config_given(const struct config *config, const char *option)
{
	for (size_t i = 0; i < config_key_count; i++) {
		if (strcmp(config_keys[i].option, option) == 0) {
			return config->given >> i & 1;
		}
	}
	return false;
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
							 const char *format, ...)
{
	size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, size - len, format, args);
	va_end(args);
}

static void append_words(const struct config_key *key, char *text, size_t size)
{
	const struct config_word *w = key->words;

	for (; w && w->word; w++) {
		append(text, size, "%s%s", *text == '\0' ? "" : w[1].word ? ", " : " or ", w->word);
	}
}

void config_allowed(const struct config_key *key, char *text, size_t size)
{
	text[0] = '\0';
	switch (key->kind) {
	case CONFIG_TEXT:
		append(text, size, "text of 1 to %zu characters", key->size - 1);
		break;
	case CONFIG_PATH_OR:
		append(text, size, "a path of at most %zu characters that begins with /",
		       key->size - 1);
		break;
	case CONFIG_NUMBER:
	case CONFIG_DECIMAL:
		if (key->least <= key->most) {
			int64_t scale = key->scale ? key->scale : 1;

			append(text, size, "%" PRId64 " to %" PRId64 "%s%s", key->least / scale,
			       key->most / scale, key->unit ? " " : "", key->unit ? key->unit : "");
		}
	}
	append_words(key, text, size);
}
