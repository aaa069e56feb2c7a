/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/show.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

static_assert(PPS2SHM_PTP_CLOCKS == PTP_CLOCKS, "the segment has room for the table");
static_assert((int)PPS2SHM_PTP_FLOWS == (int)PTP_FLOWS, "the same flows");
static_assert((int)PPS2SHM_PTP_STAMPS == (int)PTP_STAMPS, "the same stamps");

char *show_address(const struct ptp_address *address, char *text, size_t size)
{
	int family = address->family == 4 ? AF_INET : AF_INET6;

	if (!inet_ntop(family, address->bytes, text, (socklen_t)size)) {
		snprintf(text, size, "?");
	}
	return text;
}

static void put_identity(uint8_t octets[8], uint64_t identity)
{
	for (int i = 0; i < 8; i++) {
		octets[i] = (uint8_t)(identity >> (56 - 8 * i));
	}
}

static void show_announce(struct pps2shm_ptp_clock *shown, const struct ptp_clock *clock)
{
	const struct ptp_announce *announce = &clock->announce;

	put_identity(shown->grandmaster, announce->grandmaster);
	shown->steps_removed = announce->steps_removed;
	shown->variance = announce->variance;
	shown->utc_offset_s = announce->utc_offset_s;
	shown->priority1 = announce->priority1;
	shown->priority2 = announce->priority2;
	shown->clock_class = announce->clock_class;
	shown->accuracy = announce->accuracy;
	shown->time_source = announce->time_source;
	shown->flags = clock->flags;
}

static void show_flows(struct pps2shm_ptp_clock *shown, const struct ptp_clock *clock)
{
	for (int i = 0; i < PTP_FLOWS; i++) {
		shown->flows[i] = (struct pps2shm_ptp_flow){
			.count = clock->flows[i].count,
			.missed = clock->flows[i].missed,
			.rate_mhz = clock->flows[i].rate_mhz,
			.told_log2 = clock->flows[i].told_log2,
		};
	}
}

static void show_time(struct pps2shm_ptp_clock *shown, const struct ptp_clock *clock,
		      const struct feed *feed, int index)
{
	const struct feed_taught *taught = &feed->taught[index];

	if (clock->offsets.count > 0) {
		shown->state |= PPS2SHM_PTP_OFFSET;
		shown->offset_ns = clock_utc_ns(clock, robust_median(&clock->offsets));
		shown->jitter_ns = clock->jitter_ns;
	}
	if (feed_error(feed, index, &shown->gps_error_ns, &shown->gps_jitter_ns)) {
		shown->state |= PPS2SHM_PTP_GPS;
	}
	if (taught->learned) {
		shown->state |= PPS2SHM_PTP_LEARNED;
		shown->delay_ns = taught->delay_ns;
	}
	shown->state |= index == feed->selected ? PPS2SHM_PTP_SELECTED : 0;
	snprintf(shown->why, sizeof(shown->why), "%s", feed_why_text(taught->why));
}

static void show_clock(struct pps2shm_ptp_clock *shown, const struct ptp_clock *clock,
		       const struct feed *feed, int index, const struct groups *groups)
{
	put_identity(shown->identity, clock->port.clock);
	shown->port = clock->port.number;
	shown->domain = clock->domain;
	shown->sdo = clock->sdo;
	shown->version_minor = clock->minor_version;
	shown->state = (clock->followed ? PPS2SHM_PTP_FOLLOWED : 0) |
		       (clock->announced ? PPS2SHM_PTP_ANNOUNCED : 0) |
		       (clock->two_step ? PPS2SHM_PTP_TWO_STEP : 0);
	shown->stamp = clock->last.stamp;
	shown->masters = clock->masters;
	shown->jumps = clock->jumps;
	shown->outliers = clock->outliers;
	shown->first_raw_ns = clock->first_raw_ns;
	shown->heard_raw_ns = clock->heard_raw_ns;
	shown->sync_raw_ns = clock->sync_raw_ns;
	shown->samples = clock->samples;
	shown->unpaired = clock->unpaired;
	show_announce(shown, clock);
	show_flows(shown, clock);
	show_time(shown, clock, feed, index);
	show_address(&clock->from, shown->address, sizeof(shown->address));
	snprintf(shown->interface, sizeof(shown->interface), "%s",
		 groups_name(groups, clock->interface));
}

void show_clocks(struct pps2shm_ptp_page *page, const struct ptp_clocks *clocks,
		 const struct feed *feed, const struct groups *groups)
{
	page->clock_count = 0;
	memset(page->clocks, 0, sizeof(page->clocks));
	/* Followed ones first. */
	for (int followed = 1; followed >= 0; followed--) {
		for (int i = 0; i < PTP_CLOCKS; i++) {
			const struct ptp_clock *clock = &clocks->clocks[i];

			if (clock->used && clock->followed == followed) {
				show_clock(&page->clocks[page->clock_count++], clock, feed, i,
					   groups);
			}
		}
	}
	page->packets = clocks->packets;
	page->malformed = clocks->malformed;
	page->refused = clocks->refused;
	page->interfaces = groups_count(groups);
}
