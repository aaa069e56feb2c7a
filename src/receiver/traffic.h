/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/talk.h"

/* What a receiver sends, counted while it was listened to. */

enum { TRAFFIC_KINDS = 48 };

struct traffic_kind {
	char name[16]; /* "RMC" of any talker, "PUBX,00", "UBX 01-07" */
	unsigned int count;
	size_t bytes;
};

struct traffic {
	struct traffic_kind kinds[TRAFFIC_KINDS]; /* in the order in which they were first heard */
	int count;
	uint64_t bytes; /* all, of nothing too */
	int64_t ns;     /* so long */
	uint32_t bps;   /* of the line meanwhile; 0: it has none */
};

/* Listens. DONE, or GONE with err. */
enum talk_result traffic_listen(struct traffic *traffic, struct talk *talk, int ms,
				struct error *err);

/* How full the line was, in percent of what it can carry; -1: not known. */
int traffic_percent(const struct traffic *traffic);

/* Bytes a second. */
unsigned int traffic_rate(const struct traffic *traffic);
