/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/robust.h"
#include "ptp/message.h"
#include "ptp/packet.h"

/*
 * The table of the clocks that are heard. Its size is fixed. docs/ptp.md says what each figure means;
 * the numbers there are these.
 */
enum {
	PTP_CLOCKS = 64,
	PTP_WINDOW = 16,        /* samples that offset and jitter are taken from */
	PTP_FOLLOW_SECONDS = 4, /* heard in so many different seconds, a clock is followed */
	PTP_JUMP_SAMPLES = 8,   /* so many in a row elsewhere are a jump, fewer are outliers */
	PTP_PREFERRED = 64,     /* addresses */
};

#define PTP_FORGET_NS     INT64_C(60000000000) /* a followed clock unheard for so long is dropped */
#define PTP_FORGET_NEW_NS INT64_C(10000000000) /* one that is not followed yet */
#define PTP_REPLACE_NS    INT64_C(3000000000)  /* ... may give its place to another one */

/* What one Sync, or Sync and Follow_Up, tells. */
struct ptp_sample {
	int64_t master_ns; /* origin + corrections: the master's time when it sent the Sync */
	int64_t raw_ns;    /* the kernel's stamp of the Sync, see struct ptp_packet */
	int64_t real_ns;
	enum ptp_stamp stamp;
};

/* Messages of one type. */
struct ptp_flow {
	uint64_t count;
	uint64_t missed; /* sequence numbers that were left out */
	uint16_t sequence;
	uint64_t rate_from; /* count at the beginning of the span */
	uint32_t rate_mhz;  /* messages in 1000 s */
	int8_t told_log2;   /* the interval that they tell; 0x7F: none */
};

enum { PTP_FLOW_SYNC, PTP_FLOW_FOLLOW_UP, PTP_FLOW_ANNOUNCE, PTP_FLOW_DELAY_RESP, PTP_FLOWS };

struct ptp_clock {
	bool used;
	bool followed;
	/* The key. */
	struct ptp_port port;
	uint8_t domain, sdo;
	struct ptp_address from;
	uint32_t interface;

	uint32_t serial; /* a different number for each record ever made */
	int64_t first_raw_ns, heard_raw_ns, sync_raw_ns;
	uint32_t seconds; /* different ones in which it was heard */
	uint8_t minor_version;
	bool two_step;
	bool announced; /* the following two are set */
	struct ptp_announce announce;
	uint16_t flags;   /* of the last Announce */
	uint32_t masters; /* how often the grandmaster changed */
	uint32_t jumps;   /* of its time */
	uint32_t outliers;
	uint64_t unpaired; /* two-step Syncs without Follow_Up */
	struct ptp_flow flows[PTP_FLOWS];
	int64_t rate_raw_ns; /* beginning of the span of the rates */

	/* A two-step Sync that waits for its Follow_Up, or the other way round. */
	bool waiting, waiting_follow_up;
	uint16_t half_sequence;
	struct ptp_sample half; /* as far as it is known; master_ns: what is to be added */

	uint64_t samples;
	struct ptp_sample last;
	struct robust offsets;      /* of the last: master - system clock */
	int64_t jitter_ns;          /* of these, as of the last clocks_tick() */
	uint32_t odd;               /* samples elsewhere, in a row */
	struct ptp_sample odd_last; /* the last of them */
};

struct ptp_clocks {
	struct ptp_clock clocks[PTP_CLOCKS];
	struct ptp_address preferred[PTP_PREFERRED];
	uint32_t preferred_count;
	uint32_t serial;
	uint64_t packets, malformed;
	uint64_t refused; /* packets of clocks for which there was no room */
};

/* What became of a packet. */
struct ptp_taken {
	struct ptp_clock *clock; /* whose it is; NULL: of none (a request, malformed, no room) */
	bool timed;              /* sample is set */
	bool sampled;            /* and was taken: it is no outlier */
	bool jumped;             /* with this sample it was found to have jumped */
	struct ptp_sample sample;
};

void clocks_init(struct ptp_clocks *clocks);

/* Parses and takes a packet. message: NULL, or where to leave it; false if it is none. */
bool clocks_packet(struct ptp_clocks *clocks, const struct ptp_packet *packet,
		   struct ptp_message *message, struct ptp_taken *taken);

/* To be called about once a second: drops who is not heard any more, and reckons rates. */
void clocks_tick(struct ptp_clocks *clocks, int64_t raw_ns);

/* The system clock was set: what was measured against it is void. */
void clocks_set(struct ptp_clocks *clocks);

/*
 * Clocks at these addresses are followed from their first packet on, and get a place before any that
 * is not followed. Replaces the list; beyond PTP_PREFERRED it is cut.
 */
void clocks_prefer(struct ptp_clocks *clocks, const struct ptp_address *addresses, uint32_t count);

/* Is it on the PTP timescale (TAI), with a valid UTC offset? Only then its time is UTC. */
bool clock_tells_utc(const struct ptp_clock *clock);

/* Its time as UTC, where it tells that; else unchanged. */
int64_t clock_utc_ns(const struct ptp_clock *clock, int64_t master_ns);
