/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "outlets/chrony_sock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/calendar.h"

#define SOCK_MAGIC 0x534f434b /* "SOCK" */

struct sock_sample {
	struct timeval tv; /* system time of the sample */
	double offset;     /* s, true time minus system time at tv */
	int pulse;         /* 0: the offset is complete, not the fraction of a pulse alone */
	int leap;
	int padding;
	int magic;
};

int chrony_sock_open(const char *path)
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
		chrony_sock_close(&fd);
	}
	return fd;
}

int chrony_sock_send(int fd, const struct core_sample *s)
{
	int64_t second = floor_div(s->receive_ns, NS_PER_S);
	struct sock_sample sample;

	memset(&sample, 0, sizeof(sample));
	sample.tv.tv_sec = (time_t)second;
	sample.tv.tv_usec = (suseconds_t)((s->receive_ns - second * NS_PER_S) / 1000);
	sample.offset = (double)(s->clock_ns - s->receive_ns) / 1e9;
	sample.leap = s->leap;
	sample.magic = SOCK_MAGIC;
	if (send(fd, &sample, sizeof(sample), MSG_NOSIGNAL) == (ssize_t)sizeof(sample)) {
		return 0;
	}
	/* A full queue loses this sample only. */
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
}

void chrony_sock_close(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}
