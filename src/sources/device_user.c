/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/device_user.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_name(const char *proc, int pid, char *name, size_t size)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%d/comm", proc, pid);
	snprintf(name, size, "?");
	FILE *file = fopen(path, "re");

	if (!file) {
		return;
	}
	if (fgets(name, (int)size, file)) {
		name[strcspn(name, "\n")] = '\0';
	}
	fclose(file);
}

/* 1 it has device open, 0 not, -1 it may not be looked into. */
static int has_open(const char *proc, int pid, const char *device)
{
	char path[400];
	char target[256];
	int found = 0;

	snprintf(path, sizeof(path), "%s/%d/fd", proc, pid);
	DIR *dir = opendir(path);

	if (!dir) {
		return errno == EACCES || errno == EPERM ? -1 : 0; /* else it has ended meanwhile */
	}
	for (struct dirent *entry = readdir(dir); entry && !found; entry = readdir(dir)) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		found = strcmp(target, device) == 0;
	}
	closedir(dir);
	return found;
}

/* The next process of the folder; 0: no more. */
static int next_process(DIR *dir)
{
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		int pid = atoi(entry->d_name);

		if (pid > 0) {
			return pid;
		}
	}
	return 0;
}

int device_user_find(const char *proc, const char *device, int but, struct device_user *user)
{
	DIR *dir = opendir(proc);
	bool hidden = !dir;
	int rc = 0;
	int pid;

	while (dir && rc < 1 && (pid = next_process(dir)) > 0) {
		if (pid == but || pid == getpid()) {
			continue;
		}
		rc = has_open(proc, pid, device);
		hidden = hidden || rc < 0;
		user->pid = pid;
	}
	if (dir) {
		closedir(dir);
	}
	if (rc == 1) {
		read_name(proc, user->pid, user->name, sizeof(user->name));
		return 1;
	}
	return hidden ? -1 : 0;
}

int device_user_program(const char *proc, const char *name)
{
	DIR *dir = opendir(proc);
	char comm[24] = "";
	int pid = 0;

	while (dir && (pid = next_process(dir)) > 0) {
		read_name(proc, pid, comm, sizeof(comm));
		if (strcmp(comm, name) == 0) {
			break;
		}
	}
	if (dir) {
		closedir(dir);
	}
	return pid;
}
