/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The table of clocks: who is in it, and what is measured of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ptp_rig.h"

#define START (100 * NS_PER_S)

static struct ptp_clocks clocks;

static int fresh(void **state)
{
	(void)state;
	clocks_init(&clocks);
	return 0;
}

static int count(void)
{
	int n = 0;

	for (int i = 0; i < PTP_CLOCKS; i++) {
		n += clocks.clocks[i].used;
	}
	return n;
}

/* So many seconds of a master, 8 Syncs and one Announce in each. Its record at the end. */
static struct ptp_clock *hear(struct master *m, int64_t from, int seconds)
{
	struct ptp_taken taken = {0};

	for (int s = 0; s < seconds; s++) {
		say_announce(&clocks, m, from + s * NS_PER_S + NS_PER_MS);
		for (int i = 0; i < 8; i++) {
			taken = say_sync(&clocks, m,
					 from + s * NS_PER_S + i * 125 * NS_PER_MS + 2 * NS_PER_MS);
		}
		clocks_tick(&clocks, from + (s + 1) * NS_PER_S);
	}
	return taken.clock;
}

static void two_step_offset_is_of_the_sync_s_stamp(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.error_ns = 500;
	struct ptp_clock *clock = hear(&m, START, 4);

	assert_true(clock->two_step);
	assert_int_equal(clock->samples, 32);
	/* Late by its path, however late the Follow_Up is. */
	assert_int_equal(clock_utc_ns(clock, robust_median(&clock->offsets)), 500 - 20000);
	assert_int_equal(clock->jitter_ns, 0);
	assert_int_equal(clock->last.stamp, PTP_STAMP_SOFTWARE);
}

static void one_step_offset_is_the_same(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.one_step = true;
	struct ptp_clock *clock = hear(&m, START, 4);

	assert_false(clock->two_step);
	assert_int_equal(clock_utc_ns(clock, robust_median(&clock->offsets)), -20000);
}

/* A Sync and its Follow_Up, each with a correction in ns. */
static struct ptp_taken pair(struct master *m, int64_t raw_ns, int64_t correction,
			     int64_t correction_2, bool follow_up_first)
{
	uint8_t sync[RIG_SYNC], follow_up[RIG_SYNC];
	struct ptp_message message;
	struct ptp_taken taken;
	uint16_t sequence = m->sync_sequence++;

	put_header(sync, PTP_SYNC, sizeof(sync), m, PTP_TWO_STEP, sequence);
	put_number(sync + 8, (uint64_t)(correction * 65536), 8);
	put_header(follow_up, PTP_FOLLOW_UP, sizeof(follow_up), m, 0, sequence);
	put_number(follow_up + 8, (uint64_t)(correction_2 * 65536), 8);
	put_time(follow_up + 34, master_time_ns(m, raw_ns));
	struct ptp_packet a = packet_of(m, sync, sizeof(sync), raw_ns);
	struct ptp_packet b = packet_of(m, follow_up, sizeof(follow_up), raw_ns + 100);

	clocks_packet(&clocks, follow_up_first ? &b : &a, &message, &taken);
	clocks_packet(&clocks, follow_up_first ? &a : &b, &message, &taken);
	return taken;
}

static void corrections_of_both_are_added(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	say_announce(&clocks, &m, START);
	struct ptp_taken taken = pair(&m, START + NS_PER_S, 300, -1000, false);

	assert_true(taken.sampled);
	assert_int_equal(taken.sample.master_ns - master_time_ns(&m, START + NS_PER_S), -700);
}

static void follow_up_may_be_read_before_its_sync(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	say_announce(&clocks, &m, START);
	struct ptp_taken taken = pair(&m, START + NS_PER_S, 300, -1000, true);

	assert_true(taken.sampled);
	assert_int_equal(taken.sample.raw_ns, START + NS_PER_S);
	assert_int_equal(taken.sample.master_ns - master_time_ns(&m, START + NS_PER_S), -700);
}

