/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pi/plan.h"

static int read_link(const char *path, struct state *state, struct error *err)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0) {
		return error_set(err, "%.300s: %s", path, strerror(errno));
	}
	text_add(&state->bytes, target, (size_t)len);
	return 0;
}

static int read_file(const char *path, struct state *state, struct error *err)
{
	char part[4096];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0) {
		text_add(&state->bytes, part, (size_t)n);
	}
	if (n < 0) {
		error_set(err, "%.300s: %s", path, strerror(errno));
	}
	if (fd >= 0) {
		close(fd);
	}
	return n < 0 ? -1 : 0;
}

int state_read(const char *path, struct state *state, struct error *err)
{
	struct stat st;
	int rc = 0;

	memset(state, 0, sizeof(*state));
	text_init(&state->bytes);
	if (lstat(path, &st)) {
		if (errno == ENOENT || errno == ENOTDIR) {
			return 0;
		}
		rc = error_set(err, "%.300s: %s", path, strerror(errno));
	} else if (S_ISLNK(st.st_mode)) {
		state->kind = STATE_LINK;
		rc = read_link(path, state, err);
	} else if (S_ISREG(st.st_mode)) {
		state->kind = STATE_FILE;
		state->mode = st.st_mode & 07777;
		state->uid = st.st_uid;
		state->gid = st.st_gid;
		rc = read_file(path, state, err);
	} else {
		rc = error_set(err, "%.300s: neither a regular file nor a link", path);
	}
	if (rc) {
		state_free(state);
	}
	return rc;
}

void state_free(struct state *state)
{
	text_free(&state->bytes);
	memset(state, 0, sizeof(*state));
}

void state_copy(struct state *to, const struct state *from)
{
	*to = *from;
	text_copy(&to->bytes, &from->bytes);
}

bool state_same(const struct state *a, const struct state *b)
{
	return a->kind == b->kind && text_same(&a->bytes, &b->bytes);
}
