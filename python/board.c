/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "status/pps2shm_segment.h"

#define NO_USER ((uid_t)-1)

/* Where the pulses' jitter is not known yet: what the gate lets through is far better than that. */
#define JITTER_UNKNOWN_NS 1000000
/* An interrupt that nobody has measured is late by some microseconds: docs/accuracy.md. */
#define LATENCY_NS 20000
/* The raw clock's frequency is measured, and stays within 1 ppm of it. */
#define DRIFT_PER 1000000
/* Pulses come once a second, and the page is written as often. */
#define PULSE_LIMIT_NS (5 * NTPSHM_S)

struct board {
	PyObject_HEAD char *name;        /* NULL once closed */
	struct pps2shm_segment *segment; /* NULL: to be opened again */
	uid_t service;                   /* the user that the service runs as */
};

static PyStructSequence_Field board_time_fields[] = {
	{"utc_ns", "GPS time now, as UTC: nanoseconds since 1970."},
	{"uncertainty_ns", "It is right within so many nanoseconds, as far as can be known here."},
	{"trusted", "False: do not rely on it, for the reason in doubt."},
	{"doubt", "Why it is not trusted; None if it is."},
	{0},
};

PyStructSequence_Desc board_time_desc = {
	.name = "ntpshm.BoardTime",
	.doc = "What Board.utc_ns() returns.",
	.fields = board_time_fields,
	.n_in_sequence = 4,
};

static bool fail(PyObject *exception, int code, const char *text)
{
	PyObject *args = Py_BuildValue("(is)", code, text);

	if (args) {
		PyErr_SetObject(exception, args);
		Py_DECREF(args);
	}
	return false;
}

static int64_t raw_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * NTPSHM_S + now.tv_nsec;
}

static uid_t service_user(void)
{
	char text[4096];
	struct passwd user, *found;

	return getpwnam_r("pps2shm", &user, text, sizeof(text), &found) == 0 && found ? user.pw_uid
										      : NO_USER;
}

static bool open_segment(struct board *self, const struct module *module)
{
	char why[200];
	int fd = shm_open(self->name, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0 && errno == ENOENT) {
		return fail(module->no_daemon, ENOENT,
			    "no daemon is running (there is no status segment)");
	}
	if (fd < 0) {
		return fail(module->board_error, errno, strerror(errno));
	}
	self->segment = pps2shm_segment_open_fd(fd, why, sizeof(why));
	return self->segment || fail(module->board_error, EPROTO, why);
}

/* A copy of what a living daemon shows. */
static bool read_once(struct board *self, const struct module *module,
		      struct pps2shm_segment_snapshot *snapshot)
{
	char why[200];
	const char *dead;

	if (!self->segment && !open_segment(self, module)) {
		return false;
	}
	if (pps2shm_segment_read(self->segment, snapshot, why, sizeof(why))) {
		return fail(module->board_error, EPROTO, why);
	}
	dead = pps2shm_segment_dead(snapshot, raw_now_ns());
	if (dead) {
		bool there = !snapshot->page.ended && kill((pid_t)snapshot->head.pid, 0) == 0;

		return fail(module->no_daemon, there ? ETIMEDOUT : ESRCH, dead);
	}
	return true;
}

static bool read_snapshot(struct board *self, struct pps2shm_segment_snapshot *snapshot)
{
	const struct module *module = module_of(Py_TYPE((PyObject *)self));
	bool was_open = self->segment;

	if (!module) {
		return false;
	}
	if (!self->name) {
		PyErr_SetString(PyExc_ValueError, "the board is closed");
		return false;
	}
	if (read_once(self, module, snapshot)) {
		return true;
	}
	pps2shm_segment_close(self->segment);
	self->segment = NULL;
	if (!was_open) {
		return false;
	}
	/* Another daemon, or the same one started again, may have another segment. */
	PyErr_Clear();
	return read_once(self, module, snapshot);
}

static void dealloc(PyObject *object)
{
	struct board *self = (struct board *)object;
	PyTypeObject *type = Py_TYPE(object);
	freefunc release = PyType_GetSlot(type, Py_tp_free);

	pps2shm_segment_close(self->segment);
	free(self->name);
	release(object);
	Py_DECREF(type);
}

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"name", NULL};
	const char *name = PPS2SHM_SEGMENT_NAME;
	struct pps2shm_segment_snapshot snapshot;
	struct board *self;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "|s:Board", names, &name)) {
		return NULL;
	}
	self = (struct board *)PyType_GenericAlloc(type, 0);
	if (!self) {
		return NULL;
	}
	self->service = service_user();
	self->name = strdup(name);
	if (!self->name) {
		PyErr_NoMemory();
	}
	if (!self->name || !read_snapshot(self, &snapshot)) {
		Py_DECREF(self);
		return NULL;
	}
	return (PyObject *)self;
}

static PyObject *read_all(PyObject *self, PyObject *unused)
{
	struct pps2shm_segment_snapshot snapshot;

	(void)unused;
	return read_snapshot((struct board *)self, &snapshot) ? board_dict(&snapshot) : NULL;
}

/* ---- GPS time ----------------------------------------------------------------------------- */

/*
 * At first there is no pulse, and when a silence ends the last one is of before it, whose label may
 * have been wrong. Between locked and holdover there is no silence.
 */
