/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <errno.h>

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"segment", "mode", NULL};
	PyObject *segment = NULL, *mode_given = NULL;
	int64_t mode = -1;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "|OO:NtpShm", names, &segment,
					 &mode_given)) {
		return NULL;
	}
	if (mode_given && mode_given != Py_None &&
	    !value_integer(mode_given, "mode", 0, 0777, &mode)) {
		return NULL;
	}
	return unit_open(type, segment, mode);
}

static PyObject *update(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
	static const struct values values = {
		.function = "update",
		.names = {"clock_time_ns", "receive_time_ns", "precision", "leap"},
		.other_names = {"clock_ns", "receive_ns"},
		.positional = 4,
	};
	struct ntpshm_sample sample = {.mode = 1};
	PyObject *given[VALUES_MAX];
	int64_t precision = -1, leap = NTPSHM_LEAP_NOWARNING;
	struct ntpshm *shm;

	if (!values_take(&values, args, count, keywords, given) ||
	    !value_ns(given[0], "clock_time_ns", &sample.clock_ns) ||
	    (given[1] && !value_ns(given[1], "receive_time_ns", &sample.receive_ns)) ||
	    (given[2] && !field_value(PRECISION, "precision", given[2], &precision)) ||
	    (given[3] && !field_value(LEAP, "leap", given[3], &leap)) || !(shm = unit_shm(self))) {
		return NULL;
	}
	if (!given[1]) {
		sample.receive_ns = ntpshm_now_ns();
	}
	sample.precision = (int)precision;
	sample.leap = (int)leap;
	return unit_publish(shm, &sample);
}

static PyObject *read_copy(PyObject *self, PyObject *unused)
{
	const struct module *module = module_of(Py_TYPE(self));
	struct ntpshm *shm = unit_shm(self);
	struct ntpshm_sample sample;
	int64_t *copy, s;
	PyObject *time;
	int ns;

	(void)unused;
	if (!module || !shm) {
		return NULL;
	}
	if (ntpshm_read(shm, false, &sample) == NTPSHM_CLASH) {
		module_fail(
			PyExc_OSError, EAGAIN,
			"the unit was being written at every attempt, or its writer left off half-way: try again, or look at ref");
		return NULL;
	}
	time = shm_time_new(module, NULL, &copy);
	if (!time) {
		return NULL;
	}
	copy[MODE] = sample.mode;
	copy[COUNT] = sample.count;
	ntpshm_split(sample.clock_ns, &s, &ns);
	copy[CLOCK_S] = s;
	copy[CLOCK_US] = ns / 1000;
	copy[CLOCK_NS] = ns;
	ntpshm_split(sample.receive_ns, &s, &ns);
	copy[RECEIVE_S] = s;
	copy[RECEIVE_US] = ns / 1000;
	copy[RECEIVE_NS] = ns;
	copy[LEAP] = sample.leap;
	copy[PRECISION] = sample.precision;
	copy[NSAMPLES] = sample.nsamples;
	copy[VALID] = sample.valid;
	return time;
}

static bool in_range(const int64_t *value)
{
	for (int i = 0; i < FIELDS; i++) {
		if (value[i] < fields[i].least || value[i] > fields[i].most) {
			PyErr_Format(PyExc_ValueError, "%s %lld is out of range: %lld to %lld",
				     fields[i].name, (long long)value[i],
				     (long long)fields[i].least, (long long)fields[i].most);
			return false;
		}
	}
	return true;
}

/* By the protocol, but valid only if the copy is; ntpshm_set releases what was stored before. */
static void store(struct ntpshm *shm, const int64_t *value)
{
	struct place place = {.shm = shm};
	unsigned count = ((unsigned)place_get(&place, COUNT) + 1U) | 1U;

	place_set(&place, VALID, 0);
	place_set(&place, COUNT, (int)count);
	for (int i = 0; i < FIELDS; i++) {
		if (i != VALID && i != COUNT) {
			place_set(&place, i, value[i]);
		}
	}
	place_set(&place, COUNT, (int)(count + 1U));
	place_set(&place, VALID, value[VALID]);
}

static PyObject *write_copy(PyObject *self, PyObject *copy)
{
	const struct module *module = module_of(Py_TYPE(self));
	struct ntpshm *shm = unit_shm(self);
	struct place place;
	int64_t value[FIELDS];

	if (!module || !shm || !shm_time_place(module, copy, &place)) {
		return NULL;
	}
	for (int i = 0; i < FIELDS; i++) {
		value[i] = place_get(&place, i);
	}
	if (!in_range(value)) {
		return NULL;
	}
	store(shm, value);
	return Py_NewRef(Py_None);
}

static PyObject *ref(PyObject *self, void *closure)
{
	const struct module *module = module_of(Py_TYPE(self));

	(void)closure;
	return module && unit_shm(self) ? shm_time_new(module, self, NULL) : NULL;
}

static PyObject *key(PyObject *self, void *closure)
{
	struct ntpshm *shm = unit_shm(self);

	(void)closure;
	return shm ? PyLong_FromLong(NTPSHM_KEY + ntpshm_unit(shm)) : NULL;
}

static PyMethodDef methods[] = {
	{"update", (PyCFunction)(void (*)(void))update, METH_FASTCALL | METH_KEYWORDS,
	 "update($self, /, clock_time_ns, receive_time_ns=None, precision=-1, leap=0)\n--\n\n"
	 "Publishes a sample in mode 1: true time, and the system clock at that instant (now), in "
	 "nanoseconds since 1970. A reader never sees half of it."},
	{"read", read_copy, METH_NOARGS,
	 "read($self, /)\n--\n\n"
	 "A copy that is whole: all of it is of one write. ntpd's sample is not taken from it. "
	 "BlockingIOError if the unit was being written at each of 64 attempts."},
	{"write", write_copy, METH_O,
	 "write($self, copy, /)\n--\n\n"
	 "Writes all fields of a ShmTime so that no reader sees half of them; but count goes on by "
	 "itself."},
	UNIT_METHODS,
	{0},
};

static PyGetSetDef attributes[] = {
	{"ref", ref, NULL, "The live fields: a ShmTime. Outside the protocol, as they are.", NULL},
	{"segment", unit_number, NULL, "The number of the unit.", NULL},
	{"key", key, NULL, "Its System V key.", NULL},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc,
	 "NtpShm(segment=0, mode=None)\n--\n\n"
	 "An NTP shared memory unit, 0 to 255, in integers. It is made if it does not exist, with "
	 "these permissions (0600); of another size, owner or mode it is refused: an OSError."},
	{Py_tp_new, new},
	{Py_tp_dealloc, unit_dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, attributes},
	{0, NULL},
};

PyType_Spec ntp_shm_spec = {
	.name = "ntpshm.NtpShm",
	.basicsize = sizeof(struct unit),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = slots,
};
