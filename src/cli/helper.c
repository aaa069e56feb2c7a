/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/helper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int helper_own_path(char path[PATH_MAX], struct error *err)
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (length < 0) {
		return error_set(err, "/proc/self/exe: %s; is /proc mounted?", strerror(errno));
	}
	path[length] = '\0';
	return 0;
}

int helper_exec(const char *name, char *const argv[], struct error *err)
{
	char own[PATH_MAX], path[PATH_MAX + 100];

	if (helper_own_path(own, err)) {
		return -1;
	}
	snprintf(path, sizeof(path), "%.*s/../libexec/pps2shm/%s", (int)(strrchr(own, '/') - own),
		 own, name);
	execv(path, argv);
	return error_set(err, "%s: %s; it is part of a whole installation", path, strerror(errno));
}
