/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "config/config.h"
#include "doctor/outside.h"
#include "pi/config_txt.h"
#include "pi/model.h"
#include "pi/root.h"
#include "sources/pps_find.h"
#include "status/status.h"

/*
 * All that the doctor looks at: files below a root, and what only a running system answers
 * (outside.h). What several links need is read once, in world_open(), or noted by the first of
 * them.
 */

/* A service, as "systemctl show" has it. */
struct doctor_service {
	char id[64];
	char load[24];    /* "loaded", "not-found", "masked" */
	char active[24];  /* "active", "inactive", "failed" */
	char enabled[24]; /* "enabled", "disabled", "masked", "" */
	char result[24];  /* why it failed: "exit-code" */
	char user[33], group[33], groups[120];
};

enum { DOCTOR_SERVICES = 10 };

/* Who keeps the clock. */
enum doctor_keeper { KEEPER_NONE, KEEPER_NTPD, KEEPER_CHRONY };

struct doctor_world {
	struct root root;
	const struct doctor_outside *outside;

	const struct pi_model *model; /* NULL: no known Raspberry Pi */
	struct error model_error;

	struct config config; /* defaults if the file is not right */
	struct error config_error;
	int config_state; /* 1 read, 0 there is none, -1 config_error */

	struct status status; /* the status segment judged; alive false if there is none */
	bool segment;         /* there is one, of a living daemon or not */

	bool systemd;         /* services are known */
	bool without_systemd; /* this machine runs, but systemd does not */
	struct doctor_service services[DOCTOR_SERVICES];
	int service_count;

	bool simulated; /* a simulated receiver: no wire, no port */
	char port[128]; /* the serial device itself: "/dev/ttyAMA0"; "" if there is none */

	enum doctor_keeper keeper; /* the one that runs, else the one that is installed */
	int keeper_pid;            /* 0: it does not run */

	/* noted on the way */
	bool boot_read; /* config.txt was read and understood */
	char boot_dir[64];
	struct config_txt boot;
	int boot_gpio; /* of the overlay in effect; -1: none */
	bool boot_falling;
	bool pps_found;
	struct pps_device pps;
	bool pulses_come;
};

/* -1 with err if root_dir is no root. After 0, world_close(). */
int world_open(struct doctor_world *world, const char *root_dir,
	       const struct doctor_outside *outside, struct error *err);
void world_close(struct doctor_world *world);

/* ---- files ---- */

/* A whole file; false if it is not there or not to be read. To be freed in either case. */
bool world_read(const struct doctor_world *world, const char *name, struct text *text);

/* Its first line; false as above. */
bool world_line(const struct doctor_world *world, const char *name, char *line, size_t size);

bool world_stat(const struct doctor_world *world, const char *name, struct stat *st);

/*
 * Where a name is from here, for those who read /proc and /sys of a system that runs: in an image
 * it could lead anywhere. Valid until the next call.
 */
const char *world_path(const struct doctor_world *world, const char *name);

/* Follows the links of a device within the root: "/dev/serial0" to "/dev/ttyAMA0". */
void world_resolve(const struct doctor_world *world, const char *name, char *target, size_t size);

/* Is it the root of a system that runs? */
bool world_runs(const struct doctor_world *world);

/* When a process started, in seconds since 1970; 0: not known. */
long long world_start_s(const struct doctor_world *world, int pid);

/* Was the file changed after the system started? */
bool world_changed_since_boot(const struct doctor_world *world, const char *name);

/* ---- programs ---- */

/* Runs a command, NULL at the end; output is to be freed. False unless it ended with status 0. */
bool world_run(const struct doctor_world *world, struct doctor_output *output, ...)
	__attribute__((sentinel));

/* NULL if systemd is not known or has no such unit (load "not-found"). */
const struct doctor_service *world_service(const struct doctor_world *world, const char *id);

/* Is the program running? Its process number, or 0. */
int world_program(const struct doctor_world *world, const char *name);

/*
 * "sudo pps2shm setup --gpio 4 ...": the call that keeps GPIO, edge, port and daemon as they are,
 * with more options if not "". Where setup does not work, on what is no Raspberry Pi, by_hand.
 * Valid until the next call.
 */
const char *world_setup(const struct doctor_world *world, const char *more, const char *by_hand);

/* ", then sudo reboot" and the like; "" for a system that does not run. */
const char *world_reboot(const struct doctor_world *world);
const char *world_then_restart_keeper(const struct doctor_world *world);

/*
 * "sudo systemctl restart gpsd.service", or what does so where there is no systemd: "sudo service
 * gpsd restart". verb: "restart", "enable --now", "disable --now". Valid until the next call.
 */
const char *world_service_do(const struct doctor_world *world, const char *verb, const char *units);

/* The same for the keeper of the clock, and for our own service, which only systemd knows. */
const char *world_restart_keeper(const struct doctor_world *world);
const char *world_restart(const struct doctor_world *world);

/*
 * The line with which the keeper of the clock reads this time of ours. Valid until the next call.
 */
const char *world_refclock(const struct doctor_world *world, bool pps);

/* The keeper's service, to be named to people: "chrony"; "ntpsec" where there is none yet. */
const char *world_keeper(const struct doctor_world *world);

/* ---- the service's user ---- */

enum { ACCESS_READ = 4, ACCESS_WRITE = 2 };

/*
 * May the service's user do this (ACCESS_…) with a file of this owner and mode? 1 yes, 0 no, -1 it
 * is not known who that is.
 */
int world_service_may(const struct doctor_world *world, const struct stat *st, int access);

/* "pps2shm", or "the service's user". */
const char *world_service_user(const struct doctor_world *world);

/* ---- the status segment ---- */

/* Did it happen within the last seconds? */
bool world_recent(const struct doctor_world *world, int64_t instant_raw_ns, int seconds);

/* Is the receiver on a UART of a Raspberry Pi's header, by the name of its port? */
bool world_header_port(const struct doctor_world *world);
