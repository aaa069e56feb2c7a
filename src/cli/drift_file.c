/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/drift.h"

void drift_file_find(const char *conf, char *path, int size)
{
	FILE *file = fopen(conf, "re");
	char line[500], word[400];

	snprintf(path, (size_t)size, "%s", DRIFT_FILE);
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " driftfile %399s", word) == 1) {
			/* Quotes are allowed. */
			char *name = word + (word[0] == '"');

			name[strcspn(name, "\"")] = '\0';
			snprintf(path, (size_t)size, "%s", name);
		}
	}
	if (file) {
		fclose(file);
	}
}

static int fill(int fd, double ppm, const struct stat *folder)
{
	char text[40];
	int len = snprintf(text, sizeof(text), "%.6f\n", ppm);

	if (write(fd, text, (size_t)len) != len || fchmod(fd, 0644) != 0) {
		return -1;
	}
	if (folder->st_uid != geteuid() && fchown(fd, folder->st_uid, folder->st_gid) != 0) {
		return -1;
	}
	return fsync(fd);
}

/*
 * ntpd's user owns the folder and may put anything in it, while this may run as root: so no name in
 * there is followed or replaced.
 */
static int write_into(int folder, const struct stat *folder_stat, const char *name, double ppm)
{
	char fresh[300];
	int rc = -1;

	if (snprintf(fresh, sizeof(fresh), "%s.%ld", name, (long)getpid()) >= (int)sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		return -1;
	}
	if (fill(fd, ppm, folder_stat) == 0) {
		/* Unlike a rename, fails if there is one by now. */
		rc = linkat(folder, fresh, folder, name, 0) == 0 ? 1 : errno == EEXIST ? 0 : -1;
	}
	int why = errno;

	unlinkat(folder, fresh, 0);
	close(fd);
	errno = why;
	return rc;
}

int drift_file_check(const char *path, struct error *err)
{
	char copy[400];

	snprintf(copy, sizeof(copy), "%s", path);
	const char *folder = dirname(copy);

	if (access(folder, W_OK | X_OK) != 0) {
		return error_set(err, "cannot write into %.300s: %s", folder, strerror(errno));
	}
	return 0;
}

int drift_file_write(const char *path, double ppm, struct error *err)
{
	char for_folder[400], for_name[400];
	struct stat st;
	int rc = -1;

	snprintf(for_folder, sizeof(for_folder), "%s", path);
	snprintf(for_name, sizeof(for_name), "%s", path);
	int folder = open(dirname(for_folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder >= 0 && fstat(folder, &st) == 0) {
		rc = write_into(folder, &st, basename(for_name), ppm);
	}
	if (rc < 0) {
		error_set(err, "cannot write %.300s: %s", path, strerror(errno));
	}
	if (folder >= 0) {
		close(folder);
	}
	return rc;
}
