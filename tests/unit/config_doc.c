/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* config_doc example|mdoc: the table of keys, as the files under etc and docs/man hold it. */
#include <string.h>

#include "config/config.h"

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "example") == 0) {
		config_print_example(stdout);
	} else if (argc == 2 && strcmp(argv[1], "mdoc") == 0) {
		config_print_mdoc(stdout);
	} else {
		fprintf(stderr, "usage: config_doc example|mdoc\n");
		return 2;
	}
	return 0;
}
