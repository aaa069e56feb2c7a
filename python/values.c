/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <math.h>
#include <string.h>

bool value_is_set(PyObject *value, const char *name)
{
	if (!value) {
		PyErr_Format(PyExc_AttributeError, "%s cannot be deleted", name);
	}
	return value;
}

bool value_integer(PyObject *value, const char *name, int64_t least, int64_t most, int64_t *out)
{
	int overflow;

	if (!PyIndex_Check(value)) {
		PyErr_Format(PyExc_TypeError, "%s must be an integer, not %.60R", name, value);
		return false;
	}
	*out = PyLong_AsLongLongAndOverflow(value, &overflow);
	if (*out == -1 && PyErr_Occurred()) {
		return false;
	}
	if (overflow || *out < least || *out > most) {
		PyErr_Format(PyExc_ValueError, "%s %.60R is out of range: %lld to %lld", name,
			     value, (long long)least, (long long)most);
		return false;
	}
	return true;
}

static bool time_t_holds(int64_t ns)
{
	int64_t seconds;
	int rest;

	ntpshm_split(ns, &seconds, &rest);
	return (int64_t)(time_t)seconds == seconds;
}

static bool check_ns(PyObject *value, const char *name, int64_t ns)
{
	if (!time_t_holds(ns)) {
		PyErr_Format(PyExc_ValueError,
			     "%s %.60R is out of range: it is beyond this system's time_t", name,
			     value);
		return false;
	}
	return true;
}

bool value_ns(PyObject *value, const char *name, int64_t *ns)
{
	return value_integer(value, name, INT64_MIN, INT64_MAX, ns) && check_ns(value, name, *ns);
}

bool value_seconds(PyObject *value, const char *name, int64_t *ns)
{
	double seconds = PyFloat_AsDouble(value);
	bool failed = seconds == -1.0 && PyErr_Occurred();

	if (failed && PyErr_ExceptionMatches(PyExc_TypeError)) {
		PyErr_Format(PyExc_TypeError, "%s must be a number (seconds since 1970), not %.60R",
			     name, value);
		return false;
	}
	if (failed && !PyErr_ExceptionMatches(PyExc_OverflowError)) {
		return false;
	}
	if (failed || !(seconds > -9.2e9 && seconds < 9.2e9)) {
		PyErr_Format(PyExc_ValueError,
			     "%s %.60R is out of range: it is seconds since 1970, up to 9.2e9",
			     name, value);
		return false;
	}
	/* Both parts are exact; only the fraction is rounded. */
	double whole = floor(seconds);

	*ns = (int64_t)whole * NTPSHM_S + (int64_t)((seconds - whole) * 1e9);
	return check_ns(value, name, *ns);
}

bool value_datetime(const struct module *module, PyObject *value, const char *name, int64_t *ns)
{
	PyObject *offset = NULL, *since = NULL, *count = NULL;
	int64_t us = 0;
	int is = PyObject_IsInstance(value, module->datetime);
	bool good = false;

	if (is < 0) {
		return false;
	}
	if (!is) {
		PyErr_Format(PyExc_TypeError, "%s must be a datetime, not %.60R", name, value);
		return false;
	}
	offset = PyObject_CallMethod(value, "utcoffset", NULL);
	if (offset == Py_None) {
		PyErr_Format(
			PyExc_ValueError,
			"%s %.60S has no time zone: give it one, as in datetime.now(timezone.utc)",
			name, value);
	} else if (offset) {
		since = PyNumber_Subtract(value, module->epoch);
		count = since ? PyNumber_FloorDivide(since, module->microsecond) : NULL;
		good = count && value_integer(count, name, INT64_MIN / 1000, INT64_MAX / 1000, &us);
	}
	Py_XDECREF(count);
	Py_XDECREF(since);
	Py_XDECREF(offset);
	*ns = good ? us * 1000 : 0;
	return good && check_ns(value, name, *ns);
}

PyObject *value_to_datetime(const struct module *module, int64_t ns)
{
	int64_t us = ns / 1000 - (ns % 1000 < 0);
	PyObject *count = PyLong_FromLongLong(us);
	PyObject *since = count ? PyNumber_Multiply(module->microsecond, count) : NULL;
	PyObject *instant = since ? PyNumber_Add(module->epoch, since) : NULL;

	Py_XDECREF(since);
	Py_XDECREF(count);
	return instant;
}

static int find_name(const struct values *values, PyObject *keyword)
{
	for (int i = 0; i < VALUES_MAX && values->names[i]; i++) {
		if (PyUnicode_CompareWithASCIIString(keyword, values->names[i]) == 0 ||
		    (values->other_names[i] &&
		     PyUnicode_CompareWithASCIIString(keyword, values->other_names[i]) == 0)) {
			return i;
		}
	}
	return -1;
}

static bool take_keywords(const struct values *values, PyObject *const *given, PyObject *keywords,
			  PyObject **out)
{
	for (Py_ssize_t i = 0; i < PyTuple_Size(keywords); i++) {
		PyObject *keyword = PyTuple_GetItem(keywords, i);
		int at = find_name(values, keyword);

		if (at < 0 || out[at]) {
			PyErr_Format(PyExc_TypeError,
				     at < 0 ? "%s() got an unexpected keyword argument '%U'"
					    : "%s() got two values for argument '%U'",
				     values->function, keyword);
			return false;
		}
		out[at] = given[i];
	}
	return true;
}

bool values_take(const struct values *values, PyObject *const *args, Py_ssize_t count,
		 PyObject *keywords, PyObject **out)
{
	if (count > values->positional) {
		PyErr_Format(PyExc_TypeError,
			     "%s() takes at most %zd positional arguments (%zd given)",
			     values->function, values->positional, count);
		return false;
	}
	for (Py_ssize_t i = 0; i < VALUES_MAX; i++) {
		out[i] = i < count ? args[i] : NULL;
	}
	if (keywords && !take_keywords(values, args + count, keywords, out)) {
		return false;
	}
	if (!out[0]) {
		PyErr_Format(PyExc_TypeError, "%s() misses its argument '%s'", values->function,
			     values->names[0]);
		return false;
	}
	for (Py_ssize_t i = 1; i < VALUES_MAX; i++) {
		out[i] = out[i] == Py_None ? NULL : out[i];
	}
	return true;
}
