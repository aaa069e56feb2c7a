/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>

#include "config/config.h"
#include "pi/plan.h"
#include "receiver/session.h"

/* The parts of 'pps2shm receiver'. argv[0] is "receiver NAME"; they return the exit code. */

int receiver_show(int argc, char **argv);
int receiver_setup(int argc, char **argv);

/* Is it the port of the configuration, under whichever name? */
bool receiver_is_configured(const char *device, const struct config *config);

/* Which port, and its likely bit rate: as said, or as configured. 0, or -1 with err. */
int receiver_place(const char *said, struct config *config, const char **device, uint32_t *likely,
		   struct error *err);

/* Who it is, and how full its line. */
void receiver_print_head(const struct session *session, const char *device);

/* Why it cannot be set up from here, and what to do by hand. */
void receiver_print_by_hand(const struct session *session);

/* {"device": ..., "receiver": ..., "line": ..., "settings": [...]} */
json_t *receiver_json(const struct session *session, const char *device);

/* ---- setup ---- */

struct receiver_options {
	const char *serial;
	int bps;
	struct wish wish;
	bool save, undo, dry_run, yes, json;
};

/* All of one run. */
struct receiver_work {
	const char *command;
	struct receiver_options options;
	const char *device;
	struct session session;
	struct before before;
	bool has_before;
	struct plan plan; /* of the configuration */
	char baud[12];    /* what stands there now, if it must change */
	struct change_end end;
};

/* Is what was kept of this receiver? -1 with err: it is to be undone, and is of another one. */
int receiver_check_before(struct receiver_work *work, struct error *err);

/* Plans what becomes of serial.baud. 0, or -1 with err. */
int receiver_plan_config(struct receiver_work *work, const struct config *config,
			 struct error *err);

/* Carries it out, or takes it back, and looks whether it is so. 0, or -1 with err. */
int receiver_change(struct receiver_work *work, struct error *err);
int receiver_undo(struct receiver_work *work, struct error *err);
