/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "status/pps2shm_segment.h"

/* As `pps2shm mcp` tells it: how late a pulse is stamped, where nobody measured it and where one did; */
#define BIAS_NS          20000
#define BIAS_MEASURED_NS 2000
/* three sigma of the pulses; and what the raw clock may drift on the way to now. */
#define JITTER_UNKNOWN_NS 20000
#define DRIFT_PPM         1
#define DRIFT_UNKNOWN_PPM 200
/* Pulses come once a second, and the page is written as often. */
#define PULSE_LIMIT_NS (5 * NTPSHM_S)
/* An older pulse is none. */
#define AGE_MAX_S 86400

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

/* Whoever owns the segment can write anything into it. */
static bool plausible(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	int64_t offset_ns = snapshot->head.settings.pps_offset_ns;

	return offset_ns >= -NTPSHM_S && offset_ns <= NTPSHM_S && page->label_utc_s >= 0 &&
	       page->label_utc_s < INT64_MAX / NTPSHM_S - 2 * AGE_MAX_S &&
	       page->label_raw_ns >= 0 && page->label_raw_ns <= raw_ns &&
	       page->state_since_raw_ns >= 0 && page->state_since_raw_ns <= raw_ns &&
	       page->jitter_ns >= 0 && page->jitter_ns <= NTPSHM_S &&
	       page->period_error_ppb >= -1000000 && page->period_error_ppb <= 1000000;
}

/*
 * At first there is no pulse, and when a silence ends the last one is of before it, whose label may
 * have been wrong. Between locked and holdover there is no silence.
 */
static bool has_pulse(const struct pps2shm_segment_page *page, int64_t raw_ns)
{
	return page->label_utc_s != 0 && raw_ns - page->label_raw_ns < AGE_MAX_S * NTPSHM_S &&
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
	bool measured = page->stamps.kind != PPS2SHM_SEGMENT_STAMPED ||
			snapshot->head.settings.pps_offset_ns != 0;
	int64_t drift_ppm = page->period_error_ppb ? DRIFT_PPM : DRIFT_UNKNOWN_PPM;

	return jitter_ns + (measured ? BIAS_MEASURED_NS : BIAS_NS) + age_ns / 1000000 * drift_ppm;
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

static PyObject *make_time(const struct module *module,
			   const struct pps2shm_segment_snapshot *snapshot, uid_t service,
			   int64_t raw_ns)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	int64_t age_ns = raw_ns - page->label_raw_ns;
	const char *why = doubt(snapshot, service, age_ns);
	PyObject *item[] = {
		PyLong_FromLongLong(page->label_utc_s * NTPSHM_S +
				    snapshot->head.settings.pps_offset_ns +
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

PyObject *board_time(const struct module *module, const struct pps2shm_segment_snapshot *snapshot,
		     uid_t service)
{
	const char *state = snapshot->head.state_names[snapshot->page.state];
	bool locked = strcmp(state, "locked") == 0 || strcmp(state, "holdover") == 0;
	int64_t raw_ns = board_raw_now_ns();
	char text[160];

	if (!plausible(snapshot, raw_ns)) {
		module_fail(module->board_error, EPROTO,
			    "the status segment holds what no daemon writes");
		return NULL;
	}
	if (locked && has_pulse(&snapshot->page, raw_ns)) {
		return make_time(module, snapshot, service, raw_ns);
	}
	PyOS_snprintf(text, sizeof(text),
		      "GPS time is not known at present: the daemon's state is '%s'%s", state,
		      locked ? ", and no pulse has come since it is" : "");
	module_fail(module->not_locked, EAGAIN, text);
	return NULL;
}
