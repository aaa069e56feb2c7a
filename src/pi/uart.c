/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/uart.h"

#include <stdio.h>
#include <string.h>

#define PL011 "/dev/ttyAMA0"
#define MINI  "/dev/ttyS0"

static int choose_with_bluetooth(struct uart_want *want, bool mini, bool pl011, struct error *err)
{
	if (mini && want->bluetooth != UART_BLUETOOTH_ANY &&
	    want->bluetooth != UART_BLUETOOTH_KEEP) {
		return error_set(
			err,
			"--serial " MINI
			" is the receiver's UART only when Bluetooth keeps its own: use --bluetooth keep");
	}
	if (pl011 && want->bluetooth == UART_BLUETOOTH_KEEP) {
		return error_set(
			err,
			"--serial " PL011
			" is what Bluetooth uses here: with --bluetooth keep the receiver is on " MINI);
	}
	if (mini) {
		want->bluetooth = UART_BLUETOOTH_KEEP;
	}
	want->swap = want->bluetooth != UART_BLUETOOTH_KEEP;
	snprintf(want->device, sizeof(want->device), "%s", want->swap ? PL011 : MINI);
	return 0;
}

int uart_choose(struct uart_want *want, const struct pi_model *model, const char *device,
		enum uart_bluetooth bluetooth, struct error *err)
{
	bool best = !device || strcmp(device, "auto") == 0;
	bool serial0 = device && strcmp(device, "/dev/serial0") == 0;
	bool pl011 = device && strcmp(device, PL011) == 0;
	bool mini = device && strcmp(device, MINI) == 0;

	memset(want, 0, sizeof(*want));
	want->bluetooth = bluetooth;
	if (!best && (device[0] != '/' || strlen(device) >= sizeof(want->device))) {
		return error_set(
			err,
			"--serial %.100s: needs a path of less than %zu characters, /dev/ttyAMA0 for one",
			device, sizeof(want->device));
	}
	if (!best && !serial0 && !pl011 && !mini) {
		snprintf(want->device, sizeof(want->device), "%s", device);
		return 0;
	}
	if (model->uart == PI_UART_CARRIER && best) {
		return error_set(
			err,
			"the serial port of a %s depends on its carrier board: enable it by hand, then name it with --serial",
			model->title);
	}
	want->header = model->uart != PI_UART_CARRIER;
	if (model->uart == PI_UART_RP1 && serial0) {
		return error_set(
			err,
			"--serial /dev/serial0 may be the debug connector on a %s: use " PL011
			", which is on GPIO 14 and 15",
			model->title);
	}
	if (model->uart == PI_UART_BLUETOOTH) {
		return choose_with_bluetooth(want, mini, pl011, err);
	}
	if (mini && want->header) {
		return error_set(err, "--serial " MINI ": a %s has " PL011 " on its header",
				 model->title);
	}
	snprintf(want->device, sizeof(want->device), "%s", best || serial0 ? PL011 : device);
	return 0;
}
