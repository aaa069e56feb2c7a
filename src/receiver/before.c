/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/before.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pi/files.h"

#define FORMAT "pps2shm receiver journal"

enum { VERSION = 1 };

/* ---- as JSON ---- */

static void command_to_hex(const struct command *command, char hex[2 * COMMAND_MAX + 1])
{
	hex[0] = '\0';
	for (size_t i = 0; i < command->len; i++) {
		snprintf(hex + 2 * i, 3, "%02x", command->bytes[i]);
	}
}

static json_t *setting_to_json(const struct setting *setting)
{
	char hex[2 * COMMAND_MAX + 1], restart[2 * COMMAND_MAX + 1];

	command_to_hex(&setting->set, hex);
	command_to_hex(&setting->restart, restart);
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "key", setting->key, "name",
			 setting->name, "was", setting->wanted, "bps", (int)setting->bps, "command",
			 hex, "restart", restart);
}

static const char *string_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static int command_from_hex(struct command *command, const char *hex)
{
	size_t len = strlen(hex);

	if (len % 2 || len / 2 > COMMAND_MAX) {
		return -1;
	}
	for (size_t i = 0; i < len; i += 2) {
		const char pair[] = {hex[i], hex[i + 1], '\0'};
		char *end;

		command->bytes[i / 2] = (uint8_t)strtoul(pair, &end, 16);
		if (*end) {
			return -1;
		}
	}
	command->len = len / 2;
	return 0;
}

static int setting_from_json(struct settings *settings, const json_t *json)
{
	struct setting *setting =
		settings_add(settings, string_of(json, "key"), string_of(json, "name"));
	json_int_t bps = json_integer_value(json_object_get(json, "bps"));

	snprintf(setting->wanted, sizeof(setting->wanted), "%s", string_of(json, "was"));
	setting->differs = true;
	setting->bps = bps > 0 && bps <= 1000000 ? (uint32_t)bps : 0;
	return setting->key[0] && string_of(json, "command")[0] &&
			       command_from_hex(&setting->set, string_of(json, "command")) == 0
		       ? command_from_hex(&setting->restart, string_of(json, "restart"))
		       : -1;
}

static int from_json(struct before *before, const json_t *json)
{
	const json_t *list = json_object_get(json, "settings"), *entry;
	size_t i;

	if (strcmp(string_of(json, "format"), FORMAT) != 0 ||
	    json_integer_value(json_object_get(json, "version")) != VERSION ||
	    !json_is_array(list) || json_array_size(list) >= SETTINGS_MAX) {
		return -1;
	}
	snprintf(before->device, sizeof(before->device), "%s", string_of(json, "device"));
	snprintf(before->receiver, sizeof(before->receiver), "%s", string_of(json, "receiver"));
	snprintf(before->baud, sizeof(before->baud), "%s", string_of(json, "baud"));
	before->saved = json_is_true(json_object_get(json, "saved"));
	json_array_foreach(list, i, entry)
	{
		if (setting_from_json(&before->settings, entry)) {
			return -1;
		}
	}
	return 0;
}

/* ---- as a file ---- */

static int complain(struct error *err, const char *why)
{
	return error_set(err, BEFORE_PATH ": %s", why);
}

/* What it says is sent to the receiver: it must be ours alone. text is initialised in any case. */
static int read_own(const struct root *root, struct text *text, struct error *err)
{
	struct stat st;

	text_init(text);
	int fd = root_open_regular(root, BEFORE_PATH, O_NOFOLLOW, &st);

	if (fd < 0) {
		return errno == ENOENT || errno == ENOTDIR ? 0 : complain(err, strerror(errno));
	}
	int rc = st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) || st.st_nlink > 1
			 ? complain(err, "others can write it, so it is not trusted: move it away")
		 : root_read_all(fd, BEFORE_PATH, text, err) ? -1
							     : 1;

	close(fd);
	return rc;
}

int before_load(const struct root *root, struct before *before, struct error *err)
{
	json_error_t why;
	struct text text;

	memset(before, 0, sizeof(*before));
	int rc = read_own(root, &text, err);

	if (rc > 0) {
		json_t *json = json_loadb(text.at, text.len, 0, &why);

		if (!json || from_json(before, json)) {
			rc = complain(
				err,
				"not a receiver's journal, or damaged: move it away, then nothing can be undone");
		}
		json_decref(json);
	}
	text_free(&text);
	return rc;
}

void before_take(struct before *before, const struct settings *settings)
{
	for (int i = 0; i < settings->count; i++) {
		const struct setting *from = &settings->at[i];

		if (!from->differs || from->undo.len == 0 ||
		    settings_find(&before->settings, from->key)) {
			continue;
		}
		struct setting *to = settings_add(&before->settings, from->key, from->name);

		snprintf(to->wanted, sizeof(to->wanted), "%s", from->now);
		to->differs = true;
		to->set = from->undo;
		to->bps = from->bps_now;
		to->restart = from->restart;
	}
	for (int i = 0; i + 1 < before->settings.count; i++) {
		if (before->settings.at[i].bps) {
			struct setting bps = before->settings.at[i];

			before->settings.at[i] = before->settings.at[i + 1];
			before->settings.at[i + 1] = bps;
		}
	}
}

int before_store(const struct root *root, const struct before *before, struct error *err)
{
	struct state state = {.kind = STATE_FILE, .mode = 0600, .uid = geteuid(), .gid = getegid()};
	json_t *list = json_array();

	for (int i = 0; i < before->settings.count; i++) {
		json_array_append_new(list, setting_to_json(&before->settings.at[i]));
	}
	json_t *json = json_pack("{s:s, s:i, s:s, s:s, s:s, s:b, s:o}", "format", FORMAT, "version",
				 VERSION, "device", before->device, "receiver", before->receiver,
				 "baud", before->baud, "saved", before->saved, "settings", list);
	char *dump = json_dumps(json, JSON_INDENT(1));

	json_decref(json);
	if (!dump) {
		return error_set(err, "out of memory");
	}
	text_init(&state.bytes);
	text_addf(&state.bytes, "%s\n", dump);
	free(dump);
	int rc = files_prepare(root, BEFORE_PATH, &state, err) ||
				 files_commit(root, BEFORE_PATH, &state, err)
			 ? -1
			 : 0;

	text_free(&state.bytes);
	return rc;
}

int before_remove(const struct root *root, struct error *err)
{
	const struct state none = {.kind = STATE_ABSENT};

	return files_commit(root, BEFORE_PATH, &none, err);
}
