/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "pi/text.h"

/*
 * Takes the console off the header's serial port: console=serial0, ttyAMA0 or ttyS0, with or
 * without options. Where no other console is left, console=tty1 takes its place, because a kernel
 * without any takes the device tree's, which is the same port. The rest stays byte for byte.
 *
 * -1 with err if it is not one line, or if something else is on the port (kgdboc=).
 */
int cmdline_txt_free_port(const char *name, const struct text *old, struct text *made,
			  struct error *err);

/* Is there a console on the port? For others that ask. */
bool cmdline_txt_uses_port(const struct text *text);
