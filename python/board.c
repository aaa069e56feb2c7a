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

struct board {
	PyObject_HEAD char *name;        /* NULL once closed */
	struct pps2shm_segment *segment; /* NULL: to be opened again */
	uid_t service;                   /* the user that the service runs as */
};

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
		return module_fail(module->no_daemon, ENOENT,
				   "no daemon is running (there is no status segment)");
	}
	if (fd < 0) {
		return module_fail(module->board_error, errno, strerror(errno));
	}
	self->segment = pps2shm_segment_open_fd(fd, why, sizeof(why));
	return self->segment || module_fail(module->board_error, EPROTO, why);
}

/* A copy of what a living daemon shows. */
static bool read_once(struct board *self, const struct module *module,
		      struct pps2shm_segment_snapshot *snapshot)
{
	char why[200];
	const char *dead;

	if (!self->name) {
		PyErr_SetString(PyExc_ValueError, "the board is closed");
		return false;
	}
	if (!self->segment && !open_segment(self, module)) {
		return false;
	}
	if (pps2shm_segment_read(self->segment, snapshot, why, sizeof(why))) {
		return module_fail(module->board_error, EPROTO, why);
	}
	dead = pps2shm_segment_dead(snapshot, board_raw_now_ns());
	if (dead) {
		bool there = !snapshot->page.ended && kill((pid_t)snapshot->head.pid, 0) == 0;

		return module_fail(module->no_daemon, there ? ETIMEDOUT : ESRCH, dead);
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

static PyObject *utc_ns(PyObject *object, PyObject *unused)
{
	struct board *self = (struct board *)object;
	const struct module *module = module_of(Py_TYPE(object));
	struct pps2shm_segment_snapshot snapshot;

	(void)unused;
	return module && read_snapshot(self, &snapshot)
		       ? board_time(module, &snapshot, self->service)
		       : NULL;
}

static PyObject *close_board(PyObject *object, PyObject *unused)
{
	struct board *self = (struct board *)object;

	(void)unused;
	pps2shm_segment_close(self->segment);
	self->segment = NULL;
	free(self->name);
	self->name = NULL;
	return Py_NewRef(Py_None);
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
