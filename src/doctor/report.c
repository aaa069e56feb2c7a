/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/report.h"

#include "common/clean.h"

static void print_clean(const char *text, FILE *out)
{
	char clean[sizeof((struct doctor_finding *)0)->seen];

	clean_text(clean, sizeof(clean), text);
	fprintf(out, "%s\n", clean);
}

void report_print_link(const struct doctor_link *link, const struct doctor_finding *finding,
		       FILE *out)
{
	fprintf(out, "%-8s %-14s ", doctor_verdict_word(finding->verdict), link->name);
	print_clean(finding->seen, out);
	if (finding->remedy[0]) {
		fprintf(out, "%-8s %-14s ", "", "  remedy:");
		print_clean(finding->remedy, out);
	}
	fflush(out);
}

/* "2 broken, 1 warning" */
static void print_counts(const struct doctor_result *result, FILE *out)
{
	const char *comma = "";

	if (result->broken) {
		fprintf(out, "%d broken", result->broken);
		comma = ", ";
	}
	if (result->warnings) {
		fprintf(out, "%s%d warning%s", comma, result->warnings,
			result->warnings == 1 ? "" : "s");
		comma = ", ";
	}
	if (result->unknown) {
		fprintf(out, "%s%d unknown", comma, result->unknown);
	}
}

void report_print_result(const struct doctor_result *result, FILE *out)
{
	if (result->first) {
		fprintf(out, "verdict: ");
		print_counts(result, out);
		fprintf(out, "; begin with %s\n", result->first->name);
	} else if (result->unknown) {
		fprintf(out, "verdict: all well, as far as could be checked (");
		print_counts(result, out);
		fprintf(out, ")\n");
	} else {
		fprintf(out, "verdict: all well\n");
	}
}

/* Bytes that are no UTF-8 would make no JSON. */
static json_t *text_json(const char *text)
{
	char clean[sizeof((struct doctor_finding *)0)->seen];
	json_t *json = json_string(text);

	if (json) {
		return json;
	}
	clean_text(clean, sizeof(clean), text);
	return json_string(clean);
}

json_t *report_json_link(const struct doctor_link *link, const struct doctor_finding *finding)
{
	return json_pack("{s:s, s:s, s:o, s:o}", "link", link->name, "verdict",
			 doctor_verdict_word(finding->verdict), "seen", text_json(finding->seen),
			 "remedy", finding->remedy[0] ? text_json(finding->remedy) : json_null());
}

json_t *report_json(const struct doctor_result *result, json_t *links)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:s?, s:o}", "verdict",
			 doctor_verdict_word(result->verdict), "broken", result->broken, "warnings",
			 result->warnings, "unknown", result->unknown, "first",
			 result->first ? result->first->name : NULL, "links", links);
}
