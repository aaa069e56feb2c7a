/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/boot_block.h"

/* What of a boot_want holds. Only within src/pi/boot_*.c. */
struct boot_found {
	bool pps;
	bool swap;   /* the PL011 is on the header, where Bluetooth had it */
	bool clock;  /* the core's clock is fixed, for Bluetooth on the mini UART */
	bool uart0;  /* of the RP1 */
	bool enable; /* enable_uart=1 */
};

/*
 * Looks at the whole file, or (with_own false) at what others wrote. -1 with err for what
 * contradicts the wish and is not setup's own.
 */
int boot_check(const struct boot_want *want, const char *name, const struct config_txt *config,
	       bool with_own, struct boot_found *found, struct error *err);

/* "NAME:LINE: ..."; returns -1. */
int boot_complain(struct error *err, const char *name, const struct config_txt_item *item,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
