/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* After getopt_long() said '?': optopt is 0 for a long option that it does not know. */
static void complain(const char *command, const char *word)
{
	bool is_long = strncmp(word, "--", 2) == 0;

	if (is_long && optopt) {
		cli_usage_error(command, "'%s': %.*s takes no value", word, (int)strcspn(word, "="),
				word);
	} else if (is_long || !optopt) {
		cli_usage_error(command, "unknown option '%s'", word);
	} else {
		cli_usage_error(command, "unknown option '-%c'", optopt);
	}
}

int cli_next_option(int argc, char **argv, const char *letters, const struct option *options)
{
	char with_colon[40];

	opterr = 0;
	snprintf(with_colon, sizeof(with_colon), ":%s", letters);
	int option = getopt_long(argc, argv, with_colon, options, NULL);

	if (option == ':') {
		cli_usage_error(argv[0], "%s needs a value", argv[optind - 1]);
		return '?';
	}
	if (option == '?') {
		complain(argv[0], argv[optind - 1]);
	}
	return option;
}

int cli_no_words(int argc, char **argv)
{
	return optind < argc ? cli_usage_error(argv[0], "unexpected argument '%s'", argv[optind])
			     : 0;
}

int cli_take_int(const char *command, const char *option, const char *text, int least, int most,
		 int *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end == text || *end || number < least || number > most) {
		return cli_usage_error(command, "%s '%s': must be a whole number from %d to %d",
				       option, text, least, most);
	}
	*value = (int)number;
	return 0;
}
