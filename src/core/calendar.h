/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"

/*
 * The Gregorian calendar in UTC seconds since 1970 (POSIX: a leap second has no number of its own),
 * and the repair of dates that a receiver cannot tell: two-digit years and GPS week rollover.
 */

#define S_PER_DAY     INT64_C(86400)
#define GPS_ERA_WEEKS INT64_C(1024)
#define GPS_ERA_S     (GPS_ERA_WEEKS * 7 * S_PER_DAY) /* 619 315 200 */

/* True for a day that exists; year 1..9999, month 1..12, day 1..31. */
bool calendar_valid(int year, int month, int day);

/* UTC second at which that (valid) day begins. */
int64_t calendar_day_start_s(int year, int month, int day);

/* The day in which that second lies, from the year 1 to 9999. */
void calendar_date(int64_t utc_s, int *year, int *month, int *day);

/* The four-digit year that a two-digit one means: within 40 years before to 59 after the pivot. */
int calendar_full_year(int two_digits, int64_t pivot_s);

/*
 * Adds whole GPS eras to a date from before the pivot until it is not; a date after it stays.
 * The rule of NTPsec's refclock_nmea.c (fix_WNRO), with a pivot fixed at release.
 */
int64_t calendar_era_from_pivot_s(int64_t utc_s, int64_t pivot_s);

/* The date whole GPS eras away that is nearest to a trusted clock. */
int64_t calendar_era_from_clock_s(int64_t utc_s, int64_t clock_s);

/*
 * The first second after a June or December that is later than utc_s: where a leap second may be.
 */
int64_t calendar_next_half_year_s(int64_t utc_s);

/* Nearest whole second, for instants of either sign. */
int64_t ns_to_nearest_s(int64_t ns);

/* Division rounding down, for a positive divisor. */
int64_t floor_div(int64_t a, int64_t b);
