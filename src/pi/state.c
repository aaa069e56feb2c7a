/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pi/plan.h"

static int read_link(const struct root_place *place, struct state *state, struct error *err)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(place->folder, place->name, target, sizeof(target));

	if (len < 0) {
		return error_set(err, "%.300s: %s", place->path, strerror(errno));
	}
	state->kind = STATE_LINK;
	text_add(&state->bytes, target, (size_t)len);
	return 0;
}

static int read_file(const struct root_place *place, struct state *state, struct error *err)
{
	struct stat st;
	int rc = -1;
	int fd = openat(place->folder, place->name,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st)) {
		error_set(err, "%.300s: %s", place->path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		error_set(err, "%.300s: neither a regular file nor a link", place->path);
	} else if (st.st_mode & (S_ISUID | S_ISGID | S_ISVTX)) {
		error_set(err, "%.300s has mode %04o, which no file that setup changes should have",
			  place->path, st.st_mode & 07777);
	} else {
		state->kind = STATE_FILE;
		state->mode = st.st_mode & 0777;
		state->uid = st.st_uid;
		state->gid = st.st_gid;
		rc = root_read_all(fd, place->path, &state->bytes, err);
	}
	if (fd >= 0) {
		close(fd);
	}
	return rc;
}

static int read_place(const struct root_place *place, struct state *state, struct error *err)
{
	struct stat st;

	if (fstatat(place->folder, place->name, &st, AT_SYMLINK_NOFOLLOW)) {
		return errno == ENOENT ? 0
				       : error_set(err, "%.300s: %s", place->path, strerror(errno));
	}
	if (S_ISLNK(st.st_mode)) {
		return read_link(place, state, err);
	}
	if (S_ISREG(st.st_mode)) {
		return read_file(place, state, err);
	}
	return error_set(err, "%.300s: neither a regular file nor a link", place->path);
}

int state_read(const struct root *root, const char *name, struct state *state, struct error *err)
{
	struct root_place place;
	int rc = 0;

	memset(state, 0, sizeof(*state));
	text_init(&state->bytes);
	if (root_find_place(root, name, &place) == 0) {
		rc = read_place(&place, state, err);
		root_leave(&place);
	} else if (errno != ENOENT && errno != ENOTDIR) {
		rc = error_set(err, "%.300s: %s", place.path, strerror(errno));
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
