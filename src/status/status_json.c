/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>
#include <time.h>

#include "core/core.h"
#include "core/said.h"
#include "status/status_json.h"

static void set_int(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

static void set_bool(json_t *object, const char *key, bool value)
{
	json_object_set_new(object, key, json_boolean(value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key, value[0] ? json_string(value) : json_null());
}

/* Instants that are "not yet", and numbers that are "unknown", are null. */
static void set_known(json_t *object, const char *key, int64_t value, bool known)
{
	json_object_set_new(object, key, known ? json_integer(value) : json_null());
}

static void set_instant(json_t *object, const char *key, int64_t value)
{
	set_known(object, key, value, value > 0);
}

static const char *const roles[PPS2SHM_SEGMENT_UNITS] = {"coarse", "pps"};

static json_t *unit_json(const struct pps2shm_segment_unit *unit, const char *role)
{
	json_t *json = json_object();
	char key[16];
	const bool written = unit->write_raw_ns > 0;

	snprintf(key, sizeof(key), "0x%08x", 0x4e545030U + (unsigned)unit->unit);
	set_text(json, "role", role);
	set_int(json, "unit", unit->unit);
	set_text(json, "key", key);
	set_bool(json, "writable", unit->writable);
	set_text(json, "error", unit->error);
	set_int(json, "written", (int64_t)unit->written);
	set_int(json, "consumed", (int64_t)unit->consumed);
	set_instant(json, "write_raw_ns", unit->write_raw_ns);
	set_instant(json, "consumed_raw_ns", unit->consumed_raw_ns);
	set_known(json, "clock_ns", unit->clock_ns, written);
	set_known(json, "receive_ns", unit->receive_ns, written);
	set_known(json, "offset_ns",
		  (int64_t)((uint64_t)unit->clock_ns - (uint64_t)unit->receive_ns), written);
	set_known(json, "leap", unit->leap, written);
	set_known(json, "precision", unit->precision, written);
	return json;
}

static json_t *units_json(const struct status *status)
{
	json_t *json = json_array();

	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		if (status->segment.page.units[i].unit >= 0) {
			json_array_append_new(json,
					      unit_json(&status->segment.page.units[i], roles[i]));
		}
	}
	return json;
}

static json_t *socket_json(const struct pps2shm_segment_socket *socket, const char *role)
{
	json_t *json = json_object();

	set_text(json, "role", role);
	set_text(json, "path", socket->path);
	set_bool(json, "connected", socket->connected);
	set_text(json, "error", socket->error);
	set_instant(json, "since_raw_ns", socket->since_raw_ns);
	set_int(json, "sent", (int64_t)socket->sent);
	set_instant(json, "sent_raw_ns", socket->sent_raw_ns);
	set_int(json, "lost", (int64_t)socket->lost);
	set_int(json, "losses", (int64_t)socket->losses);
	return json;
}

static json_t *sockets_json(const struct status *status)
{
	json_t *json = json_array();

	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		const struct pps2shm_segment_socket *socket = &status->segment.page.sockets[i];

		if (socket->configured) {
			json_array_append_new(json, socket_json(socket, roles[i]));
		}
	}
	return json;
}

static json_t *source_json(const struct pps2shm_segment_source *source)
{
	json_t *json = json_object();

	set_bool(json, "configured", source->configured);
	set_bool(json, "up", source->up);
	set_text(json, "name", source->name);
	set_text(json, "error", source->error);
	set_instant(json, "since_raw_ns", source->since_raw_ns);
	set_int(json, "losses", (int64_t)source->losses);
	set_known(json, "bps", source->bps, source->bps != 0);
	set_bool(json, "searching", source->searching);
	return json;
}

