/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * An NTP server of stratum 1 that has true time, whatever the lab's clock says (RFC 5905).
 *
 * usage, in the lab: lab_upstream ADDRESS PORT [AHEAD_S [LEAP]]
 *
 * AHEAD_S: true time is so much ahead of the lab's clock at the start. LEAP: 1 announces a leap
 * second for the end of the day; none follows here. Silent at first and after
 * SIGUSR1, answers after SIGUSR2, ends at SIGTERM.
 *
 * It hears and answers by a raw socket, because a running ntpd has taken port 123 of all addresses.
 * At any other port a plain one is open beside it, so that the kernel does not answer "nobody
 * here".
 */
#include <arpa/inet.h>
#include <endian.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "true_time.h"

#define SECOND_NS     INT64_C(1000000000)
#define NTP_MINUS_UTC UINT64_C(2208988800) /* 1900 to 1970 */

struct packet {
	uint8_t leap_version_mode, stratum;
	int8_t poll, precision;
	uint32_t root_delay, root_dispersion; /* seconds, 16.16 */
	char refid[4];
	uint64_t reference, origin, receive, transmit; /* seconds since 1900, 32.32 */
};
_Static_assert(sizeof(struct packet) == 48, "without extensions");

/* As NTP counts it, in network order. */
static uint64_t now(const struct true_time *t)
{
	int64_t ns = true_time_at(t, clock_read_ns(CLOCK_MONOTONIC_RAW));
	uint64_t seconds = (uint64_t)(ns / SECOND_NS) + NTP_MINUS_UTC;
	uint64_t fraction = ((uint64_t)(ns % SECOND_NS) << 32) / SECOND_NS;

	return htobe64(seconds << 32 | fraction);
}

static volatile sig_atomic_t answering;
static int leap;

static void on_signal(int number)
{
	answering = number == SIGUSR2;
}

static int bound(int type, int protocol, const struct sockaddr_in *at)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, protocol);

	if (fd < 0 || bind(fd, (const struct sockaddr *)at, sizeof(*at))) {
		err(1, "cannot listen at port %d", ntohs(at->sin_port));
	}
	return fd;
}

/* A whole question to this port: the packet's place in the datagram; else NULL. */
static const struct packet *question(const uint8_t *datagram, ssize_t size, uint16_t port,
				     struct udphdr *udp)
{
	const struct packet *packet;
	size_t head = (datagram[0] & 15U) * 4;

	if (size < (ssize_t)(head + sizeof(*udp) + sizeof(*packet))) {
		return NULL;
	}
	memcpy(udp, datagram + head, sizeof(*udp));
	packet = (const struct packet *)(datagram + head + sizeof(*udp));
	return udp->dest == port && (packet->leap_version_mode & 7) == 3 ? packet : NULL;
}

struct answer {
	struct udphdr udp; /* without a checksum */
	struct packet packet;
};

static struct answer answer_to(const struct packet *asked, const struct udphdr *from,
			       const struct true_time *t)
{
	return (struct answer){
		.udp = {.source = from->dest,
			.dest = from->source,
			.len = htons(sizeof(struct answer))},
		.packet = {.leap_version_mode =
				   (uint8_t)(leap << 6 | (asked->leap_version_mode & 0x38) | 4),
			   .stratum = 1,
			   .poll = asked->poll,
			   .precision = -20,
			   .root_dispersion = htonl(65), /* 1 ms */
			   .refid = "TRUE",
			   .reference = now(t),
			   .origin = asked->transmit,
			   .receive = now(t),
			   .transmit = now(t)},
	};
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct true_time t;

	if (argc < 3 || inet_pton(AF_INET, argv[1], &at.sin_addr) != 1) {
		errx(2, "usage: lab_upstream ADDRESS PORT [AHEAD_S [LEAP]]");
	}
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	at.sin_port = htons((uint16_t)atoi(argv[2]));
	true_time_start(&t, argc > 3 ? (int64_t)(strtod(argv[3], NULL) * 1e9) : 0, 0);
	leap = argc > 4 ? atoi(argv[4]) : 0;
	if (at.sin_port != htons(123)) {
		bound(SOCK_DGRAM, 0, &at);
	}
	int fd = bound(SOCK_RAW, IPPROTO_UDP, &at);

	for (;;) {
		_Alignas(8) uint8_t datagram[2048];
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		struct udphdr udp;
		ssize_t got = recvfrom(fd, datagram, sizeof(datagram), 0, (struct sockaddr *)&from,
				       &size);
		const struct packet *asked = question(datagram, got, at.sin_port, &udp);

		if (!asked || !answering) {
			continue;
		}
		struct answer answer = answer_to(asked, &udp, &t);

		from.sin_port = 0;
		if (sendto(fd, &answer, sizeof(answer), 0, (struct sockaddr *)&from, size) < 0) {
			warn("sendto");
		}
	}
}
