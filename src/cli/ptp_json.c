/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <math.h>
#include <stdio.h>

#include "cli/ptp.h"
#include "common/clock.h"

#define SILENT_NS (5 * NS_PER_S)

static void set(json_t *json, const char *key, json_t *value)
{
	json_object_set_new(json, key, value);
}

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *int_if(bool known, int64_t value)
{
	return known ? json_integer(value) : json_null();
}

static json_t *age_s(int64_t then_raw_ns, int64_t raw_ns)
{
	return then_raw_ns && then_raw_ns <= raw_ns
		       ? json_real((double)((raw_ns - then_raw_ns) / NS_PER_MS) / 1000)
		       : json_null();
}

char *ptp_identity(const uint8_t id[8], char text[PTP_NAME_SIZE])
{
	snprintf(text, PTP_NAME_SIZE, "%02x%02x%02x.%02x%02x.%02x%02x%02x", id[0], id[1], id[2],
		 id[3], id[4], id[5], id[6], id[7]);
	return text;
}

bool ptp_is_silent(const struct pps2shm_ptp_clock *clock, int64_t raw_ns)
{
	return clock->state & PPS2SHM_PTP_FOLLOWED && raw_ns - SILENT_NS > clock->heard_raw_ns;
}

bool ptp_tells_utc(const struct pps2shm_ptp_clock *clock)
{
	const uint32_t both = PPS2SHM_PTP_TIMESCALE | PPS2SHM_PTP_UTC_OFFSET_VALID;

	return (clock->flags & both) == both;
}

static json_t *flow_json(const struct pps2shm_ptp_flow *flow)
{
	bool told = flow->told_log2 > -32 && flow->told_log2 < 32;

	return json_pack("{s:I, s:I, s:f, s:o}", "count", (json_int_t)flow->count, "missed",
			 (json_int_t)flow->missed, "rate_hz", flow->rate_mhz / 1000.0, "interval_s",
			 told ? json_real(ldexp(1, flow->told_log2)) : json_null());
}

static json_t *grandmaster_json(const struct pps2shm_ptp_clock *clock)
{
	char name[PTP_NAME_SIZE];

	if (!(clock->state & PPS2SHM_PTP_ANNOUNCED)) {
		return json_null();
	}
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "identity",
			 ptp_identity(clock->grandmaster, name), "priority1", clock->priority1,
			 "class", clock->clock_class, "accuracy", clock->accuracy, "variance",
			 clock->variance, "priority2", clock->priority2, "steps_removed",
			 clock->steps_removed, "time_source", clock->time_source);
}

static void set_announced(json_t *json, const struct pps2shm_ptp_clock *clock)
{
	const char *scale = clock->flags & PPS2SHM_PTP_TIMESCALE ? "ptp" : "arbitrary";
	int leap = clock->flags & PPS2SHM_PTP_LEAP61   ? 1
		   : clock->flags & PPS2SHM_PTP_LEAP59 ? -1
						       : 0;

	set(json, "grandmaster", grandmaster_json(clock));
	set(json, "timescale",
	    clock->state & PPS2SHM_PTP_ANNOUNCED ? json_string(scale) : json_null());
	set(json, "utc_offset_s", json_integer(clock->utc_offset_s));
	set(json, "utc_offset_valid", json_boolean(clock->flags & PPS2SHM_PTP_UTC_OFFSET_VALID));
	set(json, "leap", json_integer(leap));
	set(json, "time_traceable", json_boolean(clock->flags & PPS2SHM_PTP_TIME_TRACEABLE));
	set(json, "frequency_traceable",
	    json_boolean(clock->flags & PPS2SHM_PTP_FREQUENCY_TRACEABLE));
}

static void set_messages(json_t *json, const struct pps2shm_ptp_clock *clock)
{
	static const char *const names[] = {"sync", "follow_up", "announce", "delay_resp"};

	set(json, "two_step", json_boolean(clock->state & PPS2SHM_PTP_TWO_STEP));
	for (int i = 0; i < PPS2SHM_PTP_FLOWS; i++) {
		set(json, names[i], flow_json(&clock->flows[i]));
	}
	set(json, "unpaired", json_integer((json_int_t)clock->unpaired));
	set(json, "masters", json_integer(clock->masters));
	set(json, "jumps", json_integer(clock->jumps));
	set(json, "outliers", json_integer(clock->outliers));
}

static void set_time(json_t *json, const struct pps2shm_ptp_clock *clock)
{
	static const char *const stamps[] = {"none", "software", "hardware"};
	bool offset = clock->state & PPS2SHM_PTP_OFFSET, gps = clock->state & PPS2SHM_PTP_GPS;

	set(json, "stamp", json_string(stamps[clock->stamp]));
	set(json, "samples", json_integer((json_int_t)clock->samples));
	set(json, "offset_ns", int_if(offset, clock->offset_ns));
	set(json, "jitter_ns", int_if(offset, clock->jitter_ns));
	set(json, "scale", json_string(ptp_tells_utc(clock) ? "utc" : "arbitrary"));
	set(json, "gps_error_ns", int_if(gps, clock->gps_error_ns));
	set(json, "gps_jitter_ns", int_if(gps, clock->gps_jitter_ns));
	set(json, "delay_ns", int_if(clock->state & PPS2SHM_PTP_LEARNED, clock->delay_ns));
	set(json, "selected", json_boolean(clock->state & PPS2SHM_PTP_SELECTED));
	set(json, "why", text_or_null(clock->why));
}

