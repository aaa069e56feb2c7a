/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/shm.h"

/* The same socket by a descriptor: chmod(2) knows no other way for one that cannot be opened. */
static int change(int fd, const struct ntpshm_want *want)
{
	uid_t uid = want->uid == NTPSHM_KEEP_UID ? (uid_t)-1 : want->uid;
	gid_t gid = want->gid == NTPSHM_KEEP_GID ? (gid_t)-1 : want->gid;
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH)) {
		return -1;
	}
	return want->mode == NTPSHM_KEEP_MODE ? 0 : chmod(path, (mode_t)want->mode);
}

int shm_give_socket(const char *command, const char *path, const struct ntpshm_want *want)
{
	char user[SHM_TEXT], group[SHM_TEXT];
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int rc;

	if (fd < 0 && errno == ENOENT) {
		printf("%s: does not exist; chronyd makes it when it starts\n", path);
		return CLI_OK;
	}
	if (fd < 0 || fstat(fd, &st)) {
		rc = cli_failed(command, "%s: %s", path, strerror(errno));
	} else if (!S_ISSOCK(st.st_mode) || st.st_nlink != 1 ||
		   (st.st_uid != geteuid() && st.st_uid != want->uid)) {
		/* In a folder that others may write to it could be anything. */
		rc = cli_failed(command, "%s: not a socket made by chronyd: left alone", path);
	} else if (change(fd, want) || fstat(fd, &st)) {
		rc = cli_failed(command, "%s: %s", path, strerror(errno));
	} else {
		printf("%s: %s:%s %04o\n", path, shm_user(st.st_uid, user),
		       shm_group(st.st_gid, group), st.st_mode & 0777);
		rc = CLI_OK;
	}
	if (fd >= 0) {
		close(fd);
	}
	return rc;
}
