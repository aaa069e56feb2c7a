/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_AHEAD = 1 << 18 };

int lines_open(struct lines *lines, const char *path, size_t longest, struct error *err)
{
	struct stat st;

	*lines = (struct lines){.size = longest > READ_AHEAD ? longest : READ_AHEAD};
	/* Neither a FIFO's writer nor a serial port's carrier is waited for. */
	lines->fd = strcmp(path, "-") == 0
			    ? STDIN_FILENO
			    : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (lines->fd < 0) {
		return error_set(err, "%.300s: %s", path, strerror(errno));
	}
	lines->fifo =
		lines->fd != STDIN_FILENO && fstat(lines->fd, &st) == 0 && S_ISFIFO(st.st_mode);
	lines->buffer = malloc(lines->size);
	if (!lines->buffer) {
		lines_close(lines);
		return error_set(err, "out of memory");
	}
	lines->begin = lseek(lines->fd, 0, SEEK_CUR);
	lines->keep = lines->begin < 0;
	if (lines->keep) {
		lines->kept = tmpfile();
		if (!lines->kept) {
			lines_close(lines);
			return error_set(err, "%.300s: no temporary file: %s", path,
					 strerror(errno));
		}
	}
	return 0;
}

int lines_rewind(struct lines *lines, struct error *err)
{
	lines->start = 0;
	lines->end = 0;
	lines->line = 0;
	if (lines->kept) {
		lines->keep = false;
		rewind(lines->kept);
		return 0;
	}
	return lseek(lines->fd, lines->begin, SEEK_SET) < 0 ? error_set(err, "%s", strerror(errno))
							    : 0;
}

/* Waits for what a descriptor that does not block does not have yet. */
static bool comes_later(int fd)
{
	struct pollfd later = {.fd = fd, .events = POLLIN};

	return errno == EINTR || (errno == EAGAIN && poll(&later, 1, -1) >= 0);
}

/* As read(2): first what was kept, then the file itself. */
static ssize_t take(struct lines *lines, char *to, size_t size)
{
	ssize_t n;

	if (lines->kept && !lines->keep) {
		n = (ssize_t)fread(to, 1, size, lines->kept);
		if (n > 0 || ferror(lines->kept)) {
			return n ? n : -1;
		}
		fclose(lines->kept);
		lines->kept = NULL;
	}
	do {
		n = read(lines->fd, to, size);
	} while (n < 0 && comes_later(lines->fd));
	if (n > 0 && lines->keep && fwrite(to, 1, (size_t)n, lines->kept) != (size_t)n) {
		return -1;
	}
	return n;
}

/* Moves what is left to the front and reads on; > 0 bytes came, 0 the end, -1 err. */
static int fill(struct lines *lines, struct error *err)
{
	ssize_t n;

	memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	if (lines->end == lines->size) {
		return error_set(err, "line %ld: longer than %zu bytes", lines->line + 1,
				 lines->size);
	}
	n = take(lines, lines->buffer + lines->end, lines->size - lines->end);
	if (n < 0) {
		return error_set(err, "line %ld: %s", lines->line + 1, strerror(errno));
	}
	if (n == 0 && lines->fifo && lines->line == 0 && lines->end == 0) {
		return error_set(err, "a FIFO that nobody writes to: start its writer first");
	}
	lines->end += (size_t)n;
	return n > 0;
}

int lines_next(struct lines *lines, const char **line, size_t *len, struct error *err)
{
	size_t searched = 0;

	for (;;) {
		const char *at = lines->buffer + lines->start;
		size_t left = lines->end - lines->start;
		const char *newline = memchr(at + searched, '\n', left - searched);

		if (newline) {
			*line = at;
			*len = (size_t)(newline - at);
			lines->start += *len + 1;
			lines->line++;
			return 1;
		}
		searched = left;
		int rc = fill(lines, err);

		if (rc < 0) {
			return -1;
		}
		if (rc == 0) {
			return left ? error_set(err, "line %ld: cut short: no newline at its end",
						lines->line + 1)
				    : 0;
		}
	}
}

void lines_close(struct lines *lines)
{
	if (lines->fd > STDIN_FILENO) {
		close(lines->fd);
	}
	if (lines->kept) {
		fclose(lines->kept);
	}
	free(lines->buffer);
}
