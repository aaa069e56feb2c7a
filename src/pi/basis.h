/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pi/root.h"

/*
 * What a measured pps.offset was measured on, and so holds for: the lateness of a stamp depends on
 * the model, on the kernel (its handler of the interrupt), on the governor, and on a Raspberry Pi 5
 * on whether the PCIe link to the RP1 may sleep (ASPM L1). Kept as the text of pps.offset_measured:
 *
 *	2026-11-27, kernel 6.12.47+rpt-rpi-v8, governor ondemand, ASPM on, Raspberry Pi 4 Model B
 */
struct basis {
	char date[12]; /* of today, UTC */
	char kernel[100];
	char governor[24]; /* of the first processor; "none" */
	char aspm[8];      /* L1 of the link to the RP1: "on", "off"; "none": there is no RP1 */
	char model[100];
};

enum { BASIS_TEXT = 256 };

/* Of the system that runs in this root. */
void basis_read(const struct root *root, struct basis *basis);

void basis_format(const struct basis *basis, char text[BASIS_TEXT]);

/* False if it is no such text. */
bool basis_parse(const char *text, struct basis *basis);

/* The file that switches L1 of the link to the RP1; false if there is none. */
bool basis_aspm_file(const struct root *root, char *name, size_t size);
