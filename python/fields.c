/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <limits.h>

#define TIME_MIN (sizeof(time_t) == 4 ? INT32_MIN : INT64_MIN)
#define TIME_MAX (sizeof(time_t) == 4 ? INT32_MAX : INT64_MAX)

const struct field fields[FIELDS] = {
	[MODE] = {"mode", "mode", 0, 1},
	[COUNT] = {"count", "count", INT_MIN, INT_MAX},
	[CLOCK_S] = {"clock_time_sec", "clockTimeStampSec", TIME_MIN, TIME_MAX},
	[CLOCK_US] = {"clock_time_usec", "clockTimeStampUSec", 0, 999999},
	[RECEIVE_S] = {"receive_time_sec", "receiveTimeStampSec", TIME_MIN, TIME_MAX},
	[RECEIVE_US] = {"receive_time_usec", "receiveTimeStampUSec", 0, 999999},
	[LEAP] = {"leap", "leap", NTPSHM_LEAP_NOWARNING, NTPSHM_LEAP_NOTINSYNC},
	[PRECISION] = {"precision", "precision", -128, 127},
	[NSAMPLES] = {"nsamples", "nsamples", INT_MIN, INT_MAX},
	[VALID] = {"valid", "valid", 0, 1},
	[CLOCK_NS] = {"clock_time_nsec", "clockTimeStampNSec", 0, 999999999},
	[RECEIVE_NS] = {"receive_time_nsec", "receiveTimeStampNSec", 0, 999999999},
};

int64_t place_get(const struct place *place, int field)
{
	return place->copy ? place->copy[field] : ntpshm_get(place->shm, ntpshm_fields() + field);
}

void place_set(const struct place *place, int field, int64_t value)
{
	if (place->copy) {
		place->copy[field] = value;
	} else {
		ntpshm_set(place->shm, ntpshm_fields() + field, value);
	}
}

bool field_value(int field, const char *name, PyObject *value, int64_t *number)
{
	return value_is_set(value, name) &&
	       value_integer(value, name, fields[field].least, fields[field].most, number);
}

void place_get_stamp(const struct place *place, const struct stamp *stamp, int64_t *s, int64_t *us,
		     int64_t *ns)
{
	/* The rule of ntpshm_read; but who never pauses, or has left off half-way, is taken as he is. */
	for (int i = 0; i < 1000; i++) {
		int64_t count = place_get(place, COUNT);
		bool valid;

		*s = place_get(place, stamp->s);
		*us = place_get(place, stamp->us);
		*ns = place_get(place, stamp->ns);
		valid = place_get(place, VALID);
		if (place->copy ||
		    (place_get(place, COUNT) == count && (valid || count % 2 == 0))) {
			break;
		}
	}
}

bool place_get_ns(const struct place *place, const struct stamp *stamp, int64_t *ns)
{
	int64_t s, us, rest;

	place_get_stamp(place, stamp, &s, &us, &rest);
	if (rest - us * 1000 < 0 || rest - us * 1000 >= 1000) {
		rest = us * 1000;
	}
	if (__builtin_mul_overflow(s, NTPSHM_S, ns) || __builtin_add_overflow(*ns, rest, ns)) {
		PyErr_Format(PyExc_ValueError,
			     "%s is out of range: %lld s is more nanoseconds than 64 bits hold",
			     stamp->name, (long long)s);
		return false;
	}
	return true;
}

void place_set_ns(const struct place *place, const struct stamp *stamp, int64_t ns)
{
	int64_t seconds;
	int rest;

	ntpshm_split(ns, &seconds, &rest);
	place_set(place, stamp->s, seconds);
	place_set(place, stamp->us, rest / 1000);
	place_set(place, stamp->ns, rest);
}