static json_t *receiver_json(const struct pps2shm_segment_receiver *receiver)
{
	json_t *json = json_object();

	set_bool(json, "fix", receiver->fix);
	set_known(json, "fix_mode", receiver->fix_mode, receiver->fix_mode > 0);
	set_known(json, "satellites_used", receiver->satellites_used,
		  receiver->satellites_used >= 0);
	set_known(json, "satellites_seen", receiver->satellites_seen,
		  receiver->satellites_seen >= 0);
	set_known(json, "hdop_x100", receiver->hdop_x100, receiver->hdop_x100 >= 0);
	set_text(json, "talker", receiver->talker);
	set_instant(json, "utc_s", receiver->utc_s);
	set_known(json, "jamming", receiver->jamming, receiver->jamming != SAID_UNKNOWN);
	set_known(json, "spoofing", receiver->spoofing, receiver->spoofing != SAID_UNKNOWN);
	return json;
}

static json_t *leap_json(const struct status *status)
{
	const struct pps2shm_segment_leap *leap = &status->segment.page.leap;
	int64_t left_s = status_leap_left_s(status);
	json_t *json = json_object();

	set_bool(json, "provisional", !leap->confirmed_by);
	set_bool(json, "withheld", leap->withheld);
	set_text(json, "confirmed_by",
		 leap->confirmed_by ? core_leap_by_name((enum core_leap_by)leap->confirmed_by)
				    : "");
	set_known(json, "seconds_left", left_s, left_s > 0);
	set_text(json, "said_by", leap->said_by ? said_by_name((enum said_by)leap->said_by) : "");
	set_bool(json, "unknown", leap->unknown);
	set_known(json, "count_s", leap->count_s, leap->count_s >= 0);
	set_bool(json, "corrected", leap->corrected);
	set_int(json, "announced", leap->leap);
	set_instant(json, "announced_utc_s", leap->leap_utc_s);
	return json;
}

static json_t *label_json(const struct pps2shm_segment_page *page)
{
	json_t *json = json_object();
	char utc[40] = "";
	const time_t second = (time_t)page->label_utc_s;
	struct tm tm;

	if (page->label_utc_s && gmtime_r(&second, &tm)) {
		strftime(utc, sizeof(utc), "%FT%TZ", &tm);
	}
	set_text(json, "utc", utc);
	set_instant(json, "utc_s", page->label_utc_s);
	set_instant(json, "raw_ns", page->label_raw_ns);
	set_instant(json, "real_ns", page->label_real_ns);
	set_instant(json, "confirmed_raw_ns", page->last_confirm_raw_ns);
	return json;
}

static json_t *pulses_json(const struct pps2shm_segment_page *page)
{
	static const char *const kinds[] = {"stamped", "corrected", "polled"};
	const struct pps2shm_segment_stamps *stamps = &page->stamps;
	json_t *json = json_object();

	set_int(json, "count", (int64_t)page->pulses);
	set_int(json, "missed", (int64_t)page->missed);
	set_int(json, "foreign", (int64_t)page->foreign);
	set_int(json, "unpaired", (int64_t)page->unpaired);
	set_instant(json, "last_raw_ns", page->last_pulse_raw_ns);
	set_known(json, "jitter_ns", page->jitter_ns, page->jitter_ns > 0);
	set_int(json, "period_error_ppb", page->period_error_ppb);
	json_object_set_new(json, "stamps",
			    json_pack("{s:I, s:I, s:I, s:s}", "stamped",
				      (json_int_t)stamps->count[PPS2SHM_SEGMENT_STAMPED],
				      "corrected",
				      (json_int_t)stamps->count[PPS2SHM_SEGMENT_CORRECTED],
				      "polled", (json_int_t)stamps->count[PPS2SHM_SEGMENT_POLLED],
				      "last", kinds[stamps->kind]));
	set_known(json, "bracket_ns", stamps->width_ns, stamps->width_ns > 0);
	set_known(json, "bias_ns", stamps->bias_ns, stamps->bias_ns != 0);
	return json;
}

