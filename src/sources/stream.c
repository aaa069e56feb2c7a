/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "sources/bytes.h"
#include "sources/device_user.h"

struct stream {
	struct byte_source source;
	bool once;     /* file or standard input: there is no more after its end */
	bool terminal; /* tells "nothing yet" from "the other side is gone" by itself */
};

static ssize_t ended(struct stream *stream, struct error *err)
{
	stream->source.end = stream->once;
	return error_set(err, "%s: %s", stream->source.name,
			 stream->once ? "end of input" : "the other side closed it");
}

/*
 * poll first: a FIFO that no writer opened yet reads as "end", but polls as nothing; and standard
 * input, which is shared with other processes, cannot be made non-blocking for us alone.
 */
static ssize_t stream_read(struct byte_source *source, uint8_t *buffer, size_t size,
			   struct error *err)
{
	struct stream *stream = (struct stream *)source;
	struct pollfd p = {.fd = source->fd, .events = POLLIN};

	if (!stream->terminal) {
		if (poll(&p, 1, 0) < 1) {
			return 0;
		}
		if (!(p.revents & POLLIN)) {
			return ended(stream, err);
		}
	}
	ssize_t n = read(source->fd, buffer, size);

	if (n > 0) {
		return n;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return 0;
	}
	/* EIO: a pty whose master is gone. */
	if (n < 0 && errno != EIO) {
		return error_set(err, "%s: read failed: %s", source->name, strerror(errno));
	}
	return ended(stream, err);
}

static void stream_close(struct byte_source *source)
{
	close(source->fd);
	free(source);
}

static const struct byte_ops stream_ops = {
	.read = stream_read,
	.close = stream_close,
};

/* Bytes as they are: no echo, no line editing, no CR to NL. False if it is no terminal. */
static bool make_raw(int fd)
{
	struct termios settings;

	if (tcgetattr(fd, &settings) != 0) {
		return false;
	}
	cfmakeraw(&settings);
	return tcsetattr(fd, TCSANOW, &settings) == 0;
}

/* Of two readers of a terminal or FIFO each gets half the bytes. A plain file is everybody's. */
static int lock(int fd, const char *path, struct error *err)
{
	struct device_user user;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
		return 0;
	}
	if (device_user_locker("/proc", fd, &user) == 1) {
		return error_set(err, "%s: in use by %s (process %d): end one of the two", path,
				 user.name, user.pid);
	}
	return error_set(err, "%s: in use by another program ('sudo fuser -v %s' names it)", path,
			 path);
}

static int open_path(const char *path, struct stream *stream, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, "%s: cannot be opened: %s", path, strerror(errno));
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	if ((isatty(fd) || S_ISFIFO(st.st_mode)) && lock(fd, path, err) < 0) {
		close(fd);
		return -1;
	}
	stream->terminal = make_raw(fd);
	stream->once = S_ISREG(st.st_mode);
	return fd;
}

struct byte_source *stream_open(const struct byte_options *options, struct error *err)
{
	bool standard = strcmp(options->path, "-") == 0;
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (standard) {
		stream->once = true;
		stream->source.fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		if (stream->source.fd < 0) {
			error_set(err, "standard input: %s", strerror(errno));
		}
	} else {
		stream->source.fd = open_path(options->path, stream, err);
	}
	if (stream->source.fd < 0) {
		free(stream);
		return NULL;
	}
	stream->source.ops = &stream_ops;
	stream->source.bps = options->bps;
	snprintf(stream->source.name, sizeof(stream->source.name), "%.90s",
		 standard ? "standard input" : options->path);
	return &stream->source;
}
