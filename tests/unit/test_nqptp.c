/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/ns.h"
#include "ptp/nqptp.h"

#define INTERVAL (125 * NS_PER_MS)
#define UPTIME   (86400 * NS_PER_S) /* of the senders, when our raw clock says 0 */

enum { OURS = 0xaa, PHONE = 0x11, SPEAKER = 0x22, OTHER = 0x33 };

static struct nqptp nqptp;
static struct error say;
static int64_t now_ns;

static const struct nqptp_source phone = {PHONE, 0, {4, {10, 0, 0, 5}}, 1};
static const struct nqptp_source phone6 = {PHONE, 0, {6, {0xfe, 0x80, [15] = 5}}, 1};
static const struct nqptp_source speaker = {SPEAKER, 0, {4, {10, 0, 0, 6}}, 1};
static const struct nqptp_source other = {OTHER, 0, {4, {10, 0, 0, 7}}, 1};

static int set_up(void **state)
{
	(void)state;
	now_ns = 1000 * NS_PER_S;
	nqptp_init(&nqptp, OURS);
	return 0;
}

static bool command(const char *text)
{
	return nqptp_command(&nqptp, text, strlen(text) + 1, now_ns, &say);
}

static void announce(const struct nqptp_source *source)
{
	nqptp_announce(&nqptp, source, source->clock, 248, 247, now_ns);
}

/* For so many seconds: eight Syncs each, and an Announce. */
static void hear(const struct nqptp_source *source, int seconds)
{
	for (int i = 0; i < seconds * 8; i++) {
		if (i % 8 == 0) {
			announce(source);
		}
		now_ns += INTERVAL;
		nqptp_sample(&nqptp, source, now_ns + UPTIME, now_ns);
	}
}

static uint64_t master(void)
{
	return nqptp.set.master_clock_id;
}

static void the_region_is_empty_until_play_begins(void **state)
{
	(void)state;
	hear(&phone, 2);
	assert_false(command("/nqptp T 10.0.0.5 10.0.0.6"));
	hear(&phone, 2);
	assert_int_equal(master(), 0);
	assert_false(nqptp.changed);
	assert_false(command("/nqptp B"));
	hear(&phone, 1);
	assert_int_equal(master(), PHONE);
	assert_true(nqptp.changed);
	assert_int_equal(nqptp.set.local_time, now_ns);
	assert_int_equal(nqptp.set.local_to_master_time_offset, UPTIME);
	assert_int_equal(nqptp.set.master_clock_start_time, 1002 * NS_PER_S + INTERVAL);
}

static void it_is_empty_again_after_the_end_or_without_peers(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&phone, 1);
	command("/nqptp P");
	hear(&phone, 1);
	assert_int_equal(master(), PHONE);
	command("/nqptp E");
	assert_int_equal(master(), 0);
	hear(&phone, 1);
	assert_int_equal(master(), 0);
	command("/nqptp B");
	hear(&phone, 1);
	assert_int_equal(master(), PHONE);
	command("/nqptp T");
	assert_int_equal(master(), 0);
	hear(&phone, 1);
	command("/nqptp T 10.0.0.5");
	hear(&phone, 1);
	assert_int_equal(master(), 0);
}

static void a_short_break_does_not_start_the_filter_anew(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5");
	hear(&phone, 4);
	command("/nqptp B");
	hear(&phone, 1);
	uint64_t start = nqptp.set.master_clock_start_time;

	assert_int_equal(start, 1000 * NS_PER_S + INTERVAL);
	command("/nqptp E");
	hear(&phone, 2);
	command("/nqptp B");
	hear(&phone, 1);
	assert_int_equal(nqptp.set.master_clock_start_time, start);
	command("/nqptp E");
	hear(&phone, 3);
	command("/nqptp B");
	hear(&phone, 1);
	assert_int_equal(nqptp.set.master_clock_start_time, 1011 * NS_PER_S + INTERVAL);
}

