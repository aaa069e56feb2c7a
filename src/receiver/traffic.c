/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/traffic.h"

#include <stdio.h>
#include <string.h>

#include "common/clean.h"
#include "common/ns.h"

static void name_kind(const struct message *message, char *name, size_t size)
{
	static const char *const protocols[] = {"UBX", "Allystar", "CASIC", "SkyTraq"};
	const struct frame *frame = message->frame;

	if (frame) {
		snprintf(name, size, "%s %02X-%02X", protocols[frame->protocol], frame->class,
			 frame->id);
		return;
	}
	const char *address = message->fields->field[0];

	if (strcmp(address, "PUBX") == 0 && message->fields->count > 1) {
		snprintf(name, size, "PUBX,%.3s", message->fields->field[1]);
	} else if (strlen(address) == 5 && address[0] != 'P') {
		snprintf(name, size, "%s", address + 2);
	} else {
		snprintf(name, size, "%s", address);
	}
	clean_text(name, size, name);
}

static bool count(void *arg, const struct message *message)
{
	struct traffic *traffic = arg;
	char name[sizeof(traffic->kinds[0].name)];
	int i = 0;

	name_kind(message, name, sizeof(name));
	while (i < traffic->count && strcmp(traffic->kinds[i].name, name) != 0) {
		i++;
	}
	if (i < TRAFFIC_KINDS) {
		struct traffic_kind *kind = &traffic->kinds[i];

		memcpy(kind->name, name, sizeof(name));
		traffic->count += i == traffic->count;
		kind->count++;
		kind->bytes += message->bytes;
	}
	return false;
}

enum talk_result traffic_listen(struct traffic *traffic, struct talk *talk, int ms,
				struct error *err)
{
	int64_t from_ns = talk->line->now_ns(talk->line);
	uint64_t from = talk->bytes;

	memset(traffic, 0, sizeof(*traffic));
	traffic->bps = talk->bps;
	enum talk_result result = talk_listen(talk, ms, count, traffic, err);

	traffic->bytes = talk->bytes - from;
	traffic->ns = talk->line->now_ns(talk->line) - from_ns;
	return result == TALK_GONE ? result : TALK_DONE;
}

unsigned int traffic_rate(const struct traffic *traffic)
{
	return traffic->ns > 0 ? (unsigned int)(traffic->bytes * NS_PER_S / (uint64_t)traffic->ns)
			       : 0;
}

int traffic_percent(const struct traffic *traffic)
{
	return traffic->bps > 0 ? (int)((uint64_t)traffic_rate(traffic) * 1000 / traffic->bps) : -1;
}
