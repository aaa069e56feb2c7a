/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

struct shm_time {
	PyObject_HEAD PyObject *unit; /* whose live fields these are; NULL: a copy */
	int64_t copy[FIELDS];
};

static const struct stamp clock_stamp = {"clock_ns", CLOCK_S, CLOCK_US, CLOCK_NS};
static const struct stamp receive_stamp = {"receive_ns", RECEIVE_S, RECEIVE_US, RECEIVE_NS};

static bool own_place(PyObject *self, struct place *place)
{
	struct shm_time *time = (struct shm_time *)self;

	*place = (struct place){.copy = time->unit ? NULL : time->copy};
	return !time->unit || (place->shm = unit_shm(time->unit));
}

bool shm_time_place(const struct module *module, PyObject *object, struct place *place)
{
	if (!Py_IS_TYPE(object, (PyTypeObject *)module->shm_time)) {
		PyErr_Format(PyExc_TypeError, "what is written must be a ShmTime, not %.60R",
			     object);
		return false;
	}
	return own_place(object, place);
}

PyObject *shm_time_new(const struct module *module, PyObject *unit, int64_t **copy)
{
	struct shm_time *self =
		(struct shm_time *)PyType_GenericAlloc((PyTypeObject *)module->shm_time, 0);

	if (self) {
		Py_XINCREF(unit);
		self->unit = unit;
		if (copy) {
			*copy = self->copy;
		}
	}
	return (PyObject *)self;
}

static PyObject *new_from_python(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	const struct module *module = module_of(type);
	PyObject *self, *key, *value;
	Py_ssize_t at = 0;

	if (!module) {
		return NULL;
	}
	if (PyTuple_Size(args)) {
		PyErr_SetString(PyExc_TypeError, "ShmTime() takes fields by name alone");
		return NULL;
	}
	self = shm_time_new(module, NULL, NULL);
	while (self && keywords && PyDict_Next(keywords, &at, &key, &value)) {
		if (PyObject_SetAttr(self, key, value)) {
			Py_CLEAR(self);
		}
	}
	return self;
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	Py_VISIT(Py_TYPE(self));
	Py_VISIT(((struct shm_time *)self)->unit);
	return 0;
}

static int clear(PyObject *self)
{
	Py_CLEAR(((struct shm_time *)self)->unit);
	return 0;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	PyObject_GC_UnTrack(self);
	clear(self);
	PyObject_GC_Del(self);
	Py_DECREF(type);
}

/* The closure of an attribute is its struct field, or its struct stamp. */
static PyObject *get(PyObject *self, void *closure)
{
	const struct field *field = closure;
	struct place place;

	return own_place(self, &place)
		       ? PyLong_FromLongLong(place_get(&place, (int)(field - fields)))
		       : NULL;
}

static int set(PyObject *self, PyObject *value, void *closure)
{
	const struct field *field = closure;
	struct place place;
	int64_t number;

	if (!field_value((int)(field - fields), field->name, value, &number) ||
	    !own_place(self, &place)) {
		return -1;
	}
	place_set(&place, (int)(field - fields), number);
	return 0;
}

static PyObject *get_ns(PyObject *self, void *closure)
{
	struct place place;
	int64_t ns;

	return own_place(self, &place) && place_get_ns(&place, closure, &ns)
		       ? PyLong_FromLongLong(ns)
		       : NULL;
}

static int set_ns(PyObject *self, PyObject *value, void *closure)
{
	const struct stamp *stamp = closure;
	struct place place;
	int64_t ns;

	if (!value_is_set(value, stamp->name) || !value_ns(value, stamp->name, &ns) ||
	    !own_place(self, &place)) {
		return -1;
	}
	place_set_ns(&place, stamp, ns);
	return 0;
}

static PyObject *get_datetime(PyObject *self, void *closure)
{
	const struct module *module = module_of(Py_TYPE(self));
	struct place place;
	int64_t ns;

	return module && own_place(self, &place) && place_get_ns(&place, closure, &ns)
		       ? value_to_datetime(module, ns)
		       : NULL;
}

