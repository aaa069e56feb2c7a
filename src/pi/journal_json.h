/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>

#include "pi/journal.h"

/* The journal as JSON. Only within src/pi/journal*.c. */

/* NULL: out of memory. */
json_t *journal_to_json(const struct journal *journal);

/* -1: it is no journal, or one of another version. */
int journal_from_json(struct journal *journal, const json_t *json);

/*
 * Can setup have changed this? Only what is plainly below /etc or /boot, so that no journal,
 * whoever wrote it, makes an undo touch anything else.
 */
bool journal_may_hold(const char *path);

/* The entry of a path; NULL: there is none. */
struct journal_entry *journal_find(struct journal *journal, const char *path);

struct journal_entry *journal_new_entry(struct journal *journal);
void journal_new_folder(struct journal *journal, const char *path);
