/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/config_txt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { INCLUDES_MAX = 8, INCLUDED_FILES_MAX = 64 };

struct reader {
	struct config_txt *config;
	const struct pi_model *model;
	config_txt_include *include;
	void *arg;
	int depth;
	int included; /* files, in all */
	/* The filters in force. */
	bool other_model; /* a model filter does not hold */
	bool none;
	bool maybe;        /* one that cannot be judged from here */
	long filter_lines; /* read so far */
	int unsure_files;  /* included files, each in the one before, that may not be read at all */
	/* The overlay in scope. */
	long overlay;
	bool scope_unsure; /* since then came a line that may have ended its scope */
	bool own;
	struct error *err;
};

static struct config_txt_item *add_item(struct reader *reader, enum config_txt_kind kind,
					const char *file, long line, bool sure)
{
	struct config_txt *config = reader->config;
	size_t size = (config->count + 1) * sizeof(*config->items);
	struct config_txt_item *items = realloc(config->items, size);

	if (!items) {
		abort();
	}
	config->items = items;
	struct config_txt_item *item = &items[config->count++];

	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->overlay = -1;
	item->sure = sure && !reader->maybe && reader->unsure_files == 0;
	item->own = reader->own;
	item->line = line;
	snprintf(item->file, sizeof(item->file), "%s", file);
	return item;
}

/* Filters of other types than the models': they hold beside those. */
static bool is_other_filter(const char *filter)
{
	static const char *const beginnings[] = {"EDID=", "HDMI:", "gpio", "0x", "tryboot"};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (strncmp(filter, beginnings[i], strlen(beginnings[i])) == 0) {
			return true;
		}
	}
	return false;
}

static void read_filter(struct reader *reader, const char *line, bool sure)
{
	char filter[100];
	size_t len = strcspn(line + 1, "]");

	reader->filter_lines++;
	snprintf(filter, sizeof(filter), "%.*s", (int)len, line + 1);
	if (strcmp(line + 1 + len, "]") != 0) {
		sure = false;
	}
	if (sure && strcmp(filter, "all") == 0) {
		reader->other_model = reader->none = reader->maybe = false;
	} else if (sure && strcmp(filter, "none") == 0) {
		reader->none = true;
	} else if (sure && pi_model_is_filter(filter)) {
		/* Whether a model filter after [none] replaces it is not documented. */
		reader->maybe = reader->maybe || reader->none;
		reader->none = false;
		reader->other_model = !pi_model_sees(reader->model, filter);
	} else {
		/* It may be any, [all] for one: then nothing from before is in force any more. */
		bool beside = sure && is_other_filter(filter);

		reader->other_model = reader->other_model && beside;
		reader->none = reader->none && beside;
		reader->maybe = true;
	}
}

/* "name" or "name=value", up to a comma: adds it to the overlay in scope. */
static void add_param(struct reader *reader, const char *text, size_t len, const char *file,
		      long line, bool sure)
{
	struct config_txt_item *item =
		add_item(reader, CONFIG_TXT_PARAM, file, line, sure && !reader->scope_unsure);
	const char *equals = memchr(text, '=', len);
	size_t name = equals ? (size_t)(equals - text) : len;

	item->overlay = reader->overlay;
	snprintf(item->name, sizeof(item->name), "%.*s", (int)name, text);
	if (equals) {
		snprintf(item->value, sizeof(item->value), "%.*s", (int)(len - name - 1),
			 equals + 1);
	}
}

static void add_params(struct reader *reader, const char *list, const char *file, long line,
		       bool sure)
{
	while (*list) {
		size_t len = strcspn(list, ",");

		if (len > 0) {
			add_param(reader, list, len, file, line, sure);
		}
		list += len + (list[len] == ',' ? 1 : 0);
	}
}

/* "overlays/pps-gpio.dtbo" and "pps-gpio-overlay.dtb" are pps-gpio. */
static void plain_name(const char *written, char *name, size_t size)
{
	static const char *const endings[] = {".dtbo", ".dtb", "-overlay"};

	if (strncmp(written, "overlays/", 9) == 0) {
		written += 9;
	}
	snprintf(name, size, "%s", written);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t len = strlen(name), ending = strlen(endings[i]);

		if (len > ending && strcmp(name + len - ending, endings[i]) == 0) {
			name[len - ending] = '\0';
		}
	}
}

static void read_overlay(struct reader *reader, const char *value, const char *file, long line,
			 bool sure)
{
	char written[100];
	size_t len = strcspn(value, ",:");

	if (!sure || reader->maybe || reader->unsure_files > 0) {
		reader->scope_unsure = true;
	} else {
		reader->scope_unsure = false;
		reader->overlay = -1;
	}
	snprintf(written, sizeof(written), "%.*s", (int)len, value);
	if (written[0] == '\0' || strcmp(written, "none") == 0) {
		return;
	}
	struct config_txt_item *item = add_item(reader, CONFIG_TXT_OVERLAY, file, line, sure);
	long before = reader->overlay;

	plain_name(written, item->name, sizeof(item->name));
	reader->overlay = (long)reader->config->count - 1;
	if (value[len]) {
		add_params(reader, value + len + 1, file, line, sure);
	}
	/* Parameters on lines of their own go on to the last overlay that is sure. */
	if (reader->scope_unsure) {
		reader->overlay = before;
	}
}

static void read_text(struct reader *reader, const char *name, const struct text *text);