static int set_datetime(PyObject *self, PyObject *value, void *closure)
{
	const struct stamp *stamp = closure;
	const char *name = stamp == &clock_stamp ? "clock_dt" : "receive_dt";
	const struct module *module = module_of(Py_TYPE(self));
	struct place place;
	int64_t ns;

	if (!module || !value_is_set(value, name) || !value_datetime(module, value, name, &ns) ||
	    !own_place(self, &place)) {
		return -1;
	}
	place_set_ns(&place, stamp, ns);
	return 0;
}

static PyObject *repr(PyObject *self)
{
	PyObject *text = PyUnicode_FromString("ShmTime(");
	struct place place;

	if (!own_place(self, &place)) {
		Py_XDECREF(text);
		return NULL;
	}
	for (int i = 0; text && i < FIELDS; i++) {
		PyObject *longer = PyUnicode_FromFormat(
			"%U%s%s=%lld%s", text, i ? ", " : "", fields[i].name,
			(long long)place_get(&place, i), i == FIELDS - 1 ? ")" : "");

		Py_DECREF(text);
		text = longer;
	}
	return text;
}

#define FIELD(field, name, doc)                                                                    \
	{                                                                                          \
		name, get, set, doc, (void *)&fields[field]                                        \
	}

static PyGetSetDef attributes[] = {
	FIELD(MODE, "mode", "0: take if valid; 1: take if valid and count stayed the same."),
	FIELD(COUNT, "count", "Counts writes; odd while one is going on."),
	FIELD(CLOCK_S, "clock_time_sec", "True time: seconds since 1970."),
	FIELD(CLOCK_US, "clock_time_usec", "... and microseconds."),
	FIELD(RECEIVE_S, "receive_time_sec", "The system clock at that instant: seconds."),
	FIELD(RECEIVE_US, "receive_time_usec", "... and microseconds."),
	FIELD(LEAP, "leap", "LEAP_NOWARNING, LEAP_ADDSECOND, LEAP_DELSECOND or LEAP_NOTINSYNC."),
	FIELD(PRECISION, "precision", "Log2 of seconds: -1 is 0.5 s, -20 about 1 us."),
	FIELD(NSAMPLES, "nsamples", "No reader uses it."),
	FIELD(VALID, "valid", "1: not taken yet."),
	FIELD(CLOCK_NS, "clock_time_nsec", "All nanoseconds of the second of true time."),
	FIELD(RECEIVE_NS, "receive_time_nsec", "All nanoseconds of the system clock's second."),
	{"clock_ns", get_ns, set_ns, "True time in nanoseconds since 1970; sets three fields.",
	 (void *)&clock_stamp},
	{"receive_ns", get_ns, set_ns,
	 "The system clock at that instant in nanoseconds since 1970; sets three fields.",
	 (void *)&receive_stamp},
	{"clock_dt", get_datetime, set_datetime,
	 "clock_ns as an aware datetime; microseconds, rounded down.", (void *)&clock_stamp},
	{"receive_dt", get_datetime, set_datetime,
	 "receive_ns as an aware datetime; microseconds, rounded down.", (void *)&receive_stamp},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc,
	 "ShmTime(**fields)\n--\n\n"
	 "The fields of an NTP shared memory unit: a copy, from NtpShm.read(), or the live "
	 "ones, from NtpShm.ref. Every value is checked when it is set."},
	{Py_tp_new, new_from_python},
	{Py_tp_dealloc, dealloc},
	{Py_tp_traverse, traverse},
	{Py_tp_clear, clear},
	{Py_tp_repr, repr},
	{Py_tp_getset, attributes},
	{0, NULL},
};

PyType_Spec shm_time_spec = {
	.name = "ntpshm.ShmTime",
	.basicsize = sizeof(struct shm_time),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
	.slots = slots,
};