static void the_first_peer_is_the_master(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5 10.0.0.6");
	command("/nqptp B");
	hear(&other, 1);
	assert_int_equal(master(), 0);
	hear(&speaker, 1);
	assert_int_equal(master(), SPEAKER);
	announce(&phone); /* that alone proves nothing */
	hear(&speaker, 1);
	assert_int_equal(master(), SPEAKER);
	assert_int_equal(nqptp.set.local_time, now_ns);
	hear(&phone, 2);
	assert_int_equal(master(), PHONE);
	hear(&speaker, 2);
	assert_int_equal(master(), PHONE);
	hear(&speaker, 5);
	assert_int_equal(master(), SPEAKER);
	hear(&other, 20);
	assert_int_equal(master(), SPEAKER);
}

static void a_peer_is_known_at_its_other_address(void **state)
{
	(void)state;
	command("/nqptp T fe80::5");
	command("/nqptp B");
	announce(&phone6);
	hear(&phone, 1);
	assert_int_equal(master(), PHONE);
	hear(&other, 10);
	assert_int_equal(master(), PHONE);
}

static void a_peer_that_is_only_heard_at_its_other_address_is_waited_for(void **state)
{
	(void)state;
	command("/nqptp T fe80::5");
	command("/nqptp B");
	hear(&phone, 5);
	assert_int_equal(master(), 0);
	hear(&phone, 1);
	assert_int_equal(master(), PHONE);
}

static void of_two_strangers_none_is_taken(void **state)
{
	(void)state;
	command("/nqptp T fe80::5");
	command("/nqptp B");
	for (int i = 0; i < 20; i++) {
		hear(&phone, 1);
		hear(&other, 1);
	}
	assert_int_equal(master(), 0);
	hear(&phone6, 1);
	assert_int_equal(master(), PHONE);
}

static void a_stranger_of_the_same_ip_version_is_not_taken(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&other, 20);
	assert_int_equal(master(), 0);
}

static void another_domain_of_the_clock_is_another_clock(void **state)
{
	struct nqptp_source second = phone;

	(void)state;
	second.domain = 9;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&phone, 2);
	nqptp_sample(&nqptp, &second, now_ns, now_ns);
	assert_int_equal(nqptp.set.local_to_master_time_offset, UPTIME);
	hear(&second, 6);
	assert_int_equal(nqptp.followed.domain, 9);
}

static void the_same_list_again_disturbs_nothing(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&phone, 3);
	command("/nqptp T 10.0.0.5 10.0.0.6");
	assert_int_equal(master(), PHONE);
	hear(&phone, 1);
	assert_int_equal(nqptp.set.master_clock_start_time, 1000 * NS_PER_S + INTERVAL);
	command("/nqptp T 10.0.0.6 10.0.0.5");
	assert_int_equal(master(), 0);
	hear(&speaker, 1);
	assert_int_equal(master(), SPEAKER);
}

static void its_grandmaster_is_told_and_a_new_one_starts_anew(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&phone, 2);
	nqptp_announce(&nqptp, &phone, OTHER, 248, 248, now_ns);
	now_ns += INTERVAL;
	nqptp_sample(&nqptp, &phone, now_ns + 5, now_ns);
	assert_int_equal(master(), OTHER);
	assert_int_equal(nqptp.set.local_to_master_time_offset, 5);
	assert_int_equal(nqptp.set.master_clock_start_time, now_ns);
}

static void without_an_announce_nothing_is_told(void **state)
{
	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	now_ns += INTERVAL;
	nqptp_sample(&nqptp, &phone, now_ns, now_ns);
	assert_int_equal(master(), 0);
	assert_false(nqptp.changed);
}

static int sent(struct nqptp_datagram *last)
{
	int n = 0;

	while (nqptp_send(&nqptp, now_ns, last)) {
		n++;
	}
	return n;
}

static void a_clock_is_woken_at_its_first_announce(void **state)
{
	static const uint8_t grandmaster[] = {0, 0, 0, 0, 0, 0, 0, OURS};
	struct nqptp_datagram out;

	(void)state;
	announce(&phone);
	assert_int_equal(sent(&out), 0);
	command("/nqptp T 10.0.0.5");
	assert_int_equal(nqptp_due_raw_ns(&nqptp), INT64_MAX);
	announce(&phone);
	assert_int_equal(nqptp_due_raw_ns(&nqptp), now_ns);
	assert_int_equal(sent(&out), 1);
	assert_int_equal(out.to.bytes[3], 5);
	assert_int_equal(out.interface, 1);
	assert_int_equal(out.data[0], 0x1b);
	assert_int_equal(out.data[3], 64);
	assert_int_equal(out.data[47], 247); /* priority1: better */
	assert_int_equal(out.data[52], 247); /* priority2: its own */
	assert_memory_equal(out.data + 53, grandmaster, 8);
	assert_memory_equal(out.data + 20, grandmaster, 8);
	assert_int_equal(nqptp_due_raw_ns(&nqptp), now_ns + 150 * NS_PER_MS);
	now_ns += 150 * NS_PER_MS;
	assert_int_equal(sent(&out), 1);
	assert_int_equal(out.data[47], 249); /* worse */
	hear(&phone, 60);
	assert_int_equal(sent(&out), 0);
}

