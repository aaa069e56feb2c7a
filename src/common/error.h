/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * One clear line for a person: what failed, with which value, what to do.
 * Functions that can fail take a struct error * last and fill it when they return failure.
 */
struct error {
	char text[400];
};

/* Writes the line (cut at the end of text); always returns -1, so a caller can `return
 * error_set(…)`. */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