static void follow_up_of_another_sync_is_none(void **state)
{
	struct master m = MASTER(1);
	uint8_t data[RIG_SYNC];
	struct ptp_message message;
	struct ptp_taken taken;

	(void)state;
	put_header(data, PTP_SYNC, sizeof(data), &m, PTP_TWO_STEP, 10);
	struct ptp_packet packet = packet_of(&m, data, sizeof(data), START);

	clocks_packet(&clocks, &packet, &message, &taken);
	put_header(data, PTP_FOLLOW_UP, sizeof(data), &m, 0, 9);
	packet = packet_of(&m, data, sizeof(data), START);
	clocks_packet(&clocks, &packet, &message, &taken);
	assert_false(taken.sampled);
	/* It does not displace the one that waits. */
	put_header(data, PTP_FOLLOW_UP, sizeof(data), &m, 0, 10);
	clocks_packet(&clocks, &packet, &message, &taken);
	assert_true(taken.sampled);
}

static void sync_without_a_stamp_has_no_offset(void **state)
{
	struct master m = MASTER(1);
	uint8_t data[RIG_SYNC];
	struct ptp_message message;
	struct ptp_taken taken;

	(void)state;
	put_header(data, PTP_SYNC, sizeof(data), &m, 0, 1);
	struct ptp_packet packet = packet_of(&m, data, sizeof(data), START);

	packet.stamp = PTP_STAMP_NONE;
	clocks_packet(&clocks, &packet, &message, &taken);
	assert_non_null(taken.clock);
	assert_false(taken.sampled);
}

static void identity_port_domain_address_and_interface_make_a_clock(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	say_announce(&clocks, &m, START);
	m.identity++;
	say_announce(&clocks, &m, START);
	m.port++;
	say_announce(&clocks, &m, START);
	m.domain++;
	say_announce(&clocks, &m, START);
	m.address[3]++;
	say_announce(&clocks, &m, START);
	m.interface++;
	say_announce(&clocks, &m, START);
	say_announce(&clocks, &m, START);
	assert_int_equal(count(), 6);
}

static void requests_make_no_record(void **state)
{
	struct master m = MASTER(1);
	uint8_t data[RIG_RESPONSE];
	struct ptp_message message;
	struct ptp_taken taken;

	(void)state;
	static const enum ptp_type types[] = {PTP_DELAY_REQ,  PTP_PDELAY_REQ, PTP_PDELAY_RESP,
					      PTP_DELAY_RESP, PTP_FOLLOW_UP,  PTP_SIGNALING,
					      PTP_MANAGEMENT};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		put_header(data, types[i], sizeof(data), &m, 0, 1);
		struct ptp_packet packet = packet_of(&m, data, sizeof(data), START);

		assert_true(clocks_packet(&clocks, &packet, &message, &taken));
		assert_null(taken.clock);
	}
	assert_int_equal(count(), 0);
	assert_int_equal(clocks.malformed, 0);
}

static void event_message_at_the_general_port_is_malformed(void **state)
{
	struct master m = MASTER(1);
	uint8_t data[RIG_SYNC];
	struct ptp_message message;
	struct ptp_taken taken;

	(void)state;
	put_header(data, PTP_SYNC, sizeof(data), &m, 0, 1);
	struct ptp_packet packet = packet_of(&m, data, sizeof(data), START);

	packet.local_port = PTP_GENERAL_PORT;
	assert_false(clocks_packet(&clocks, &packet, &message, &taken));
	assert_int_equal(clocks.malformed, 1);
}

static void heard_in_four_seconds_it_is_followed(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	assert_false(hear(&m, START, 3)->followed);
	assert_true(hear(&m, START + 3 * NS_PER_S, 1)->followed);
}

static void dropped_after_its_time(void **state)
{
	struct master old = MASTER(1), new = MASTER(2);

	(void)state;
	struct ptp_clock *followed = hear(&old, START, 5);
	struct ptp_clock *fresh_one = hear(&new, START, 1);

	clocks_tick(&clocks, followed->heard_raw_ns + PTP_FORGET_NEW_NS);
	assert_true(followed->used);
	assert_false(fresh_one->used);
	clocks_tick(&clocks, followed->heard_raw_ns + PTP_FORGET_NS);
	assert_true(followed->used);
	clocks_tick(&clocks, followed->heard_raw_ns + PTP_FORGET_NS + 1);
	assert_false(followed->used);
}

