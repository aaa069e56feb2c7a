/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>

#include "common/error.h"
#include "ptp/packet.h"

/*
 * What an audio program says to UDP port 9000: text of at most NQPTP_DATAGRAM_MAX bytes, with or
 * without a NUL or newline at its end:
 *
 *	NAME T ADDRESS...   these are the timing peers, the first is to be followed
 *	NAME T              there are none any more
 *	NAME B              play begins, or goes on
 *	NAME E              play has ended
 *	NAME P              play pauses
 *
 * NAME is the region that the program reads, "/nqptp". Any name will do, as there is one region.
 * Source of the format: nqptp 1.2.5, which Shairport Sync talks to.
 */
#define NQPTP_DATAGRAM_MAX 4096

/* Of a longer list the first ones; a group has some ten. */
#define NQPTP_PEERS 32

enum nqptp_verb { NQPTP_TIMING, NQPTP_BEGIN, NQPTP_END, NQPTP_PAUSE };

struct nqptp_command {
	enum nqptp_verb verb;
	int peers;                            /* of NQPTP_TIMING */
	struct ptp_address peer[NQPTP_PEERS]; /* without a zone (%eth0) */
};

/*
 * 0, or -1 with err for what is none of these; its text is safe to print. Words of a list that are no
 * address are left out, but one must be.
 */
int nqptp_command_parse(struct nqptp_command *command, const void *data, size_t len,
			struct error *err);
