/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "pi/model.h"

/* What becomes of Bluetooth where it has the better UART. */
enum uart_bluetooth {
	UART_BLUETOOTH_ANY,  /* not said: off, unless config.txt already has it slow */
	UART_BLUETOOTH_OFF,  /* dtoverlay=disable-bt */
	UART_BLUETOOTH_SLOW, /* dtoverlay=miniuart-bt: it gets the mini UART */
	UART_BLUETOOTH_KEEP, /* it keeps the PL011: the receiver gets the mini UART */
};

/* The receiver's serial line, and what it needs. */
struct uart_want {
	char device[128]; /* for pps2shm.conf */
	bool header;      /* on GPIO 14 and 15: to be switched on and freed of the console */
	bool swap;        /* the PL011 must be taken from Bluetooth */
	enum uart_bluetooth bluetooth;
};

/*
 * device NULL or "auto": the best on the header. -1 with err for a port that this model cannot
 * have on the header, or whose name is ambiguous.
 */
int uart_choose(struct uart_want *want, const struct pi_model *model, const char *device,
		enum uart_bluetooth bluetooth, struct error *err);
