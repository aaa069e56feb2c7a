/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/clock.h"

#include <stdlib.h>
#include <string.h>

#include "common/ns.h"

#define RATE_SPAN_NS (8 * NS_PER_S)
/* Sequence numbers that are left out; more at once is another count. */
#define MISSED_MAX 1000
/* A sample is an outlier beyond this and so many times the jitter, ... */
#define ODD_NS     NS_PER_MS
#define ODD_JITTER 16
/* ... and what two oscillators may drift apart: 200 ppm. */
#define DRIFT_DIVISOR 5000
/* However it jitters, a jump by so much is one. */
#define ODD_MAX_NS (NS_PER_S / 2)
/* Differences of two offsets must not overflow. */
#define OFFSET_MAX_NS (INT64_MAX / 2)
#define LOG2_NONE     0x7F

void clock_begin(struct ptp_clock *clock, int64_t raw_ns)
{
	clock->first_raw_ns = raw_ns;
	clock->heard_raw_ns = raw_ns;
	clock->rate_raw_ns = raw_ns;
	clock->seconds = 1;
	for (int i = 0; i < PTP_FLOWS; i++) {
		clock->flows[i].told_log2 = LOG2_NONE;
	}
	robust_init(&clock->offsets, PTP_WINDOW);
}

static void heard(struct ptp_clock *clock, int64_t raw_ns)
{
	/* Packets of the two ports may come out of order. */
	if (raw_ns > clock->heard_raw_ns) {
		clock->seconds += raw_ns / NS_PER_S != clock->heard_raw_ns / NS_PER_S;
		clock->heard_raw_ns = raw_ns;
	}
	clock->followed |= clock->seconds >= PTP_FOLLOW_SECONDS;
}

static void count(struct ptp_flow *flow, const struct ptp_message *message)
{
	uint16_t ahead = (uint16_t)(message->sequence - flow->sequence);

	if (flow->count > 0 && ahead > 1 && ahead <= MISSED_MAX) {
		flow->missed += ahead - 1U;
	}
	flow->count++;
	flow->sequence = message->sequence;
	flow->told_log2 = message->interval_log2;
}

static void announce(struct ptp_clock *clock, const struct ptp_message *message)
{
	clock->masters +=
		clock->announced && clock->announce.grandmaster != message->announce.grandmaster;
	clock->announced = true;
	clock->announce = message->announce;
	clock->flags = message->flags & 0xFF;
}

/* ---- samples ---- */

/* Is it where the one before says, or has either clock jumped? */
static bool continues(const struct ptp_clock *clock, const struct ptp_sample *before,
		      const struct ptp_sample *now)
{
	int64_t passed, moved, limit;
	int64_t jitter = clock->jitter_ns < ODD_MAX_NS / ODD_JITTER ? clock->jitter_ns
								    : ODD_MAX_NS / ODD_JITTER;

	if (__builtin_sub_overflow(now->raw_ns, before->raw_ns, &passed) ||
	    __builtin_sub_overflow(now->master_ns, before->master_ns, &moved) ||
	    __builtin_sub_overflow(moved, passed, &moved) || moved == INT64_MIN ||
	    passed == INT64_MIN) {
		return false;
	}
	limit = ODD_NS + ODD_JITTER * jitter + llabs(passed) / DRIFT_DIVISOR;
	return llabs(moved) <= (limit < ODD_MAX_NS ? limit : ODD_MAX_NS);
}

static void begin_anew(struct ptp_clock *clock)
{
	robust_init(&clock->offsets, PTP_WINDOW);
	clock->jitter_ns = 0;
}

/* Is this odd one part of a jump? */
static bool is_jump(struct ptp_clock *clock, const struct ptp_sample *sample)
{
	bool agrees = clock->odd > 0 && continues(clock, &clock->odd_last, sample);

	clock->odd = agrees ? clock->odd + 1 : 1;
	clock->odd_last = *sample;
	return clock->odd >= PTP_JUMP_SAMPLES;
}

static void take_sample(struct ptp_clock *clock, const struct ptp_sample *sample,
			struct ptp_taken *taken)
{
	int64_t offset;

	if (__builtin_sub_overflow(sample->master_ns, sample->real_ns, &offset) ||
	    offset > OFFSET_MAX_NS || offset < -OFFSET_MAX_NS) {
		return;
	}
	taken->timed = true;
	taken->sample = *sample;
	if (clock->samples > 0 && !continues(clock, &clock->last, sample)) {
		if (!is_jump(clock, sample)) {
			clock->outliers++;
			return;
		}
		begin_anew(clock);
		clock->jumps++;
		taken->jumped = true;
	}
	clock->odd = 0;
	clock->samples++;
	clock->last = *sample;
	robust_add(&clock->offsets, offset);
	taken->sampled = true;
}

