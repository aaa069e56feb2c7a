/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/journal_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "pps2shm setup journal"

enum { VERSION = 1 };

static const char *const kinds[] = {
	[STATE_ABSENT] = "absent", [STATE_FILE] = "file", [STATE_LINK] = "link"};

/* Text as it is, for people to read; other bytes in hexadecimal. */
static json_t *bytes_to_json(const struct text *bytes, const char **key)
{
	json_t *json = json_stringn(bytes->at, bytes->len);
	struct text hex;

	*key = "text";
	if (!json) {
		text_init(&hex);
		for (size_t i = 0; i < bytes->len; i++) {
			text_addf(&hex, "%02x", (unsigned char)bytes->at[i]);
		}
		*key = "hex";
		json = json_stringn(hex.at, hex.len);
		text_free(&hex);
	}
	return json;
}

static json_t *state_to_json(const struct state *state)
{
	const char *key;
	json_t *bytes, *json = json_pack("{s:s}", "kind", kinds[state->kind]);

	if (state->kind == STATE_FILE) {
		json_object_set_new(json, "mode", json_integer(state->mode));
		json_object_set_new(json, "uid", json_integer(state->uid));
		json_object_set_new(json, "gid", json_integer(state->gid));
	}
	if (state->kind != STATE_ABSENT) {
		bytes = bytes_to_json(&state->bytes, &key);
		json_object_set_new(json, key, bytes);
	}
	return json;
}

json_t *journal_to_json(const struct journal *journal)
{
	json_t *entries = json_array(), *folders = json_array();

	for (size_t i = 0; i < journal->count; i++) {
		const struct journal_entry *e = &journal->entries[i];

		json_array_append_new(entries,
				      json_pack("{s:s, s:o, s:o, s:o, s:b}", "path", e->path,
						"original", state_to_json(&e->original), "before",
						state_to_json(&e->before), "after",
						state_to_json(&e->after), "edited", e->edited));
	}
	for (size_t i = 0; i < journal->folder_count; i++) {
		json_array_append_new(folders, json_string(journal->folders[i]));
	}
	return json_pack("{s:s, s:i, s:o, s:o}", "format", FORMAT, "version", VERSION, "changes",
			 entries, "folders", folders);
}

/* Lower case alone: what was not written by us is damaged. */
static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int add_hex(struct text *bytes, const char *hex)
{
	for (; *hex; hex += 2) {
		int high = digit(hex[0]), low = high < 0 ? -1 : digit(hex[1]);

		if (high < 0 || low < 0) {
			return -1;
		}
		char byte = (char)(high << 4 | low);

		text_add(bytes, &byte, 1);
	}
	return 0;
}

/* Its content under one of two keys, and neither damaged. */
static int bytes_from_json(struct text *bytes, const json_t *json)
{
	const json_t *text = json_object_get(json, "text"), *hex = json_object_get(json, "hex");

	if (!text == !hex || !json_is_string(text ? text : hex)) {
		return -1;
	}
	if (hex) {
		return add_hex(bytes, json_string_value(hex));
	}
	text_add(bytes, json_string_value(text), json_string_length(text));
	return 0;
}

/* A number of the file; -1 if it is none from 0 to most. */
static json_int_t number_of(const json_t *json, const char *key, json_int_t most)
{
	const json_t *number = json_object_get(json, key);
	json_int_t value = json_integer_value(number);

	return json_is_integer(number) && value >= 0 && value <= most ? value : -1;
}

static int state_from_json(struct state *state, const json_t *json)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));
	int i = 0;

	text_init(&state->bytes);
	while (i < 3 && (!kind || strcmp(kind, kinds[i]) != 0)) {
		i++;
	}
	if (i == 3 || (i != STATE_ABSENT && bytes_from_json(&state->bytes, json))) {
		return -1;
	}
	state->kind = (enum state_kind)i;
	if (state->kind == STATE_LINK) {
		return memchr(state->bytes.at, '\0', state->bytes.len) ? -1 : 0;
	}
	if (state->kind == STATE_FILE) {
		/* Setup keeps no setuid file, so none comes back. The last number is no owner. */
		json_int_t mode = number_of(json, "mode", 0777);
		json_int_t uid = number_of(json, "uid", UINT32_MAX - 1);
		json_int_t gid = number_of(json, "gid", UINT32_MAX - 1);

		state->mode = (mode_t)mode;
		state->uid = (uid_t)uid;
		state->gid = (gid_t)gid;
		return mode < 0 || uid < 0 || gid < 0 ? -1 : 0;
	}
	return 0;
}

/* The name of a file that setup can have changed; NULL. */
static const char *path_from_json(const json_t *json)
{
	const char *path = json_string_value(json);

	return path && strlen(path) == json_string_length(json) && journal_may_hold(path) ? path
											  : NULL;
}

static int entry_from_json(struct journal *journal, const json_t *json)
{
	const char *path = path_from_json(json_object_get(json, "path"));
	const json_t *edited = json_object_get(json, "edited");
	bool twice = path && journal_find(journal, path);
	struct journal_entry *entry = journal_new_entry(journal);

	/* All three are initialised, whatever they read. */
	int rc = state_from_json(&entry->original, json_object_get(json, "original"));

	rc |= state_from_json(&entry->before, json_object_get(json, "before"));
	rc |= state_from_json(&entry->after, json_object_get(json, "after"));
	if (rc || !path || twice || !json_is_boolean(edited)) {
		return -1;
	}
	snprintf(entry->path, sizeof(entry->path), "%s", path);
	entry->edited = json_is_true(edited);
	return 0;
}

int journal_from_json(struct journal *journal, const json_t *json)
{
	const json_t *entries = json_object_get(json, "changes");
	const json_t *folders = json_object_get(json, "folders");
	const char *format = json_string_value(json_object_get(json, "format"));
	const json_t *folder, *entry;
	size_t i;

	if (!format || strcmp(format, FORMAT) != 0 ||
	    number_of(json, "version", VERSION) != VERSION || !json_is_array(entries) ||
	    !json_is_array(folders)) {
		return -1;
	}
	json_array_foreach(entries, i, entry)
	{
		if (entry_from_json(journal, entry)) {
			return -1;
		}
	}
	json_array_foreach(folders, i, folder)
	{
		if (!path_from_json(folder)) {
			return -1;
		}
		journal_new_folder(journal, path_from_json(folder));
	}
	return 0;
}
