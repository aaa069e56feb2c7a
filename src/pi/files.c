/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The name a file has while it is written. */
static void temporary_name(const struct root_place *place, char temporary[NAME_MAX + 1])
{
	static const char ending[] = ".pps2shm-new";

	snprintf(temporary, NAME_MAX + 1, "%.*s%s", (int)(NAME_MAX + 1 - sizeof(ending)),
		 place->name, ending);
}

static int write_all(int fd, const struct text *bytes)
{
	size_t done = 0;

	while (done < bytes->len) {
		ssize_t n = write(fd, bytes->at + done, bytes->len - done);

		if (n < 0 && errno != EINTR) {
			return -1;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Owner and mode as they were. A FAT file system keeps neither and may refuse: no harm. */
static int write_file(int fd, const struct state *state)
{
	struct stat st;

	if (write_all(fd, &state->bytes) || fstat(fd, &st)) {
		return -1;
	}
	if ((st.st_uid != state->uid || st.st_gid != state->gid) &&
	    fchown(fd, state->uid, state->gid) && errno != EPERM && errno != EINVAL) {
		return -1;
	}
	if (fchmod(fd, state->mode) && errno != EPERM) {
		return -1;
	}
	return fsync(fd);
}

static const char *reason(int error)
{
	switch (error) {
	case EROFS:
		return "the file system is read-only: remount it with 'mount -o remount,rw'";
	case ENOSPC:
		return "the file system is full: make room on it";
	default:
		return strerror(error);
	}
}

/* Flushes the folder, so that names in it are on the disk. Some file systems cannot, by itself. */
static int flush(const struct root_place *place, struct error *err)
{
	return fsync(place->folder) && errno != EINVAL && errno != EROFS
		       ? error_set(err, "%.300s: %s", place->path, reason(errno))
		       : 0;
}

static int write_beside(const struct root_place *place, const struct state *state)
{
	char temporary[NAME_MAX + 1];
	int rc, fd;

	temporary_name(place, temporary);
	if (unlinkat(place->folder, temporary, 0) && errno != ENOENT && errno != EROFS) {
		return -1;
	}
	if (state->kind == STATE_LINK) {
		return symlinkat(state->bytes.at, place->folder, temporary);
	}
	fd = openat(place->folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	rc = fd < 0 ? -1 : write_file(fd, state);
	int error = errno;

	if (fd >= 0 && close(fd) && rc == 0) {
		rc = -1;
		error = errno;
	}
	if (rc && fd >= 0) {
		unlinkat(place->folder, temporary, 0);
	}
	errno = error;
	return rc;
}

int files_prepare(const struct root *root, const char *name, const struct state *state,
		  struct error *err)
{
	struct root_place place;
	int rc = root_find_place(root, name, &place);

	if (rc == 0) {
		rc = write_beside(&place, state);
		root_leave(&place);
	}
	return rc ? error_set(err, "%.300s cannot be written: %s", place.path, reason(errno)) : 0;
}

int files_commit(const struct root *root, const char *name, const struct state *state,
		 struct error *err)
{
	char temporary[NAME_MAX + 1];
	struct root_place place;
	bool absent = state->kind == STATE_ABSENT;

	if (root_find_place(root, name, &place)) {
		return absent && (errno == ENOENT || errno == ENOTDIR)
			       ? 0
			       : error_set(err, "%.300s: %s", place.path, reason(errno));
	}
	temporary_name(&place, temporary);
	int rc = absent ? unlinkat(place.folder, place.name, 0) && errno != ENOENT
			: renameat(place.folder, temporary, place.folder, place.name);

	rc = rc ? error_set(err, "%.300s cannot be %s: %s", place.path,
			    absent ? "removed" : "replaced", reason(errno))
		: flush(&place, err);
	root_leave(&place);
	return rc;
}

int files_forget(const struct root *root, const char *name, struct error *err)
{
	char temporary[NAME_MAX + 1];
	struct root_place place;
	int rc = root_find_place(root, name, &place);

	if (rc == 0) {
		temporary_name(&place, temporary);
		rc = unlinkat(place.folder, temporary, 0);
		root_leave(&place);
	}
	return rc && errno != ENOENT && errno != ENOTDIR && errno != EROFS
		       ? error_set(err, "%.300s: %s", place.path, strerror(errno))
		       : 0;
}

int files_make_folder(const struct root *root, const char *name, struct error *err)
{
	struct root_place place;
	int rc = root_find_place(root, name, &place);

	if (rc) {
		return error_set(err, "%.300s cannot be made: %s", place.path, reason(errno));
	}
	if (mkdirat(place.folder, place.name, 0755) == 0) {
		rc = flush(&place, err);
	} else if (errno != EEXIST) {
		rc = error_set(err, "%.300s cannot be made: %s", place.path, reason(errno));
	}
	root_leave(&place);
	return rc;
}

int files_remove_folder(const struct root *root, const char *name, struct error *err)
{
	struct root_place place;
	int rc = 0;

	if (root_find_place(root, name, &place)) {
		return errno == ENOENT ? 0
				       : error_set(err, "%.300s: %s", place.path, strerror(errno));
	}
	if (unlinkat(place.folder, place.name, AT_REMOVEDIR) == 0) {
		rc = flush(&place, err);
	} else if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT) {
		rc = error_set(err, "%.300s: %s", place.path, reason(errno));
	}
	root_leave(&place);
	return rc;
}
