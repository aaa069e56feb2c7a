/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/doze.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* One burst of so many is listened to. */
#define LISTEN_EVERY 8

/* Changing this wakes no one who sleeps on the epoll descriptor, unless there is something. */
static int watch(struct doze *d, int how, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = d->fd};

	return epoll_ctl(d->epoll, how, d->fd, &event);
}

static void forget(struct doze *d)
{
	if (d->epoll >= 0) {
		close(d->epoll);
	}
	d->epoll = -1;
	d->may = d->steady = d->listening = false;
	d->since_raw_ns = 0;
}

void doze_init(struct doze *d, const int others[DOZE_OTHERS])
{
	*d = (struct doze){.epoll = -1};
	memcpy(d->others, others, sizeof(d->others));
	pthread_mutex_init(&d->lock, NULL);
}

static int watch_all(struct doze *d)
{
	for (int i = 0; i < DOZE_OTHERS; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.fd = d->others[i]};

		if (epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->others[i], &event) != 0) {
			return -1;
		}
	}
	return watch(d, EPOLL_CTL_ADD, EPOLLIN);
}

void doze_open(struct doze *d, int fd)
{
	pthread_mutex_lock(&d->lock);
	d->fd = fd;
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (d->epoll >= 0 && watch_all(d) != 0) {
		forget(d);
	}
	pthread_mutex_unlock(&d->lock);
}

void doze_close(struct doze *d)
{
	pthread_mutex_lock(&d->lock);
	forget(d);
	pthread_mutex_unlock(&d->lock);
}

int doze_poll(const struct doze *d, struct pollfd *fds, int count, int timeout_ms)
{
	struct epoll_event events[DOZE_OTHERS + 1];
	int ready = epoll_wait(d->epoll, events, DOZE_OTHERS + 1, timeout_ms);

	for (int i = 0; i < count; i++) {
		fds[i].revents = 0;
		for (int k = 0; k < ready; k++) {
			if (events[k].data.fd == fds[i].fd) {
				fds[i].revents = (short)events[k].events;
			}
		}
	}
	return ready;
}

/* False if something has come by now: it belongs before the pulse, and shall wake the loop. */
static bool leave_alone(struct doze *d)
{
	struct pollfd line = {.fd = d->fd, .events = POLLIN};

	if (watch(d, EPOLL_CTL_MOD, 0) != 0) {
		return false;
	}
	if (poll(&line, 1, 0) != 0) {
		watch(d, EPOLL_CTL_MOD, EPOLLIN);
		return false;
	}
	return true;
}

void doze_at_pulse(struct doze *d, bool steady, int64_t now_raw_ns)
{
	/* If the loop is about to read, the line is watched for this second. */
	if (pthread_mutex_trylock(&d->lock) != 0) {
		return;
	}
	d->steady = steady;
	if (d->may && !d->since_raw_ns) {
		d->listening = !steady || ++d->pulses % LISTEN_EVERY == 0;
		if (!d->listening && leave_alone(d)) {
			d->since_raw_ns = now_raw_ns;
		}
	}
	pthread_mutex_unlock(&d->lock);
}

bool doze_is_steady(struct doze *d)
{
	pthread_mutex_lock(&d->lock);
	bool steady = d->steady && d->epoll >= 0;

	pthread_mutex_unlock(&d->lock);
	return steady;
}

void doze_ask(struct doze *d)
{
	pthread_mutex_lock(&d->lock);
	d->may = true;
	pthread_mutex_unlock(&d->lock);
}

int64_t doze_wake(struct doze *d, bool *listening)
{
	pthread_mutex_lock(&d->lock);
	int64_t since = d->since_raw_ns;

	*listening = d->listening;
	if (since) {
		watch(d, EPOLL_CTL_MOD, EPOLLIN);
	}
	d->since_raw_ns = 0;
	d->listening = false;
	d->may = false;
	pthread_mutex_unlock(&d->lock);
	return since;
}
