/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/message.h"

#include <string.h>

#include "common/ns.h"

enum { HEADER = 34, TIMESTAMP = 10, PORT = 10, ANNOUNCE = 64 };

/* The least octets of each type; 0: there is no such type. */
static const uint8_t least[PTP_TYPES] = {
	[PTP_SYNC] = HEADER + TIMESTAMP,
	[PTP_DELAY_REQ] = HEADER + TIMESTAMP,
	[PTP_PDELAY_REQ] = HEADER + TIMESTAMP + PORT,
	[PTP_PDELAY_RESP] = HEADER + TIMESTAMP + PORT,
	[PTP_FOLLOW_UP] = HEADER + TIMESTAMP,
	[PTP_DELAY_RESP] = HEADER + TIMESTAMP + PORT,
	[PTP_PDELAY_RESP_FOLLOW_UP] = HEADER + TIMESTAMP + PORT,
	[PTP_ANNOUNCE] = ANNOUNCE,
	[PTP_SIGNALING] = HEADER + PORT,
	[PTP_MANAGEMENT] = HEADER + PORT + 4,
};

static uint64_t number(const uint8_t *data, int octets)
{
	uint64_t value = 0;

	for (int i = 0; i < octets; i++) {
		value = value << 8 | data[i];
	}
	return value;
}

static struct ptp_port port_at(const uint8_t *data)
{
	return (struct ptp_port){.clock = number(data, 8), .number = (uint16_t)number(data + 8, 2)};
}

/* 48 bits of seconds, which may be more than we can count in nanoseconds. */
static bool take_time(const uint8_t *data, int64_t *ns)
{
	uint64_t seconds = number(data, 6);
	uint64_t rest = number(data + 6, 4);

	if (rest >= NS_PER_S || seconds >= INT64_MAX / NS_PER_S) {
		return false;
	}
	*ns = (int64_t)seconds * NS_PER_S + (int64_t)rest;
	return true;
}

static void take_announce(const uint8_t *data, struct ptp_announce *announce)
{
	announce->utc_offset_s = (int16_t)number(data + 44, 2);
	announce->priority1 = data[47];
	announce->clock_class = data[48];
	announce->accuracy = data[49];
	announce->variance = (uint16_t)number(data + 50, 2);
	announce->priority2 = data[52];
	announce->grandmaster = number(data + 53, 8);
	announce->steps_removed = (uint16_t)number(data + 61, 2);
	announce->time_source = data[63];
}

static bool is_response(enum ptp_type type)
{
	return type == PTP_PDELAY_RESP || type == PTP_DELAY_RESP ||
	       type == PTP_PDELAY_RESP_FOLLOW_UP;
}

/* Does it claim to be a message of version 2, as long as its type wants and as it says? */
static bool is_whole(const uint8_t *data, size_t len)
{
	if (len < HEADER || (data[1] & 0x0F) != 2) {
		return false;
	}
	size_t wanted = least[data[0] & 0x0F], told = number(data + 2, 2);

	return wanted && told >= wanted && told <= len;
}

bool message_parse(const uint8_t *data, size_t len, struct ptp_message *message)
{
	if (!is_whole(data, len)) {
		return false;
	}
	memset(message, 0, sizeof(*message));
	message->type = (enum ptp_type)(data[0] & 0x0F);
	message->sdo = data[0] >> 4;
	message->minor_version = data[1] >> 4;
	message->domain = data[4];
	message->flags = (uint16_t)number(data + 6, 2);
	message->correction = (int64_t)number(data + 8, 8);
	message->source = port_at(data + 20);
	message->sequence = (uint16_t)number(data + 30, 2);
	message->interval_log2 = (int8_t)data[33];
	if (message->type == PTP_SIGNALING || message->type == PTP_MANAGEMENT) {
		return true;
	}
	if (message->type == PTP_ANNOUNCE) {
		take_announce(data, &message->announce);
	}
	if (is_response(message->type)) {
		message->requester = port_at(data + HEADER + TIMESTAMP);
	}
	return take_time(data + HEADER, &message->time_ns);
}

int64_t message_correction_ns(const struct ptp_message *message)
{
	return message->correction >> 16; /* arithmetic in gcc and clang: rounds down */
}