static json_t *sentences_json(const struct pps2shm_segment_page *page)
{
	json_t *json = json_object();

	set_int(json, "count", (int64_t)page->sentences);
	set_int(json, "fixes", (int64_t)page->fixes);
	set_int(json, "bytes", (int64_t)page->bytes);
	set_int(json, "frames", (int64_t)page->frames);
	set_instant(json, "last_raw_ns", page->last_sentence_raw_ns);
	set_int(json, "lag_ns", page->lag_ns);
	set_int(json, "lag_jitter_ns", page->lag_jitter_ns);
	set_bool(json, "lag_learned", page->lag_learned);
	return json;
}

/* The kernel's clock that the pulses are measured on, and what it says of itself. */
static json_t *clock_json(const struct pps2shm_segment_page *page)
{
	static const char path[] =
		"/sys/devices/system/clocksource/clocksource0/current_clocksource";
	json_t *json = json_object();
	char name[64] = "";
	FILE *file = fopen(path, "re");

	if (file) {
		if (fgets(name, sizeof(name), file)) {
			name[strcspn(name, "\n")] = '\0';
		}
		fclose(file);
	}
	set_text(json, "source", name);
	set_bool(json, "synchronised", page->clock_sync);
	set_bool(json, "witness", page->clock_sync & PPS2SHM_SEGMENT_SYNC_SEEN);
	set_int(json, "maxerr_us", page->clock_maxerr_us);
	set_int(json, "steps", (int64_t)page->clock_steps);
	return json;
}

static json_t *rejects_json(const struct pps2shm_segment_snapshot *segment)
{
	json_t *json = json_object();

	for (int i = 0; i < PPS2SHM_SEGMENT_CAUSES; i++) {
		if (segment->head.cause_names[i][0]) {
			set_int(json, segment->head.cause_names[i],
				(int64_t)segment->page.rejects[i]);
		}
	}
	return json;
}

static json_t *advice_json(const struct status *status)
{
	json_t *json = json_array();

	for (int i = 0; i < status->advices; i++) {
		json_array_append_new(json, json_string(status->advice[i]));
	}
	return json;
}

static json_t *daemon_json(const struct pps2shm_segment_snapshot *segment)
{
	json_t *json = json_object();

	set_known(json, "pid", segment->head.pid, segment->head.pid != 0);
	set_text(json, "version", segment->head.program);
	set_known(json, "segment_version", segment->head.version, segment->head.version != 0);
	set_known(json, "owner_uid", segment->owner, segment->head.pid != 0);
	set_instant(json, "heartbeat_raw_ns", segment->page.raw_ns);
	set_instant(json, "heartbeat_real_ns", segment->page.real_ns);
	return json;
}

json_t *status_json(const struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	const char *state = status->segment.head.state_names[page->state];
	json_t *json = json_object();

	set_text(json, "verdict", status->verdict);
	json_object_set_new(json, "advice", advice_json(status));
	set_bool(json, "healthy", status->healthy);
	set_bool(json, "alive", status->alive);
	set_bool(json, "simulated", status_simulated(status));
	set_text(json, "state", status->alive ? state : "down");
	set_instant(json, "state_since_raw_ns", page->state_since_raw_ns);
	set_int(json, "raw_ns", status->raw_ns);
	set_bool(json, "pps_enabled", status_pps_enabled(status));
	json_object_set_new(json, "hardware_clock", clock_json(page));
	set_bool(json, "shm_valid", status_shm_valid(status));
	json_object_set_new(json, "shm_interface", units_json(status));
	json_object_set_new(json, "chrony_sockets", sockets_json(status));
	json_object_set_new(json, "label", label_json(page));
	json_object_set_new(json, "pulses", pulses_json(page));
	json_object_set_new(json, "sentences", sentences_json(page));
	json_object_set_new(json, "receiver", receiver_json(&page->receiver));
	json_object_set_new(json, "leap", leap_json(status));
	json_object_set_new(json, "serial", source_json(&page->sources[PPS2SHM_SEGMENT_SERIAL]));
	json_object_set_new(json, "pps", source_json(&page->sources[PPS2SHM_SEGMENT_PULSE]));
	json_object_set_new(json, "rejects", rejects_json(&status->segment));
	json_object_set_new(json, "daemon", daemon_json(&status->segment));
	return json;
}
