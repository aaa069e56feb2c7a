/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/boot_block.h"
#include "pi/ntp_conf.h"
#include "pi/plan.h"

/*
 * Plans /etc/pps2shm.conf: the serial port, the kernel's PPS device on this GPIO, and baud if it is
 * not NULL. Only keys that say something else are written. units: what the file has for them.
 */
int own_conf_plan(struct plan *plan, const struct boot_want *want, const char *baud,
		  struct ntp_units *units, struct error *err);
