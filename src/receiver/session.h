/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/before.h"
#include "receiver/change.h"
#include "receiver/port.h"
#include "receiver/traffic.h"

/* A receiver from the opening of its port to the end: found, looked at, changed, undone. */

struct session {
	struct port *port;
	struct talk talk;
	struct traffic traffic;
	struct identity identity;
	bool identified; /* it answered; identity.family may be NULL all the same */
	struct settings settings;
};

/*
 * Opens the port and finds the receiver's bit rate; likely: the rate to try first, 0: the one that
 * the port has. -1 with err: no such port, in use, or no receiver at any rate. After 0,
 * session_end().
 */
int session_begin(struct session *session, const char *device, uint32_t likely, struct error *err);
void session_end(struct session *session);

/* Listens for listen_ms, asks who it is, and for its settings. 0, or -1 with err. */
int session_look(struct session *session, const struct wish *wish, int listen_ms,
		 struct error *err);

/* "u-blox NEO-M8N-0" */
void session_name(const struct session *session, char *name, size_t size);

/*
 * Makes what differs as it is wanted, after what was before is on the disk; save: and has the
 * receiver keep it, if there is a command for that. 0: all was sent, though some may have been refused (end); -1 with err.
 */
int session_change(struct session *session, const struct root *root, struct before *before,
		   bool save, change_listener *listener, void *arg, struct change_end *end,
		   struct error *err);

/* Makes everything as before says, also in the receiver's memory. As session_change(). */
int session_undo(struct session *session, const struct before *before, change_listener *listener,
		 void *arg, struct change_end *end, struct error *err);
