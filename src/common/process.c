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

bool processes_hidden(const char *proc)
{
	char name[32];

	return !process_name(proc, 1, name, sizeof(name));
}
