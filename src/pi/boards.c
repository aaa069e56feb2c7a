/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/boards.h"

#include <stddef.h>
#include <string.h>

const struct board boards[] = {
	{"adafruit", "Adafruit Ultimate GPS HAT", 4, "9600",
	 "gpsd's timing notes: PPS @ GPIO4; MTK3339 at 9600"},
	{"uputronics", "Uputronics GPS/RTC Expansion Board", 18, NULL,
	 "gpsd's timing notes: PPS @ GPIO18"},
	{"waveshare", "Waveshare NEO-M8T or MAX-M8Q GNSS HAT", 18, NULL,
	 "beta-tester/RPi-GPS-PPS-StratumOne issue 10: GPIO 18"},
	{NULL, NULL, 0, NULL, NULL},
};

const struct board *board_named(const char *name)
{
	for (const struct board *b = boards; b->name; b++) {
		if (strcmp(b->name, name) == 0) {
			return b;
		}
	}
	return NULL;
}
