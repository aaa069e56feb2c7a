/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/*
 * What setup has changed in a root: one JSON file, for root alone to write, with every file as it
 * was before setup ever touched it, before its last run, and as that run left it. It is on the disk
 * before the first file is touched. So whatever moment the power fails at, every file is in a state
 * that the journal knows: 'setup' again goes on, 'setup --undo' goes back.
 */

#define JOURNAL_PATH "/var/lib/pps2shm-setup.json"

struct journal_entry {
	char path[300];
	struct state original; /* before the first setup */
	struct state before;   /* before the last run */
	struct state after;    /* what that run made of it */
	bool edited;           /* somebody else changed it between two runs */
};

struct journal {
	struct journal_entry *entries;
	size_t count;
	char (*folders)[300]; /* that setup made, outer before inner */
	size_t folder_count;
};

/* 1, 0: there is none, -1 with err: unreadable. journal is initialised whatever happens. */
int journal_load(const struct root *root, struct journal *journal, struct error *err);
void journal_free(struct journal *journal);

/* Takes in the changes of a plan, and the folders it needs that are not there yet. */
int journal_add(struct journal *journal, const struct plan *plan, struct error *err);

/* Stores it, in one step: either the old one is there or the new one. An empty one is removed. */
int journal_store(const struct root *root, const struct journal *journal, struct error *err);
