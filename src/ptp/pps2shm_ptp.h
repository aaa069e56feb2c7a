/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * The segment of pps2shm-ptp: POSIX shared memory (shm_open(3) "/pps2shm-ptp", mode 0644) in which the
 * daemon shows the PTP clocks of the network to any local program, about once a second. One writer,
 * any number of readers; they never wait for each other. docs/ptp.md describes the fields and the
 * protocol for programs that read it without this library.
 *
 * Link with -lpps2shm_ptp_segment (pkg-config: pps2shm-ptp).
 *
 * Names end in their clock: _raw_ns CLOCK_MONOTONIC_RAW, _real_ns CLOCK_REALTIME. An instant of 0
 * means "not yet".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PPS2SHM_PTP_NAME    "/pps2shm-ptp"
#define PPS2SHM_PTP_MAGIC   "PPS2PTP" /* with its NUL: 8 bytes */
#define PPS2SHM_PTP_VERSION 1
#define PPS2SHM_PTP_CLOCKS  64

/* Bits of head.parts: what the daemon was told to run. */
enum { PPS2SHM_PTP_MONITOR = 1, PPS2SHM_PTP_UNIT = 2, PPS2SHM_PTP_NQPTP = 4 };

/* Index of flows[]. */
enum {
	PPS2SHM_PTP_SYNC,
	PPS2SHM_PTP_FOLLOW_UP,
	PPS2SHM_PTP_ANNOUNCE,
	PPS2SHM_PTP_DELAY_RESP,
	PPS2SHM_PTP_FLOWS
};

/* Bits of a clock's state. */
enum {
	PPS2SHM_PTP_FOLLOWED = 1,  /* it keeps its place while it is heard */
	PPS2SHM_PTP_ANNOUNCED = 2, /* grandmaster and all that follows it are set */
	PPS2SHM_PTP_TWO_STEP = 4,
	PPS2SHM_PTP_OFFSET = 8,   /* offset_ns and jitter_ns are set */
	PPS2SHM_PTP_GPS = 16,     /* gps_error_ns and gps_jitter_ns are set */
	PPS2SHM_PTP_LEARNED = 32, /* delay_ns is set */
	PPS2SHM_PTP_SELECTED = 64 /* it is the one that the unit has its time of */
};

/* Bits of a clock's flags: the second octet of the flag field of its last Announce. */
enum {
	PPS2SHM_PTP_LEAP61 = 1,
	PPS2SHM_PTP_LEAP59 = 2,
	PPS2SHM_PTP_UTC_OFFSET_VALID = 4,
	PPS2SHM_PTP_TIMESCALE = 8, /* else the timescale is arbitrary */
	PPS2SHM_PTP_TIME_TRACEABLE = 16,
	PPS2SHM_PTP_FREQUENCY_TRACEABLE = 32
};

/* Where the stamps of a clock's Syncs come from. */
enum { PPS2SHM_PTP_UNSTAMPED, PPS2SHM_PTP_SOFTWARE, PPS2SHM_PTP_HARDWARE, PPS2SHM_PTP_STAMPS };

struct pps2shm_ptp_flow {
	uint64_t count;
	uint64_t missed;   /* sequence numbers left out */
	uint32_t rate_mhz; /* messages in 1000 s, over the last 8 s and more */
	int32_t told_log2; /* log2 of the interval in seconds that they tell; 127: none */
};

