/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/control.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

void control_off(struct control *control)
{
	memset(control, 0, sizeof(*control));
	for (int i = 0; i < CONTROL_SOCKETS; i++) {
		control->fds[i] = -1;
	}
}

static bool is_on(const struct control *control)
{
	return control->region.layout;
}

static int bind_loopback(int fd, int family)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_port = htons(NQPTP_CONTROL_PORT),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons(NQPTP_CONTROL_PORT),
				  .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	return family == AF_INET ? bind(fd, (struct sockaddr *)&v4, sizeof(v4))
				 : bind(fd, (struct sockaddr *)&v6, sizeof(v6));
}

static int open_port(int *fd, int family, struct error *err)
{
	const int bytes =
		1 << 20; /* cut to what the system allows: nonsense must not displace a command */

	*fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (*fd >= 0 && bind_loopback(*fd, family) == 0) {
		return 0;
	}
	int why = errno;

	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	if (family == AF_INET6 && (why == EAFNOSUPPORT || why == EADDRNOTAVAIL)) {
		return 0;
	}
	return error_set(
		err, "UDP port %d on %s, nqptp's: %s%s", NQPTP_CONTROL_PORT,
		family == AF_INET ? "127.0.0.1" : "::1", strerror(why),
		why == EADDRINUSE
			? ": stop the program that has it, nqptp perhaps, or leave nqptp out of --parts"
			: "");
}

int control_open(struct control *control, struct error *err)
{
	uint64_t identity = 0;

	control_off(control);
	if (open_port(&control->fds[0], AF_INET, err) ||
	    open_port(&control->fds[1], AF_INET6, err) ||
	    nqptp_region_open(&control->region, NQPTP_REGION_NAME, err)) {
		control_close(control);
		return -1;
	}
	/* Of a clock that nobody else is: the bit for numbers that no maker has given is set. */
	if (getrandom(&identity, sizeof(identity), GRND_NONBLOCK) != sizeof(identity)) {
		identity = (uint64_t)raw_now_ns();
	}
	identity = (identity & ~(UINT64_C(0x01) << 56)) | UINT64_C(0x02) << 56;
	nqptp_init(&control->nqptp, identity);
	nqptp_region_write(&control->region, &control->nqptp.set);
	return 0;
}

static void prefer_peers(const struct nqptp *nqptp, struct ptp_clocks *clocks)
{
	struct ptp_address addresses[NQPTP_PEERS];

	for (int i = 0; i < nqptp->peers; i++) {
		addresses[i] = nqptp->peer[i].address;
	}
	clocks_prefer(clocks, addresses, (uint32_t)nqptp->peers);
}

void control_read(struct control *control, struct ptp_clocks *clocks)
{
	static char text[NQPTP_DATAGRAM_MAX + 1]; /* a longer one is seen to be */
	struct error say;

	for (int i = 0; i < CONTROL_SOCKETS; i++) {
		ssize_t len = 0;

		while (control->fds[i] >= 0 &&
		       (len = recv(control->fds[i], text, sizeof(text), 0)) >= 0) {
			if (nqptp_command(&control->nqptp, text, (size_t)len, raw_now_ns(), &say)) {
				log_warning("%s", say.text);
			}
			prefer_peers(&control->nqptp, clocks);
		}
	}
}

void control_taken(struct control *control, const struct ptp_packet *packet,
		   const struct ptp_message *message, const struct ptp_taken *taken)
{
	struct nqptp_source source = {
		.clock = message->source.clock,
		.domain = message->domain,
		.address = packet->from,
		.interface = packet->interface,
	};

	if (!is_on(control)) {
		return;
	}
	if (message->type == PTP_ANNOUNCE) {
		nqptp_announce(&control->nqptp, &source, message->announce.grandmaster,
			       message->announce.priority1, message->announce.priority2,
			       packet->raw_ns);
	}
	if (taken->timed) {
		nqptp_sample(&control->nqptp, &source, taken->sample.master_ns,
			     taken->sample.raw_ns);
	}
}

static void send_datagram(const struct receive *receive, const struct nqptp_datagram *datagram)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(PTP_GENERAL_PORT)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons(PTP_GENERAL_PORT),
				  .sin6_scope_id = datagram->interface};
	bool is_v4 = datagram->to.family == 4;
	const void *to = is_v4 ? (void *)&v4 : (void *)&v6;
	int fd = receive_general(receive, is_v4 ? AF_INET : AF_INET6);

	memcpy(&v4.sin_addr, datagram->to.bytes, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, datagram->to.bytes, sizeof(v6.sin6_addr));
	if (fd >= 0 && sendto(fd, datagram->data, sizeof(datagram->data), MSG_DONTWAIT, to,
			      is_v4 ? sizeof(v4) : sizeof(v6)) < 0) {
		log_debug("a clock cannot be woken: %s", strerror(errno));
	}
}

void control_look(struct control *control, const struct receive *receive, int64_t raw_ns)
{
	struct nqptp_datagram datagram;

	if (!is_on(control)) {
		return;
	}
	while (nqptp_send(&control->nqptp, raw_ns, &datagram)) {
		send_datagram(receive, &datagram);
	}
	if (control->nqptp.changed) {
		nqptp_region_write(&control->region, &control->nqptp.set);
		control->nqptp.changed = false;
	}
}

int64_t control_due_raw_ns(const struct control *control)
{
	return is_on(control) ? nqptp_due_raw_ns(&control->nqptp) : INT64_MAX;
}

void control_close(struct control *control)
{
	for (int i = 0; i < CONTROL_SOCKETS; i++) {
		if (control->fds[i] >= 0) {
			close(control->fds[i]);
		}
	}
	if (is_on(control)) {
		nqptp_region_close(&control->region);
	}
	control_off(control);
}
