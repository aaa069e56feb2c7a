/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/journal.h"

#include <errno.h>
#include <fcntl.h>
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

struct journal_entry *journal_find(struct journal *journal, const char *path)
{
	for (size_t i = 0; i < journal->count; i++) {
		if (strcmp(journal->entries[i].path, path) == 0) {
			return &journal->entries[i];
		}
	}
	return NULL;
}

void journal_new_folder(struct journal *journal, const char *path)
{
	size_t size = sizeof(*journal->folders);

	journal->folders = grow(journal->folders, (journal->folder_count + 1) * size);
	snprintf(journal->folders[journal->folder_count++], size, "%s", path);
}

bool journal_may_hold(const char *path)
{
	size_t size = sizeof(((struct journal_entry *)0)->path);

	return root_name_is_plain(path, size) &&
	       (strncmp(path, "/etc/", 5) == 0 || strncmp(path, "/boot/", 6) == 0);
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

static int complain(const struct root *root, struct error *err, const char *why)
{
	return error_set(err, "%.150s" JOURNAL_PATH ": %s", root->path, why);
}

/*
 * An undo does, as root, what the journal says: one that another user made or could change is not
 * believed. 1, 0: there is none, -1 with err. text is initialised whatever happens.
 */
static int read_own(const struct root *root, struct text *text, struct error *err)
{
	struct stat st;
	int rc;

	text_init(text);
	int fd = root_open_regular(root, JOURNAL_PATH, O_NOFOLLOW, &st);

	if (fd < 0) {
		return errno == ENOENT || errno == ENOTDIR ? 0
		       : errno == EINVAL
			       ? complain(root, err, "not a regular file: not setup's journal")
			       : complain(root, err, strerror(errno));
	}
	if (st.st_uid != geteuid()) {
		rc = complain(root, err, "made by another user, so it is not trusted");
	} else if (st.st_mode & (S_IWGRP | S_IWOTH) || st.st_nlink > 1) {
		rc = complain(root, err,
			      "others can write it, or it has a second name, so it is not trusted");
	} else {
		rc = root_read_all(fd, JOURNAL_PATH, text, err) ? -1 : 1;
	}
	close(fd);
	return rc;
}

int journal_load(const struct root *root, struct journal *journal, struct error *err)
{
	json_error_t why;
	struct text text;
	json_t *json;

	memset(journal, 0, sizeof(*journal));
	int rc = read_own(root, &text, err);

	if (rc > 0) {
		json = json_loadb(text.at, text.len, JSON_ALLOW_NUL, &why);
		if (!json || journal_from_json(journal, json)) {
			rc = complain(
				root, err,
				"not setup's journal, or damaged: move it away, then nothing can be undone");
		}
		json_decref(json);
	}
	text_free(&text);
	return rc;
}

static void add_change(struct journal *journal, const struct change *change)
{
	struct journal_entry *entry = journal_find(journal, change->path);

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
static void add_folders(struct journal *journal, const struct root *root, const char *name)
{
	char folder[300];

	snprintf(folder, sizeof(folder), "%s", name);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool known = false;

		*slash = '\0';
		for (size_t i = 0; i < journal->folder_count; i++) {
			known = known || strcmp(journal->folders[i], folder) == 0;
		}
		if (!known && !root_has(root, folder) && errno == ENOENT) {
			journal_new_folder(journal, folder);
		}
		*slash = '/';
	}
}

int journal_add(struct journal *journal, const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct change *change = &plan->changes[i];

		if (!journal_may_hold(change->path)) {
			return error_set(err, "%.300s: not a place that setup may change",
					 change->path);
		}
		add_change(journal, change);
		if (change->after.kind != STATE_ABSENT) {
			add_folders(journal, plan->root, change->path);
		}
	}
	return 0;
}

int journal_store(const struct root *root, const struct journal *journal, struct error *err)
{
	struct state state = {
		.kind = STATE_ABSENT, .mode = 0600, .uid = geteuid(), .gid = getegid()};
	char *dump = NULL;

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
	int rc = state.kind == STATE_FILE ? files_prepare(root, JOURNAL_PATH, &state, err) : 0;

	rc = rc ? rc : files_commit(root, JOURNAL_PATH, &state, err);
	text_free(&state.bytes);
	return rc;
}