/* 416 bytes. */
struct pps2shm_ptp_clock {
	uint8_t identity[8];
	uint8_t grandmaster[8];
	uint16_t port;
	uint16_t steps_removed;
	uint16_t variance;
	int16_t utc_offset_s; /* TAI - UTC as told */
	uint8_t domain;
	uint8_t sdo; /* majorSdoId: 1 for 802.1AS */
	uint8_t version_minor;
	uint8_t priority1, priority2;
	uint8_t clock_class, accuracy, time_source;
	uint32_t state;    /* PPS2SHM_PTP_FOLLOWED ... */
	uint32_t flags;    /* PPS2SHM_PTP_LEAP61 ... */
	uint32_t stamp;    /* PPS2SHM_PTP_UNSTAMPED ... */
	uint32_t masters;  /* how often its grandmaster changed */
	uint32_t jumps;    /* how often its time jumped */
	uint32_t outliers; /* samples that were not taken */
	int64_t first_raw_ns, heard_raw_ns, sync_raw_ns;
	uint64_t samples;     /* offsets taken, ever */
	uint64_t unpaired;    /* two-step Syncs without Follow_Up */
	int64_t offset_ns;    /* median of the last 16: its time - system clock */
	int64_t jitter_ns;    /* of the same */
	int64_t gps_error_ns; /* median of the last 64: its time - GPS, path delay in it */
	int64_t gps_jitter_ns;
	int64_t delay_ns; /* learned while GPS was locked: what is added to its time */
	struct pps2shm_ptp_flow flows[PPS2SHM_PTP_FLOWS];
	char address[48];
	char interface[16];
	char why[120]; /* why the unit does not have its time; empty if it could */
};

/* States of the unit. */
enum {
	PPS2SHM_PTP_UNIT_OFF,      /* not among the parts that run */
	PPS2SHM_PTP_UNIT_LEARNING, /* no clock is known well enough yet */
	PPS2SHM_PTP_UNIT_FEEDING,
	PPS2SHM_PTP_UNIT_SILENT, /* it was fed before; why says what is missing */
	PPS2SHM_PTP_UNIT_STATES
};

struct pps2shm_ptp_unit {
	int32_t unit; /* -1 none */
	uint32_t state;
	int32_t precision, leap; /* of the last sample */
	uint64_t written;
	int64_t write_raw_ns;
	char why[120];   /* why it is not being fed */
	char error[200]; /* why it cannot be written; empty if it can */
};

struct pps2shm_ptp_head {
	char magic[8];     /* PPS2SHM_PTP_MAGIC; zero while the segment is made or closed */
	uint32_t version;  /* PPS2SHM_PTP_VERSION: defines all sizes and offsets */
	uint32_t pid;      /* of the daemon */
	uint64_t size;     /* of the whole object */
	uint64_t instance; /* different for each start */
	uint64_t seq;      /* odd while the rest is being written */
	char program[80];  /* version of the daemon */
	uint32_t parts;    /* PPS2SHM_PTP_MONITOR ... */
	uint32_t zero;
};

struct pps2shm_ptp_page {
	int64_t raw_ns; /* heartbeat, on both clocks */
	int64_t real_ns;
	uint32_t ended;      /* 1: the daemon ended cleanly */
	uint32_t gps_locked; /* 1: pps2shmd publishes PPS time */
	uint32_t clock_count;
	uint32_t interfaces; /* on which the groups are joined */
	uint64_t packets, malformed;
	uint64_t refused;  /* packets of clocks for which there was no room */
	char gps_why[120]; /* why gps_locked is 0 */
	struct pps2shm_ptp_unit unit;
	struct pps2shm_ptp_clock clocks[PPS2SHM_PTP_CLOCKS]; /* clock_count of them, others zero */
};

struct pps2shm_ptp_layout {
	struct pps2shm_ptp_head head;
	struct pps2shm_ptp_page page;
};

/*
 * A consistent copy of all of it (name: NULL is PPS2SHM_PTP_NAME). Its text ends in NUL and is
 * printable, and counts and indices are in range, whatever the segment contains. 0, or -1 with one line in
 * why: no daemon is running, another version, not such a segment.
 */
int pps2shm_ptp_read(const char *name, struct pps2shm_ptp_layout *copy, char *why, size_t why_size);

/*
 * Is the daemon of this copy alive? NULL if so, otherwise what is wrong, as a phrase ("the daemon has
 * ended"). raw_ns is now.
 */
const char *pps2shm_ptp_dead(const struct pps2shm_ptp_layout *copy, int64_t raw_ns);

#ifdef __cplusplus
}
#endif
