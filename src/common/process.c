/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/process.h"

#include <stdio.h>
#include <string.h>

#include "common/clean.h"
#include "common/safe_open.h"

bool process_name(const char *proc, int pid, char *name, size_t size)
{
	char path[400], comm[32];

	snprintf(path, sizeof(path), "%s/%d/comm", proc, pid);
	if (safe_read(path, 0, comm, sizeof(comm), NULL) <= 0) {
		snprintf(name, size, "?");
		return false;
	}
	comm[strcspn(comm, "\n")] = '\0';
	clean_text(name, size, comm);
	return true;
}

bool process_start_ticks(const char *proc, int pid, unsigned long long *ticks)
{
	char path[400], line[1024];

	snprintf(path, sizeof(path), "%s/%d/stat", proc, pid);
	if (safe_read(path, 0, line, sizeof(line), NULL) <= 0) {
		return false;
	}
	/* The 22nd field; the second, in parentheses, may hold anything. */
	const char *rest = strrchr(line, ')');

	return rest &&
	       sscanf(rest + 1,
		      " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		      ticks) == 1;
}

bool processes_hidden(const char *proc)
{
	char name[32];

	return !process_name(proc, 1, name, sizeof(name));
}
