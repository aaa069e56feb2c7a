/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/doctor.h"

/*
 * A whole system that is well, as files in a folder of its own and as recorded answers of its
 * commands; tests plant one fault in it and look what the doctor says.
 */
enum rig_kind {
	RIG_PI4,    /* Raspberry Pi OS bookworm, 64 bit, NTPsec 1.2.2, set up by hand in ntp.conf */
	RIG_PI5,    /* trixie, Pi 5, NTPsec 1.2.3 with the drop-in of setup, AppArmor on */
	RIG_CHRONY, /* a Pi 4 with chrony */
	RIG_DHCP,   /* a Pi 4 whose DHCP server hands out time servers, mended by IGNORE_DHCP */
};

/* Started with the test, removed with it: for cmocka_unit_test_setup_teardown(). */
int rig_begin(void **state);
int rig_end(void **state);

void rig_healthy(enum rig_kind kind);

/* A file (with the folders on its way) that was there long before the system started. */
void rig_write(const char *name, const char *text);
void rig_write_bytes(const char *name, const void *bytes, size_t size);
void rig_link(const char *name, const char *target);
void rig_fifo(const char *name);
void rig_remove(const char *name);
void rig_mode(const char *name, unsigned int mode);
/* It was changed after the system and its daemons started. */
void rig_touch(const char *name);

/* A running program. */
void rig_program(int pid, const char *name, const char *cmdline);
void rig_no_program(int pid);
/* It has a device open. */
void rig_opens(int pid, const char *device);

/* A unit of systemd: replaces the one of this id. extra: more lines, or "". */
void rig_service(const char *id, const char *active, const char *enabled, const char *extra);
void rig_no_systemd(void);

/* What a command says, by the words it begins with: "ntpq -pn". how is an enum doctor_how. */
void rig_command(const char *words, int how, int status, const char *text);

/* One line of /proc/sysvipc/shm; replaces that unit's. size 0: the unit is not there. */
void rig_unit(int unit, unsigned long size, unsigned int mode, unsigned int uid, unsigned int gid,
	      unsigned int cuid);

/* What the daemon shows; written when the walk begins. */
struct pps2shm_segment_layout *rig_segment(void);
void rig_no_segment(void);
#define RIG_NOW_NS INT64_C(900000000000) /* raw clock now */

void rig_clock(int sync, int64_t maxerr_us);
void rig_line_holder(const char *holder); /* "": nobody; NULL: it cannot be told */
void rig_pulses(int in_each_look);

/* ---- what the doctor says ---- */

const struct doctor_result *rig_walk(void);
/* rig_walk() was called before. NULL: nothing was said of this link. */
const struct doctor_finding *rig_found(const char *link);

/*
 * Walks; fails unless the verdict on link is this one, and seen and remedy hold these texts. Of a
 * warning or a broken link it must also be the one the verdict tells to begin with.
 */
void rig_expect(const char *link, enum doctor_verdict verdict, const char *seen,
		const char *remedy);
void rig_expect_well(void);

/* Walks; fails if anything that is said of any link holds this text. */
void rig_expect_never(const char *text);