/* The firmware of the RP1 models is in an EEPROM, where include lines are not known to work. */
static void read_include(struct reader *reader, const char *file, bool sure)
{
	int unsure = !sure || reader->model->uart == PI_UART_RP1 ? 1 : 0;
	long filters = reader->filter_lines;
	struct text text;

	if (!reader->include) {
		return;
	}
	if (reader->depth == INCLUDES_MAX) {
		error_set(reader->err, "include %.60s: %d files deep: does one include itself?",
			  file, INCLUDES_MAX);
		return;
	}
	if (reader->included++ == INCLUDED_FILES_MAX) {
		error_set(reader->err, "include %.60s: more than %d files are included", file,
			  INCLUDED_FILES_MAX);
		return;
	}
	reader->depth++;
	reader->unsure_files += unsure;
	if (reader->include(reader->arg, file, &text)) {
		read_text(reader, file, &text);
	}
	text_free(&text);
	reader->unsure_files -= unsure;
	reader->depth--;
	if (unsure && reader->filter_lines != filters) {
		reader->maybe = true; /* are its filters still in force? */
	}
}

static bool is_key(const char *key, const char *either, const char *other)
{
	return strcasecmp(key, either) == 0 || strcasecmp(key, other) == 0;
}

static void read_setting(struct reader *reader, char *line, const char *file, long number,
			 bool sure)
{
	char *equals = strchr(line, '=');
	char *value = equals + 1;
	char *blank = equals;

	*equals = '\0';
	while (blank > line && isblank((unsigned char)blank[-1])) {
		*--blank = '\0';
		sure = false;
	}
	while (isblank((unsigned char)*value)) {
		value++;
		sure = false;
	}
	for (char *c = line; *c; c++) {
		sure = sure && !isupper((unsigned char)*c);
	}
	bool overlay = is_key(line, "dtoverlay", "device_tree_overlay");
	bool param = is_key(line, "dtparam", "device_tree_param");

	/* What follows a blank would be a comment elsewhere; here nobody says so. */
	size_t len = strcspn(value, " \t#");

	if (value[len] && (overlay || param || strchr(value + len, '#'))) {
		sure = false;
		value[len] = '\0';
	}
	if (overlay) {
		read_overlay(reader, value, file, number, sure);
	} else if (param) {
		add_params(reader, value, file, number, sure);
	} else {
		struct config_txt_item *item =
			add_item(reader, CONFIG_TXT_SETTING, file, number, sure);

		snprintf(item->name, sizeof(item->name), "%s", line);
		snprintf(item->value, sizeof(item->value), "%s", value);
	}
}

static void read_marker(struct reader *reader, const char *line, long number)
{
	struct config_txt *config = reader->config;
	bool begin = strcmp(line, CONFIG_TXT_BEGIN) == 0;

	if (reader->depth > 0 || (!begin && strcmp(line, CONFIG_TXT_END) != 0)) {
		return;
	}
	if (begin ? config->own_begin != 0 : !reader->own) {
		error_set(reader->err,
			  "line %ld: a second or stray '%s': remove the surplus markers", number,
			  line);
	}
	if (begin) {
		config->own_begin = number;
	} else {
		config->own_end = number;
	}
	reader->own = begin;
}

static void read_line(struct reader *reader, const char *file, const struct text_line *text)
{
	char copy[CONFIG_TXT_LINE + 1];
	char *line = copy;
	bool sure = true;

	snprintf(copy, sizeof(copy), "%.*s", (int)text->len, text->at);
	if (text->number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0) {
		line += 3; /* a byte order mark: the firmware may not know the line behind it */
		sure = false;
	}
	while (isblank((unsigned char)*line)) {
		line++;
	}
	if (line[0] == '#') {
		read_marker(reader, line, text->number);
		return;
	}
	if (line[0] == '[') {
		read_filter(reader, line, sure);
		return;
	}
	if (reader->other_model || reader->none) {
		return;
	}
	if (text->len > CONFIG_TXT_LINE && reader->config->cut_line == 0 && reader->depth == 0) {
		reader->config->cut_line = text->number;
	}
	if (strncmp(line, "include ", 8) == 0) {
		char *name = line + 8;

		name[strcspn(name, " \t#")] = '\0';
		read_include(reader, name, sure);
	} else if (strchr(line, '=')) {
		read_setting(reader, line, file, text->number, sure);
	}
}

static void read_text(struct reader *reader, const char *name, const struct text *text)
{
	struct text_line line = {0};

	while (text_next_line(text, &line) && reader->err->text[0] == '\0') {
		read_line(reader, name, &line);
	}
}

int config_txt_read(struct config_txt *config, const struct pi_model *model, const char *name,
		    const struct text *text, config_txt_include *include, void *arg,
		    struct error *err)
{
	struct error why = {.text = ""};
	struct reader reader = {.config = config,
				.model = model,
				.include = include,
				.arg = arg,
				.overlay = -1,
				.err = &why};

	memset(config, 0, sizeof(*config));
	if (memchr(text->at, '\0', text->len)) {
		return error_set(err, "%.200s: holds a NUL byte: not a text file, or damaged",
				 name);
	}
	read_text(&reader, "", text);
	if (!why.text[0] && reader.own) {
		error_set(&why, "line %ld: '%s' without an end: put '%s' where it ends",
			  config->own_begin, CONFIG_TXT_BEGIN, CONFIG_TXT_END);
	}
	if (why.text[0]) {
		config_txt_free(config);
		return error_set(err, "%.150s: %.240s", name, why.text);
	}
	return 0;
}

void config_txt_free(struct config_txt *config)
{
	free(config->items);
	memset(config, 0, sizeof(*config));
}
