/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void files_temporary(const char *path, char temporary[ROOT_PATH])
{
	snprintf(temporary, ROOT_PATH, "%.*s.pps2shm-new", ROOT_PATH - 20, path);
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

int files_prepare(const char *path, const struct state *state, struct error *err)
{
	char temporary[ROOT_PATH];
	int rc, fd;

	files_temporary(path, temporary);
	if (unlink(temporary) && errno != ENOENT && errno != EROFS) {
		return error_set(err, "%.300s: %s", temporary, reason(errno));
	}
	if (state->kind == STATE_LINK) {
		rc = symlink(state->bytes.at, temporary);
	} else {
		fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		rc = fd < 0 ? -1 : write_file(fd, state);
		int error = errno;

		if (fd >= 0 && close(fd) && rc == 0) {
			rc = -1;
			error = errno;
		}
		errno = error;
	}
	if (rc) {
		error_set(err, "%.300s cannot be written: %s", path, reason(errno));
		unlink(temporary);
	}
	return rc;
}

int files_commit(const char *path, const struct state *state, struct error *err)
{
	char temporary[ROOT_PATH];

	files_temporary(path, temporary);
	if (state->kind == STATE_ABSENT ? unlink(path) && errno != ENOENT
					: rename(temporary, path)) {
		return error_set(err, "%.300s cannot be %s: %s", path,
				 state->kind == STATE_ABSENT ? "removed" : "replaced",
				 reason(errno));
	}
	return files_sync_parent(path, err);
}

int files_sync_folder(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot flush a folder by itself: nothing more to do there. */
	int rc = fd < 0 ? -1 : fsync(fd) && errno != EINVAL && errno != EROFS ? -1 : 0;

	if (rc) {
		error_set(err, "%.300s: %s", path, reason(errno));
	}
	if (fd >= 0) {
		close(fd);
	}
	return rc;
}

int files_sync_parent(const char *path, struct error *err)
{
	char folder[ROOT_PATH];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == folder) {
		slash++;
	}
	*slash = '\0';
	return files_sync_folder(folder, err);
}
