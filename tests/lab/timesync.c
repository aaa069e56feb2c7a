/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Keeps the lab's clock as systemd-timesyncd does (manager_adjust_clock() of systemd 252 to 257):
 * one server, and each answer taken at its word. Below 0.4 s the kernel slews, beyond it the clock
 * is set; either time the kernel is told "no error", and "synchronised".
 *
 * usage, in the lab: lab_timesync ADDRESS PORT POLL_S
 *
 * POLL_S: as long as all is well; timesyncd goes from 32 s to 2048 s. Ends at SIGTERM.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <err.h>
#include <math.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "true_time.h"

#define NTP_MINUS_UTC 2208988800.0 /* 1900 to 1970 */
#define SLEW_MAX_S    0.4
#define ANSWER_WORDS  12 /* of 32 bits */

/* Seconds since 1970 by our clock. */
static double now(void)
{
	return (double)clock_read_ns(CLOCK_REALTIME) / 1e9;
}

static double stamp(const uint32_t *words)
{
	return (double)ntohl(words[0]) - NTP_MINUS_UTC + (double)ntohl(words[1]) / 4294967296.0;
}

/* How far the server's clock is ahead of ours, and its leap indicator; false without an answer. */
static bool ask(int fd, double *offset, unsigned int *leap)
{
	uint32_t words[ANSWER_WORDS] = {htonl(4U << 27 | 3U << 24)};
	double sent = now();

	if (send(fd, words, sizeof(words), 0) < 0 ||
	    recv(fd, words, sizeof(words), 0) != sizeof(words)) {
		return false;
	}
	*leap = ntohl(words[0]) >> 30;
	*offset = ((stamp(words + 8) - sent) + (stamp(words + 10) - now())) / 2;
	return true;
}

static int log2i(int n)
{
	return n > 1 ? 1 + log2i(n / 2) : 0;
}

static void adjust(double offset, unsigned int leap, int poll_s)
{
	struct timex t = {.modes = ADJ_STATUS | ADJ_NANO | ADJ_MAXERROR | ADJ_ESTERROR};

	if (fabs(offset) < SLEW_MAX_S) {
		t.modes |= ADJ_OFFSET | ADJ_TIMECONST;
		t.status = STA_PLL;
		t.offset = (long)(offset * 1e9);
		t.constant = log2i(poll_s) - 4;
	} else {
		t.modes |= ADJ_SETOFFSET;
		t.time.tv_sec = (time_t)floor(offset);
		t.time.tv_usec = (suseconds_t)((offset - floor(offset)) * 1e9); /* ADJ_NANO */
	}
	t.status |= leap == 1 ? STA_INS : leap == 2 ? STA_DEL : 0;
	if (adjtimex(&t) < 0) {
		err(1, "adjtimex");
	}
	printf("%s by %.6f s\n", fabs(offset) < SLEW_MAX_S ? "slewed" : "set", offset);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct timeval patience = {.tv_sec = 5};
	struct utsname name;
	unsigned int leap;
	double offset;

	/* Never the clock of the machine that the lab runs on. */
	if (uname(&name) < 0 || !strstr(name.release, "-pps-lab")) {
		errx(2, "this is not the lab, the clock stays as it is");
	}
	if (argc != 4) {
		errx(2, "usage: lab_timesync ADDRESS PORT POLL_S");
	}
	int poll_s = atoi(argv[3]);

	at.sin_port = htons((uint16_t)atoi(argv[2]));
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || inet_pton(AF_INET, argv[1], &at.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))) {
		err(1, "cannot ask %s", argv[1]);
	}
	setlinebuf(stdout);
	for (;;) {
		if (ask(fd, &offset, &leap)) {
			adjust(offset, leap, poll_s);
		}
		sleep((unsigned int)poll_s);
	}
}
