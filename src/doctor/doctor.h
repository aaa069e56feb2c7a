/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>

#include "doctor/world.h"

/*
 * The doctor walks the chain from the pulse's wire to the time daemon, link by link, and says of
 * each what it saw and, where something is wrong, the remedy. A link is a function over the
 * world; doctor_links[] lists them in the order of the chain.
 */
enum doctor_verdict {
	DOCTOR_SKIP, /* this system has no such link: nothing is said */
	DOCTOR_OK,
	DOCTOR_UNKNOWN, /* it could not be looked at, or depends on a link that is broken */
	DOCTOR_WARNING, /* works, but not well, or not for long */
	DOCTOR_BROKEN,
};

/* "ok" … */
const char *doctor_verdict_word(enum doctor_verdict verdict);

struct doctor_finding {
	enum doctor_verdict verdict; /* SKIP to begin with */
	char seen[400];
	char remedy[400]; /* a command, or what to do; empty if nothing is wrong */
};

struct doctor_link {
	const char *name; /* one word; for programs too */
	void (*look)(struct doctor_world *world, struct doctor_finding *finding);
};

extern const struct doctor_link doctor_links[];
extern const size_t doctor_link_count;

/* The whole walk: what it came to. */
struct doctor_result {
	enum doctor_verdict verdict; /* the worst, UNKNOWN not counted: OK, WARNING or BROKEN */
	int broken, warnings, unknown;
	const struct doctor_link *first; /* the first of the worst; NULL if all is well */
	struct doctor_finding worst;     /* of that link */
};

/* Called for each link that is there, as soon as it has been looked at. */
typedef void doctor_listener(void *arg, const struct doctor_link *link,
			     const struct doctor_finding *finding);

void doctor_walk(struct doctor_world *world, doctor_listener *listener, void *arg,
		 struct doctor_result *result);

/* ---- for the links ---- */

void doctor_ok(struct doctor_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_unknown(struct doctor_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_warning(struct doctor_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_broken(struct doctor_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_remedy(struct doctor_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

typedef void doctor_look(struct doctor_world *world, struct doctor_finding *finding);

/* link_system.c */
doctor_look link_model, link_kernel, link_config, link_clock;
/* link_boot.c */
doctor_look link_overlay;
/* link_driver.c */
doctor_look link_driver, link_device;
/* link_pps.c */
doctor_look link_pulses, link_edge;
/* link_calibration.c */
doctor_look link_calibration;
/* link_port.c */
doctor_look link_uart, link_console, link_getty, link_port;
/* link_setup.c */
doctor_look link_setup;
/* link_service.c */
doctor_look link_service, link_sentences, link_line, link_fix, link_second;
/* link_sockets.c */
doctor_look link_coarse_socket, link_pps_socket;
/* link_units.c */
doctor_look link_coarse_unit, link_pps_unit, link_coarse_reader, link_pps_reader, link_apparmor;
/* link_rivals.c */
doctor_look link_daemon, link_timesyncd, link_gpsd;
/* link_ntpd.c */
doctor_look link_ntp_dhcp, link_ntp_conf, link_ntp_minsane;
/* link_peers.c */
doctor_look link_ntp_peers;
/* link_chrony.c */
doctor_look link_chrony_conf, link_chrony_sources;
