/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "pi/files.h"
#include "pi/journal.h"

int apply_lock(const struct root *root, struct error *err)
{
	/* The folder /etc itself: it is there in every root, and a lock leaves no trace on it. */
	int fd = root_open_file(root, "/etc", O_RDONLY | O_DIRECTORY);

	if (fd < 0) {
		return error_set(err, "%.300s/etc: %s", root->path, strerror(errno));
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		error_set(err, "%.200s%s: another 'pps2shm setup' is running here: wait for it",
			  root->path, root->path[0] ? "" : "/");
		close(fd);
		return -1;
	}
	return fd;
}

void apply_unlock(int lock)
{
	if (lock >= 0) {
		close(lock);
	}
}

/* What a run that was cut short left beside the files. */
static int remove_temporaries(const struct root *root, const struct journal *journal,
			      struct error *err)
{
	for (size_t i = 0; i <= journal->count; i++) {
		const char *name = i ? journal->entries[i - 1].path : JOURNAL_PATH;

		if (files_forget(root, name, err)) {
			return -1;
		}
	}
	return 0;
}

static int make_folders(const struct root *root, const struct journal *journal, struct error *err)
{
	for (size_t i = 0; i < journal->folder_count; i++) {
		if (files_make_folder(root, journal->folders[i], err)) {
			return -1;
		}
	}
	return 0;
}

/* Those that are empty, inner before outer. What others have put something into stays. */
static int remove_folders(const struct root *root, const struct journal *journal, size_t from,
			  struct error *err)
{
	for (size_t i = journal->folder_count; i > from; i--) {
		if (files_remove_folder(root, journal->folders[i - 1], err)) {
			return -1;
		}
	}
	return 0;
}

static int prepare_all(const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct change *change = &plan->changes[i];

		if (change->after.kind != STATE_ABSENT &&
		    files_prepare(plan->root, change->path, &change->after, err)) {
			return -1;
		}
	}
	return 0;
}

static int commit_all(const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct change *change = &plan->changes[i];

		if (files_commit(plan->root, change->path, &change->after, err)) {
			return -1;
		}
	}
	return 0;
}

/* Puts back what a failed run has already replaced. Whatever resists stays in the journal. */
static int roll_back(const struct plan *plan)
{
	struct error ignored;
	int rc = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct change *change = &plan->changes[i];
		struct state now;

		if (state_read(plan->root, change->path, &now, &ignored)) {
			rc = -1;
			continue;
		}
		if (!state_same(&now, &change->before) &&
		    ((change->before.kind != STATE_ABSENT &&
		      files_prepare(plan->root, change->path, &change->before, &ignored)) ||
		     files_commit(plan->root, change->path, &change->before, &ignored))) {
			rc = -1;
		}
		state_free(&now);
	}
	return rc;
}

int apply_plan(const struct plan *plan, struct error *err)
{
	struct journal old, journal = {0};
	struct error ignored;
	int rc = -1;

	if (journal_load(plan->root, &journal, err) < 0 ||
	    journal_load(plan->root, &old, err) < 0) {
		goto out;
	}
	rc = journal_add(&journal, plan, err) || journal_store(plan->root, &journal, err) ||
			     remove_temporaries(plan->root, &journal, err) ||
			     make_folders(plan->root, &journal, err) || prepare_all(plan, err) ||
			     commit_all(plan, err)
		     ? -1
		     : 0;
	if (rc && roll_back(plan) == 0) {
		remove_temporaries(plan->root, &journal, &ignored);
		remove_folders(plan->root, &journal, old.folder_count, &ignored);
		journal_store(plan->root, &old, &ignored);
	} else if (rc) {
		struct error first = *err;

		error_set(
			err,
			"%.280s; what was changed before that stays changed: 'pps2shm setup --undo' restores it",
			first.text);
	}
	journal_free(&old);
out:
	journal_free(&journal);
	return rc;
}

/* May the file be put back? A missing one always: there is nothing of anybody's to lose. */
static int check_entry(const struct journal_entry *entry, const char *path, const struct state *now,
		       bool force, struct error *err)
{
	bool known = state_same(now, &entry->original) || state_same(now, &entry->before) ||
		     state_same(now, &entry->after) || now->kind == STATE_ABSENT;

	if (force || (known && !entry->edited) || state_same(now, &entry->original)) {
		return 0;
	}
	return error_set(
		err,
		"%.250s was changed by someone else since: undo it by hand, or use --force and lose that change",
		path);
}

static int undo_plan(struct plan *plan, const struct journal *journal, bool force,
		     struct error *err)
{
	char path[ROOT_PATH];

	for (size_t i = 0; i < journal->count; i++) {
		const struct journal_entry *entry = &journal->entries[i];
		struct state now;

		root_path(plan->root, entry->path, path);
		if (state_read(plan->root, entry->path, &now, err)) {
			return -1;
		}
		int rc = check_entry(entry, path, &now, force, err);

		if (rc == 0 && !state_same(&now, &entry->original)) {
			plan_state(plan, entry->path, &now, &entry->original);
		}
		state_free(&now);
		if (rc) {
			return -1;
		}
	}
	return 0;
}

int apply_undo_plan(struct plan *plan, bool force, struct error *err)
{
	struct journal journal;
	int rc =
		journal_load(plan->root, &journal, err) < 0 || undo_plan(plan, &journal, force, err)
			? -1
			: 0;

	journal_free(&journal);
	return rc;
}

int apply_undo(const struct root *root, bool force, struct error *err)
{
	static const struct journal none;
	struct journal journal;
	struct error ignored;
	struct plan plan;
	int rc = journal_load(root, &journal, err);

	plan_init(&plan, root);
	if (rc >= 0) {
		rc = undo_plan(&plan, &journal, force, err) ||
				     remove_temporaries(root, &journal, err) ||
				     prepare_all(&plan, err) || commit_all(&plan, err) ||
				     remove_folders(root, &journal, 0, err) ||
				     journal_store(root, &none, err)
			     ? -1
			     : 0;
	}
	if (rc) { /* what is not put back yet is in the journal still, for another undo */
		remove_temporaries(root, &journal, &ignored);
	}
	plan_free(&plan);
	journal_free(&journal);
	return rc;
}
