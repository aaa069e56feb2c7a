/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdio.h>

#include "ntpshm/internal.h"

/* Own calendar: gmtime() ends in 2038 where time_t has 32 bits. */

#define DAY_S 86400

int64_t ntpshm_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * NTPSHM_S + now.tv_nsec;
}

static int64_t divide_down(int64_t value, int64_t by, int64_t *rest)
{
	*rest = value % by;
	if (*rest < 0) {
		*rest += by;
		return value / by - 1;
	}
	return value / by;
}

void ntpshm_split(int64_t ns, int64_t *seconds, int *nanoseconds)
{
	int64_t rest;

	*seconds = divide_down(ns, NTPSHM_S, &rest);
	*nanoseconds = (int)rest;
}

static bool leap_year(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && leap_year(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the first of January; year is positive. */
static int64_t days_before_year(int64_t year)
{
	int64_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

void ntpshm_to_calendar(int64_t ns, struct ntpshm_calendar *calendar)
{
	int64_t seconds, of_day, days, rest;
	int year, month = 1;

	ntpshm_split(ns, &seconds, &calendar->nanosecond);
	days = divide_down(seconds, DAY_S, &of_day);

	/* int64_t nanoseconds reach from 1677 to 2262: the first guess is never early. */
	year = (int)(1970 + divide_down(days, 365, &rest)) + 1;
	while (days_before_year(year) > days) {
		year--;
	}
	days -= days_before_year(year);
	while (days >= days_in_month(year, month)) {
		days -= days_in_month(year, month++);
	}
	calendar->year = year;
	calendar->month = month;
	calendar->day = (int)days + 1;
	calendar->hour = (int)(of_day / 3600);
	calendar->minute = (int)(of_day / 60 % 60);
	calendar->second = (int)(of_day % 60);
}

/* Seconds and nanoseconds to nanoseconds, for the whole range of int64_t. */
static int join(int64_t seconds, int64_t nanoseconds, int64_t *ns)
{
	if (seconds < 0 && nanoseconds > 0) {
		seconds++;
		nanoseconds -= NTPSHM_S;
	}
	if (__builtin_mul_overflow(seconds, NTPSHM_S, ns) ||
	    __builtin_add_overflow(*ns, nanoseconds, ns)) {
		return ntpshm_refuse(ERANGE);
	}
	return 0;
}

int ntpshm_from_calendar(const struct ntpshm_calendar *c, int64_t *ns)
{
	int64_t days;

	if (c->month < 1 || c->month > 12 || c->day < 1 || c->hour < 0 || c->hour > 23 ||
	    c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60 ||
	    c->nanosecond < 0 || c->nanosecond >= NTPSHM_S ||
	    c->day > days_in_month(c->year, c->month)) {
		return ntpshm_refuse(EINVAL);
	}
	if (c->year < 1 || c->year > 9999) {
		return ntpshm_refuse(ERANGE);
	}
	days = days_before_year(c->year) + c->day - 1;
	for (int month = 1; month < c->month; month++) {
		days += days_in_month(c->year, month);
	}
	return join(days * DAY_S + c->hour * 3600 + c->minute * 60 + c->second, c->nanosecond, ns);
}

char *ntpshm_format(int64_t ns, char *text)
{
	struct ntpshm_calendar c;

	ntpshm_to_calendar(ns, &c);
	snprintf(text, NTPSHM_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", c.year, c.month, c.day,
		 c.hour, c.minute, c.second, c.nanosecond);
	return text;
}
