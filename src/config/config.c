/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "config/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/clean.h"
#include "common/safe_open.h"

enum { FILE_MAX = 65536, KEYS_MAX = 64 };

/* A file being read through libinih, which tells its handler no line numbers. */
struct file {
	struct config *config;
	const char *name;
	const char *at, *end; /* what is left of the text */
	long line;
	bool seen[KEYS_MAX];
	struct error *err;
	bool failed; /* err holds the first error */
};

void config_default(struct config *config)
{
	struct error err;

	memset(config, 0, sizeof(*config));
	core_config_default(&config->core);
	for (size_t i = 0; i < config_key_count; i++) {
		if (config_set(config, &config_keys[i], config_keys[i].initial, &err)) {
			abort(); /* the table contradicts itself; the unit test finds it */
		}
	}
	config->given = 0;
}

/* The first error stands; nothing in it can play tricks on a terminal. */
__attribute__((format(printf, 2, 3))) static void file_error(struct file *file, const char *format,
							     ...)
{
	char text[300];
	va_list args;

	if (file->failed) {
		return;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	clean_text(text, sizeof(text), text);
	error_set(file->err, "%.90s:%ld: %s", file->name, file->line, text);
	file->failed = true;
}

static bool section_known(const char *section)
{
	for (size_t i = 0; i < config_key_count; i++) {
		if (strcmp(config_keys[i].section, section) == 0) {
			return true;
		}
	}
	return false;
}

/* libinih tells of a section only with its first key: an unknown empty one is seen here. */
static void check_section(struct file *file, const char *line)
{
	char name[40];
	const char *close = strchr(line, ']');

	if (!close) {
		file_error(file, "a section needs a closing ]");
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(close - line - 1), line + 1);
	if (!section_known(name)) {
		file_error(file, "unknown section [%s]; pps2shm.conf(5) lists them", name);
	}
}

/*
 * Gives libinih one line, as fgets(3) would. Leading blanks are taken off: to libinih they would
 * make the line a continuation of the value before.
 */
static char *next_line(char *line, int size, void *arg)
{
	struct file *file = arg;

	if (file->failed || file->at == file->end) {
		return NULL;
	}
	const char *newline = memchr(file->at, '\n', (size_t)(file->end - file->at));
	const char *stop = newline ? newline : file->end;
	size_t len;

	file->line++;
	while (file->at < stop && (*file->at == ' ' || *file->at == '\t')) {
		file->at++;
	}
	len = (size_t)(stop - file->at);
	if (len > (size_t)size - 3) {
		file_error(file, "longer than %d characters", size - 3);
		return NULL;
	}
	if (memchr(file->at, '\0', len)) {
		file_error(file, "holds a NUL byte: not a text file");
		return NULL;
	}
	memcpy(line, file->at, len);
	line[len] = '\0';
	if (line[0] == '[') {
		check_section(file, line);
	}
	line[len] = '\n';
	line[len + 1] = '\0';
	file->at = newline ? newline + 1 : file->end;
	return line;
}

static size_t find_key(const char *section, const char *name)
{
	size_t i = 0;

	while (i < config_key_count && (strcmp(config_keys[i].section, section) != 0 ||
					strcmp(config_keys[i].name, name) != 0)) {
		i++;
	}
	return i;
}

static int take_key(void *arg, const char *section, const char *name, const char *value)
{
	struct file *file = arg;
	struct error why;
	size_t i = find_key(section, name);

	if (section[0] == '\0') {
		file_error(file, "%.40s: comes before the first [section]", name);
	} else if (i == config_key_count) {
		file_error(file, "%.40s.%.40s: unknown key; pps2shm.conf(5) lists them", section,
			   name);
	} else if (file->seen[i]) {
		file_error(file, "%s.%s: given twice", section, name);
	} else if (config_set(file->config, &config_keys[i], value, &why)) {
		file_error(file, "%s.%s %s", section, name, why.text);
	} else {
		file->seen[i] = true;
	}
	return !file->failed;
}

int config_parse(struct config *config, const char *name, const char *text, size_t len,
		 struct error *err)
{
	struct file file = {
		.config = config, .name = name, .at = text, .end = text + len, .err = err};
	int rc = ini_parse_stream(next_line, &file, take_key, &file);

	if (rc > 0 && !file.failed) {
		file.line = rc;
		file_error(&file, "neither [section] nor key = value, nor a comment");
	} else if (rc < 0 && !file.failed) {
		file_error(&file, "out of memory");
	}
	return file.failed ? -1 : 0;
}

int config_read(struct config *config, const char *path, struct error *err)
{
	if (strcmp(path, "/dev/null") == 0) {
		return 0;
	}
	char *text = malloc(FILE_MAX + 1); /* with a NUL */
	ssize_t len = text ? safe_read(path, 0, text, FILE_MAX + 1, NULL) : -1;
	int rc;

	if (len < 0 && errno == EFBIG) {
		rc = error_set(err, "configuration %.200s: longer than %d bytes", path, FILE_MAX);
	} else if (len < 0) {
		rc = error_set(err, "configuration %.200s: %s", path, safe_open_reason(errno));
	} else {
		rc = config_parse(config, path, text, (size_t)len, err);
	}
	free(text);
	return rc;
}

int config_check(const struct config *config, struct error *err)
{
	if (config->coarse_unit >= 0 && config->coarse_unit == config->pps_unit) {
		return error_set(err,
				 "shm.coarse_unit and shm.pps_unit are both %d: give each its own",
				 config->pps_unit);
	}
	if (config->pps_source == CONFIG_PPS_NONE && !config->serial_device[0]) {
		return error_set(
			err,
			"pps.source and serial.device are both none: nothing is left to get the time from; set one of them");
	}
	if (config->pps_socket[0] && strcmp(config->coarse_socket, config->pps_socket) == 0) {
		return error_set(
			err,
			"chrony.coarse_socket and chrony.pps_socket are both %s: give each its own",
			config->pps_socket);
	}
	return 0;
}

static bool is_measured(const struct config *config)
{
	return strcmp(config->pps_measured, "never") != 0;
}

int64_t config_pps_offset_ns(const struct config *config)
{
	return config->pps_poll && is_measured(config) ? 0 : config->core.pps_offset_ns;
}

int64_t config_stamp_bias_ns(const struct config *config)
{
	return is_measured(config) ? config->core.pps_offset_ns : 0;
}
