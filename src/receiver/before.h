/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/root.h"
#include "receiver/family.h"

/*
 * What a receiver was like before setup first changed it: one JSON file, for root alone to write. It
 * is on the disk before the first command is sent, and is only added to. So whatever moment power or
 * cable fails at, 'receiver setup' can go on and 'receiver setup --undo' can go back.
 */

#define BEFORE_PATH "/var/lib/pps2shm-receiver.json"

struct before {
	char device[256];
	char receiver[80]; /* maker and model */
	char baud[12];     /* what the configuration had for serial.baud; "": it was not changed */
	bool saved;        /* the receiver was told to keep what setup made */
	/* Of each its key, name, what it was (wanted), and the command that makes it so (set). */
	struct settings settings;
};

/* 1, 0: there is none, -1 with err: unreadable, damaged or not to be trusted. */
int before_load(const struct root *root, struct before *before, struct error *err);

/* Takes in what differs and is not in it yet. The bit rate stays last: so an undo ends with it. */
void before_take(struct before *before, const struct settings *settings);

/* In one step: either the old one is there or the new one. 0, or -1 with err. */
int before_store(const struct root *root, const struct before *before, struct error *err);
int before_remove(const struct root *root, struct error *err);
