/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/family.h"

/* What both generations of u-blox receivers have in common. */

enum {
	UBX_NMEA = 0xf0,
	UBX_CFG = 0x06,
	UBX_MON = 0x0a,
	UBX_MON_VER = 0x04,
	UBX_CFG_PRT = 0x00,
	UBX_CFG_MSG = 0x01,
	UBX_CFG_RATE = 0x08,
	UBX_CFG_CFG = 0x09,
	UBX_CFG_NAV5 = 0x24,
	UBX_CFG_TP5 = 0x31,
	UBX_CFG_TMODE2 = 0x3d,
	UBX_CFG_VALSET = 0x8a,
	UBX_CFG_VALGET = 0x8b,
};

/* Ports, as CFG-PRT numbers them. */
enum { UBX_PORT_UART1 = 1, UBX_PORT_UART2 = 2, UBX_PORT_USB = 3 };

enum { UBX_STATIONARY = 2, UBX_SURVEY_IN = 1, UBX_GRID_UTC = 0 };

/* "portable" ... */
const char *ublox_model_word(int dynamic_model);

/* "off", "survey-in", "fixed position" */
const char *ublox_survey_word(int mode);
