/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "pi/basis.h"

/* How late the stamps are, and whether that was measured on what runs now. */

#define CALIBRATE "sudo pps2shm calibrate --apply"

/* What this model is late by where nobody has measured: docs/accuracy.md. */
static const char *usual_lateness(const struct doctor_world *world)
{
	return world->model->uart == PI_UART_RP1 ? "5 to 12 us" : "3 to 8 us";
}

/* NULL: all as it was. */
static const char *changed(const struct basis *then, const struct basis *now)
{
	if (strcmp(then->model, now->model) != 0) {
		return "model";
	}
	if (strcmp(then->kernel, now->kernel) != 0) {
		return "kernel";
	}
	if (strcmp(then->aspm, now->aspm) != 0) {
		return "ASPM";
	}
	return strcmp(then->governor, now->governor) != 0 ? "governor" : NULL;
}

/* What would make the stamps earlier and steadier; true if there is something. */
static bool cheap_setting(const struct doctor_world *world, const struct basis *now, char *text,
			  size_t size)
{
	char file[200];

	if (strcmp(now->aspm, "on") == 0 && basis_aspm_file(&world->root, file, sizeof(file))) {
		snprintf(
			text, size,
			"for stamps 5.5 us earlier and with less jitter, at 0.4 W: echo 0 | sudo tee %s",
			file);
		return true;
	}
	if (world->model->uart == PI_UART_RP1 && strcmp(now->governor, "none") != 0 &&
	    strcmp(now->governor, "performance") != 0) {
		snprintf(
			text, size,
			"for stamps 1 us earlier, at some power: echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
		return true;
	}
	return false;
}

static void say_measured(const struct doctor_world *world, const struct basis *then,
			 const struct basis *now, struct doctor_finding *finding)
{
	double offset_us = (double)world->config.core.pps_offset_ns / 1e3;
	const char *what = changed(then, now);
	char setting[300];

	if (what) {
		char was[BASIS_TEXT], is[BASIS_TEXT];

		basis_format(then, was);
		basis_format(now, is);
		doctor_warning(
			finding,
			"pps.offset, %.1f us, holds for another %s: measured %.150s; now %.150s",
			offset_us, what, was, is + sizeof("2026-11-27,"));
		doctor_remedy(finding, CALIBRATE);
		return;
	}
	doctor_ok(finding, "stamps are %.1f us late, measured on %s on this model and kernel",
		  offset_us, then->date);
	if (cheap_setting(world, now, setting, sizeof(setting))) {
		doctor_remedy(finding, "%s, then " CALIBRATE, setting);
	}
}

/* Where the line is polled the lateness does not matter, if it is. */
static void look_at_polling(const struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_segment_page *page = &world->status.segment.page;
	const struct pps2shm_segment_stamps *stamps = &page->stamps;

	if (!world->status.alive) {
		doctor_unknown(finding, "edges are to be polled; no daemon runs");
		return;
	}
	if (!strstr(page->sources[PPS2SHM_SEGMENT_PULSE].name, "polled")) {
		doctor_warning(
			finding,
			"edges are to be polled, but pps2shm cannot read the GPIO registers: it goes by the kernel's stamps");
		doctor_remedy(
			finding,
			"sudo pps2shm setup --pps poll, then %s; its log tells what is missing",
			world_restart(world));
		return;
	}
	doctor_ok(finding,
		  "edges are polled: %" PRIu64 " of %" PRIu64
		  "; the kernel's stamps are %.1f us late",
		  stamps->count[PPS2SHM_SEGMENT_POLLED],
		  stamps->count[PPS2SHM_SEGMENT_POLLED] + stamps->count[PPS2SHM_SEGMENT_CORRECTED] +
			  stamps->count[PPS2SHM_SEGMENT_STAMPED],
		  (double)stamps->bias_ns / 1e3);
}

void link_calibration(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct config *c = &world->config;
	struct basis then, now;
	struct stat st;
	char setting[300];

	if (c->pps_poll && c->pps_source == CONFIG_PPS_KERNEL && world->pulses_come) {
		look_at_polling(world, finding);
		return;
	}
	if (!world->pulses_come || !world->model || c->pps_source != CONFIG_PPS_KERNEL ||
	    !world_stat(world, world->model->uart == PI_UART_RP1 ? "/dev/gpiomem0" : "/dev/gpiomem",
			&st)) {
		return; /* nothing to measure, or nothing to measure it by */
	}
	basis_read(&world->root, &now);
	if (basis_parse(c->pps_measured, &then)) {
		say_measured(world, &then, &now, finding);
		return;
	}
	if (strcmp(c->pps_measured, "never") != 0) {
		doctor_warning(finding, "pps.offset_measured is not what calibrate writes");
		doctor_remedy(finding, CALIBRATE);
		return;
	}
	if (c->core.pps_offset_ns) {
		doctor_ok(finding, "pps.offset was set by hand: %.1f us",
			  (double)c->core.pps_offset_ns / 1e3);
		return;
	}
	doctor_warning(finding,
		       "it was never measured how late the pulses are stamped: on this model %s",
		       usual_lateness(world));
	if (cheap_setting(world, &now, setting, sizeof(setting))) {
		doctor_remedy(finding, "%s; then " CALIBRATE, setting);
	} else {
		doctor_remedy(finding, CALIBRATE);
	}
}