static void flood_pushes_out_no_followed_clock(void **state)
{
	struct master followed[32];

	(void)state;
	for (int i = 0; i < 32; i++) {
		followed[i] = (struct master)MASTER(i);
		hear(&followed[i], START, 4);
	}
	/* 10 000 made-up ones a second, each with an address of its own. */
	for (uint64_t i = 0; i < 300000; i++) {
		struct master forged = MASTER(1000 + i);
		int64_t raw_ns = START + 4 * NS_PER_S + (int64_t)i * 100000;

		say_announce(&clocks, &forged, raw_ns);
		if (i % 10000 == 0) {
			for (int k = 0; k < 32; k++) {
				say_announce(&clocks, &followed[k], raw_ns);
			}
			clocks_tick(&clocks, raw_ns);
		}
	}
	int kept = 0;

	for (int i = 0; i < PTP_CLOCKS; i++) {
		kept += clocks.clocks[i].followed &&
			clocks.clocks[i].port.clock < 0x1122330000000000U + 32;
	}
	assert_int_equal(kept, 32);
	assert_true(clocks.refused > 290000);
	/* When it is over there is room for new ones again. */
	struct master late = MASTER(500);
	struct ptp_clock *clock = hear(&late, START + 50 * NS_PER_S, 4);

	assert_non_null(clock);
	assert_true(clock->followed);
}

static void preferred_address_gets_a_place_in_a_flood(void **state)
{
	struct ptp_address wanted = {.family = 4, .bytes = {10, 0, 0, 9}};
	struct master peer = MASTER(9);

	(void)state;
	clocks_prefer(&clocks, &wanted, 1);
	for (uint64_t i = 0; i < 1000; i++) {
		struct master forged = MASTER(1000 + i);

		say_announce(&clocks, &forged, START);
	}
	struct ptp_taken taken = say_announce(&clocks, &peer, START);

	assert_non_null(taken.clock);
	assert_true(taken.clock->followed);
	clocks_prefer(&clocks, NULL, 0);
	peer = (struct master)MASTER(9);
	peer.identity++;
	assert_null(say_announce(&clocks, &peer, START).clock); /* no longer */
}

static void gaps_in_the_sequence_are_counted(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	m.sync_sequence = 0xFFFE;
	struct ptp_clock *clock = hear(&m, START, 1); /* over its end */

	assert_int_equal(clock->flows[PTP_FLOW_SYNC].missed, 0);
	m.sync_sequence = (uint16_t)(m.sync_sequence + 3);
	hear(&m, START + NS_PER_S, 1);
	assert_int_equal(clock->flows[PTP_FLOW_SYNC].missed, 3);
	m.sync_sequence = 0; /* it was restarted */
	hear(&m, START + 2 * NS_PER_S, 1);
	assert_int_equal(clock->flows[PTP_FLOW_SYNC].missed, 3);
	assert_int_equal(clock->flows[PTP_FLOW_SYNC].count, 24);
}

static void rates_are_of_the_last_span(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	struct ptp_clock *clock = hear(&m, START, 9);

	assert_in_range(clock->flows[PTP_FLOW_SYNC].rate_mhz, 7900, 8100);
	assert_in_range(clock->flows[PTP_FLOW_ANNOUNCE].rate_mhz, 990, 1010);
	assert_int_equal(clock->flows[PTP_FLOW_SYNC].told_log2, -3);
}

static void change_of_grandmaster_is_counted(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	struct ptp_clock *clock = hear(&m, START, 2);

	assert_int_equal(clock->masters, 0);
	m.grandmaster = 0x77;
	hear(&m, START + 2 * NS_PER_S, 2);
	assert_int_equal(clock->masters, 1);
}

