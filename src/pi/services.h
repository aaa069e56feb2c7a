/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/*
 * Services as systemctl enable and mask leave them: symbolic links in /etc/systemd/system, which
 * need no running system. They count from the next boot on.
 */
struct services_want {
	bool header;        /* the receiver is on the header's serial port: no getty there */
	bool bluetooth_off; /* hciuart has nothing to serve any more */
	bool ntpsec;        /* it keeps the clock, and wants a drift file */
};

int services_plan(struct plan *plan, const struct services_want *want, struct error *err);

/* A drop-in that lets our service read the GPIO registers, for pps.poll. */
int services_plan_poll(struct plan *plan, struct error *err);

/*
 * Is "NAME.service" or "NAME.socket" installed, where systemd looks for it? path: where, if not NULL.
 */
bool services_installed(const struct root *root, const char *service, char *path, size_t size);
