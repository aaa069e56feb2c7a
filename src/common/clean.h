/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>
#include <stdio.h>

/*
 * Text from outside (files, device names, other programs, users' words) may hold what plays tricks
 * on a terminal or in a journal: escape sequences, line breaks, marks that turn the direction of
 * writing. Whoever prints or logs such text cleans it by this first.
 *
 * Copies src and puts a '?' for each control character (a tab becomes a blank), for each mark that
 * is invisible or turns the text round, and for each byte that is not UTF-8. Cut at the end of dst
 * (never within a character) and always ended by a NUL. The result is never longer than src, so dst
 * may be src itself. Returns its length.
 */
size_t clean_text(char *dst, size_t size, const char *src);

/* The same for text of so many bytes, which may hold NULs: they are control characters, too. */
size_t clean_bytes(char *dst, size_t size, const char *src, size_t len);

/* Prints text of several lines, each cleaned; line ends (LF, CR LF) and tabs stay. */
void clean_print(FILE *out, const char *text, size_t len);
