/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sinks/unit.h"

#include <string.h>

#include "common/log.h"
#include "ntpshm/ntpshm.h"
#include "sinks/chrony_sock.h"

/* Looking for a unit that somebody removed costs a system call: not every second. */
#define REMOVED_EVERY 16
/* Another writer that has not been seen for so long has ended. */
#define RIVAL_NS INT64_C(10000000000)

void unit_init(struct unit *u, int number, int mode, const char *socket_path)
{
	memset(u, 0, sizeof(*u));
	u->number = number;
	u->mode = mode;
	u->socket_path = socket_path;
	u->socket = -1;
}

static void see_reader(struct unit *u, int64_t raw_ns)
{
	if (u->unread && ntpshm_consumed(u->shm)) {
		u->unread = false;
		u->consumed++;
		u->consumed_raw_ns = raw_ns;
	}
}

/*
 * Of two that write at each pulse, the first one sees it when it looks after its unit, the second
 * one only when it writes again.
 */
static void see_rival(struct unit *u, int64_t raw_ns)
{
	if (ntpshm_disturbed(u->shm)) {
		u->rival_raw_ns = raw_ns;
	}
}

static void tell_rival(struct unit *u, int64_t raw_ns)
{
	bool rival = u->rival_raw_ns && raw_ns - u->rival_raw_ns < RIVAL_NS;

	if (rival && !u->rival_told) {
		log_warning(
			"unit %d: another program writes it too; end that one (gpsd, or a second "
			"pps2shm?) or choose another unit",
			u->number);
		error_set(&u->error, "another program writes it, too");
	} else if (!rival && u->rival_told) {
		log_notice("unit %d: no other program writes it any more", u->number);
		u->error.text[0] = '\0';
	}
	u->rival_told = rival;
}

void unit_write(struct unit *u, const struct core_sample *s, int64_t raw_ns)
{
	if (u->shm) {
		/* A reader may come each second after unit_keep() has looked: then only here. */
		see_reader(u, raw_ns);
		see_rival(u, raw_ns);
		struct ntpshm_sample sample = {
			.clock_ns = s->clock_ns,
			.receive_ns = s->receive_ns,
			.mode = u->mode,
			.leap = s->leap,
			.precision = s->precision,
		};

		if (ntpshm_write(u->shm, &sample) == 0) {
			u->written++;
			u->unread = true;
			u->write_raw_ns = raw_ns;
		}
	}
	if (u->socket >= 0 && chrony_sock_send(u->socket, s) != 0) {
		chrony_sock_close(&u->socket);
	}
}

void unit_withdraw(struct unit *u)
{
	if (u->shm && u->unread && !ntpshm_disturbed(u->shm)) {
		ntpshm_set(u->shm, ntpshm_field("valid"), 0);
		u->unread = false;
	}
}

static void open_unit(struct unit *u)
{
	struct ntpshm_error why;

	u->shm = ntpshm_open(u->number, NTPSHM_CREATE, &why);
	if (u->shm) {
		log_info("unit %d: open", u->number);
		u->error.text[0] = '\0';
		u->rival_told = false;
		u->rival_raw_ns = 0;
		u->unread = false;
	} else if (strcmp(u->error.text, why.text) != 0) {
		log_error("%s", why.text);
		error_set(&u->error, "%s", why.text);
	}
}

static void look_after(struct unit *u, int64_t raw_ns)
{
	see_rival(u, raw_ns);
	tell_rival(u, raw_ns);
	see_reader(u, raw_ns);
	if (u->kept++ % REMOVED_EVERY == 0 && ntpshm_removed(u->shm)) {
		log_warning("unit %d: was removed by someone (ipcrm); making it anew; ntpd must be "
			    "restarted to see it",
			    u->number);
		ntpshm_close(u->shm);
		u->shm = NULL;
	}
}

void unit_keep(struct unit *u, int64_t raw_ns)
{
	if (u->number >= 0) {
		if (u->shm) {
			look_after(u, raw_ns);
		}
		if (!u->shm) {
			open_unit(u);
		}
	}
	if (u->socket_path[0] && u->socket < 0) {
		u->socket = chrony_sock_open(u->socket_path);
		if (u->socket >= 0) {
			log_info("chrony socket %s: connected", u->socket_path);
		}
	}
}

bool unit_holds_sample(const struct unit *u)
{
	struct ntpshm_sample sample;

	if (u->socket_path[0] || (u->number >= 0 && !u->shm)) {
		return true;
	}
	return u->shm &&
	       (ntpshm_read(u->shm, false, &sample) == NTPSHM_CLASH || sample.receive_ns != 0);
}

void unit_close(struct unit *u)
{
	ntpshm_close(u->shm);
	u->shm = NULL;
	chrony_sock_close(&u->socket);
}
