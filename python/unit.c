/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <errno.h>
#include <string.h>

static void *fail(const struct ntpshm_error *err)
{
	module_fail(PyExc_OSError, err->code, err->text);
	return NULL;
}

/* Makes the unit with that mode if there is none; one that is there stays as it is. */
static bool make(int unit, int mode, struct ntpshm_error *err)
{
	struct ntpshm_want want = {NTPSHM_KEEP_UID, NTPSHM_KEEP_GID, mode};
	struct ntpshm_info info;

	return ntpshm_stat(unit, &info, err) == 0 || err->code != ENOENT ||
	       ntpshm_prepare(unit, &want, err) >= 0;
}

PyObject *unit_open(PyTypeObject *type, PyObject *number, int64_t mode)
{
	struct ntpshm_error err;
	struct ntpshm *shm;
	struct unit *self;
	int64_t unit = 0;

	if (number && !value_integer(number, "unit", 0, NTPSHM_UNITS - 1, &unit)) {
		return NULL;
	}
	if (mode >= 0 && !make((int)unit, (int)mode, &err)) {
		return fail(&err);
	}
	shm = ntpshm_open((int)unit, NTPSHM_CREATE, &err);
	if (!shm) {
		return fail(&err);
	}
	self = (struct unit *)PyType_GenericAlloc(type, 0);
	if (!self) {
		ntpshm_close(shm);
		return NULL;
	}
	self->shm = shm;
	return (PyObject *)self;
}

void unit_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	freefunc release = PyType_GetSlot(type, Py_tp_free);

	ntpshm_close(((struct unit *)self)->shm);
	release(self);
	Py_DECREF(type);
}

struct ntpshm *unit_shm(PyObject *self)
{
	struct ntpshm *shm = ((struct unit *)self)->shm;

	if (!shm) {
		PyErr_SetString(PyExc_ValueError, "the unit is closed");
	}
	return shm;
}

PyObject *unit_publish(struct ntpshm *shm, const struct ntpshm_sample *sample)
{
	if (ntpshm_write(shm, sample)) {
		PyErr_SetFromErrno(PyExc_OSError); /* every value was checked before */
		return NULL;
	}
	return Py_NewRef(Py_None);
}

PyObject *unit_number(PyObject *self, void *closure)
{
	struct ntpshm *shm = unit_shm(self);

	(void)closure;
	return shm ? PyLong_FromLong(ntpshm_unit(shm)) : NULL;
}

PyObject *unit_close(PyObject *self, PyObject *unused)
{
	struct unit *unit = (struct unit *)self;

	(void)unused;
	ntpshm_close(unit->shm);
	unit->shm = NULL;
	return Py_NewRef(Py_None);
}

PyObject *unit_enter(PyObject *self, PyObject *unused)
{
	(void)unused;
	return unit_shm(self) ? Py_NewRef(self) : NULL;
}

PyObject *unit_exit(PyObject *self, PyObject *args)
{
	return unit_close(self, args);
}
