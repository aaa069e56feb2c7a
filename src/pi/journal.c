/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pi/files.h"
#include "pi/journal_json.h"

static void *grow(void *at, size_t size)
{
	at = realloc(at, size);
	if (!at) {
		abort();
	}
	return at;
}

struct journal_entry *journal_new_entry(struct journal *journal)
{
	journal->entries = grow(journal->entries, (journal->count + 1) * sizeof(*journal->entries));
	struct journal_entry *entry = &journal->entries[journal->count++];

	memset(entry, 0, sizeof(*entry));
	return entry;
}

void journal_new_folder(struct journal *journal, const char *path)
{
	size_t size = sizeof(*journal->folders);

	journal->folders = grow(journal->folders, (journal->folder_count + 1) * size);
	snprintf(journal->folders[journal->folder_count++], size, "%s", path);
}

void journal_free(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++) {
		state_free(&journal->entries[i].original);
		state_free(&journal->entries[i].before);
		state_free(&journal->entries[i].after);
	}
	free(journal->entries);
	free(journal->folders);
	memset(journal, 0, sizeof(*journal));
}

int journal_load(const struct root *root, struct journal *journal, struct error *err)
{
	json_error_t why;
	struct text text;
	json_t *json;

	memset(journal, 0, sizeof(*journal));
	int rc = root_read(root, JOURNAL_PATH, &text, err);

	if (rc > 0) {
		json = json_loadb(text.at, text.len, JSON_ALLOW_NUL, &why);
		if (!json || journal_from_json(journal, json)) {
			rc = error_set(err,
				       "%.200s" JOURNAL_PATH ": not setup's journal, or damaged: "
				       "move it away, then nothing can be undone",
				       root->path);
		}
		json_decref(json);
	}
	text_free(&text);
	return rc;
}

static struct journal_entry *find(struct journal *journal, const char *path)
{
	for (size_t i = 0; i < journal->count; i++) {
		if (strcmp(journal->entries[i].path, path) == 0) {
			return &journal->entries[i];
		}
	}
	return NULL;
}

static void add_change(struct journal *journal, const struct change *change)
{
	struct journal_entry *entry = find(journal, change->path);

	if (!entry) {
		entry = journal_new_entry(journal);
		snprintf(entry->path, sizeof(entry->path), "%s", change->path);
		state_copy(&entry->original, &change->before);
	} else {
		entry->edited = entry->edited || (!state_same(&change->before, &entry->original) &&
						  !state_same(&change->before, &entry->before) &&
						  !state_same(&change->before, &entry->after));
		state_free(&entry->before);
		state_free(&entry->after);
	}
	state_copy(&entry->before, &change->before);
	state_copy(&entry->after, &change->after);
}

/* The folders on the way to a path that are not there. */
static int add_folders(struct journal *journal, const struct root *root, const char *name,
		       struct error *err)
{
	char folder[300], path[ROOT_PATH];
	struct stat st;

	snprintf(folder, sizeof(folder), "%s", name);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool known = false;

		*slash = '\0';
		if (root_path(root, folder, path, err)) {
			return -1;
		}
		for (size_t i = 0; i < journal->folder_count; i++) {
			known = known || strcmp(journal->folders[i], folder) == 0;
		}
		if (!known && lstat(path, &st) && errno == ENOENT) {
			journal_new_folder(journal, folder);
		}
		*slash = '/';
	}
	return 0;
}

int journal_add(struct journal *journal, const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		add_change(journal, &plan->changes[i]);
		if (plan->changes[i].after.kind != STATE_ABSENT &&
		    add_folders(journal, plan->root, plan->changes[i].path, err)) {
			return -1;
		}
	}
	return 0;
}

int journal_store(const struct root *root, const struct journal *journal, struct error *err)
{
	struct state state = {
		.kind = STATE_ABSENT, .mode = 0600, .uid = geteuid(), .gid = getegid()};
	char path[ROOT_PATH];
	char *dump = NULL;

	if (root_path(root, JOURNAL_PATH, path, err)) {
		return -1;
	}
	text_init(&state.bytes);
	if (journal->count > 0) {
		json_t *json = journal_to_json(journal);

		dump = json_dumps(json, JSON_INDENT(1));
		json_decref(json);
		if (!dump) {
			text_free(&state.bytes);
			return error_set(err, "out of memory");
		}
		text_addf(&state.bytes, "%s\n", dump);
		free(dump);
		state.kind = STATE_FILE;
	}
	int rc = state.kind == STATE_FILE ? files_prepare(path, &state, err) : 0;

	rc = rc ? rc : files_commit(path, &state, err);
	text_free(&state.bytes);
	return rc;
}
