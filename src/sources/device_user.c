/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/device_user.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/process.h"
#include "common/safe_open.h"

int device_user_has_open(const char *proc, int pid, const char *device)
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

/* Is gid the group of a process, by the "Gid:" (the effective one) and "Groups:" of its status? */
static bool has_group(const char *status, unsigned long gid)
{
	const char *effective = strstr(status, "\nGid:");
	const char *groups = strstr(status, "\nGroups:");
	unsigned long group;
	char *end;

	if (effective && sscanf(effective, "\nGid: %*u %lu", &group) == 1 && group == gid) {
		return true;
	}
	if (!groups) {
		return false;
	}
	groups += strlen("\nGroups:");
	while (*groups == ' ' || *groups == '\t') {
		group = strtoul(groups, &end, 10);
		if (end == groups) {
			return false;
		}
		if (group == gid) {
			return true;
		}
		groups = end;
	}
	return false;
}

bool device_user_may_open(const char *proc, int pid, const char *device)
{
	char path[400];
	char status[8192];
	struct stat st;
	unsigned long uid;

	snprintf(path, sizeof(path), "%s/%d/status", proc, pid);
	if (stat(device, &st) != 0 || safe_read(path, 0, status, sizeof(status), NULL) < 0) {
		return false;
	}
	const char *line = strstr(status, "\nUid:");

	if (!line || sscanf(line, "\nUid: %*u %lu", &uid) != 1) {
		return false;
	}
	if (uid == 0 || (uid == st.st_uid && st.st_mode & S_IRUSR)) {
		return true;
	}
	return st.st_mode & (has_group(status, st.st_gid) ? S_IRGRP : S_IROTH);
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
		rc = device_user_has_open(proc, pid, device);
		hidden = hidden || rc < 0;
		user->pid = pid;
	}
	if (dir) {
		closedir(dir);
	}
	if (rc == 1) {
		process_name(proc, user->pid, user->name, sizeof(user->name));
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
		process_name(proc, pid, comm, sizeof(comm));
		if (strcmp(comm, name) == 0) {
			break;
		}
	}
	if (dir) {
		closedir(dir);
	}
	return pid;
}

int device_user_locker(const char *proc, int fd, struct device_user *user)
{
	char path[400], line[200];
	unsigned int major, minor;
	unsigned long inode;
	struct stat st;
	bool found = false;

	snprintf(path, sizeof(path), "%s/locks", proc);
	FILE *file = fstat(fd, &st) == 0 ? fopen(path, "re") : NULL;

	while (file && !found && fgets(line, sizeof(line), file)) {
		/* "1: FLOCK  ADVISORY  WRITE 4711 00:1a:5 0 EOF" */
		found = sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%lu", &user->pid, &major, &minor,
			       &inode) == 4 &&
			inode == st.st_ino && makedev(major, minor) == st.st_dev && user->pid > 0;
	}
	if (file) {
		fclose(file);
	}
	if (found) {
		process_name(proc, user->pid, user->name, sizeof(user->name));
	}
	return found;
}
