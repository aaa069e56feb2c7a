/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/doctor.h"

#include <stdarg.h>
#include <stdio.h>

/* From the wire to the clock. What a later link leans on, an earlier one has noted. */
const struct doctor_link doctor_links[] = {
	{"model", link_model},
	{"kernel", link_kernel},
	{"config", link_config},
	{"overlay", link_overlay},
	{"driver", link_driver},
	{"device", link_device},
	{"pulses", link_pulses},
	{"edge", link_edge},
	{"calibration", link_calibration},
	{"uart", link_uart},
	{"console", link_console},
	{"getty", link_getty},
	{"gpsd", link_gpsd},
	{"port", link_port},
	{"setup", link_setup},
	{"service", link_service},
	{"sentences", link_sentences},
	{"line", link_line},
	{"fix", link_fix},
	{"second", link_second},
	{"coarse-unit", link_coarse_unit},
	{"pps-unit", link_pps_unit},
	{"apparmor", link_apparmor},
	{"daemon", link_daemon},
	{"timesyncd", link_timesyncd},
	{"dhcp", link_ntp_dhcp},
	{"ntp.conf", link_ntp_conf},
	{"minsane", link_ntp_minsane},
	{"chrony.conf", link_chrony_conf},
	{"coarse-socket", link_coarse_socket},
	{"pps-socket", link_pps_socket},
	{"coarse-reader", link_coarse_reader},
	{"pps-reader", link_pps_reader},
	{"peers", link_ntp_peers},
	{"sources", link_chrony_sources},
	{"clock", link_clock},
};
const size_t doctor_link_count = sizeof(doctor_links) / sizeof(doctor_links[0]);

const char *doctor_verdict_word(enum doctor_verdict verdict)
{
	static const char *const words[] = {"skipped", "ok", "unknown", "warning", "broken"};

	return words[verdict];
}

static void __attribute__((format(printf, 3, 0)))
find(struct doctor_finding *finding, enum doctor_verdict verdict, const char *format, va_list args)
{
	finding->verdict = verdict;
	vsnprintf(finding->seen, sizeof(finding->seen), format, args);
}

void doctor_ok(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	find(finding, DOCTOR_OK, format, args);
	va_end(args);
}

void doctor_unknown(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	find(finding, DOCTOR_UNKNOWN, format, args);
	va_end(args);
}

void doctor_warning(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	find(finding, DOCTOR_WARNING, format, args);
	va_end(args);
}

void doctor_broken(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	find(finding, DOCTOR_BROKEN, format, args);
	va_end(args);
}

void doctor_remedy(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->remedy, sizeof(finding->remedy), format, args);
	va_end(args);
}

static void count(struct doctor_result *result, const struct doctor_link *link,
		  const struct doctor_finding *finding)
{
	result->broken += finding->verdict == DOCTOR_BROKEN;
	result->warnings += finding->verdict == DOCTOR_WARNING;
	result->unknown += finding->verdict == DOCTOR_UNKNOWN;
	if (finding->verdict > DOCTOR_UNKNOWN && finding->verdict > result->verdict) {
		result->verdict = finding->verdict;
		result->first = link;
		result->worst = *finding;
	}
}

void doctor_walk(struct doctor_world *world, doctor_listener *listener, void *arg,
		 struct doctor_result *result)
{
	*result = (struct doctor_result){.verdict = DOCTOR_OK};
	for (size_t i = 0; i < doctor_link_count; i++) {
		struct doctor_finding finding = {.verdict = DOCTOR_SKIP};

		doctor_links[i].look(world, &finding);
		if (finding.verdict != DOCTOR_SKIP) {
			count(result, &doctor_links[i], &finding);
			listener(arg, &doctor_links[i], &finding);
		}
	}
}
