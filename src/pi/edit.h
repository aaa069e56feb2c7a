/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/text.h"

/* Changes of single values in configuration files; every other byte stays. */

/*
 * "[section]" and "key = value": the line of the key if there is one (what follows a blank and a
 * ';' on it stays), else a new one behind its commented default or its section's head, else a new
 * section at the end.
 */
void edit_ini(struct text *text, const char *section, const char *key, const char *value);

/* NAME="value" in a file that a shell reads: its last such line, or a new one at the end. */
void edit_shell(struct text *text, const char *name, const char *value);

/* What the shell would have in it: without quotes; "" if it is not set. */
void edit_shell_value(const struct text *text, const char *name, char *value, size_t size);