static void it_is_not_woken_twice_at_once(void **state)
{
	struct nqptp_datagram out;
	int n = 0;

	(void)state;
	command("/nqptp T 10.0.0.5");
	for (int i = 0; i < 8; i++) {
		announce(&phone);
		n += sent(&out);
		now_ns += 40 * NS_PER_MS;
	}
	assert_int_equal(n, 2);
}

static void one_that_only_announces_is_woken_once_more(void **state)
{
	struct nqptp_datagram out;
	int n = 0;

	(void)state;
	command("/nqptp T 10.0.0.5");
	for (int i = 0; i < 20; i++) {
		announce(&phone);
		n += sent(&out);
		now_ns += NS_PER_S;
	}
	assert_int_equal(n, 4);
}

static void one_whose_time_stands_still_is_woken(void **state)
{
	struct nqptp_datagram out;

	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&phone, 2);
	sent(&out);
	now_ns += NS_PER_S;
	sent(&out);
	const struct nqptp_set before = nqptp.set;
	int64_t stands_ns = now_ns;
	int n = 0;

	for (int i = 0; i < 8 * 30; i++) {
		now_ns += INTERVAL;
		nqptp_sample(&nqptp, &phone, stands_ns + UPTIME, now_ns);
		n += sent(&out);
	}
	assert_int_equal(n, 2);
	assert_in_range(nqptp.set.local_time - before.local_time, 0, 2 * NS_PER_S);
	/* Awake again it has lost 30 s: that is no jump to wait for. */
	now_ns += INTERVAL;
	nqptp_sample(&nqptp, &phone, stands_ns + UPTIME + 1, now_ns);
	assert_int_equal(nqptp.set.local_time, now_ns);
	assert_int_equal(nqptp.set.master_clock_start_time, now_ns);
}

static void bad_datagrams_make_one_line_a_minute(void **state)
{
	struct error last;
	int lines = 0;

	(void)state;
	for (int i = 0; i < 61; i++) {
		for (int j = 0; j < 1000; j++) {
			if (command("nonsense")) {
				lines++;
				last = say;
			}
		}
		now_ns += NS_PER_S;
	}
	assert_int_equal(lines, 2);
	assert_non_null(strstr(last.text, "(59999 more"));
}

static void our_own_messages_are_not_followed(void **state)
{
	const struct nqptp_source own = {OURS, 0, {4, {10, 0, 0, 5}}, 1};

	(void)state;
	command("/nqptp T 10.0.0.5");
	command("/nqptp B");
	hear(&own, 10);
	assert_int_equal(master(), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_region_is_empty_until_play_begins),
		TEST(it_is_empty_again_after_the_end_or_without_peers),
		TEST(a_short_break_does_not_start_the_filter_anew),
		TEST(the_first_peer_is_the_master),
		TEST(a_peer_is_known_at_its_other_address),
		TEST(a_peer_that_is_only_heard_at_its_other_address_is_waited_for),
		TEST(of_two_strangers_none_is_taken),
		TEST(a_stranger_of_the_same_ip_version_is_not_taken),
		TEST(another_domain_of_the_clock_is_another_clock),
		TEST(the_same_list_again_disturbs_nothing),
		TEST(its_grandmaster_is_told_and_a_new_one_starts_anew),
		TEST(without_an_announce_nothing_is_told),
		TEST(a_clock_is_woken_at_its_first_announce),
		TEST(it_is_not_woken_twice_at_once),
		TEST(one_that_only_announces_is_woken_once_more),
		TEST(one_whose_time_stands_still_is_woken),
		TEST(bad_datagrams_make_one_line_a_minute),
		TEST(our_own_messages_are_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