static bool has_pulse(const struct pps2shm_segment_page *page)
{
	return page->label_utc_s != 0 &&
	       page->state_since_raw_ns - page->label_raw_ns < NTPSHM_S * 3 / 2;
}

/* What passed in truth while the raw clock, which runs fast by ppb, counted raw_ns. */
static int64_t true_ns(int64_t raw_ns, int64_t ppb)
{
	return raw_ns - raw_ns / 1000 * ppb / (1000000 + ppb / 1000);
}

static int64_t uncertainty_ns(const struct pps2shm_segment_snapshot *snapshot, int64_t age_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	int64_t jitter_ns = page->jitter_ns > 0 ? 3 * page->jitter_ns : JITTER_UNKNOWN_NS;
	bool unmeasured = page->stamps.kind == PPS2SHM_SEGMENT_STAMPED &&
			  snapshot->head.settings.pps_offset_ns == 0;

	return jitter_ns + (unmeasured ? LATENCY_NS : 0) + age_ns / DRIFT_PER;
}

/* NULL: none. */
static const char *doubt(const struct board *self, const struct pps2shm_segment_snapshot *snapshot,
			 int64_t age_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	uid_t owner = snapshot->owner;

	if (owner != 0 && owner != geteuid() && owner != self->service) {
		return "the status segment belongs to neither root, pps2shm nor this user";
	}
	if (strcmp(page->sources[PPS2SHM_SEGMENT_PULSE].name, "simulated pulses") == 0) {
		return "the receiver is simulated";
	}
	if (!page->leap.confirmed_by) {
		return "the receiver may not know the leap seconds yet";
	}
	return age_ns > PULSE_LIMIT_NS ? "no pulse has come for more than 5 s" : NULL;
}

static PyObject *board_time(const struct board *self, const struct module *module,
			    const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	int64_t age_ns = raw_ns - page->label_raw_ns;
	const char *why = doubt(self, snapshot, age_ns);
	PyObject *item[] = {
		PyLong_FromLongLong(page->label_utc_s * NTPSHM_S +
				    true_ns(age_ns, page->period_error_ppb)),
		PyLong_FromLongLong(uncertainty_ns(snapshot, age_ns)),
		PyBool_FromLong(!why),
		why ? PyUnicode_FromString(why) : Py_NewRef(Py_None),
	};
	PyObject *time = PyStructSequence_New((PyTypeObject *)module->board_time);

	for (int i = 0; i < 4; i++) {
		if (time && item[i]) {
			PyStructSequence_SetItem(time, i, item[i]);
		} else {
			Py_CLEAR(time);
			Py_XDECREF(item[i]);
		}
	}
	return time;
}

static PyObject *utc_ns(PyObject *object, PyObject *unused)
{
	const struct board *self = (struct board *)object;
	const struct module *module = module_of(Py_TYPE(object));
	struct pps2shm_segment_snapshot snapshot;
	const char *state;
	char text[160];
	bool locked;

	(void)unused;
	if (!module || !read_snapshot((struct board *)object, &snapshot)) {
		return NULL;
	}
	state = snapshot.head.state_names[snapshot.page.state];
	locked = strcmp(state, "locked") == 0 || strcmp(state, "holdover") == 0;
	if (!locked || !has_pulse(&snapshot.page)) {
		PyOS_snprintf(text, sizeof(text),
			      "GPS time is not known at present: the daemon's state is '%s'%s",
			      state, locked ? ", and no pulse has come since it is" : "");
		fail(module->not_locked, EAGAIN, text);
		return NULL;
	}
	return board_time(self, module, &snapshot, raw_now_ns());
}

static PyObject *close_board(PyObject *object, PyObject *unused)
{
	struct board *self = (struct board *)object;

	(void)unused;
	pps2shm_segment_close(self->segment);
	self->segment = NULL;
	free(self->name);
	self->name = NULL;
	Py_RETURN_NONE;
}

static PyObject *enter(PyObject *self, PyObject *unused)
{
	(void)unused;
	return Py_NewRef(self);
}

static PyMethodDef methods[] = {
	{"utc_ns", utc_ns, METH_NOARGS,
	 "utc_ns($self, /)\n--\n\n"
	 "GPS time now, whatever the system clock says: a BoardTime (utc_ns, uncertainty_ns, "
	 "trusted, doubt). NotLocked if the daemon does not know it at present."},
	{"read", read_all, METH_NOARGS,
	 "read($self, /)\n--\n\n"
	 "All that the daemon shows at present, of one moment: a dict, with the names of "
	 "pps2shm_segment.h."},
	{"close", close_board, METH_NOARGS, "close($self, /)\n--\n\nCloses it. Twice is fine."},
	{"__enter__", enter, METH_NOARGS, "__enter__($self, /)\n--\n\nItself."},
	{"__exit__", close_board, METH_VARARGS, "__exit__($self, /, *exc)\n--\n\nCloses it."},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc,
	 "Board(name='" PPS2SHM_SEGMENT_NAME "')\n--\n\n"
	 "The status segment of a running pps2shm: what the daemon knows. NoDaemon if there is "
	 "none, BoardError if it is of another version. A daemon that was restarted is found again "
	 "by itself."},
	{Py_tp_new, new},
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{0, NULL},
};

PyType_Spec board_spec = {
	.name = "ntpshm.Board",
	.basicsize = sizeof(struct board),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = slots,
};
