/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/family.h"

/* What the families have in common that are set by sentences. */

/* A number of a sentence's field; missing if it has none there. */
long answer_number(const struct reply *reply, int field, long missing);

/* The fields from this one on, with commas: what an answer says, to be said back for an undo. */
void answer_fields(const struct reply *reply, int from, char *text, size_t size);

/* The time between fixes, in ms: the only number of the answer; the command takes it as its own. */
void answer_fixes(const struct reply *reply, const char *command, struct settings *settings);
