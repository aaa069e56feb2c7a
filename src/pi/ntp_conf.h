/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/plan.h"

/*
 * What lets the NTP daemon read our units (as Debian packages NTPsec and chrony):
 *
 * - NTPsec reads /etc/ntpsec/ntp.d/ (names in .conf) after ntp.conf; Debian's "tos minclock 4
 * minsane 3" must be taken back for a lone source to be believed. With servers from DHCP it is
 * started with a copy of ntp.conf that knows no ntp.d, unless IGNORE_DHCP="yes" in
 * /etc/default/ntpsec.
 * - chrony reads /etc/chrony/conf.d/ (names in .conf) where its chrony.conf says confdir.
 *
 * Lines for our units that stand elsewhere already are left as they are, and not said twice.
 */
struct ntp_units {
	int coarse; /* -1: none */
	int pps;
};

enum ntp_daemon { NTP_NTPSEC, NTP_CHRONY };

/* One good source is enough; Debian's default for NTPsec asks for three that agree. */
#define NTP_CONF_TOS "tos minclock 1 minsane 1"

/*
 * The refclock lines, each ended by a newline: the one place where they stand. Setup writes them,
 * doctor advises them, demo, lab and benchmarks run with them (setup --print-lines), and a test
 * sees to it that README and docs/ show them. docs/accuracy.md has the table they are chosen by.
 */
void ntp_conf_lines(struct text *text, enum ntp_daemon daemon, const struct ntp_units *units);

#define NTPSEC_DROP_IN "/etc/ntpsec/ntp.d/pps2shm.conf"
#define CHRONY_DROP_IN "/etc/chrony/conf.d/pps2shm.conf"

/* -1 with err if the daemon is not installed, or configured in a way that would not work. */
int ntp_conf_ntpsec(struct plan *plan, const struct ntp_units *units, struct error *err);
int ntp_conf_chrony(struct plan *plan, const struct ntp_units *units, struct error *err);

/* Which unit a configuration line reads: "refclock shm unit 1", "server 127.127.28.1",
 * "refclock SHM 1"; -1: none. */
int ntp_conf_unit(const char *line, size_t len);
