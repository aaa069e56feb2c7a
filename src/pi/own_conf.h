/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

#include "pi/boot_block.h"
#include "pi/ntp_conf.h"
#include "pi/plan.h"

/*
 * Plans /etc/pps2shm.conf: the serial port, the kernel's PPS device on this GPIO, baud if it is not
 * NULL, and poll if it is true. Only keys that say something else are written. units: what the file has for them.
 */
int own_conf_plan(struct plan *plan, const struct boot_want *want, const char *baud, bool poll,
		  struct ntp_units *units, struct error *err);

/*
 * Plans pps.offset and pps.offset_measured in it; measured is the text of pi/basis.h. All else in
 * the file stays.
 */
int own_conf_plan_offset(struct plan *plan, int64_t offset_ns, const char *measured,
			 struct error *err);

/*
 * Plans serial.baud of a configuration that is there and has a fixed one ("9600", which is put into
 * was). Does nothing if there is none, or it says so already: was is "" then.
 */
int own_conf_plan_baud(struct plan *plan, const char *baud, char was[12], struct error *err);
