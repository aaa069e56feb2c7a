/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/doze.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/capture.h"
#include "daemon/engine.h"

/* One burst of so many is listened to. */
#define LISTEN_EVERY 8
/* A pulse that has not come so long after its time, and one that is taken later, is in doubt. */
#define OVERDUE_NS (10 * NS_PER_MS)
#define LATE_NS    (50 * NS_PER_MS)

/* The end of a line is told always. */
static int watch(const struct doze *d, int how, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events};

	return epoll_ctl(d->wake, how, fd, &event);
}

int doze_init(struct doze *d, struct error *err)
{
	*d = (struct doze){
		.rouse = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.wake = epoll_create1(EPOLL_CLOEXEC),
	};
	if (watch(d, EPOLL_CTL_ADD, d->rouse, EPOLLIN) != 0) {
		return error_set(err, "eventfd and epoll: %s", strerror(errno));
	}
	return 0;
}

void doze_close(struct doze *d)
{
	close(d->wake);
	close(d->rouse);
}

bool doze_can(const struct doze *d, int fd)
{
	return (fcntl(fd, F_GETFL) & O_NONBLOCK) && watch(d, EPOLL_CTL_ADD, fd, 0) == 0;
}

bool doze_is_steady(const struct engine *e)
{
	return e->doze.steady && e->now_raw_ns - e->doze.pulse_raw_ns < NS_PER_S + OVERDUE_NS;
}

void doze_lend(struct engine *e, struct byte_source *source, bool whole)
{
	e->doze.source = source;
	e->doze.since_raw_ns = e->now_raw_ns;
	e->doze.whole = whole;
	e->doze.listening = false;
}

int64_t doze_take_back(struct engine *e)
{
	e->doze.source = NULL;
	return e->doze.listening ? 0 : e->doze.since_raw_ns;
}

int64_t doze_since(int64_t alone_ns, int64_t raw_ns)
{
	if (alone_ns > NS_PER_S && alone_ns < NS_PER_S + LATE_NS) {
		alone_ns = NS_PER_S;
	}
	return raw_ns - alone_ns;
}

/* It came before the pulse, or as good as: no burst begins so soon after one (core_steady()). */
void doze_fetch(struct engine *e, const struct pulse *pulse)
{
	uint8_t buffer[CAPTURE_BYTES_MAX];
	struct doze *d = &e->doze;
	struct error err;

	if (!d->source) {
		return;
	}
	ssize_t count = d->source->ops->read(d->source, buffer, sizeof(buffer), &err);

	if (count > 0) {
		struct event event = {
			.type = EVENT_BYTES,
			.raw_ns = pulse->raw_ns,
			.real_ns = pulse->real_ns,
			.bytes = {.bps = d->source->bps,
				  .data = buffer,
				  .len = (size_t)count,
				  .since_raw_ns = doze_since(e->now_raw_ns - d->since_raw_ns,
							     pulse->raw_ns)},
		};

		engine_feed(e, &event);
		d->whole = e->core.line.whole;
	}
	d->whole &= count >= 0; /* lost: the loop will find that, too */
	d->since_raw_ns = e->now_raw_ns;
}

/* All was well with the last pulse and what was fetched with it, and the next is not overdue. */
static bool steady(struct engine *e)
{
	const struct core_status *s = core_status(&e->core);
	struct doze *d = &e->doze;

	if (s->last_pulse_raw_ns == d->pulse_raw_ns) {
		return doze_is_steady(e);
	}
	d->pulse_raw_ns = s->last_pulse_raw_ns;
	return core_steady(&e->core) && e->now_raw_ns - d->pulse_raw_ns < LATE_NS &&
	       (d->whole || !d->source);
}

enum doze_round doze_round(struct engine *e, bool pulses)
{
	struct doze *d = &e->doze;
	bool fetched = d->pulse_raw_ns != core_status(&e->core)->last_pulse_raw_ns;

	d->steady = pulses && steady(e);
	if (!d->source) {
		return DOZE_NOT;
	}
	if (!d->steady) {
		d->source = NULL;
		d->listening = false;
		return DOZE_ENDS;
	}
	if (fetched) {
		d->listening = ++d->fetches % LISTEN_EVERY == 0;
	}
	return d->listening ? DOZE_LISTEN : DOZE_ON;
}

int doze_wait_ms(const struct engine *e, int otherwise_ms)
{
	int64_t overdue = e->doze.pulse_raw_ns + NS_PER_S + OVERDUE_NS;

	return e->doze.steady ? (int)((overdue - e->now_raw_ns) / NS_PER_MS) + 1 : otherwise_ms;
}

void doze_rouse(const struct doze *d)
{
	eventfd_write(d->rouse, 1);
}

void doze_listen(const struct doze *d, int fd)
{
	watch(d, EPOLL_CTL_MOD, fd, EPOLLIN);
}

void doze_woken(const struct doze *d, int fd)
{
	eventfd_t count;

	watch(d, EPOLL_CTL_MOD, fd, 0);
	eventfd_read(d->rouse, &count);
}
