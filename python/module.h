/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * The Python module ntpshm: what its files share. All of it keeps to Python's limited API of 3.11
 * and to the public headers of libntpshm and of the status segment.
 *
 * The interpreter's lock is never let go: no call here waits for longer than a few milliseconds, and
 * so two threads never use one handle at a time. There are no globals: each interpreter has a
 * struct module of its own.
 *
 * A function that returns bool or a pointer has set a Python exception when it returns false or NULL.
 */

#include <Python.h>

#include <stdbool.h>
#include <stdint.h>

#include "ntpshm/ntpshm.h"

struct module {
	PyObject *shm_time;   /* the type ShmTime */
	PyObject *board_time; /* … BoardTime */
	PyObject *board_error, *no_daemon, *not_locked;
	PyObject *datetime, *epoch, *microsecond; /* of the module datetime */
};

/* Of an object of a type of ours, or of one derived from it. */
struct module *module_of(PyTypeObject *type);

/* Makes a type, puts it into the module, and returns a reference that the module holds. */
PyObject *module_add_type(PyObject *module, PyType_Spec *spec);

/* An OSError, of the class for that errno, or exception, which is derived from it. Always false. */
bool module_fail(PyObject *exception, int code, const char *text);

/* ---- Values: values.c --------------------------------------------------------------------- */

/*
 * All of these may run code of the caller's, which may close a unit: ask for the unit after them.
 * name is told in the message.
 */

/* False: AttributeError, as value is NULL: an attribute is to be deleted. */
bool value_is_set(PyObject *value, const char *name);

/* False: TypeError, or ValueError if it is not from least to most. */
bool value_integer(PyObject *value, const char *name, int64_t least, int64_t most, int64_t *out);

/* An instant in nanoseconds that this system's time_t can hold. */
bool value_ns(PyObject *value, const char *name, int64_t *ns);

/* Seconds since 1970, a float or whatever makes one, rounded down to nanoseconds. */
bool value_seconds(PyObject *value, const char *name, int64_t *ns);

/* An aware datetime, exactly. */
bool value_datetime(const struct module *module, PyObject *value, const char *name, int64_t *ns);
PyObject *value_to_datetime(const struct module *module, int64_t ns);

#define VALUES_MAX 6

/* The parameters of a function; other_names are as good, and may be NULL. */
struct values {
	const char *function;
	const char *names[VALUES_MAX];
	const char *other_names[VALUES_MAX];
	Py_ssize_t positional; /* the first of them, of which the very first is required */
};

/* Borrowed references; NULL for what is not given or None. */
bool values_take(const struct values *values, PyObject *const *args, Py_ssize_t count,
		 PyObject *keywords, PyObject **out);

/* ---- Fields: fields.c --------------------------------------------------------------------- */

/* In the order of struct ntpshm_time, and so of ntpshm_fields(). */
enum {
	MODE,
	COUNT,
	CLOCK_S,
	CLOCK_US,
	RECEIVE_S,
	RECEIVE_US,
	LEAP,
	PRECISION,
	NSAMPLES,
	VALID,
	CLOCK_NS,
	RECEIVE_NS,
	FIELDS
};

struct field {
	const char *name;   /* in Python's spelling */
	const char *c_name; /* as ntpd calls it */
	int64_t least, most;
};

extern const struct field fields[FIELDS];

/* For the attribute or argument of that name. */
bool field_value(int field, const char *name, PyObject *value, int64_t *number);

/* Where fields are: in a unit, or in a copy (int64_t[FIELDS]), the other one NULL. */
struct place {
	struct ntpshm *shm;
	int64_t *copy;
};

int64_t place_get(const struct place *place, int field);

/* value is in the range of the field. */
void place_set(const struct place *place, int field, int64_t value);

/* The three fields of an instant, in the closures of attributes. */
struct stamp {
	const char *name;
	int s, us, ns;
};

/* Three that belong together, as far as whoever writes them meanwhile keeps to the protocol. */
void place_get_stamp(const struct place *place, const struct stamp *stamp, int64_t *s, int64_t *us,
		     int64_t *ns);

/* Nanoseconds count if they agree with the microseconds, as for ntpd. */
bool place_get_ns(const struct place *place, const struct stamp *stamp, int64_t *ns);
void place_set_ns(const struct place *place, const struct stamp *stamp, int64_t ns);

/* ---- Types -------------------------------------------------------------------------------- */

extern PyType_Spec shm_time_spec; /* shm_time.c */
extern PyType_Spec ntp_shm_spec;  /* ntp_shm.c */
extern PyType_Spec ntpd_shm_spec; /* ntpd_shm.c */
extern PyType_Spec board_spec;    /* board.c */
extern PyStructSequence_Desc board_time_desc;

/* A copy, to be filled, or with unit its live fields. */
PyObject *shm_time_new(const struct module *module, PyObject *unit, int64_t **copy);

/* The fields of a ShmTime. False: TypeError, or its unit is closed. */
bool shm_time_place(const struct module *module, PyObject *object, struct place *place);

/* ---- Units: unit.c, what NtpShm and NtpdShm have in common --------------------------------- */

struct unit {
	PyObject_HEAD struct ntpshm *shm; /* NULL once closed */
};

/* Opens unit number, makes it if it does not exist; mode -1: 0600 then. A new reference. */
PyObject *unit_open(PyTypeObject *type, PyObject *number, int64_t mode);
void unit_dealloc(PyObject *self);

/* NULL, with ValueError, if it is closed. */
struct ntpshm *unit_shm(PyObject *self);

/* Publishes the sample, as it is. Returns None. */
PyObject *unit_publish(struct ntpshm *shm, const struct ntpshm_sample *sample);

PyObject *unit_number(PyObject *self, void *closure);
PyObject *unit_close(PyObject *self, PyObject *unused);
PyObject *unit_enter(PyObject *self, PyObject *unused);
PyObject *unit_exit(PyObject *self, PyObject *args);

#define UNIT_METHODS                                                                               \
	{"close", unit_close, METH_NOARGS,                                                         \
	 "close($self, /)\n--\n\nDetaches from the unit; the unit stays. Closing twice is fine."}, \
		{"__enter__", unit_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nItself."},      \
	{                                                                                          \
		"__exit__", unit_exit, METH_VARARGS, "__exit__($self, /, *exc)\n--\n\nCloses it."  \
	}

/* ---- The status segment ------------------------------------------------------------------- */

struct pps2shm_segment_snapshot;

/* CLOCK_MONOTONIC_RAW. */
int64_t board_raw_now_ns(void);

/* GPS time now: a BoardTime, or NotLocked; service is the user that the service runs as. board_time.c */
PyObject *board_time(const struct module *module, const struct pps2shm_segment_snapshot *snapshot,
		     uid_t service);

/* All of a snapshot: a dict with the names of the header. board_fields.c */
PyObject *board_dict(const struct pps2shm_segment_snapshot *snapshot);
