/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/ublox.h"

#include <stdio.h>

const char *ublox_model_word(int dynamic_model)
{
	static const char *const words[] = {
		"portable", "reserved",     "stationary",   "pedestrian",   "automotive",
		"at sea",   "airborne 1 g", "airborne 2 g", "airborne 4 g", "wrist"};

	return dynamic_model >= 0 && dynamic_model < 10 ? words[dynamic_model] : "another";
}

const char *ublox_survey_word(int mode)
{
	static const char *const words[] = {"off", "survey-in", "fixed position"};

	return mode >= 0 && mode < 3 ? words[mode] : "another";
}
