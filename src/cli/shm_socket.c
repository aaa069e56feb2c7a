/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/shm.h"

/*
 * This runs as root, on a path that a configuration names: any other socket, such as systemd's, must
 * not come into the hands of the service. So only what chronyd alone can have made is touched, and
 * every look is at the same two descriptors, folder and socket.
 */

enum { PROC_PATH = 40 };

static const char *proc_path(char path[PROC_PATH], int fd)
{
	snprintf(path, PROC_PATH, "/proc/self/fd/%d", fd);
	return path;
}

/* As in chrony.conf(5), and as Debian's AppArmor profile has it. */
static bool is_name(const char *name)
{
	size_t len = strlen(name);

	return len > strlen("chrony..sock") && strncmp(name, "chrony.", 7) == 0 &&
	       strcmp(name + len - 5, ".sock") == 0;
}

/* Behind all links (/var/run is one): where only root makes anything. */
static bool is_run(int folder)
{
	char path[PROC_PATH], real[8] = "";
	struct stat st;

	return readlink(proc_path(path, folder), real, sizeof(real) - 1) > 0 &&
	       strcmp(real, "/run") == 0 && fstat(folder, &st) == 0 && st.st_uid == 0 &&
	       !(st.st_mode & 0022);
}

/* As connect(2) of a datagram socket, which its other end does not notice: 0 or an errno. */
static int knock(int fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int code;

	proc_path(address.sun_path, fd);
	code = from < 0 || connect(from, (struct sockaddr *)&address, sizeof(address)) ? errno : 0;
	if (from >= 0) {
		close(from);
	}
	return code;
}

/* Why it is no socket for samples that chronyd has made; NULL: it is one. */
static const char *what_is_wrong(int fd, const struct stat *st, uid_t owner)
{
	int code;

	if (!S_ISSOCK(st->st_mode)) {
		return S_ISLNK(st->st_mode) ? "it is a link" : "it is not a socket";
	}
	if (st->st_nlink != 1) {
		return "it has a second name";
	}
	if (st->st_uid != 0 && st->st_uid != owner) {
		return "it belongs to another user";
	}
	code = knock(fd);
	return code == 0 || code == ECONNREFUSED ? NULL
	       : code == EPROTOTYPE              ? "it does not take datagrams"
						 : strerror(code);
}

/* The same socket by a descriptor: chmod(2) knows no other way for one that cannot be opened. */
static int change(int fd, const struct ntpshm_want *want)
{
	uid_t uid = want->uid == NTPSHM_KEEP_UID ? (uid_t)-1 : want->uid;
	gid_t gid = want->gid == NTPSHM_KEEP_GID ? (gid_t)-1 : want->gid;
	char path[PROC_PATH];

	if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH)) {
		return -1;
	}
	return want->mode == NTPSHM_KEEP_MODE ? 0 : chmod(proc_path(path, fd), (mode_t)want->mode);
}

static int give(const char *command, const char *path, int fd, const struct ntpshm_want *want)
{
	char user[SHM_TEXT], group[SHM_TEXT];
	struct stat st;

	if (fstat(fd, &st)) {
		return cli_failed(command, "%s: %s", path, strerror(errno));
	}
	const char *wrong = what_is_wrong(fd, &st, want->uid);

	if (wrong) {
		return cli_failed(command, "%s: left alone: not a socket made by chronyd: %s", path,
				  wrong);
	}
	if (change(fd, want) || fstat(fd, &st)) {
		return cli_failed(command, "%s: %s", path, strerror(errno));
	}
	printf("%s: %s:%s %04o\n", path, shm_user(st.st_uid, user), shm_group(st.st_gid, group),
	       st.st_mode & 0777);
	return CLI_OK;
}

/* In a folder; closes neither. */
static int give_in(const char *command, const char *path, int folder, const char *name,
		   const struct ntpshm_want *want)
{
	int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if (fd < 0 && errno == ENOENT) {
		printf("%s: does not exist; chronyd makes it when it starts\n", path);
		return CLI_OK;
	}
	if (fd < 0) {
		return cli_failed(command, "%s: %s", path, strerror(errno));
	}
	rc = give(command, path, fd, want);
	close(fd);
	return rc;
}

int shm_give_socket(const char *command, const char *path, const struct ntpshm_want *want)
{
	const char *name = strrchr(path, '/');
	char in[64];
	int folder = -1, rc;

	if (name && (size_t)(name - path) < sizeof(in)) {
		snprintf(in, sizeof(in), "%.*s", (int)(name - path), path);
		folder = open(in, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (folder >= 0 && is_run(folder) && is_name(name + 1)) {
		rc = give_in(command, path, folder, name + 1, want);
	} else {
		rc = cli_failed(
			command,
			"%s: left alone: only /run/chrony.NAME.sock is given away; name the socket so here and in chrony's 'refclock SOCK' line",
			path);
	}
	if (folder >= 0) {
		close(folder);
	}
	return rc;
}
