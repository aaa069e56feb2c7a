/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/receive.h"

#include <errno.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "common/ns.h"

enum { BATCH = 32, CONTROL = 256 };

/* A flood between two looks must not displace the others. */
#define BUFFER_BYTES (1 << 20)

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int set_options(const struct receive_socket *s)
{
	bool v4 = s->family == AF_INET;
	int stamps = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
		     SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE |
		     SOF_TIMESTAMPING_OPT_PKTINFO;

	set(s->fd, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES); /* cut to what the system allows */
	if ((!v4 && set(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) ||
	    set(s->fd, SOL_SOCKET, SO_TIMESTAMPING, stamps)) {
		return -1;
	}
	return v4 ? set(s->fd, IPPROTO_IP, IP_PKTINFO, 1)
		  : set(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

static int bind_port(const struct receive_socket *s)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(s->port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(s->port)};

	return s->family == AF_INET ? bind(s->fd, (struct sockaddr *)&v4, sizeof(v4))
				    : bind(s->fd, (struct sockaddr *)&v6, sizeof(v6));
}

static int refuse(const struct receive_socket *s, int code, struct error *err)
{
	const char *ip = s->family == AF_INET ? "IPv4" : "IPv6";

	if (code == EADDRINUSE) {
		return error_set(
			err,
			"UDP port %u (%s): another program has it, such as ptp4l or nqptp: stop that one; 'ss -ulnp sport = :%u' names it",
			s->port, ip, s->port);
	}
	if (code == EACCES || code == EPERM) {
		return error_set(
			err,
			"UDP port %u (%s): not allowed: start it by systemd, or with the capability CAP_NET_BIND_SERVICE",
			s->port, ip);
	}
	return error_set(err, "UDP port %u (%s): %s", s->port, ip, strerror(code));
}

static int open_socket(struct receive_socket *s, struct error *err)
{
	s->fd = socket(s->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 && s->family == AF_INET6 && errno == EAFNOSUPPORT) {
		log_notice("UDP port %u: there is no IPv6 on this system", s->port);
		return 0;
	}
	if (s->fd < 0 || set_options(s) || bind_port(s)) {
		return refuse(s, errno, err);
	}
	return 0;
}

int receive_open(struct receive *receive, struct error *err)
{
	*receive = (struct receive){
		.sockets = {{-1, AF_INET, PTP_EVENT_PORT},
			    {-1, AF_INET6, PTP_EVENT_PORT},
			    {-1, AF_INET, PTP_GENERAL_PORT},
			    {-1, AF_INET6, PTP_GENERAL_PORT}},
	};
	for (int i = 0; i < RECEIVE_SOCKETS; i++) {
		if (open_socket(&receive->sockets[i], err)) {
			receive_close(receive);
			return -1;
		}
	}
	return 0;
}

int receive_general(const struct receive *receive, int family)
{
	for (int i = 0; i < RECEIVE_SOCKETS; i++) {
		if (receive->sockets[i].port == PTP_GENERAL_PORT &&
		    receive->sockets[i].family == family) {
			return receive->sockets[i].fd;
		}
	}
	return -1;
}

void receive_close(struct receive *receive)
{
	for (int i = 0; i < RECEIVE_SOCKETS; i++) {
		if (receive->sockets[i].fd >= 0) {
			close(receive->sockets[i].fd);
			receive->sockets[i].fd = -1;
		}
	}
	phc_close(&receive->phcs);
}

/* ---- reading ---- */

struct datagram {
	uint8_t data[RECEIVE_BYTES];
	struct sockaddr_storage from;
	_Alignas(struct cmsghdr) char control[CONTROL];
};

static void take_sender(const struct sockaddr_storage *from, struct ptp_packet *packet)
{
	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;

		packet->from.family = 4;
		memcpy(packet->from.bytes, &v4->sin_addr, sizeof(v4->sin_addr));
		packet->from_port = ntohs(v4->sin_port);
	} else {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;

		packet->from.family = 6;
		memcpy(packet->from.bytes, &v6->sin6_addr, sizeof(v6->sin6_addr));
		packet->from_port = ntohs(v6->sin6_port);
	}
}

/* Of one packet; 0 where there is none. */
struct stamps {
	int64_t real_ns; /* the kernel's */
	int64_t phc_ns;  /* the interface's, ... */
	uint32_t nic;    /* ... which is this one: that of a bridge or VLAN is below it */
};

static void take_stamps(const struct cmsghdr *c, struct stamps *stamps)
{
	struct timespec times[3]; /* struct scm_timestamping: by software, unused, by hardware */

	memcpy(times, CMSG_DATA(c), sizeof(times));
	stamps->real_ns = timespec_ns(times[0]);
	stamps->phc_ns = timespec_ns(times[2]);
}

static void take_control(struct msghdr *message, struct ptp_packet *packet, struct stamps *stamps)
{
	struct in_pktinfo v4;
	struct in6_pktinfo v6;
	struct scm_ts_pktinfo nic;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			take_stamps(c, stamps);
		} else if (c->cmsg_level == SOL_SOCKET &&
			   c->cmsg_type == SCM_TIMESTAMPING_PKTINFO) {
			memcpy(&nic, CMSG_DATA(c), sizeof(nic));
			stamps->nic = nic.if_index;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(c), sizeof(v4));
			packet->interface = (uint32_t)v4.ipi_ifindex;
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&v6, CMSG_DATA(c), sizeof(v6));
			packet->interface = v6.ipi6_ifindex;
		}
	}
}

/* By the interface's stamp if it can be used, else by the kernel's. */
static void place(struct receive *receive, const struct stamps *stamps,
		  const struct stamp_pair *now, struct ptp_packet *packet)
{
	struct stamp_pair at;
	int64_t clock_ns;

	if (!stamps->phc_ns ||
	    !phc_read(&receive->phcs, stamps->nic ? stamps->nic : packet->interface,
		      receive->sockets[0].fd, &clock_ns, &at) ||
	    !stamp_place_hardware(packet, stamps->phc_ns, clock_ns, &at)) {
		stamp_place(packet, stamps->real_ns, now);
	}
}

static struct datagram datagrams[BATCH];

static int read_batch(int fd, struct mmsghdr messages[BATCH])
{
	struct iovec parts[BATCH];

	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){datagrams[i].data, RECEIVE_BYTES};
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &datagrams[i].from,
			.msg_namelen = sizeof(datagrams[i].from),
			.msg_iov = &parts[i],
			.msg_iovlen = 1,
			.msg_control = datagrams[i].control,
			.msg_controllen = CONTROL,
		};
	}
	return recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
}

bool receive_read(struct receive *receive, int number, bool (*was_set)(void *arg),
		  void (*take)(void *arg, const struct ptp_packet *packet), void *arg)
{
	const struct receive_socket *socket = &receive->sockets[number];
	struct mmsghdr messages[BATCH];
	int count = read_batch(socket->fd, messages);

	if (count <= 0) {
		return false;
	}
	struct stamp_pair now = stamp_pair_now();
	bool set = was_set(arg);

	for (int i = 0; i < count; i++) {
		struct ptp_packet packet = {
			.local_port = socket->port,
			.data = datagrams[i].data,
			.len = messages[i].msg_len,
		};
		struct stamps stamps = {0};

		take_sender(&datagrams[i].from, &packet);
		take_control(&messages[i].msg_hdr, &packet, &stamps);
		if (set) {
			stamps = (struct stamps){0};
		}
		place(receive, &stamps, &now, &packet);
		take(arg, &packet);
	}
	return count == BATCH;
}
