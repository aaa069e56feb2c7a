/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { ROWS_MAX = 32, HELP = 'h', FIRST_ROW = 256, COLUMNS = 80 };

static const struct cli_option help_row = {
	.name = "help", .letter = HELP, .take = cli_flag, .help = "Show this."};

/* ---- values ---- */

int cli_flag(const struct cli_option *option, const char *text, struct error *why)
{
	(void)text;
	(void)why;
	*(bool *)option->at = true;
	return 0;
}

int cli_text(const struct cli_option *option, const char *text, struct error *why)
{
	(void)why;
	*(const char **)option->at = text;
	return 0;
}

int cli_int(const struct cli_option *option, const char *text, struct error *why)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end == text || *end || number < option->least || number > option->most) {
		return error_set(why, "must be a whole number from %d to %d", option->least,
				 option->most);
	}
	*(int *)option->at = (int)number;
	return 0;
}

int cli_word(const struct cli_option *option, const char *text, struct error *why)
{
	const char *const *words = option->words;
	size_t n = (size_t)snprintf(why->text, sizeof(why->text), "must be ");

	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0) {
			*(int *)option->at = i;
			return 0;
		}
		n += (size_t)snprintf(why->text + n, sizeof(why->text) - n, "%s%s",
				      i == 0         ? ""
				      : words[i + 1] ? ", "
						     : " or ",
				      words[i]);
	}
	return -1;
}

/* ---- the help ---- */

/* "  -u, --unit N", or of a word "  FILE". */
static size_t row_text(const struct cli_option *row, char *text, size_t size)
{
	const char *value = row->value ? row->value : "";
	char letter[] = "    ";

	if (!row->name) {
		return (size_t)snprintf(text, size, "  %s", value);
	}
	if (row->letter) {
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	}
	return (size_t)snprintf(text, size, "  %s--%s%s%s", letter, row->name,
				*value && *value != '[' ? " " : "", value);
}

/* Words, filled into lines that begin at a column; the first line is there already. */
static void print_wrapped(const char *text, size_t column)
{
	size_t at = column;

	while (*text) {
		size_t len = strcspn(text, " \n");

		if (at > column && at + 1 + len > COLUMNS) {
			printf("\n%*s", (int)column, "");
			at = column;
		}
		at += (size_t)printf("%s%.*s", at > column ? " " : "", (int)len, text);
		text += len;
		if (*text == '\n') {
			putchar('\n');
			at = column;
		}
		text += *text != '\0';
	}
	putchar('\n');
}

static void print_row(const struct cli_option *row, size_t column)
{
	char text[COLUMNS];

	row_text(row, text, sizeof(text));
	printf("%-*s", (int)column, text);
	print_wrapped(row->help, column);
}

/* The words and what must not be missing: "FILE", "--unit N". */
static void print_usage(const char *command, const struct cli_option *rows)
{
	printf("usage: pps2shm %s", command);
	for (const struct cli_option *row = rows; row->take; row++) {
		if (!row->name) {
			printf(row->needed ? " %s" : " [%s]", row->value);
		} else if (row->needed) {
			printf(" --%s %s", row->name, row->value);
		}
	}
	puts(" [OPTION]...");
}

static int help(const char *command, const struct cli_syntax *syntax)
{
	size_t column = 0;

	for (const struct cli_option *row = syntax->options; row->take; row++) {
		char text[COLUMNS];
		size_t len = row_text(row, text, sizeof(text));

		column = len > column ? len : column;
	}
	print_usage(command, syntax->options);
	putchar('\n');
	print_wrapped(syntax->about, 0);
	putchar('\n');
	for (const struct cli_option *row = syntax->options; row->take; row++) {
		print_row(row, column + 2);
	}
	print_row(&help_row, column + 2);
	if (syntax->end) {
		putchar('\n');
		print_wrapped(syntax->end, 0);
	}
	return CLI_HELPED;
}

/* ---- reading ---- */

