/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/journal_json.h"

#include <stdlib.h>
#include <string.h>

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
	return json_pack("{s:s, s:i, s:o, s:o}", "format", "pps2shm setup journal", "version",
			 VERSION, "changes", entries, "folders", folders);
}

static int add_hex(struct text *bytes, const char *hex)
{
	unsigned value;

	for (; *hex; hex += 2) {
		if (sscanf(hex, "%2x", &value) != 1 || hex[1] == '\0') {
			return -1;
		}
		char byte = (char)value;

		text_add(bytes, &byte, 1);
	}
	return 0;
}

static int state_from_json(struct state *state, const json_t *json)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));
	const json_t *text = json_object_get(json, "text");
	const char *hex = json_string_value(json_object_get(json, "hex"));
	int i = 0;

	text_init(&state->bytes);
	while (i < 3 && (!kind || strcmp(kind, kinds[i]) != 0)) {
		i++;
	}
	if (i == 3 || (i != STATE_ABSENT && !text && !hex)) {
		return -1;
	}
	state->kind = (enum state_kind)i;
	json_int_t mode = json_integer_value(json_object_get(json, "mode"));

	if (mode < 0 || mode > 0777) {
		return -1; /* setup keeps no setuid file, so none comes back */
	}
	state->mode = (mode_t)mode;
	state->uid = (uid_t)json_integer_value(json_object_get(json, "uid"));
	state->gid = (gid_t)json_integer_value(json_object_get(json, "gid"));
	if (text) {
		text_add(&state->bytes, json_string_value(text), json_string_length(text));
	}
	return hex ? add_hex(&state->bytes, hex) : 0;
}

static int entry_from_json(struct journal *journal, const json_t *json)
{
	struct journal_entry *entry = journal_new_entry(journal);
	const char *path = json_string_value(json_object_get(json, "path"));

	/* All three are initialised, whatever they read. */
	int rc = state_from_json(&entry->original, json_object_get(json, "original"));

	rc |= state_from_json(&entry->before, json_object_get(json, "before"));
	rc |= state_from_json(&entry->after, json_object_get(json, "after"));
	if (rc || !path || !journal_may_hold(path) || journal_find(journal, path)) {
		return -1;
	}
	snprintf(entry->path, sizeof(entry->path), "%s", path);
	entry->edited = json_is_true(json_object_get(json, "edited"));
	return 0;
}

int journal_from_json(struct journal *journal, const json_t *json)
{
	const json_t *folder, *entry;
	size_t i;

	if (json_integer_value(json_object_get(json, "version")) != VERSION) {
		return -1;
	}
	json_array_foreach(json_object_get(json, "changes"), i, entry)
	{
		if (entry_from_json(journal, entry)) {
			return -1;
		}
	}
	json_array_foreach(json_object_get(json, "folders"), i, folder)
	{
		const char *path = json_string_value(folder);

		if (!path || !journal_may_hold(path)) {
			return -1;
		}
		journal_new_folder(journal, path);
	}
	return 0;
}
