/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/boot_block.h"
#include "pi/plan.h"

/* What a user asks of 'pps2shm setup', and the plan that fulfils it. */

struct setup_wish {
	const struct pi_model *model;
	enum boot_overlay overlay;
	int gpio;
	bool falling;
	enum boot_pull pull;
	bool poll;          /* pulses by polling their line; else as it was */
	const char *serial; /* NULL: the best of the header */
	const char *baud;   /* as in pps2shm.conf; NULL: leave it */
	enum uart_bluetooth bluetooth;
	bool chrony; /* else NTPsec */
};

/* What the plan rests on, for those that show it. */
struct setup_facts {
	char boot[32];    /* "/boot/firmware" */
	char device[128]; /* the receiver's serial port */
};

/* Fills a plan that plan_init() made. -1 with err if something is missing or in the way. */
int setup_plan(struct plan *plan, const struct setup_wish *wish, struct setup_facts *facts,
	       struct error *err);
