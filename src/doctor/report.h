/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "doctor/doctor.h"

/* The result for people, as the check proceeds, and for programs. */

/* One link: a line, and one with the remedy below it if there is one. */
void report_print_link(const struct doctor_link *link, const struct doctor_finding *finding,
		       FILE *out);
void report_print_result(const struct doctor_result *result, FILE *out);

/* {"link", "verdict", "seen", "remedy"}; remedy is null where nothing is wrong. */
json_t *report_json_link(const struct doctor_link *link, const struct doctor_finding *finding);
/* {"verdict", "broken", "warnings", "unknown", "first", "links"}; takes links over. */
json_t *report_json(const struct doctor_result *result, json_t *links);