static void late_packet_is_an_outlier_and_a_jump_is_one(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	struct ptp_clock *clock = hear(&m, START, 4);

	m.delay_ns = 5 * NS_PER_MS;
	assert_false(say_sync(&clocks, &m, START + 5 * NS_PER_S).sampled);
	assert_int_equal(clock->outliers, 1);
	m.delay_ns = 20000;
	assert_true(say_sync(&clocks, &m, START + 5 * NS_PER_S + 125 * NS_PER_MS).sampled);

	m.error_ns = 10 * NS_PER_MS;
	for (int i = 1; i < PTP_JUMP_SAMPLES; i++) {
		assert_false(
			say_sync(&clocks, &m, START + 6 * NS_PER_S + i * 125 * NS_PER_MS).sampled);
	}
	struct ptp_taken taken = say_sync(&clocks, &m, START + 8 * NS_PER_S);

	assert_true(taken.sampled);
	assert_true(taken.jumped);
	assert_int_equal(clock->jumps, 1);
	assert_int_equal(clock_utc_ns(clock, robust_median(&clock->offsets)),
			 10 * NS_PER_MS - 20000);
}

static void oscillator_that_drifts_does_not_jump(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	struct ptp_clock *clock = hear(&m, START, 4);

	for (int i = 0; i < 50; i++) {
		m.error_ns += 100000; /* 100 ppm, one Sync a second */
		assert_true(say_sync(&clocks, &m, START + (4 + i) * NS_PER_S).sampled);
	}
	assert_int_equal(clock->jumps, 0);
}

static void clock_set_voids_the_offsets(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	struct ptp_clock *clock = hear(&m, START, 4);

	clocks_set(&clocks);
	assert_int_equal(clock->offsets.count, 0);
	assert_true(clock->followed);
}

static void utc_needs_timescale_and_offset(void **state)
{
	struct master m = MASTER(1);

	(void)state;
	struct ptp_clock *clock = hear(&m, START, 1);

	assert_true(clock_tells_utc(clock));
	assert_int_equal(clock_utc_ns(clock, 100 * NS_PER_S), 63 * NS_PER_S);
	m.flags = PTP_TIMESCALE;
	hear(&m, START + NS_PER_S, 1);
	assert_false(clock_tells_utc(clock));
	m.flags = PTP_UTC_OFFSET_VALID;
	hear(&m, START + 2 * NS_PER_S, 1);
	assert_false(clock_tells_utc(clock));
	assert_int_equal(clock_utc_ns(clock, 100 * NS_PER_S), 100 * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(two_step_offset_is_of_the_sync_s_stamp, fresh),
		cmocka_unit_test_setup(one_step_offset_is_the_same, fresh),
		cmocka_unit_test_setup(corrections_of_both_are_added, fresh),
		cmocka_unit_test_setup(follow_up_may_be_read_before_its_sync, fresh),
		cmocka_unit_test_setup(follow_up_of_another_sync_is_none, fresh),
		cmocka_unit_test_setup(sync_without_a_stamp_has_no_offset, fresh),
		cmocka_unit_test_setup(identity_port_domain_address_and_interface_make_a_clock,
				       fresh),
		cmocka_unit_test_setup(requests_make_no_record, fresh),
		cmocka_unit_test_setup(event_message_at_the_general_port_is_malformed, fresh),
		cmocka_unit_test_setup(heard_in_four_seconds_it_is_followed, fresh),
		cmocka_unit_test_setup(dropped_after_its_time, fresh),
		cmocka_unit_test_setup(flood_pushes_out_no_followed_clock, fresh),
		cmocka_unit_test_setup(preferred_address_gets_a_place_in_a_flood, fresh),
		cmocka_unit_test_setup(gaps_in_the_sequence_are_counted, fresh),
		cmocka_unit_test_setup(rates_are_of_the_last_span, fresh),
		cmocka_unit_test_setup(change_of_grandmaster_is_counted, fresh),
		cmocka_unit_test_setup(late_packet_is_an_outlier_and_a_jump_is_one, fresh),
		cmocka_unit_test_setup(oscillator_that_drifts_does_not_jump, fresh),
		cmocka_unit_test_setup(clock_set_voids_the_offsets, fresh),
		cmocka_unit_test_setup(utc_needs_timescale_and_offset, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