/* Both are there: half has what the first told, add_ns is of the second. */
static void complete(struct ptp_clock *clock, int64_t add_ns, struct ptp_taken *taken)
{
	clock->waiting = false;
	clock->waiting_follow_up = false;
	if (clock->half.stamp != PTP_STAMP_NONE &&
	    !__builtin_add_overflow(clock->half.master_ns, add_ns, &clock->half.master_ns)) {
		take_sample(clock, &clock->half, taken);
	}
}

static void stamp_half(struct ptp_clock *clock, const struct ptp_packet *packet)
{
	clock->half.raw_ns = packet->raw_ns;
	clock->half.real_ns = packet->real_ns;
	clock->half.stamp = packet->stamp;
}

static void sync(struct ptp_clock *clock, const struct ptp_packet *packet,
		 const struct ptp_message *message, struct ptp_taken *taken)
{
	int64_t correction_ns = message_correction_ns(message);
	bool follow_up_came = clock->waiting_follow_up && clock->half_sequence == message->sequence;

	clock->two_step = message->flags & PTP_TWO_STEP;
	clock->sync_raw_ns = packet->raw_ns;
	clock->unpaired += clock->waiting;
	stamp_half(clock, packet);
	if (!clock->two_step) {
		clock->half.master_ns = message->time_ns;
		complete(clock, correction_ns, taken);
	} else if (follow_up_came) {
		complete(clock, correction_ns, taken);
	} else {
		clock->waiting = true;
		clock->waiting_follow_up = false;
		clock->half_sequence = message->sequence;
		clock->half.master_ns = correction_ns;
	}
}

static void follow_up(struct ptp_clock *clock, const struct ptp_message *message,
		      struct ptp_taken *taken)
{
	int64_t precise_ns;

	if (__builtin_add_overflow(message->time_ns, message_correction_ns(message), &precise_ns)) {
		return;
	}
	if (clock->waiting && clock->half_sequence == message->sequence) {
		complete(clock, precise_ns, taken);
		return;
	}
	/* It may have been read before its Sync; but a late one must not displace a newer Sync. */
	if (!clock->waiting || (int16_t)(message->sequence - clock->half_sequence) > 0) {
		clock->unpaired += clock->waiting;
		clock->waiting = false;
		clock->waiting_follow_up = true;
		clock->half_sequence = message->sequence;
		clock->half.master_ns = precise_ns;
	}
}

void clock_message(struct ptp_clock *clock, const struct ptp_packet *packet,
		   const struct ptp_message *message, struct ptp_taken *taken)
{
	heard(clock, packet->raw_ns);
	clock->minor_version = message->minor_version;
	switch ((int)message->type) {
	case PTP_SYNC:
		count(&clock->flows[PTP_FLOW_SYNC], message);
		sync(clock, packet, message, taken);
		break;
	case PTP_FOLLOW_UP:
		count(&clock->flows[PTP_FLOW_FOLLOW_UP], message);
		follow_up(clock, message, taken);
		break;
	case PTP_ANNOUNCE:
		count(&clock->flows[PTP_FLOW_ANNOUNCE], message);
		announce(clock, message);
		break;
	default:
		/* Its numbers are those of the requests, which come from several slaves. */
		clock->flows[PTP_FLOW_DELAY_RESP].count++;
		clock->flows[PTP_FLOW_DELAY_RESP].told_log2 = message->interval_log2;
	}
}

void clock_tick(struct ptp_clock *clock, int64_t raw_ns)
{
	int64_t span_ns = raw_ns - clock->rate_raw_ns;

	clock->jitter_ns = robust_sigma_about(&clock->offsets, robust_median(&clock->offsets));
	if (span_ns < RATE_SPAN_NS) {
		return;
	}
	for (int i = 0; i < PTP_FLOWS; i++) {
		struct ptp_flow *flow = &clock->flows[i];
		uint64_t mhz =
			(flow->count - flow->rate_from) * 1000000 / (uint64_t)(span_ns / NS_PER_MS);

		flow->rate_mhz = mhz < UINT32_MAX ? (uint32_t)mhz : UINT32_MAX;
		flow->rate_from = flow->count;
	}
	clock->rate_raw_ns = raw_ns;
}
