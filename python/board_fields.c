/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "module.h"

#include <string.h>

#include "status/pps2shm_segment.h"

enum kind { INT32, UINT32, INT64, UINT64, TEXT };

struct row {
	const char *name;
	size_t offset;
	enum kind kind;
};

#define ROW(type, member)                                                                          \
	{                                                                                          \
#member, offsetof(struct pps2shm_segment_##type, member),                          \
			_Generic(((struct pps2shm_segment_##type *)NULL)->member, int32_t          \
				 : INT32, uint32_t                                                 \
				 : UINT32, int64_t                                                 \
				 : INT64, uint64_t                                                 \
				 : UINT64, char *                                                  \
				 : TEXT)               \
	}

static const struct row head_rows[] = {
	ROW(head, version), ROW(head, pid), ROW(head, instance), ROW(head, program), {0}};

static const struct row settings_rows[] = {
	ROW(settings, pivot_utc_s),
	ROW(settings, relabel_hold_ns),
	ROW(settings, holdover_ns),
	ROW(settings, pps_offset_ns),
	ROW(settings, configured_lag_ns),
	ROW(settings, leap_known_until_utc_s),
	ROW(settings, leap_utc_s),
	ROW(settings, leap),
	ROW(settings, agree),
	ROW(settings, clear_edge),
	ROW(settings, time_leap),
	ROW(settings, leap_corrected),
	ROW(settings, leap_count_s),
	{0},
};

static const struct row page_rows[] = {
	ROW(page, raw_ns),
	ROW(page, real_ns),
	ROW(page, state_since_raw_ns),
	ROW(page, label_utc_s),
	ROW(page, label_raw_ns),
	ROW(page, label_real_ns),
	ROW(page, last_pulse_raw_ns),
	ROW(page, last_sentence_raw_ns),
	ROW(page, last_confirm_raw_ns),
	ROW(page, lag_ns),
	ROW(page, lag_jitter_ns),
	ROW(page, jitter_ns),
	ROW(page, period_error_ppb),
	ROW(page, clock_maxerr_us),
	ROW(page, clock_sync),
	ROW(page, lag_learned),
	ROW(page, clock_steps),
	ROW(page, pulses),
	ROW(page, missed),
	ROW(page, bytes),
	ROW(page, sentences),
	ROW(page, frames),
	ROW(page, fixes),
	ROW(page, foreign),
	ROW(page, unpaired),
	{0},
};

static const struct row stamps_rows[] = {
	ROW(stamps, width_ns), ROW(stamps, bias_ns), ROW(stamps, kind), {0}};

static const struct row receiver_rows[] = {
	ROW(receiver, fix),
	ROW(receiver, fix_mode),
	ROW(receiver, satellites_used),
	ROW(receiver, satellites_seen),
	ROW(receiver, hdop_x100),
	ROW(receiver, talker),
	ROW(receiver, utc_s),
	ROW(receiver, jamming),
	ROW(receiver, spoofing),
	{0},
};

static const struct row leap_rows[] = {
	ROW(leap, confirmed_by), ROW(leap, said_by),
	ROW(leap, unknown),      ROW(leap, count_s),
	ROW(leap, withheld),     ROW(leap, corrected),
	ROW(leap, sure_raw_ns),  ROW(leap, leap_utc_s),
	ROW(leap, leap),         {0},
};

static const struct row unit_rows[] = {
	ROW(unit, unit),         ROW(unit, writable),
	ROW(unit, write_raw_ns), ROW(unit, consumed_raw_ns),
	ROW(unit, written),      ROW(unit, consumed),
	ROW(unit, clock_ns),     ROW(unit, receive_ns),
	ROW(unit, leap),         ROW(unit, precision),
	ROW(unit, error),        {0},
};

static const struct row socket_rows[] = {
	ROW(socket, configured),   ROW(socket, connected),
	ROW(socket, since_raw_ns), ROW(socket, sent_raw_ns),
	ROW(socket, sent),         ROW(socket, lost),
	ROW(socket, losses),       ROW(socket, path),
	ROW(socket, error),        {0},
};

static const struct row source_rows[] = {
	ROW(source, configured), ROW(source, up),           ROW(source, bps),
	ROW(source, searching),  ROW(source, since_raw_ns), ROW(source, losses),
	ROW(source, name),       ROW(source, error),        {0},
};

static PyObject *value_of(const struct row *row, const void *data)
{
	const char *at = (const char *)data + row->offset;

	switch (row->kind) {
	case INT32:
		return PyLong_FromLong(*(const int32_t *)(const void *)at);
	case UINT32:
		return PyLong_FromUnsignedLong(*(const uint32_t *)(const void *)at);
	case INT64:
		return PyLong_FromLongLong(*(const int64_t *)(const void *)at);
	case UINT64:
		return PyLong_FromUnsignedLongLong(*(const uint64_t *)(const void *)at);
	case TEXT:
	default:
		return PyUnicode_FromString(at);
	}
}

/* Steals value, which may be NULL. */
static bool put(PyObject *dict, const char *name, PyObject *value)
{
	bool done = value && PyDict_SetItemString(dict, name, value) == 0;

	Py_XDECREF(value);
	return done;
}

static bool put_rows(PyObject *dict, const struct row *rows, const void *data)
{
	for (const struct row *row = rows; row->name; row++) {
		if (!put(dict, row->name, value_of(row, data))) {
			return false;
		}
	}
	return true;
}

static PyObject *dict_of(const struct row *rows, const void *data)
{
	PyObject *dict = PyDict_New();

	if (dict && !put_rows(dict, rows, data)) {
		Py_CLEAR(dict);
	}
	return dict;
}

/* Of an array of two, with the names of its indices. */
static PyObject *pair_of(const struct row *rows, const void *data, size_t size, const char *first,
			 const char *second)
{
	PyObject *dict = PyDict_New();

	if (dict && !(put(dict, first, dict_of(rows, data)) &&
		      put(dict, second, dict_of(rows, (const char *)data + size)))) {
		Py_CLEAR(dict);
	}
	return dict;
}

static PyObject *stamps_of(const struct pps2shm_segment_stamps *stamps)
{
	PyObject *dict = dict_of(stamps_rows, stamps);
	PyObject *counts =
		Py_BuildValue("[KKK]", (unsigned long long)stamps->count[PPS2SHM_SEGMENT_STAMPED],
			      (unsigned long long)stamps->count[PPS2SHM_SEGMENT_CORRECTED],
			      (unsigned long long)stamps->count[PPS2SHM_SEGMENT_POLLED]);

	if (!dict) {
		Py_XDECREF(counts);
	} else if (!put(dict, "count", counts)) {
		Py_CLEAR(dict);
	}
	return dict;
}

static PyObject *rejects_of(const struct pps2shm_segment_snapshot *snapshot)
{
	PyObject *dict = PyDict_New();

	for (int i = 0; dict && i < PPS2SHM_SEGMENT_CAUSES; i++) {
		const char *name = snapshot->head.cause_names[i];

		if (name[0] &&
		    !put(dict, name, PyLong_FromUnsignedLongLong(snapshot->page.rejects[i]))) {
			Py_CLEAR(dict);
		}
	}
	return dict;
}

PyObject *board_dict(const struct pps2shm_segment_snapshot *snapshot)
{
	const struct pps2shm_segment_page *page = &snapshot->page;
	PyObject *dict = dict_of(head_rows, &snapshot->head);

	if (dict &&
	    !(put(dict, "owner", PyLong_FromUnsignedLong(snapshot->owner)) &&
	      put(dict, "state", PyUnicode_FromString(snapshot->head.state_names[page->state])) &&
	      put_rows(dict, page_rows, page) &&
	      put(dict, "settings", dict_of(settings_rows, &snapshot->head.settings)) &&
	      put(dict, "stamps", stamps_of(&page->stamps)) &&
	      put(dict, "rejects", rejects_of(snapshot)) &&
	      put(dict, "receiver", dict_of(receiver_rows, &page->receiver)) &&
	      put(dict, "leap", dict_of(leap_rows, &page->leap)) &&
	      put(dict, "units",
		  pair_of(unit_rows, page->units, sizeof(page->units[0]), "coarse", "pps")) &&
	      put(dict, "sockets",
		  pair_of(socket_rows, page->sockets, sizeof(page->sockets[0]), "coarse", "pps")) &&
	      put(dict, "sources",
		  pair_of(source_rows, page->sources, sizeof(page->sources[0]), "serial",
			  "pulse")))) {
		Py_CLEAR(dict);
	}
	return dict;
}
