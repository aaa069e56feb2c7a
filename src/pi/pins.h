/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/config_txt.h"

/*
 * Who uses a GPIO of the header, as far as config.txt tells: overlays by their parameters and by
 * the pins they take where none are given (overlays/README of the firmware), interfaces of the base
 * device tree, gpio= lines.
 */

enum { PIN_LAST = 27, PIN_TX = 14, PIN_RX = 15 };

/* A GPIO a pulse can come in on? -1 with err saying why not. */
int pins_check(long gpio, struct error *err);

/*
 * The first that uses the GPIO, or may; NULL if there is none. Overlays for PPS are left out, and
 * those that only switch the header's own UART on.
 */
const struct config_txt_item *pins_user(const struct config_txt *config, int gpio);
