/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "outlets/chrony_sock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/log.h"
#include "core/calendar.h"

#define SOCK_MAGIC 0x534f434b /* "SOCK" */

/*
 * At boot chronyd starts after us, and between its start and the next look its socket may not be
 * ours yet: that is no news.
 */
#define TELL_NS (10 * NS_PER_S)

struct sock_sample {
	struct timeval tv; /* system time of the sample */
	double offset;     /* s, true time minus system time at tv */
	int pulse;         /* 0: the offset is complete, not the fraction of a pulse alone */
	int leap;
	int padding;
	int magic;
};

void chrony_sock_init(struct chrony_sock *s, const char *path)
{
	memset(s, 0, sizeof(*s));
	s->path = path;
	s->fd = -1;
}

void chrony_sock_send(struct chrony_sock *s, const struct core_sample *core, int64_t raw_ns)
{
	int64_t second = floor_div(core->receive_ns, NS_PER_S);
	struct sock_sample sample;

	if (s->fd < 0 || atomic_load(&s->ended)) {
		return;
	}
	memset(&sample, 0, sizeof(sample));
	sample.tv.tv_sec = (time_t)second;
	sample.tv.tv_usec = (suseconds_t)((core->receive_ns - second * NS_PER_S) / 1000);
	sample.offset = (double)(core->clock_ns - core->receive_ns) / 1e9;
	sample.leap = core->leap;
	sample.magic = SOCK_MAGIC;
	if (send(s->fd, &sample, sizeof(sample), MSG_NOSIGNAL) == (ssize_t)sizeof(sample)) {
		s->sent++;
		s->sent_raw_ns = raw_ns;
	} else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
		s->lost++; /* a full queue loses this sample only */
	} else {
		atomic_store(&s->ended, true);
	}
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int why = errno;

		close(fd);
		errno = why;
		fd = -1;
	}
	return fd;
}

static void say_why(const char *path, int code, struct error *err)
{
	struct stat st;

	switch (code) {
	case ENOENT:
		error_set(
			err,
			"%s is not there: chronyd makes it when it starts, if a 'refclock SOCK' line names it",
			path);
		break;
	case EACCES:
	case EPERM:
		error_set(
			err,
			"%s is not writable, because chronyd made it for root only: see 'pps2shm shm create --only-sockets'",
			path);
		break;
	case ECONNREFUSED:
		if (stat(path, &st) != 0 || S_ISSOCK(st.st_mode)) {
			error_set(err, "%s was left behind by a chronyd that has ended", path);
		} else {
			error_set(err, "%s is no socket: remove it, then restart chronyd", path);
		}
		break;
	default:
		error_set(err, "%s: %s", path, strerror(code));
	}
}

void chrony_sock_look(const struct chrony_sock *s, struct chrony_sock_found *found)
{
	*found = (struct chrony_sock_found){.fd = -1, .old = -1};
	if (!s->path[0] || (s->fd >= 0 && !atomic_load(&s->ended))) {
		return;
	}
	found->fd = connect_to(s->path);
	if (found->fd < 0) {
		say_why(s->path, errno, &found->error);
	}
}

static void tell(struct chrony_sock *s, int64_t raw_ns)
{
	if (raw_ns - s->since_raw_ns >= TELL_NS && strcmp(s->told.text, s->error.text) != 0) {
		log_warning("chrony: %s", s->error.text);
		s->told = s->error;
	}
}

void chrony_sock_take(struct chrony_sock *s, struct chrony_sock_found *found, int64_t raw_ns)
{
	if (!s->path[0]) {
		return;
	}
	if (atomic_load(&s->ended)) {
		log_notice("chrony: %s: chronyd has ended, or is recreating it", s->path);
		found->old = s->fd;
		s->fd = -1;
		s->losses++;
		s->since_raw_ns = raw_ns;
		atomic_store(&s->ended, false);
	}
	if (s->since_raw_ns == 0) {
		s->since_raw_ns = raw_ns;
	}
	if (s->fd < 0 && found->fd >= 0) {
		s->fd = found->fd;
		found->fd = -1;
		s->since_raw_ns = raw_ns;
		s->error.text[0] = s->told.text[0] = '\0';
		log_info("chrony: %s: connected", s->path);
	} else if (s->fd < 0) {
		/* It may have ended after the look. */
		s->error = found->error;
		tell(s, raw_ns);
	}
}

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

void chrony_sock_drop(struct chrony_sock_found *found)
{
	close_fd(&found->fd);
	close_fd(&found->old);
}

void chrony_sock_close(struct chrony_sock *s)
{
	close_fd(&s->fd);
}
