/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "outlets/outlet.h"

#include <string.h>

#include "common/log.h"
#include "common/ns.h"
#include "ntpshm/ntpshm.h"

/* Looking for a unit that somebody removed costs a system call: not every second. */
#define REMOVED_EVERY 16
/* Another writer that has not been seen for so long has ended. */
#define RIVAL_NS (10 * NS_PER_S)

void outlet_init(struct outlet *o, int number, int mode, const char *socket_path)
{
	memset(o, 0, sizeof(*o));
	o->number = number;
	o->mode = mode;
	chrony_sock_init(&o->chrony, socket_path);
}

static void see_reader(struct outlet *o, int64_t raw_ns)
{
	if (o->unread && ntpshm_consumed(o->shm)) {
		o->unread = false;
		o->consumed++;
		o->consumed_raw_ns = raw_ns;
	}
}

/*
 * Of two that write at each pulse, the first one sees it when it looks after its unit, the second
 * one only when it writes again.
 */
static void see_rival(struct outlet *o, int64_t raw_ns)
{
	if (ntpshm_disturbed(o->shm)) {
		o->rival_raw_ns = raw_ns;
	}
}

static void tell_rival(struct outlet *o, int64_t raw_ns)
{
	bool rival = o->rival_raw_ns && raw_ns - o->rival_raw_ns < RIVAL_NS;

	if (rival && !o->rival_told) {
		log_warning(
			"unit %d: another program also writes it; end that one (gpsd, or a second pps2shm?) or choose another unit",
			o->number);
		error_set(&o->error, "another program also writes it");
	} else if (!rival && o->rival_told) {
		log_notice("unit %d: the other program has stopped writing it", o->number);
		o->error.text[0] = '\0';
	}
	o->rival_told = rival;
}

void outlet_write(struct outlet *o, const struct core_sample *s, int64_t raw_ns)
{
	if (o->shm) {
		/* A reader may come each second after outlet_keep() has looked: then only here. */
		see_reader(o, raw_ns);
		see_rival(o, raw_ns);
		struct ntpshm_sample sample = {
			.clock_ns = s->clock_ns,
			.receive_ns = s->receive_ns,
			.mode = o->mode,
			.leap = s->leap,
			.precision = s->precision,
		};

		if (ntpshm_write(o->shm, &sample) == 0) {
			o->written++;
			o->unread = true;
			o->write_raw_ns = raw_ns;
		}
	}
	chrony_sock_send(&o->chrony, s, raw_ns);
}

void outlet_withdraw(struct outlet *o)
{
	if (o->shm && o->unread && !ntpshm_disturbed(o->shm)) {
		ntpshm_set(o->shm, ntpshm_field("valid"), 0);
		o->unread = false;
	}
}

void outlet_look(const struct outlet *o, struct outlet_found *found)
{
	struct ntpshm_error why;

	*found = (struct outlet_found){.shm = NULL};
	found->removed = o->shm && o->kept % REMOVED_EVERY == 0 && ntpshm_removed(o->shm);
	if (o->number >= 0 && (!o->shm || found->removed)) {
		found->shm = ntpshm_open(o->number, NTPSHM_CREATE, &why);
		if (!found->shm) {
			error_set(&found->error, "%s", why.text);
		}
	}
	chrony_sock_look(&o->chrony, &found->chrony);
}

static void look_after(struct outlet *o, int64_t raw_ns)
{
	see_rival(o, raw_ns);
	tell_rival(o, raw_ns);
	see_reader(o, raw_ns);
	o->kept++;
}

static void take_shm(struct outlet *o, struct outlet_found *found)
{
	struct ntpshm *old = o->shm;

	o->shm = found->shm;
	found->shm = old;
	if (o->shm) {
		log_info("unit %d: open", o->number);
		o->error.text[0] = '\0';
		o->rival_told = false;
		o->rival_raw_ns = 0;
		o->unread = false;
	} else if (strcmp(o->error.text, found->error.text) != 0) {
		log_error("%s", found->error.text);
		o->error = found->error;
	}
}

void outlet_take(struct outlet *o, struct outlet_found *found, int64_t raw_ns)
{
	if (o->shm) {
		look_after(o, raw_ns);
	}
	if (found->removed) {
		log_warning(
			"unit %d: it was removed (ipcrm); recreating it; restart ntpd so that it finds it",
			o->number);
	}
	if (o->number >= 0 && (!o->shm || found->removed)) {
		take_shm(o, found);
	}
	chrony_sock_take(&o->chrony, &found->chrony, raw_ns);
}

void outlet_drop(struct outlet_found *found)
{
	ntpshm_close(found->shm);
	chrony_sock_drop(&found->chrony);
}

void outlet_keep(struct outlet *o, int64_t raw_ns)
{
	struct outlet_found found;

	outlet_look(o, &found);
	outlet_take(o, &found, raw_ns);
	outlet_drop(&found);
}

bool outlet_holds_sample(const struct outlet *o)
{
	struct ntpshm_sample sample;

	if (o->chrony.path[0] || (o->number >= 0 && !o->shm)) {
		return true;
	}
	return o->shm &&
	       (ntpshm_read(o->shm, false, &sample) == NTPSHM_CLASH || sample.receive_ns != 0);
}

void outlet_close(struct outlet *o)
{
	ntpshm_close(o->shm);
	o->shm = NULL;
	chrony_sock_close(&o->chrony);
}
