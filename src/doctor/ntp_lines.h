/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "doctor/doctor.h"
#include "pi/ntp_conf.h"

enum { NTP_LINES_FOLDERS = 16 };

/* What the configuration of a time daemon says, as far as it matters here, in all its files. */
struct ntp_lines {
	char file[128];       /* the one the daemon is started with */
	char folder[160];     /* of its drop-ins: read after it, names in .conf, in order */
	bool dhcp;            /* the copy that Debian's NTPsec makes of it for servers from DHCP */
	bool there;           /* file can be read */
	bool coarse, pps;     /* our units, or sockets, are read */
	bool coarse_noselect; /* the coarse time is only shown */
	char pps_refid[8];    /* chrony's name for it */
	int minsane;          /* 1 is ntpd's own default */
	char minsane_in[160]; /* the file that sets it */
	int others;           /* servers, peers and pools beside our units that may be selected */
	bool local4, local6;  /* "restrict 127.0.0.1", "restrict ::1": ntpq is answered */
	char newest[160];     /* the file changed last, and when */
	long long newest_s;
	/* Folders read so far: one that names itself, or more than fit, is not read again. */
	struct {
		dev_t device;
		ino_t inode;
	} folders[NTP_LINES_FOLDERS];
	int folder_count;
};

/* Of ntpd: the files that are in force for the running one, or would be for the next. */
void ntp_lines_ntpd(const struct doctor_world *world, struct ntp_lines *lines);

/* Of chronyd. */
void ntp_lines_chrony(const struct doctor_world *world, struct ntp_lines *lines);

/* What to do about a missing line in the main file. */
void ntp_lines_add(const struct doctor_world *world, const struct ntp_lines *lines, bool pps,
		   struct doctor_finding *finding);

/* Reads the files of a folder whose names end in .conf, in order. */
void ntp_lines_folder(const struct doctor_world *world, const char *folder,
		      struct ntp_lines *lines);