static json_t *clock_json(const struct pps2shm_ptp_clock *clock, int64_t raw_ns)
{
	char name[PTP_NAME_SIZE], version[8];
	const char *state = !(clock->state & PPS2SHM_PTP_FOLLOWED) ? "new"
			    : ptp_is_silent(clock, raw_ns)         ? "silent"
								   : "followed";

	snprintf(version, sizeof(version), "2.%u", clock->version_minor);
	json_t *json = json_pack("{s:s, s:i, s:i, s:i, s:s, s:s, s:s, s:s, s:o, s:o}", "clock",
				 ptp_identity(clock->identity, name), "port", clock->port, "domain",
				 clock->domain, "sdo", clock->sdo, "address", clock->address,
				 "interface", clock->interface, "version", version, "state", state,
				 "known_s", age_s(clock->first_raw_ns, raw_ns), "heard_s",
				 age_s(clock->heard_raw_ns, raw_ns));

	set_announced(json, clock);
	set_messages(json, clock);
	set_time(json, clock);
	return json;
}

static json_t *daemon_json(const struct pps2shm_ptp_layout *ptp)
{
	static const char *const names[] = {"monitor", "unit", "nqptp"};
	json_t *parts = json_array();

	for (int i = 0; i < 3; i++) {
		if (ptp->head.parts >> i & 1) {
			json_array_append_new(parts, json_string(names[i]));
		}
	}
	return json_pack("{s:b, s:o, s:s, s:I, s:o, s:I}", "alive", 1, "why", json_null(),
			 "program", ptp->head.program, "pid", (json_int_t)ptp->head.pid, "parts",
			 parts, "interfaces", (json_int_t)ptp->page.interfaces);
}

static json_t *unit_json(const struct pps2shm_ptp_unit *unit, int64_t raw_ns)
{
	static const char *const states[] = {"off", "learning", "feeding", "silent"};

	return json_pack("{s:o, s:s, s:o, s:o, s:I, s:o, s:i, s:i}", "unit",
			 int_if(unit->unit >= 0, unit->unit), "state", states[unit->state], "why",
			 text_or_null(unit->why), "error", text_or_null(unit->error), "written",
			 (json_int_t)unit->written, "age_s", age_s(unit->write_raw_ns, raw_ns),
			 "precision", unit->precision, "leap", unit->leap);
}

static json_t *gps_json(const struct pps2shm_ptp_page *page)
{
	return json_pack("{s:b, s:o}", "locked", page->gps_locked != 0, "why",
			 text_or_null(page->gps_why));
}

json_t *ptp_json(const struct pps2shm_ptp_layout *ptp)
{
	const struct pps2shm_ptp_page *page = &ptp->page;
	json_t *clocks = json_array();

	for (uint32_t i = 0; i < page->clock_count; i++) {
		json_array_append_new(clocks, clock_json(&page->clocks[i], page->raw_ns));
	}
	return json_pack("{s:o, s:o, s:o, s:{s:I, s:I, s:I}, s:o}", "daemon", daemon_json(ptp),
			 "gps", gps_json(page), "unit", unit_json(&page->unit, page->raw_ns),
			 "packets", "received", (json_int_t)page->packets, "malformed",
			 (json_int_t)page->malformed, "refused", (json_int_t)page->refused,
			 "clocks", clocks);
}

json_t *ptp_json_none(const char *why)
{
	return json_pack("{s:{s:b, s:s}}", "daemon", "alive", 0, "why", why);
}

/* ---- in status ---- */

json_t *ptp_status_json(void)
{
	struct pps2shm_ptp_layout ptp;
	char why[200];
	int64_t followed = 0;
	json_t *selected = json_null();

	if (pps2shm_ptp_read(NULL, &ptp, why, sizeof(why)) ||
	    pps2shm_ptp_dead(&ptp, raw_now_ns())) {
		return json_null();
	}
	for (uint32_t i = 0; i < ptp.page.clock_count; i++) {
		followed += (ptp.page.clocks[i].state & PPS2SHM_PTP_FOLLOWED) != 0;
		if (ptp.page.clocks[i].state & PPS2SHM_PTP_SELECTED) {
			json_decref(selected);
			selected = clock_json(&ptp.page.clocks[i], ptp.page.raw_ns);
		}
	}
	return json_pack("{s:I, s:I, s:o, s:o}", "clocks", (json_int_t)ptp.page.clock_count,
			 "followed", (json_int_t)followed, "selected", selected, "unit",
			 unit_json(&ptp.page.unit, ptp.page.raw_ns));
}
