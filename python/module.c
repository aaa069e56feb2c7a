/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <string.h>

static struct PyModuleDef definition;

struct module *module_of(PyTypeObject *type)
{
	/* A derived type is of another module, or of none: its bases lead to ours. */
	for (; type; type = PyType_GetSlot(type, Py_tp_base)) {
		PyObject *module = PyType_GetModule(type);

		if (module && PyModule_GetDef(module) == &definition) {
			return PyModule_GetState(module);
		}
		PyErr_Clear();
	}
	PyErr_SetString(PyExc_SystemError, "this is no object of ntpshm");
	return NULL;
}

PyObject *module_add_type(PyObject *module, PyType_Spec *spec)
{
	PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);

	if (type && PyModule_AddType(module, (PyTypeObject *)type)) {
		Py_CLEAR(type);
	}
	return type;
}

bool module_fail(PyObject *exception, int code, const char *text)
{
	PyObject *args = Py_BuildValue("(is)", code, text);

	if (args) {
		PyErr_SetObject(exception, args);
		Py_DECREF(args);
	}
	return false;
}

static PyObject *add_exception(PyObject *module, const char *name, const char *doc, PyObject *base)
{
	PyObject *exception = PyErr_NewExceptionWithDoc(name, doc, base, NULL);

	if (exception && PyModule_AddObjectRef(module, strchr(name, '.') + 1, exception)) {
		Py_CLEAR(exception);
	}
	return exception;
}

static bool add_exceptions(PyObject *module, struct module *state)
{
	state->board_error = add_exception(
		module, "ntpshm.BoardError",
		"The status segment cannot be read: it has another version, or is none. An OSError.",
		PyExc_OSError);
	if (!state->board_error) {
		return false;
	}
	state->no_daemon = add_exception(
		module, "ntpshm.NoDaemon",
		"No daemon: none is running (ENOENT), it has ended (ESRCH), or it hangs (ETIMEDOUT).",
		state->board_error);
	state->not_locked = add_exception(
		module, "ntpshm.NotLocked",
		"The daemon does not know GPS time at present, and the message says in which state it is.",
		state->board_error);
	return state->no_daemon && state->not_locked;
}

static bool add_types(PyObject *module, struct module *state)
{
	PyType_Spec *others[] = {&ntp_shm_spec, &ntpd_shm_spec, &board_spec};

	state->shm_time = module_add_type(module, &shm_time_spec);
	if (!state->shm_time) {
		return false;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		PyObject *type = module_add_type(module, others[i]);

		if (!type) {
			return false;
		}
		Py_DECREF(type);
	}
	state->board_time = (PyObject *)PyStructSequence_NewType(&board_time_desc);
	return state->board_time &&
	       PyModule_AddType(module, (PyTypeObject *)state->board_time) == 0;
}

static bool find_datetime(struct module *state)
{
	PyObject *module = PyImport_ImportModule("datetime");
	PyObject *zone = module ? PyObject_GetAttrString(module, "timezone") : NULL;
	PyObject *utc = zone ? PyObject_GetAttrString(zone, "utc") : NULL;

	if (utc) {
		state->datetime = PyObject_GetAttrString(module, "datetime");
		state->epoch = PyObject_CallMethod(module, "datetime", "iiiiiiiO", 1970, 1, 1, 0, 0,
						   0, 0, utc);
		state->microsecond = PyObject_CallMethod(module, "timedelta", "iii", 0, 0, 1);
	}
	Py_XDECREF(utc);
	Py_XDECREF(zone);
	Py_XDECREF(module);
	return state->datetime && state->epoch && state->microsecond;
}

static bool add_constants(PyObject *module)
{
	return PyModule_AddIntConstant(module, "LEAP_NOWARNING", NTPSHM_LEAP_NOWARNING) == 0 &&
	       PyModule_AddIntConstant(module, "LEAP_ADDSECOND", NTPSHM_LEAP_ADDSECOND) == 0 &&
	       PyModule_AddIntConstant(module, "LEAP_DELSECOND", NTPSHM_LEAP_DELSECOND) == 0 &&
	       PyModule_AddIntConstant(module, "LEAP_NOTINSYNC", NTPSHM_LEAP_NOTINSYNC) == 0;
}

static int module_exec(PyObject *module)
{
	struct module *state = PyModule_GetState(module);

	return find_datetime(state) && add_exceptions(module, state) && add_types(module, state) &&
			       add_constants(module)
		       ? 0
		       : -1;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
	struct module *state = PyModule_GetState(module);

	Py_VISIT(state->shm_time);
	Py_VISIT(state->board_time);
	Py_VISIT(state->board_error);
	Py_VISIT(state->no_daemon);
	Py_VISIT(state->not_locked);
	Py_VISIT(state->datetime);
	Py_VISIT(state->epoch);
	Py_VISIT(state->microsecond);
	return 0;
}

static int module_clear(PyObject *module)
{
	struct module *state = PyModule_GetState(module);

	Py_CLEAR(state->shm_time);
	Py_CLEAR(state->board_time);
	Py_CLEAR(state->board_error);
	Py_CLEAR(state->no_daemon);
	Py_CLEAR(state->not_locked);
	Py_CLEAR(state->datetime);
	Py_CLEAR(state->epoch);
	Py_CLEAR(state->microsecond);
	return 0;
}

static void module_free(void *module)
{
	module_clear(module);
}

static PyModuleDef_Slot slots[] = {
	{Py_mod_exec, module_exec},
	{0, NULL}, /* see below */
	{0, NULL},
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "_ntpshm",
	.m_doc = "The compiled part of ntpshm.",
	.m_size = sizeof(struct module),
	.m_slots = slots,
	.m_traverse = module_traverse,
	.m_clear = module_clear,
	.m_free = module_free,
};

PyMODINIT_FUNC PyInit__ntpshm(void); /* whom Python calls */

PyMODINIT_FUNC PyInit__ntpshm(void)
{
	/* From 3.12 on: an interpreter with a lock of its own may have this module. */
	if (Py_Version >= 0x030c0000) {
		slots[1] = (PyModuleDef_Slot){3 /* Py_mod_multiple_interpreters */, (void *)2};
	}
	return PyModuleDef_Init(&definition);
}
