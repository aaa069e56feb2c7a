/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/refclock.h"
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
	/* chrony's sockets that our configuration names; empty: none. */
	char coarse_socket[108], pps_socket[108];
};

/* Our lines, each ended by a newline: for chrony by the socket where there is one. */
void ntp_conf_lines(struct text *text, enum refclock_daemon daemon, const struct ntp_units *units);

#define NTPSEC_DROP_IN "/etc/ntpsec/ntp.d/pps2shm.conf"
#define CHRONY_DROP_IN "/etc/chrony/conf.d/pps2shm.conf"

/* -1 with err if the daemon is not installed, or configured in a way that would not work. */
int ntp_conf_ntpsec(struct plan *plan, const struct ntp_units *units, struct error *err);
int ntp_conf_chrony(struct plan *plan, const struct ntp_units *units, struct error *err);

enum { NTP_CONF_WORDS = 32 };

/* The words of a configuration line, up to a comment. */
struct ntp_conf_words {
	char line[300];
	char *at[NTP_CONF_WORDS];
	int count;
};

void ntp_conf_split(struct ntp_conf_words *words, const struct text_line *line);

/* Is the word of this number this one, in whatever case? */
bool ntp_conf_is(const struct ntp_conf_words *words, int i, const char *word);

/* Which unit it reads: "refclock shm unit 1", "server 127.127.28.1", "refclock SHM 1"; -1: none. */
int ntp_conf_unit(const struct ntp_conf_words *words);

/* Does it read this socket of chrony's ("refclock SOCK /run/x.sock:option")? Never if it is "". */
bool ntp_conf_reads_socket(const struct ntp_conf_words *words, const char *socket);
