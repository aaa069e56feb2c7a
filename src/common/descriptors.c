/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/descriptors.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void descriptors_ensure(void)
{
	int fd;

	/* The lowest free number is taken: the closed ones, in order. */
	do {
		/* O_PATH: it can be neither read nor written. / is there even without /dev. */
		fd = open("/", O_PATH | O_DIRECTORY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0) {
		abort(); /* no word of it could be read */
	}
	close(fd);
}
