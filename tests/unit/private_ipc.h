/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * Goes on in a child with user and System V IPC namespaces of its own, so that no test can touch
 * the machine's segments; the parent exits as the child does. Ends the program with status 1 and a
 * line if that is not allowed here.
 *
 * all_users: uids and gids 0…65535 are there inside and the child is their root; false is returned
 * if only root may do so and we are not root (the child then is its namespace's only user). Without
 * all_users: the only user, always true.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static inline bool private_ipc_put(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;
	bool done;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY);
	done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0) {
		close(fd);
	}
	return done;
}

/* In the parent, which still has its rights. Says what it could do: '*' all users, '1' one. */
static inline char private_ipc_map(pid_t child, bool all_users)
{
	char one_uid[32], one_gid[32];

	if (all_users && private_ipc_put(child, "uid_map", "0 0 65536") &&
	    private_ipc_put(child, "gid_map", "0 0 65536")) {
		return '*';
	}
	snprintf(one_uid, sizeof(one_uid), "0 %u 1", (unsigned)geteuid());
	snprintf(one_gid, sizeof(one_gid), "0 %u 1", (unsigned)getegid());
	if (private_ipc_put(child, "uid_map", one_uid) &&
	    private_ipc_put(child, "setgroups", "deny") &&
	    private_ipc_put(child, "gid_map", one_gid)) {
		return '1';
	}
	fprintf(stderr, "cannot map users into a user namespace: %s\n", strerror(errno));
	return 'x';
}

static inline void private_ipc_parent(pid_t child, int from_child, int to_child, bool all_users)
{
	char answer = 'x', byte;
	int status;

	if (read(from_child, &byte, 1) == 1) {
		answer = private_ipc_map(child, all_users);
	}
	if (write(to_child, &answer, 1) != 1 || waitpid(child, &status, 0) != child) {
		exit(1);
	}
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static inline bool private_ipc_enter(bool all_users)
{
	int up[2], down[2];
	char answer;
	pid_t child;

	if (pipe(up) || pipe(down) || (child = fork()) < 0) {
		perror("private_ipc_enter");
		exit(1);
	}
	if (child > 0) {
		close(up[1]);
		private_ipc_parent(child, up[0], down[1], all_users);
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWIPC)) {
		fprintf(stderr,
			"this test needs a private IPC namespace, and unshare() says: %s; allow "
			"user namespaces (sysctl user.max_user_namespaces, or run as root)\n",
			strerror(errno));
		exit(1);
	}
	if (write(up[1], "", 1) != 1 || read(down[0], &answer, 1) != 1 || answer == 'x') {
		exit(1);
	}
	if (setgid(0) || setuid(0)) {
		perror("private_ipc_enter: root of the namespace");
		exit(1);
	}
	return answer == '*' || !all_users;
}
