/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "ptp/nqptp_command.h"
#include "ptp/nqptp_filter.h"
#include "ptp/nqptp_region.h"
#include "ptp/nqptp_wake.h"

/*
 * What nqptp does for Shairport Sync: follows one PTP clock, the first timing peer that it is told,
 * and says how that clock's time is got from CLOCK_MONOTONIC_RAW. Pure: whoever has the sockets brings
 * in commands, messages and the time, writes set to the region when changed says so, and sends what
 * nqptp_send() has for it. docs/nqptp.md says what it does as nqptp does, and what not.
 *
 * Which clock: the one of the earliest peer in the list whose Syncs are heard; known by its identity
 * and domain, so that it may speak from any of its addresses. A clock that a peer's address was once
 * heard with is that peer. Where no peer's address was heard since they were told, NQPTP_SILENT_NS ago,
 * but one clock alone by the other IP version, it is that clock.
 */
#define NQPTP_CONTROL_PORT 9000

#define NQPTP_SILENT_NS  INT64_C(5000000000) /* a clock is gone */
#define NQPTP_AFTER_T_NS INT64_C(5000000000) /* after T and E a clock runs on for so long, ... */
#define NQPTP_AFTER_E_NS INT64_C(2250000000) /* ... and B then does not start the filter anew */
#define NQPTP_STILL_NS   INT64_C(2000000000) /* its time stands still: it sleeps */

/* Who sent a message. */
struct nqptp_source {
	uint64_t clock; /* clockIdentity */
	uint8_t domain;
	struct ptp_address address;
	uint32_t interface;
};

struct nqptp_peer {
	struct ptp_address address;
	uint64_t clock; /* as last heard with it; 0: not heard yet */
};

struct nqptp {
	uint64_t identity; /* our own clock's */

	bool playing;                 /* between B and E */
	int64_t running_until_raw_ns; /* if not playing: so long the filter is still good */

	int peers;
	struct nqptp_peer peer[NQPTP_PEERS];
	int64_t peers_raw_ns; /* when they were told */
	uint64_t stranger;    /* a clock heard since by the other IP version */
	bool strangers;       /* ... there are several */

	/* The clock that is followed; 0: none. */
	struct nqptp_source followed;
	int rank;             /* of its peer; NQPTP_PEERS: a stranger */
	int64_t heard_raw_ns; /* its last Sync, or since when it is followed */
	uint64_t grandmaster; /* 0: no Announce yet */
	struct nqptp_sleeper sleeper;
	int unanswered;       /* Announces since the last Sync */
	int64_t master_ns;    /* of its last Sync, */
	int64_t still_raw_ns; /* and since when it says that */
	bool slept;
	struct nqptp_filter filter;
	struct nqptp_wake wake;

	/* For the region: set, and whether it differs from what the caller wrote. */
	struct nqptp_set set;
	bool changed;

	int64_t complained_raw_ns;
	uint64_t complaints; /* since the last one that was said */
	bool complained;
};

/* identity: our clock's, in what is sent. The caller writes the first, empty set. */
void nqptp_init(struct nqptp *nqptp, uint64_t identity);

/*
 * A datagram that came to the control port. True if `say` is to be logged: it was no command, and
 * nothing was said for a minute.
 */
bool nqptp_command(struct nqptp *nqptp, const void *data, size_t len, int64_t raw_ns,
		   struct error *say);

/* An Announce. */
void nqptp_announce(struct nqptp *nqptp, const struct nqptp_source *source, uint64_t grandmaster,
		    uint8_t priority1, uint8_t priority2, int64_t raw_ns);

/* A Sync, with its Follow_Up if it has one: the master's time, and the kernel's receive stamp. */
void nqptp_sample(struct nqptp *nqptp, const struct nqptp_source *source, int64_t master_ns,
		  int64_t raw_ns);

/* True if a datagram is to be sent now; call it until it says false. */
bool nqptp_send(struct nqptp *nqptp, int64_t raw_ns, struct nqptp_datagram *out);

/* When nqptp_send() has something to say; INT64_MAX: it has nothing. */
int64_t nqptp_due_raw_ns(const struct nqptp *nqptp);
