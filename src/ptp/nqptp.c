/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/nqptp.h"

#include <inttypes.h>
#include <string.h>

#include "common/ns.h"

enum { UNANSWERED_MAX = 3 };

#define COMPLAIN_NS (60 * NS_PER_S)

void nqptp_init(struct nqptp *nqptp, uint64_t identity)
{
	*nqptp = (struct nqptp){.identity = identity};
}

/* ---- The region ---- */

static void publish(struct nqptp *nqptp, struct nqptp_set set)
{
	if (memcmp(&set, &nqptp->set, sizeof(set)) != 0) {
		nqptp->set = set;
		nqptp->changed = true;
	}
}

static void publish_nothing(struct nqptp *nqptp)
{
	publish(nqptp, (struct nqptp_set){0});
}

/* ---- Peers ---- */

static bool same_address(const struct ptp_address *a, const struct ptp_address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* The place of an address in the list; NQPTP_PEERS if it is not there. */
static int rank_of_address(const struct nqptp *nqptp, const struct ptp_address *address)
{
	for (int i = 0; i < nqptp->peers; i++) {
		if (same_address(&nqptp->peer[i].address, address)) {
			return i;
		}
	}
	return NQPTP_PEERS;
}

static int rank_of_clock(const struct nqptp *nqptp, uint64_t clock)
{
	for (int i = 0; i < nqptp->peers; i++) {
		if (nqptp->peer[i].clock == clock) {
			return i;
		}
	}
	return NQPTP_PEERS;
}

static bool is_followed(const struct nqptp *nqptp, const struct nqptp_source *source)
{
	return source->clock == nqptp->followed.clock && source->domain == nqptp->followed.domain;
}

static void forget_clock(struct nqptp *nqptp)
{
	nqptp->followed = (struct nqptp_source){0};
	nqptp->rank = NQPTP_PEERS;
	nqptp->grandmaster = 0;
	nqptp->unanswered = 0;
	nqptp->still_raw_ns = 0;
	nqptp->slept = false;
	nqptp->wake = (struct nqptp_wake){0};
	nqptp_filter_restart(&nqptp->filter);
}

static void follow(struct nqptp *nqptp, const struct nqptp_source *source, int rank, int64_t raw_ns)
{
	forget_clock(nqptp);
	nqptp->followed = *source;
	nqptp->rank = rank;
	nqptp->heard_raw_ns = raw_ns;
}

static bool is_any_known(const struct nqptp *nqptp)
{
	for (int i = 0; i < nqptp->peers; i++) {
		if (nqptp->peer[i].clock) {
			return true;
		}
	}
	return false;
}

/* Is this clock of no peer the only one that can be meant? */
static bool is_only_stranger(struct nqptp *nqptp, const struct nqptp_source *source, int64_t raw_ns)
{
	if (source->address.family == nqptp->peer[0].address.family || is_any_known(nqptp)) {
		return false;
	}
	if (nqptp->stranger && nqptp->stranger != source->clock) {
		nqptp->strangers = true;
	}
	nqptp->stranger = source->clock;
	return !nqptp->strangers && raw_ns - nqptp->peers_raw_ns >= NQPTP_SILENT_NS;
}

/* The place of a message's clock; NQPTP_PEERS for a stranger. What its address tells is learned. */
static int rank_of(struct nqptp *nqptp, const struct nqptp_source *source)
{
	int rank = rank_of_address(nqptp, &source->address);

	if (rank < NQPTP_PEERS) {
		nqptp->peer[rank].clock = source->clock;
	}
	return rank_of_clock(nqptp, source->clock);
}

/*
 * Is this message of the clock that is followed? Chooses that clock: an earlier peer takes over with
 * its first Sync, a later one when there is silence.
 */
static bool is_ours(struct nqptp *nqptp, const struct nqptp_source *source, bool sync,
		    int64_t raw_ns)
{
	bool silent = !nqptp->followed.clock || raw_ns - nqptp->heard_raw_ns >= NQPTP_SILENT_NS;

	if (source->clock == 0 || source->clock == nqptp->identity || nqptp->peers == 0) {
		return false;
	}
	int rank = rank_of(nqptp, source);

	if (is_followed(nqptp, source)) {
		nqptp->rank = rank;
		return true;
	}
	if (rank < NQPTP_PEERS ? silent || (sync && rank < nqptp->rank)
			       : silent && is_only_stranger(nqptp, source, raw_ns)) {
		follow(nqptp, source, rank, raw_ns);
		return true;
	}
	return false;
}

/* ---- Messages ---- */

static void wake(struct nqptp *nqptp, int64_t raw_ns)
{
	if (nqptp->grandmaster) {
		nqptp_wake_begin(&nqptp->wake, &nqptp->sleeper, raw_ns);
	}
}

void nqptp_announce(struct nqptp *nqptp, const struct nqptp_source *source, uint64_t grandmaster,
		    uint8_t priority1, uint8_t priority2, int64_t raw_ns)
{
	if (!is_ours(nqptp, source, false, raw_ns)) {
		return;
	}
	bool first = !nqptp->grandmaster;

	if (nqptp->grandmaster != grandmaster) {
		nqptp_filter_restart(&nqptp->filter);
		nqptp->grandmaster = grandmaster;
	}
	nqptp->sleeper =
		(struct nqptp_sleeper){source->address, source->interface, priority1, priority2};
	if (nqptp->unanswered <= UNANSWERED_MAX) {
		nqptp->unanswered++;
	}
	if (first || nqptp->unanswered == UNANSWERED_MAX) {
		wake(nqptp, raw_ns);
	}
}

/* Does the master's time go on? While it does not, its messages say nothing of it. */
static bool goes_on(struct nqptp *nqptp, int64_t master_ns, int64_t raw_ns)
{
	if (nqptp->still_raw_ns && master_ns == nqptp->master_ns) {
		if (!nqptp->slept && raw_ns - nqptp->still_raw_ns >= NQPTP_STILL_NS) {
			nqptp->slept = true;
			wake(nqptp, raw_ns);
		}
		return false;
	}
	if (nqptp->slept) {
		nqptp_filter_restart(&nqptp->filter);
	}
	nqptp->slept = false;
	nqptp->master_ns = master_ns;
	nqptp->still_raw_ns = raw_ns;
	return true;
}

void nqptp_sample(struct nqptp *nqptp, const struct nqptp_source *source, int64_t master_ns,
		  int64_t raw_ns)
{
	if (!is_ours(nqptp, source, true, raw_ns)) {
		return;
	}
	nqptp->heard_raw_ns = raw_ns;
	nqptp->unanswered = 0;
	/* Whose time it is, an Announce tells. */
	if (!goes_on(nqptp, master_ns, raw_ns) || !nqptp->grandmaster) {
		return;
	}
	int64_t offset_ns = (int64_t)((uint64_t)master_ns - (uint64_t)raw_ns);

	if (nqptp_filter_feed(&nqptp->filter, offset_ns, raw_ns) && nqptp->playing) {
		publish(nqptp,
			(struct nqptp_set){
				.master_clock_id = nqptp->grandmaster,
				.local_time = (uint64_t)raw_ns,
				.local_to_master_time_offset = (uint64_t)nqptp->filter.offset_ns,
				.master_clock_start_time = (uint64_t)nqptp->filter.start_raw_ns,
			});
	}
}

bool nqptp_send(struct nqptp *nqptp, int64_t raw_ns, struct nqptp_datagram *out)
{
	return nqptp_wake_next(&nqptp->wake, nqptp->identity, raw_ns, out);
}

int64_t nqptp_due_raw_ns(const struct nqptp *nqptp)
{
	return nqptp->wake.left ? nqptp->wake.due_raw_ns : INT64_MAX;
}

/* ---- Commands ---- */

/* The new list. Where its first peer is the clock that is followed, that goes on undisturbed. */
static void set_peers(struct nqptp *nqptp, const struct nqptp_command *command, int64_t raw_ns)
{
	struct nqptp_peer before[NQPTP_PEERS];
	int were = nqptp->peers;

	memcpy(before, nqptp->peer, sizeof(before));
	nqptp->peers = command->peers;
	for (int i = 0; i < command->peers; i++) {
		nqptp->peer[i] = (struct nqptp_peer){.address = command->peer[i]};
		for (int j = 0; j < were; j++) {
			if (same_address(&before[j].address, &command->peer[i])) {
				nqptp->peer[i].clock = before[j].clock;
			}
		}
	}
	nqptp->peers_raw_ns = raw_ns;
	nqptp->stranger = 0;
	nqptp->strangers = false;
	if (!nqptp->followed.clock || rank_of_clock(nqptp, nqptp->followed.clock) != 0) {
		forget_clock(nqptp);
		publish_nothing(nqptp);
	}
	nqptp->running_until_raw_ns = raw_ns + NQPTP_AFTER_T_NS;
}

static void begin(struct nqptp *nqptp, int64_t raw_ns)
{
	if (!nqptp->playing && raw_ns >= nqptp->running_until_raw_ns) {
		nqptp_filter_restart(&nqptp->filter);
	}
	nqptp->playing = true;
}

static void end(struct nqptp *nqptp, int64_t raw_ns)
{
	if (nqptp->playing) {
		nqptp->playing = false;
		nqptp->running_until_raw_ns = raw_ns + NQPTP_AFTER_E_NS;
		publish_nothing(nqptp);
	}
}

/* At most one line a minute, with how many were not told. */
static bool complain(struct nqptp *nqptp, int64_t raw_ns, struct error *say)
{
	if (nqptp->complained && raw_ns - nqptp->complained_raw_ns < COMPLAIN_NS) {
		nqptp->complaints++;
		return false;
	}
	if (nqptp->complaints) {
		struct error one = *say;

		error_set(say, "%.300s (%" PRIu64 " more since the last such line)", one.text,
			  nqptp->complaints);
	}
	nqptp->complained = true;
	nqptp->complained_raw_ns = raw_ns;
	nqptp->complaints = 0;
	return true;
}

bool nqptp_command(struct nqptp *nqptp, const void *data, size_t len, int64_t raw_ns,
		   struct error *say)
{
	struct nqptp_command command;

	if (nqptp_command_parse(&command, data, len, say)) {
		return complain(nqptp, raw_ns, say);
	}
	switch (command.verb) {
	case NQPTP_TIMING:
		set_peers(nqptp, &command, raw_ns);
		nqptp->playing = nqptp->playing && command.peers > 0;
		break;
	case NQPTP_BEGIN:
		begin(nqptp, raw_ns);
		break;
	case NQPTP_END:
		end(nqptp, raw_ns);
		break;
	case NQPTP_PAUSE:
		break; /* an end follows if it lasts, and the clock goes on */
	}
	return false;
}