static void make_tables(const struct cli_option *rows, struct option *longs, char *letters)
{
	*letters++ = ':'; /* a missing value is told apart from an unknown option */
	for (int i = 0; rows[i].take; i++) {
		const struct cli_option *row = &rows[i];
		int value = !row->value            ? no_argument
			    : row->value[0] == '[' ? optional_argument
						   : required_argument;

		if (row->name) {
			*longs++ = (struct option){row->name, value, NULL, FIRST_ROW + i};
		}
		if (row->letter) {
			*letters++ = row->letter;
			*letters = ':';
			letters += value == required_argument;
		}
	}
	*longs++ = (struct option){help_row.name, no_argument, NULL, HELP};
	*longs = (struct option){0};
	*letters++ = HELP;
	*letters = '\0';
}

/* After getopt_long() said '?': optopt is 0 for a long option that it does not know. */
static int unknown(const char *command, const char *word)
{
	bool is_long = strncmp(word, "--", 2) == 0;

	if (is_long && optopt) {
		return cli_usage_error(command, "'%s': %.*s takes no value", word,
				       (int)strcspn(word, "="), word);
	}
	if (is_long || !optopt) {
		return cli_usage_error(command, "unknown option '%s'", word);
	}
	return cli_usage_error(command, "unknown option '-%c'", optopt);
}

static const struct cli_option *row_of(const struct cli_option *rows, int option)
{
	if (option >= FIRST_ROW) {
		return &rows[option - FIRST_ROW];
	}
	while (rows->letter != option) {
		rows++;
	}
	return rows;
}

static int take(const char *command, struct cli_syntax *syntax, const struct cli_option *row,
		const char *text)
{
	struct error why;

	syntax->given |= UINT64_C(1) << (row - syntax->options);
	if (row->take(row, text, &why) == 0) {
		return CLI_OK;
	}
	return cli_usage_error(command, "%s%s '%s': %s", row->name ? "--" : "",
			       row->name ? row->name : row->value, text, why.text);
}

/* "shm read 1": the option that heads the table is the one whose name is left out. */
static int unexpected(const char *command, const struct cli_syntax *syntax, const char *word)
{
	const struct cli_option *head = syntax->options;
	struct error ignored;

	if (head->name && head->value && !(syntax->given & 1) &&
	    head->take(head, word, &ignored) == 0) {
		return cli_usage_error(command, "unexpected argument '%s': write '--%s %s'", word,
				       head->name, word);
	}
	return cli_usage_error(command, "unexpected argument '%s'", word);
}

/* The words after the options, each to the next row that is for one. */
static int take_words(int argc, char **argv, struct cli_syntax *syntax)
{
	const struct cli_option *row = syntax->options;

	while (optind < argc) {
		while (row->take && row->name) {
			row++;
		}
		if (!row->take) {
			return unexpected(argv[0], syntax, argv[optind]);
		}
		if (take(argv[0], syntax, row++, argv[optind++])) {
			return CLI_USAGE;
		}
	}
	return CLI_OK;
}

static int check_needed(const char *command, const struct cli_syntax *syntax)
{
	for (int i = 0; syntax->options[i].take; i++) {
		const struct cli_option *row = &syntax->options[i];

		if (row->needed && !(syntax->given >> i & 1)) {
			return cli_usage_error(command, "%s%s is missing", row->name ? "--" : "",
					       row->name ? row->name : row->value);
		}
	}
	return CLI_OK;
}

int cli_options(int argc, char **argv, struct cli_syntax *syntax)
{
	struct option longs[ROWS_MAX + 2];
	char letters[2 * ROWS_MAX + 3];
	int option;

	make_tables(syntax->options, longs, letters);
	opterr = 0;
	while ((option = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (option == HELP) {
			return help(argv[0], syntax);
		}
		if (option == ':') {
			return cli_usage_error(argv[0], "%s needs a value", argv[optind - 1]);
		}
		if (option == '?') {
			return unknown(argv[0], argv[optind - 1]);
		}
		if (take(argv[0], syntax, row_of(syntax->options, option), optarg)) {
			return CLI_USAGE;
		}
	}
	return take_words(argc, argv, syntax) ? CLI_USAGE : check_needed(argv[0], syntax);
}

bool cli_given(const struct cli_syntax *syntax, const char *name)
{
	for (int i = 0; syntax->options[i].take; i++) {
		if (syntax->options[i].name && strcmp(syntax->options[i].name, name) == 0) {
			return syntax->given >> i & 1;
		}
	}
	return false;
}
