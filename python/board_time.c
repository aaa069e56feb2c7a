/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "status/pps2shm_segment.h"

/* Pulses come once a second, and the page is written as often. */
#define PULSE_LIMIT_NS (5 * NTPSHM_S)

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

int64_t board_raw_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * NTPSHM_S + now.tv_nsec;
}

/* NULL: none. */
static const char *doubt(const struct pps2shm_segment_snapshot *snapshot, uid_t service,
			 int64_t age_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	uid_t owner = snapshot->owner;

	if (owner != 0 && owner != geteuid() && owner != service) {
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

static PyObject *make_time(const struct module *module, const struct pps2shm_segment_time *known,
			   const char *why)
{
	PyObject *item[] = {
		PyLong_FromLongLong(known->utc_ns),
		PyLong_FromLongLong(known->uncertainty_ns),
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

PyObject *board_time(const struct module *module, const struct pps2shm_segment_snapshot *snapshot,
		     uid_t service)
{
	struct pps2shm_segment_time known;
	char why[200];
	int rc = pps2shm_segment_time(snapshot, board_raw_now_ns(), &known, why, sizeof(why));

	if (rc < 0) {
		module_fail(module->board_error, EPROTO, why);
		return NULL;
	}
	if (rc > 0) {
		module_fail(module->not_locked, EAGAIN, why);
		return NULL;
	}
	return make_time(module, &known, doubt(snapshot, service, known.age_ns));
}
