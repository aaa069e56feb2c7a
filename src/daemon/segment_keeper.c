/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/segment_keeper.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "common/ns.h"

#define LOOK_NS (10 * NS_PER_S)

static void tell(struct segment_keeper *k, const struct error *why)
{
	if (!why && k->told.text[0]) {
		log_notice("status segment %s: made", k->name);
		k->told.text[0] = '\0';
	} else if (why && strcmp(why->text, k->told.text) != 0) {
		log_warning("%s; continuing without the status segment, will try again", why->text);
		k->told = *why;
	}
}

int segment_keeper_start(struct segment_keeper *k, int64_t raw_ns, struct error *err)
{
	if (!k->name) {
		return 0;
	}
	k->look_raw_ns = raw_ns + LOOK_NS;
	k->engine->segment = segment_create(k->name, k->version, &k->config, err);
	if (k->engine->segment) {
		return 0;
	}
	if (errno == EBUSY || errno == EINVAL) {
		return -1;
	}
	tell(k, err);
	return 0;
}

static void change(struct segment_keeper *k, struct segment *segment)
{
	engine_enter(k->engine);
	k->engine->segment = segment;
	engine_show(k->engine);
	engine_leave(k->engine);
}

void segment_keeper_look(struct segment_keeper *k, int64_t raw_ns)
{
	struct segment *segment = k->engine->segment; /* nobody else changes it */
	struct error err;

	if (!k->name || raw_ns < k->look_raw_ns) {
		return;
	}
	k->look_raw_ns = raw_ns + LOOK_NS;
	if (segment && segment_lost(segment)) {
		log_warning("status segment %s: it was removed or truncated; recreating it",
			    k->name);
		change(k, NULL);
		segment_close(segment);
		segment = NULL;
	}
	if (!segment) {
		segment = segment_create(k->name, k->version, &k->config, &err);
		tell(k, segment ? NULL : &err);
		change(k, segment);
	}
}
