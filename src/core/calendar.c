/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/calendar.h"

static bool leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool calendar_valid(int year, int month, int day)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) {
		return false;
	}
	return day <= days[month - 1] + (month == 2 && leap_year(year));
}

int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t ns_to_nearest_s(int64_t ns)
{
	return floor_div(ns + NS_PER_S / 2, NS_PER_S);
}

int64_t calendar_day_start_s(int year, int month, int day)
{
	/* Count from 1 March, so that the leap day ends its year. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;
	int64_t days = 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) +
		       (153 * m + 2) / 5 + day - 1;

	return (days - 719468) * S_PER_DAY;
}

static int year_of(int64_t utc_s)
{
	/* The estimate is at most one year off either way. */
	int year = (int)(1970 + floor_div(utc_s, 31556952));

	while (calendar_day_start_s(year, 1, 1) > utc_s) {
		year--;
	}
	while (calendar_day_start_s(year + 1, 1, 1) <= utc_s) {
		year++;
	}
	return year;
}

void calendar_date(int64_t utc_s, int *year, int *month, int *day)
{
	*year = year_of(utc_s);
	*month = 12;
	while (calendar_day_start_s(*year, *month, 1) > utc_s) {
		--*month;
	}
	*day = 1 + (int)((utc_s - calendar_day_start_s(*year, *month, 1)) / S_PER_DAY);
}

int calendar_full_year(int two_digits, int64_t pivot_s)
{
	int first = year_of(pivot_s) - 40;
	int year = first - first % 100 + two_digits;

	return year < first ? year + 100 : year;
}

int64_t calendar_era_from_pivot_s(int64_t utc_s, int64_t pivot_s)
{
	if (utc_s >= pivot_s) {
		return utc_s;
	}
	return utc_s + (pivot_s - utc_s + GPS_ERA_S - 1) / GPS_ERA_S * GPS_ERA_S;
}

int64_t calendar_era_from_clock_s(int64_t utc_s, int64_t clock_s)
{
	return utc_s + floor_div(clock_s - utc_s + GPS_ERA_S / 2, GPS_ERA_S) * GPS_ERA_S;
}

int64_t calendar_next_half_year_s(int64_t utc_s)
{
	int year = year_of(utc_s);
	int64_t july = calendar_day_start_s(year, 7, 1);

	return july > utc_s ? july : calendar_day_start_s(year + 1, 1, 1);
}
