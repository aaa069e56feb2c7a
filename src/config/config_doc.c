/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "config/config.h"

enum { COLUMNS = 78 };

/* Words of text, each line behind prefix. */
static void print_wrapped(FILE *out, const char *prefix, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		column += (size_t)fprintf(out, "%s%.*s", column ? " " : prefix, (int)len, text);
		text += len;
		text += *text == ' ';
	}
	fputc('\n', out);
}

void config_print_options(FILE *out)
{
	char allowed[200];

	fprintf(out, "  --config FILE\n      Configuration, instead of %s.\n", CONFIG_PATH);
	fprintf(out,
		"  --pps auto|PATH|gpio|sim|none\n      --pps-source and --pps-device in one.\n");
	fprintf(out, "  --no-segment\n      The same as --segment no.\n");
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		config_allowed(key, allowed, sizeof(allowed));
		fprintf(out, "  --%s VALUE (%s.%s)\n", key->option, key->section, key->name);
		print_wrapped(out, "      ", key->help);
		fprintf(out, "      Allowed: %s; default: %s\n", allowed, key->initial);
	}
}

void config_print_example(FILE *out)
{
	const char *section = "";
	char allowed[200];

	fprintf(out,
		"# Configuration of pps2shm: every key with its default. See pps2shm.conf(5).\n");
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		if (strcmp(section, key->section) != 0) {
			section = key->section;
			fprintf(out, "\n[%s]\n", section);
		}
		config_allowed(key, allowed, sizeof(allowed));
		fputc('\n', out);
		print_wrapped(out, "# ", key->help);
		fprintf(out, "# (%s)\n#%s = %s\n", allowed, key->name, key->initial);
	}
}

/*
 * For an mdoc page: hyphens as they are typed, a new line for a new sentence and before column 80.
 */
static void print_roff(FILE *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		bool ends = text[len] == '\0' || text[len - 1] == '.';

		if (column && column + 1 + len > COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		if (column) {
			fputc(' ', out);
			column++;
		}
		for (size_t i = 0; i < len; i++) {
			column += (size_t)fprintf(out, text[i] == '-' ? "\\%c" : "%c", text[i]);
		}
		if (ends) {
			fputc('\n', out);
			column = 0;
		}
		text += len + (text[len] == ' ');
	}
}

void config_print_mdoc(FILE *out)
{
	const char *section = "";
	char allowed[200];
	char values[300];

	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		if (strcmp(section, key->section) != 0) {
			fprintf(out, "%s.Ss Section %s\n.Bl -tag -width Ds\n",
				section[0] ? ".El\n" : "", key->section);
			section = key->section;
		}
		config_allowed(key, allowed, sizeof(allowed));
		fprintf(out, ".It Ic %s No = Ar value Pq option Fl \\-%s\n", key->name,
			key->option);
		print_roff(out, key->help);
		snprintf(values, sizeof(values), "Allowed: %s; default: %s.", allowed,
			 key->initial);
		print_roff(out, values);
	}
	fputs(".El\n", out);
}
