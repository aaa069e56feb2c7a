/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/config_txt.h"
#include "pi/notes.h"
#include "pi/uart.h"

/* Which overlay makes the pulse a /dev/pps. */
enum boot_overlay { BOOT_PPS_GPIO, BOOT_PPS_RP1, BOOT_PPS2SHM };

enum boot_pull { BOOT_PULL_ANY, BOOT_PULL_OFF, BOOT_PULL_DOWN, BOOT_PULL_UP };

/* What config.txt is to bring about. */
struct boot_want {
	const struct pi_model *model;
	enum boot_overlay overlay;
	int gpio;
	bool falling;
	enum boot_pull pull; /* ANY: not said */
	struct uart_want uart;
};

/* "pps-gpio" */
const char *boot_overlay_name(enum boot_overlay overlay);

/*
 * Makes a config.txt that brings it about from the one there is: a block of its own at the end (or
 * where it stands already) with what does not hold without it. Nothing else is touched. What is
 * made is read again, as the firmware would, before it is given out.
 *
 * -1 with err ("name:line: ...") where something in the way is for a person to decide.
 */
int boot_block_write(const struct boot_want *want, const char *name, const struct text *old,
		     config_txt_include *include, void *arg, struct text *made, struct notes *notes,
		     struct error *err);
