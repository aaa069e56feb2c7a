/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * nqptp_writer READER COUNT: writes to a region of its own, as fast as it can, until the reader has
 * read it so many times; then as the reader ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptp/nqptp_region.h"

/* For a different while each time: only then a reader can find both sets alike. */
static void rest(uint64_t i)
{
	for (volatile uint64_t n = i * 7919 % 4096; n > 0; n--) {
	}
}

static int hammer(struct nqptp_region *region, pid_t reader)
{
	int status = 0;

	for (uint64_t i = 1; waitpid(reader, &status, WNOHANG) == 0; i++) {
		for (int n = 0; n < 1000; n++, i++) {
			nqptp_region_write(region, &(struct nqptp_set){i, i, i, i});
			rest(i);
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	struct nqptp_region region;
	struct error err;
	char name[40];

	if (argc != 3) {
		fprintf(stderr, "usage: %s READER COUNT\n", argv[0]);
		return 2;
	}
	snprintf(name, sizeof(name), "/nqptp-hammer-%d", (int)getpid());
	if (nqptp_region_open(&region, name, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	nqptp_region_write(&region, &(struct nqptp_set){1, 1, 1, 1});
	pid_t reader = fork();

	if (reader == 0) {
		execl(argv[1], argv[1], name, argv[2], (char *)NULL);
		_exit(127);
	}
	int status = reader < 0 ? 1 : hammer(&region, reader);

	nqptp_region_close(&region);
	return status;
}
