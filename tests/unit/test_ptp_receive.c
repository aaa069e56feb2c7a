/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The sockets of pps2shm-ptp, in a network of their own (unshare -U -r -n): see ptp.cmake. */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/clock.h"
#include "ptp/receive.h"

static struct receive receive;
static struct error err;
static struct ptp_packet last;
static uint8_t data[RECEIVE_BYTES];
static int taken;
static bool clock_set;

static bool was_set(void *arg)
{
	(void)arg;
	return clock_set;
}

static void take(void *arg, const struct ptp_packet *packet)
{
	(void)arg;
	last = *packet;
	memcpy(data, packet->data, packet->len);
	taken++;
}

/* The loopback interface up. */
static int bring_up(void **state)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int rc = ioctl(fd, SIOCSIFFLAGS, &lo);

	(void)state;
	close(fd);
	return rc || receive_open(&receive, &err);
}

static int bring_down(void **state)
{
	(void)state;
	receive_close(&receive);
	return 0;
}

static void send_text(const char *address, uint16_t port, const void *text, size_t len)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);

	inet_pton(AF_INET6, address, &v6.sin6_addr);
	assert_int_equal(sendto(fd, text, len, 0, is_v4 ? (void *)&v4 : (void *)&v6,
				is_v4 ? sizeof(v4) : sizeof(v6)),
			 (ssize_t)len);
	close(fd);
}

/* Reads socket `number` until something came; with a stamp, as the kernel begins that a little late. */
static void read_until_stamped(int number, const char *address, uint16_t port)
{
	struct pollfd wait = {.fd = receive.sockets[number].fd, .events = POLLIN};

	last.stamp = PTP_STAMP_NONE;
	for (int i = 0; i < 1000 && last.stamp == PTP_STAMP_NONE; i++) {
		send_text(address, port, "hello", 5);
		assert_int_equal(poll(&wait, 1, 10000), 1);
		receive_read(&receive, number, was_set, take, NULL);
		usleep(last.stamp == PTP_STAMP_NONE ? 10000 : 0);
	}
}

static void packet_has_the_kernel_s_stamp_and_its_sender(void **state)
{
	int64_t before_raw_ns = raw_now_ns();

	(void)state;
	clock_set = false;
	read_until_stamped(0, "127.0.0.1", PTP_EVENT_PORT);
	assert_int_equal(last.stamp, PTP_STAMP_SOFTWARE);
	/* Two readings of two clocks: to some microseconds. */
	assert_true(last.raw_ns > before_raw_ns - NS_PER_MS && last.raw_ns < raw_now_ns());
	assert_true(last.real_ns < clock_ns(CLOCK_REALTIME));
	assert_int_equal(last.len, 5);
	assert_memory_equal(data, "hello", 5);
	assert_int_equal(last.local_port, PTP_EVENT_PORT);
	assert_int_equal(last.interface, if_nametoindex("lo"));
	assert_int_equal(last.from.family, 4);
	assert_memory_equal(last.from.bytes, ((uint8_t[16]){127, 0, 0, 1}), 16);
}

static void ipv6_is_the_same(void **state)
{
	(void)state;
	clock_set = false;
	read_until_stamped(3, "::1", PTP_GENERAL_PORT);
	assert_int_equal(last.stamp, PTP_STAMP_SOFTWARE);
	assert_int_equal(last.local_port, PTP_GENERAL_PORT);
	assert_int_equal(last.interface, if_nametoindex("lo"));
	assert_int_equal(last.from.family, 6);
	assert_int_equal(last.from.bytes[15], 1);
}

static void after_the_clock_was_set_stamps_are_none(void **state)
{
	struct pollfd wait = {.fd = receive.sockets[0].fd, .events = POLLIN};

	(void)state;
	clock_set = false;
	read_until_stamped(0, "127.0.0.1", PTP_EVENT_PORT);
	clock_set = true;
	send_text("127.0.0.1", PTP_EVENT_PORT, "x", 1);
	assert_int_equal(poll(&wait, 1, 10000), 1);
	receive_read(&receive, 0, was_set, take, NULL);
	assert_int_equal(last.len, 1);
	assert_int_equal(last.stamp, PTP_STAMP_NONE);
}

static void longer_than_any_message_is_cut(void **state)
{
	static uint8_t longest[3000];
	struct pollfd wait = {.fd = receive.sockets[0].fd, .events = POLLIN};

	(void)state;
	send_text("127.0.0.1", PTP_EVENT_PORT, longest, sizeof(longest));
	assert_int_equal(poll(&wait, 1, 10000), 1);
	receive_read(&receive, 0, was_set, take, NULL);
	assert_int_equal(last.len, RECEIVE_BYTES);
}

static void full_batch_says_that_there_may_be_more(void **state)
{
	struct pollfd wait = {.fd = receive.sockets[0].fd, .events = POLLIN};

	(void)state;
	taken = 0;
	for (int i = 0; i < 40; i++) {
		send_text("127.0.0.1", PTP_EVENT_PORT, "x", 1);
	}
	while (taken < 40) {
		int before = taken;

		assert_int_equal(poll(&wait, 1, 10000), 1);
		bool more = receive_read(&receive, 0, was_set, take, NULL);

		assert_int_equal(more, taken - before == 32);
	}
	assert_false(receive_read(&receive, 0, was_set, take, NULL));
	assert_int_equal(taken, 40);
}

static void port_that_is_taken_is_told(void **state)
{
	struct receive second;

	(void)state;
	assert_int_equal(receive_open(&second, &err), -1);
	assert_non_null(strstr(err.text, "UDP port 319 (IPv4): another program has it"));
	assert_int_equal(receive_general(&receive, AF_INET6), receive.sockets[3].fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packet_has_the_kernel_s_stamp_and_its_sender),
		cmocka_unit_test(ipv6_is_the_same),
		cmocka_unit_test(after_the_clock_was_set_stamps_are_none),
		cmocka_unit_test(longer_than_any_message_is_cut),
		cmocka_unit_test(full_batch_says_that_there_may_be_more),
		cmocka_unit_test(port_that_is_taken_is_told),
	};

	return cmocka_run_group_tests(tests, bring_up, bring_down);
}
