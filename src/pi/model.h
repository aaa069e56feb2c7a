/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/*
 * The Raspberry Pi models that matter here: which UART is on GPIO 14 and 15 of the header
 * (Raspberry Pi documentation, "Configure UARTs"), and which filters of config.txt apply to them
 * ("Conditional filters").
 */
enum pi_uart {
	PI_UART_PL011,     /* the PL011: /dev/ttyAMA0, on unless said otherwise */
	PI_UART_BLUETOOTH, /* the mini UART, /dev/ttyS0, off; the PL011 serves Bluetooth */
	PI_UART_RP1,       /* the PL011 of the RP1: /dev/ttyAMA0, off */
	PI_UART_CARRIER,   /* a Compute Module: its carrier board decides */
};

struct pi_model {
	const char *name;       /* as its filter in config.txt, where it has one of its own */
	const char *title;      /* how /proc/device-tree/model begins */
	const char *compatible; /* in /proc/device-tree/compatible; "": the title alone tells */
	const char *filters;    /* of config.txt that apply, each with a blank before and after */
	enum pi_uart uart;
};

/* NULL: there is none of this name. */
const struct pi_model *pi_model_named(const char *name);

/* "pi0, pi0w, ..." */
void pi_model_names(char *text, size_t size);

/*
 * From /proc/device-tree (or a test's): the model string, which the firmware sets by the board's
 * revision, else the compatible strings. NULL with err if there is no device tree or it is no
 * known Raspberry Pi.
 */
const struct pi_model *pi_model_read(const char *device_tree, struct error *err);

/* Does the filter of config.txt, without its brackets, name this model? */
bool pi_model_sees(const struct pi_model *model, const char *filter);

/* Is it a filter that names models at all? */
bool pi_model_is_filter(const char *filter);
