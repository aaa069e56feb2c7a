/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

static const struct stamp clock_stamp = {"clockTimeStamp", CLOCK_S, CLOCK_US, CLOCK_NS};
static const struct stamp receive_stamp = {"receiveTimeStamp", RECEIVE_S, RECEIVE_US, RECEIVE_NS};

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"unit", NULL};
	PyObject *unit = NULL;

	return PyArg_ParseTupleAndKeywords(args, keywords, "|O:NtpdShm", names, &unit)
		       ? unit_open(type, unit, -1)
		       : NULL;
}

/* What argument gives, if any, for the field. */
static bool take_field(int field, PyObject *given, int64_t *value)
{
	return !given || field_value(field, fields[field].name, given, value);
}

/* What no argument gave is as in the unit, where anybody may have left anything. */
static bool keep_field(const struct place *place, int field, PyObject *given, int64_t *value)
{
	const struct field *f = &fields[field];

	if (given) {
		return true;
	}
	*value = place_get(place, field);
	if (*value < f->least || *value > f->most) {
		PyErr_Format(PyExc_ValueError,
			     "%s %lld in the unit is out of range: set it to %lld to %lld", f->name,
			     (long long)*value, (long long)f->least, (long long)f->most);
		return false;
	}
	return true;
}

static bool take_time(PyObject *given, const char *name, int64_t *ns)
{
	if (given) {
		return value_seconds(given, name, ns);
	}
	*ns = ntpshm_now_ns();
	return true;
}

static PyObject *update(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
	static const struct values values = {
		.function = "update",
		.names = {"clock_time", "recv_time", "precision", "leap", "mode", "nsamples"},
		.other_names = {"clockTimeStamp", "receiveTimeStamp"},
		.positional = 4,
	};
	PyObject *given[VALUES_MAX];
	struct ntpshm_sample sample = {0};
	struct place place = {0};
	int64_t precision, leap, mode, nsamples;

	if (!values_take(&values, args, count, keywords, given) ||
	    !take_time(given[0], "clock_time", &sample.clock_ns) ||
	    !take_time(given[1], "recv_time", &sample.receive_ns) ||
	    !take_field(PRECISION, given[2], &precision) || !take_field(LEAP, given[3], &leap) ||
	    !take_field(MODE, given[4], &mode) || !take_field(NSAMPLES, given[5], &nsamples) ||
	    !(place.shm = unit_shm(self)) || !keep_field(&place, PRECISION, given[2], &precision) ||
	    !keep_field(&place, LEAP, given[3], &leap) ||
	    !keep_field(&place, MODE, given[4], &mode)) {
		return NULL;
	}
	if (given[5]) {
		place_set(&place, NSAMPLES, nsamples);
	}
	sample.precision = (int)precision;
	sample.leap = (int)leap;
	sample.mode = (int)mode;
	return unit_publish(place.shm, &sample);
}

static PyObject *get(PyObject *self, void *closure)
{
	const struct field *field = closure;
	struct place place = {.shm = unit_shm(self)};
	int64_t value;

	if (!place.shm) {
		return NULL;
	}
	value = place_get(&place, (int)(field - fields));
	return field == &fields[VALID] ? PyBool_FromLong(value != 0) : PyLong_FromLongLong(value);
}

static int set(PyObject *self, PyObject *value, void *closure)
{
	const struct field *field = closure;
	struct place place = {0};
	int64_t number;

	if (!field_value((int)(field - fields), field->c_name, value, &number) ||
	    !(place.shm = unit_shm(self))) {
		return -1;
	}
	place_set(&place, (int)(field - fields), number);
	return 0;
}

static PyObject *get_seconds(PyObject *self, void *closure)
{
	struct place place = {.shm = unit_shm(self)};
	int64_t s, us, ns;

	if (!place.shm) {
		return NULL;
	}
	place_get_stamp(&place, closure, &s, &us, &ns);
	return PyFloat_FromDouble((double)s + (double)us / 1e6);
}

static int set_seconds(PyObject *self, PyObject *value, void *closure)
{
	const struct stamp *stamp = closure;
	struct place place = {0};
	int64_t ns;

	if (!value_is_set(value, stamp->name) || !value_seconds(value, stamp->name, &ns) ||
	    !(place.shm = unit_shm(self))) {
		return -1;
	}
	place_set_ns(&place, stamp, ns);
	return 0;
}

static PyMethodDef methods[] = {
	{"update", (PyCFunction)(void (*)(void))update, METH_FASTCALL | METH_KEYWORDS,
	 "update($self, /, clock_time, recv_time=None, precision=None, leap=None, *, mode=None, "
	 "nsamples=None)\n--\n\n"
	 "Publishes a sample: true time, and the system clock at that instant (now), in seconds "
	 "since 1970. What is not given stays as it is in the unit. A reader never sees half of "
	 "it."},
	UNIT_METHODS,
	{0},
};

#define FIELD(field, name, doc)                                                                    \
	{                                                                                          \
		name, get, set, doc, (void *)&fields[field]                                        \
	}

static PyGetSetDef attributes[] = {
	FIELD(MODE, "mode", "0: take if valid; 1: take if valid and count stayed the same."),
	FIELD(COUNT, "count", "Counts writes; update() counts twice, odd while it writes."),
	FIELD(CLOCK_S, "clockTimeStampSec", "True time: seconds since 1970."),
	FIELD(CLOCK_US, "clockTimeStampUSec", "... and microseconds."),
	FIELD(CLOCK_NS, "clockTimeStampNSec", "... or all nanoseconds of the second."),
	FIELD(RECEIVE_S, "receiveTimeStampSec", "The system clock at that instant: seconds."),
	FIELD(RECEIVE_US, "receiveTimeStampUSec", "... and microseconds."),
	FIELD(RECEIVE_NS, "receiveTimeStampNSec", "... or all nanoseconds of the second."),
	FIELD(LEAP, "leap", "LEAP_NOWARNING, LEAP_ADDSECOND, LEAP_DELSECOND or LEAP_NOTINSYNC."),
	FIELD(PRECISION, "precision", "Log2 of seconds: -1 is 0.5 s, -20 about 1 us."),
	FIELD(NSAMPLES, "nsamples", "No reader uses it."),
	FIELD(VALID, "valid", "True: not taken yet."),
	{"clockTimeStamp", get_seconds, set_seconds,
	 "True time in seconds, to the microsecond; sets three fields.", (void *)&clock_stamp},
	{"receiveTimeStamp", get_seconds, set_seconds,
	 "The system clock at that instant in seconds, to the microsecond; sets three fields.",
	 (void *)&receive_stamp},
	{"unit", unit_number, NULL, "The number of the unit.", NULL},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc,
	 "NtpdShm(unit=0)\n--\n\n"
	 "An NTP shared memory unit, 0 to 255, with the names that ntpd gives its fields, live, and "
	 "time in floats. It is made, or refused, as by NtpShm."},
	{Py_tp_new, new},
	{Py_tp_dealloc, unit_dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, attributes},
	{0, NULL},
};

PyType_Spec ntpd_shm_spec = {
	.name = "ntpshm.NtpdShm",
	.basicsize = sizeof(struct unit),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = slots,
};
